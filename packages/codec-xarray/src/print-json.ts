import { NdArray } from "@dataqueues/arrays";

const maxDepth = 512;

/**
 * Writes a value as Python's `json` module reads it: NaN and the infinities as `NaN`, `Infinity`, `-Infinity`, a bigint
 * as its digits, arrays (also typed ones and NdArrays) as lists.
 *
 * @param path - what the value is called in errors
 * @throws TypeError for what has no such form (undefined, functions, Dates, complex numbers), with the path.
 */
export function printJson(value: unknown, path: string, depth = 0): string {
  if (depth > maxDepth) throw new TypeError(`${path}: nested deeper than ${maxDepth}, or within itself`);
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0.0" : String(value);
  if (value instanceof NdArray && !isComplex(value)) return printJson(value.toNested(), path, depth + 1);
  if (Array.isArray(value)) return printList(value, path, depth);
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) {
    return printList([...(value as Float64Array | BigInt64Array)], path, depth);
  }
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${printJson(item, `${path}.${key}`, depth + 1)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  throw new TypeError(`${path}: ${describe(value)} cannot be written as JSON`);
}

function printList(items: readonly unknown[], path: string, depth: number): string {
  return `[${items.map((item, index) => printJson(item, `${path}[${index}]`, depth + 1)).join(", ")}]`;
}

function isComplex({ dtype }: NdArray): boolean {
  return dtype.startsWith("<c");
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (value instanceof NdArray) return `an array of dtype ${value.dtype}`;
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "object"}`;
  return `a value of type ${typeof value}`;
}
