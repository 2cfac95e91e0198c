import { NdArray, RecordArray } from "@dataqueues/arrays";

import { Complex } from "./complex.ts";
import { Extension } from "./extension.ts";
import { Float64 } from "./float64.ts";
import { NumpyScalar } from "./numpy-scalar.ts";
import { refuse } from "./refuse.ts";

/**
 * A key of a dict that is neither text nor bytes. Python reads whatever it can hash (`strict_map_key=False`): not lists,
 * dicts and arrays.
 */
export type OtherKey = number | bigint | boolean | null | Complex | Extension | Float64 | NumpyScalar;

/** A key of bytes, as text of one character a byte. */
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

/** The keys of objects with the items of text and of bytes as keys. */
export function keysOf(text: object, bytes: object = {}): Key[] {
  return [...Object.keys(text), ...Object.keys(bytes).map((key) => new BytesKey(key))];
}

/** Whether Python has keys like this one, beside text and bytes. */
export function isOtherKey(value: unknown): value is OtherKey {
  if (typeof value !== "object") return ["number", "bigint", "boolean"].includes(typeof value);
  if (value === null || value instanceof Complex || value instanceof Extension) return true;
  return value instanceof Float64 || value instanceof NumpyScalar;
}

/** What was read at this place, as a key, where it is not text that may be one. */
export function toKey(value: unknown, offset: number): Key {
  const key = value instanceof Uint8Array ? BytesKey.of(value) : value;
  if ((key instanceof BytesKey ? key.text : key) === "__proto__") {
    throw refuse("key", `the key at byte ${offset} is __proto__`, { offset });
  }
  if (key instanceof BytesKey || isOtherKey(key)) return key;
  throw refuse("key", `the key at byte ${offset} is ${nameOf(value)}, which Python does not take for one either`, {
    offset,
  });
}

/** What a value is that is no key. */
export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof NdArray || value instanceof RecordArray) return "an array";
  return typeof value === "object" ? "a dict" : typeof value;
}
