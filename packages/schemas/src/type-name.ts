import { isDataArray, isDataset, isDict, isNdArray, isRecordArray } from "./recognise.ts";

/**
 * The name of a value's type in Python: `str`, `int`, `float`, `list`, `dict`, `ndarray`, …, or the name of its class.
 */
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

/** A value in a message, cut when it is long; of a list or a dict only its type. */
export function shortRepr(value: unknown): string {
  if (typeof value === "object" && value !== null) return typeName(value);
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
