import { isDataArray, isDataset, isDict, isNdArray, isRecordArray } from "./recognise.ts";

/** What a value is called in Python: `str`, `int`, `float`, `list`, `dict`, `ndarray`, …; a class goes by its own name. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (Array.isArray(value)) return "list";
  if (isDataArray(value)) return "DataArray";
  if (isDataset(value)) return "Dataset";
  if (isNdArray(value) || isRecordArray(value)) return "ndarray";
  if (isDict(value)) return "dict";
  const made: unknown = Reflect.get(Object(value), "constructor");
  return typeof made === "function" ? made.name : typeof value;
}
