import { invalidArgument, isTypedArray } from "@dataqueues/arrays";
import type { TypedArray } from "@dataqueues/arrays";

/** An object of which nothing is known. */
export type Members = Readonly<Record<string, unknown>>;

// `path` is the place of a value, such as `table.schema.fields[0].name`; all throw a TypeError that names it.

/** The members of an object. */
export function membersOf(path: string, value: unknown): Members {
  if (typeof value === "object" && value !== null) return value as Members;
  throw invalidArgument(path, "an object", value);
}

/** A list. */
export function listOf(path: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidArgument(path, "a list", value);
}

/** A text. */
export function textOf(path: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw invalidArgument(path, "a text", value);
}

/** A number of items. */
export function countOf(path: string, value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw invalidArgument(path, "a whole number from 0 on", value);
}

/** A buffer; one that is missing is empty, as apache-arrow leaves out buffers of no bytes. */
export function bufferOf(path: string, value: unknown): TypedArray {
  if (value === undefined || value === null) return new Uint8Array(0);
  if (isTypedArray(value)) return value;
  throw invalidArgument(path, "a typed array", value);
}

/** The bytes of a buffer. */
export function bytesOf(path: string, value: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = bufferOf(path, value);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A Map of texts. */
export function textMapOf(path: string, value: unknown): ReadonlyMap<string, string> {
  if (!(value instanceof Map)) throw invalidArgument(path, "a Map", value);
  return new Map(
    Array.from(value, ([key, text]): [string, string] => [
      textOf(`a key of ${path}`, key),
      textOf(`${path} '${key}'`, text),
    ]),
  );
}
