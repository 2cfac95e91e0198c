import type { Copy } from "@dataqueues/arrays";

import { fromMarkers } from "./from-markers.ts";
import { Reader } from "./reader.ts";
import { refuse } from "./refuse.ts";

/** How messages are read. */
export interface DecodeOptions {
  /**
   * "auto", the default: arrays are views of the message where they are aligned and little-endian, else copies;
   * "always": copies, which do not keep the message alive; "never": views, or an error with code `copy`.
   */
  readonly copy?: Copy | undefined;
  /** numpy scalars as plain values, the default, or as {@link NumpyScalar}, which keeps their dtype. */
  readonly scalars?: "plain" | "typed" | undefined;
  /**
   * Dicts with bytes as keys that stand for nothing: "string", the default, makes the keys text; "map" makes the dict a
   * Map with keys of both kinds; "error" refuses it.
   */
  readonly bytesKeys?: "string" | "map" | "error" | undefined;
  /** Also reads what msgpack-numpy 0.4.2 to 0.4.5 wrote with `use_bin_type=False`: text and bytes are one type there. */
  readonly legacy?: boolean | undefined;
}

/**
 * Reads what `msgpack_numpy.packb` wrote. Arrays become `NdArray` and `RecordArray`, numpy's scalars plain values,
 * `complex` {@link Complex}, dicts objects, bytes `Uint8Array`, integers beyond 2^53 bigint, also numpy's.
 *
 * @throws FormatError with a code (`empty`, `truncated`, `declared-length`, `depth`, `format`, `trailing`, `utf8`, `key`,
 *   `key-collision`, `dtype`, `shape`, `size-mismatch`, `pickle-refused`, `copy`) and the offset
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  const { copy = "auto", scalars = "plain", bytesKeys = "string", legacy = false } = options;
  const makeDict = (text: Map<string, unknown>, marks: Map<string, unknown> | undefined, start: number): unknown => {
    const stands = marks ?? (legacy ? withBytes(text) : undefined);
    const value = stands && fromMarkers(stands, start, { copy, scalars });
    if (value !== undefined) return value;
    if (marks === undefined) return toObject(text, start);
    if (bytesKeys === "error") throw refuse("key", `the dict at byte ${start} has bytes as keys`, { offset: start });
    if (bytesKeys === "map") return toMap(text, marks);
    for (const [key, item] of marks) {
      if (text.has(key)) {
        throw refuse("key-collision", `the dict at byte ${start} has ${key} as text and as bytes`, { offset: start });
      }
      text.set(key, item);
    }
    return toObject(text, start);
  };
  return new Reader(bytes, makeDict, legacy).readMessage();
}

function toObject(entries: ReadonlyMap<string, unknown>, offset: number): Record<string, unknown> {
  if (entries.has("__proto__")) throw refuse("key", `the dict at byte ${offset} has the key __proto__`, { offset });
  return Object.fromEntries(entries);
}

function toMap(
  text: ReadonlyMap<string, unknown>,
  marks: ReadonlyMap<string, unknown>,
): Map<string | Uint8Array, unknown> {
  const map = new Map<string | Uint8Array, unknown>(text);
  for (const [key, item] of marks)
    map.set(
      Uint8Array.from(key, (character) => character.charCodeAt(0)),
      item,
    );
  return map;
}

/** Old messages: data that happen to be UTF-8 were read as text. */
function withBytes(text: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  const data = text.get("data");
  if (typeof data !== "string" || !text.has("nd")) return text;
  return new Map(text).set("data", new TextEncoder().encode(data));
}
