import type { DataArray, Dataset, NdArray, RecordArray } from "@dataqueues/arrays";

// Values are recognised by their properties, not by `instanceof`: a codec of somebody else may bring its own copy of the classes.

/** Whether a value is an array of single items. */
export function isNdArray(value: unknown): value is NdArray {
  return has(value, "dtype", "shape", "data", "item") && typeof value["dtype"] === "string";
}

/** Whether a value is an array of rows. */
export function isRecordArray(value: unknown): value is RecordArray {
  return has(value, "dtype", "shape", "data", "field", "names") && Array.isArray(value["dtype"]);
}

export function isDataset(value: unknown): value is Dataset {
  return has(value, "dataVars", "coords", "attrs", "sizes", "isel");
}

export function isDataArray(value: unknown): value is DataArray {
  return has(value, "variable", "coords", "attrs", "dims", "isel");
}

/** Whether a value is a single item with its dtype, as msgpack-numpy reads times. */
export function isNumpyScalar(value: unknown): value is { readonly array: NdArray } {
  return has(value, "array", "dtype", "value") && isNdArray(value["array"]);
}

export function isComplex(value: unknown): value is { readonly re: number; readonly im: number } {
  return has(value, "re", "im") && typeof value["re"] === "number" && typeof value["im"] === "number";
}

/** An object of a class has these properties; a plain one of a message may be called anything. */
function has(value: unknown, ...names: readonly string[]): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return false;
  return names.every((name) => name in value);
}
