import { NdArray } from "@dataqueues/arrays";
import { maxDigits } from "./parse-json.ts";

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
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return printBigint(value, path);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return printNumber(value);
  if (value instanceof NdArray && !isComplex(value)) return printJson(value.toList(), path, depth);
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

/** As Python writes a float, where without point and exponent it would be read as a large integer. */
function printNumber(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size <= Number.MAX_SAFE_INTEGER || !Number.isFinite(value)) return String(value);
  return size < 1e16 ? `${value}.0` : value.toExponential();
}

function printBigint(value: bigint, path: string): string {
  const digits = String(value);
  if (digits.length > maxDigits)
    throw new TypeError(`${path}: an integer of ${digits.length} digits, too many to be read`);
  return digits;
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
