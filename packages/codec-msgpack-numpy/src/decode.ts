import type { DecodeOptions } from "./decode-options.ts";
import { fromMarkers } from "./from-markers.ts";
import { Names } from "./names.ts";
import { Reader } from "./reader.ts";
import type { Dict } from "./reader.ts";
import { refuse } from "./refuse.ts";

/**
 * Reads what `msgpack_numpy.packb` wrote. Arrays become `NdArray` and `RecordArray`, numpy's scalars plain values,
 * `complex` {@link Complex}, dicts objects, bytes `Uint8Array`, integers beyond 2^53 bigint, also numpy's.
 *
 * @throws FormatError with a code (`empty`, `truncated`, `declared-length`, `depth`, `too-many-items`, `format`, `trailing`, `utf8`, `key`,
 *   `key-collision`, `dtype`, `shape`, `size-mismatch`, `pickle-refused`, `copy`) and the offset
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  return decoder(options)(bytes);
}

/** {@link decode} with these options for many messages: it remembers the names in them. */
export function decoder(options: DecodeOptions): (bytes: Uint8Array) => unknown {
  const { bytesKeys = "string", legacy = false } = options;
  const names = new Names();
  const makeDict = (text: Dict, marks: Dict | undefined, start: number): unknown => {
    const stands = marks ?? (legacy ? withBytes(text) : undefined);
    const value = stands && fromMarkers(stands, start, options);
    if (value !== undefined) return value;
    if (marks === undefined) return text;
    if (bytesKeys === "error") throw refuse("key", `the dict at byte ${start} has bytes as keys`, { offset: start });
    return bytesKeys === "map" ? toMap(text, marks) : together(text, marks, start);
  };
  return (bytes) => new Reader(bytes, makeDict, names, options).readMessage();
}

function together(text: Dict, marks: Dict, offset: number): Dict {
  const both = Object.keys(marks).find((key) => Object.hasOwn(text, key));
  if (both === undefined) return { ...text, ...marks };
  throw refuse("key-collision", `the dict at byte ${offset} has ${both} as text and as bytes`, { offset });
}

function toMap(text: Dict, marks: Dict): Map<string | Uint8Array, unknown> {
  const map = new Map<string | Uint8Array, unknown>(Object.entries(text));
  for (const [key, item] of Object.entries(marks)) {
    map.set(
      Uint8Array.from(key, (character) => character.charCodeAt(0)),
      item,
    );
  }
  return map;
}

/** Old messages: data that happen to be UTF-8 were read as text. */
function withBytes(text: Dict): Dict {
  const { nd, data } = text;
  return nd === undefined || typeof data !== "string" ? text : { ...text, data: new TextEncoder().encode(data) };
}
