import type { DataArray, Dataset, NdArray, RecordArray } from "@dataqueues/arrays";

// Values are recognised by their properties, not by `instanceof`, so that arrays of another copy of the package pass,
// too.

/** Any object except a list or a view of bytes. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A plain dict, not an instance of a class. */
export function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

export function isNdArray(value: unknown): value is NdArray {
  return (
    isRecord(value) &&
    typeof value["dtype"] === "string" &&
    Array.isArray(value["shape"]) &&
    ArrayBuffer.isView(value["data"])
  );
}

export function isRecordArray(value: unknown): value is RecordArray {
  return isRecord(value) && Array.isArray(value["dtype"]) && Array.isArray(value["shape"]) && "column" in value;
}

export function isDataArray(value: unknown): value is DataArray {
  return isRecord(value) && Array.isArray(value["dims"]) && isNdArray(value["data"]) && isRecord(value["coords"]);
}

export function isDataset(value: unknown): value is Dataset {
  return isRecord(value) && isRecord(value["dataVars"]) && isRecord(value["coords"]) && isRecord(value["attrs"]);
}
