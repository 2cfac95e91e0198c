import { NdArray, RecordArray } from "@dataqueues/arrays";

import { formatError } from "./format-error.ts";

/**
 * A key of a dict that is neither text nor bytes. With `strict_map_key=False` Python reads every key that it can hash, so not
 * lists, dicts and arrays. An object is a Date, a number of a class, or what an extension became.
 */
export type OtherKey = number | bigint | boolean | object | null;

/** Bytes as a key, held as text with one character for each byte. */
export class BytesKey {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  static of(bytes: Uint8Array): BytesKey {
    return new BytesKey(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.text, (character) => character.charCodeAt(0));
  }
}

/** A key as it was read. */
export type Key = string | BytesKey | OtherKey;

/** Items by their keys. The reader refuses `__proto__` as a key, because it would set the prototype. */
export type Dict = Record<string, unknown>;

/** The items of a dict whose keys are neither text nor bytes. */
export type OtherItems = ReadonlyMap<OtherKey, unknown>;

/**
 * Makes a value of the items of a dict: those with text as keys, those with bytes as keys (as text with one character for
 * each byte), and those with other keys. `keys` has all keys in the order of the message, including duplicates, if objects do
 * not keep that order. `start` is the offset of the dict in the message.
 */
export type MakeDict = (
  text: Dict,
  bytes: Dict | undefined,
  others: OtherItems | undefined,
  keys: readonly Key[] | undefined,
  start: number,
) => unknown;

/** The keys of the items whose keys are text, followed by those whose keys are bytes. */
export function mergeKeys(text: object, bytes: object = {}): Key[] {
  return [...Object.keys(text), ...Object.keys(bytes).map((key) => new BytesKey(key))];
}

/** Whether Python accepts this value as a key that is neither text nor bytes. */
export function isOtherKey(value: unknown): value is OtherKey {
  if (typeof value !== "object") return ["number", "bigint", "boolean"].includes(typeof value);
  return value === null || nameOf(value) === "object";
}

/** Makes a key of a value that is not a valid text key. @throws FormatError with code `key` if it cannot be a key. */
export function toKey(value: unknown, offset: number): Key {
  const key = value instanceof Uint8Array ? BytesKey.of(value) : value;
  if ((key instanceof BytesKey ? key.text : key) === "__proto__") {
    throw formatError("key", `the key at byte ${offset} is __proto__`, { offset });
  }
  if (key instanceof BytesKey || isOtherKey(key)) return key;
  throw formatError("key", `the key at byte ${offset} is ${nameOf(value)}, which cannot be a key in Python either`, {
    offset,
  });
}

/** The Python type of a value that is not a key, for errors; "object" for one of a class. */
export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof NdArray || value instanceof RecordArray || ArrayBuffer.isView(value)) return "an array";
  if (typeof value !== "object" || value === null) return typeof value;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || value instanceof Map ? "a dict" : "object";
}
