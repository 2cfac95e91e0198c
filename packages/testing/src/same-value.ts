import { ConformanceError } from "./conformance-case.ts";

type TypedArray = ArrayBufferView & ArrayLike<number | bigint>;

/**
 * Whether two values are the same, all the way down: items of arrays, typed arrays, maps and sets, and the enumerable
 * properties of objects, whatever their prototype. NaN is NaN; 0 and -0 differ. Throws for objects that show no state
 * to compare.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isTypedArray(a) || isTypedArray(b)) return isTypedArray(a) && isTypedArray(b) && sameItems(a, b);
  if (a instanceof Map && b instanceof Map) return sameList([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return sameList([...a], [...b]);
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameList(a, b);
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  if (left.size === 0 && right.size === 0) assertPlain(a);
  return (
    left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameValue(value, right.get(key)))
  );
}

/** A deep copy, for {@link sameValue}. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isTypedArray(value)) return structuredClone(value);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyOf(item)]));
  if (value instanceof Set) return new Set([...value].map(copyOf));
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: object = Object.create(Object.getPrototypeOf(value));
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: copyOf(item), enumerable: true });
  }
  return copy;
}

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function sameItems(a: TypedArray, b: TypedArray): boolean {
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
  return sameList(Array.from(a), Array.from(b));
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
}

function assertPlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return;
  throw new ConformanceError(`a ${value.constructor.name} shows no properties to compare: give \`equal\``);
}
