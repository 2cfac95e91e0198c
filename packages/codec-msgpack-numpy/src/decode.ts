import { invalidArgument } from "@dataqueues/arrays";

import { checkDecodeOptions } from "./decode-options.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { fromMarkers } from "./from-markers.ts";
import { BytesKey, keysOf } from "./key.ts";
import type { Key } from "./key.ts";
import { checkLimits } from "./limits.ts";
import { Names } from "./names.ts";
import { Reader } from "./reader.ts";
import type { Dict, MakeDict, OtherItems } from "./reader.ts";
import { refuse } from "./refuse.ts";

/**
 * Reads what `msgpack_numpy.packb` wrote. Arrays become `NdArray` and `RecordArray`, numpy's scalars plain values,
 * `complex` {@link Complex}, dicts objects, or a Map where a key is neither text nor bytes, bytes `Uint8Array`, integers beyond 2^53 bigint, also numpy's.
 *
 * @throws FormatError with a code (`empty`, `truncated`, `declared-length`, `depth`, `too-many-items`, `format`, `trailing`, `utf8`, `key`,
 *   `key-collision`, `dtype`, `shape`, `size-mismatch`, `pickle-refused`, `copy`) and the offset
 * @throws TypeError that names an option that makes no sense
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  return decoder(options)(bytes);
}

/** {@link decode} with these options for many messages: it remembers the names in them. */
export function decoder(options: DecodeOptions): (bytes: Uint8Array) => unknown {
  const limits = checkLimits(options);
  checkDecodeOptions(options);
  const { bytesKeys = "string", legacy = false } = options;
  const names = new Names();
  const makeDict: MakeDict = (text, marks, others, keys, start) => {
    const stands = marks ?? (legacy ? withBytes(text) : undefined);
    const value = stands && fromMarkers(stands, start, options);
    if (value !== undefined) return value;
    if (marks === undefined && others === undefined) return text;
    if (marks !== undefined && bytesKeys === "error") {
      throw refuse("key", `the dict at byte ${start} has bytes as keys`, { offset: start });
    }
    if (marks !== undefined && bytesKeys === "string") checkApart(text, marks, start);
    if (others === undefined && bytesKeys === "string") return { ...text, ...marks };
    return toMap(keys ?? keysOf(text, marks), { text, marks, others, bytesKeys });
  };
  return (bytes) => {
    if (!ArrayBuffer.isView(bytes)) throw invalidArgument("bytes", "a Uint8Array", bytes);
    return new Reader(bytes, { makeDict, names, legacy, ...limits }).readMessage();
  };
}

function checkApart(text: Dict, marks: Dict, offset: number): void {
  const both = Object.keys(marks).find((key) => Object.hasOwn(text, key));
  if (both === undefined) return;
  throw refuse("key-collision", `the dict at byte ${offset} has ${both} as text and as bytes`, { offset });
}

interface Items {
  readonly text: Dict;
  readonly marks: Dict | undefined;
  readonly others: OtherItems | undefined;
  readonly bytesKeys: "string" | "map" | "error";
}

/** The items in the order of the message, each key once. */
function toMap(keys: readonly Key[], { text, marks = {}, others, bytesKeys }: Items): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  const asBytes = new Set<string>();
  for (const key of keys) {
    if (typeof key === "string") map.set(key, text[key]);
    else if (!(key instanceof BytesKey)) map.set(key, others?.get(key));
    else if (bytesKeys === "string") map.set(key.text, marks[key.text]);
    else if (!asBytes.has(key.text)) {
      asBytes.add(key.text);
      map.set(key.toBytes(), marks[key.text]);
    }
  }
  return map;
}

/** Old messages: data that happen to be UTF-8 were read as text. */
function withBytes(text: Dict): Dict {
  const { nd, data } = text;
  return nd === undefined || typeof data !== "string" ? text : { ...text, data: new TextEncoder().encode(data) };
}
