import { NdArray } from "./ndarray.ts";

/**
 * The attributes of a Dataset, DataArray or Variable by name. Values may be text, numbers (also NaN), bigints, booleans,
 * null, Dates, arrays, and lists, objects and Maps of these. Each codec documents which of them it can write.
 */
export type Attributes = Readonly<Record<string, unknown>>;

/** Whether two attribute values are equal, as `xarray.core.utils.equivalent`: NaN equals NaN, `1` equals `1n`. */
export function equivalent(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  // `<=` and `>=` compare a number with a bigint exactly; `===` never finds them equal.
  if (isNumeric(a) && isNumeric(b)) return a <= b && a >= b;
  if (a instanceof NdArray || b instanceof NdArray) return equivalent(toList(a), toList(b));
  if (a instanceof Date || b instanceof Date) {
    return a instanceof Date && b instanceof Date && Object.is(a.getTime(), b.getTime());
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equivalent(item, b[index]));
  }
  if (a instanceof Map || b instanceof Map) return a instanceof Map && b instanceof Map && equivalentMaps(a, b);
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equivalent(a[key], b[key]))
  );
}

function equivalentMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  return a.size === b.size && [...a].every(([key, item]) => b.has(key) && equivalent(item, b.get(key)));
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function toList(value: unknown): unknown {
  return value instanceof NdArray ? value.toList() : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
