import { invalidArgument } from "@dataqueues/arrays";

import { checkDecodeOptions } from "./decode-options.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { BytesKey, mergeKeys } from "./dict.ts";
import type { Dict, Key, MakeDict, OtherItems } from "./dict.ts";
import { Extensions } from "./extensions.ts";
import { formatError } from "./format-error.ts";
import { fromMarkers } from "./from-markers.ts";
import { KeyCache } from "./key-cache.ts";
import { checkLimits } from "./limits.ts";
import { Reader } from "./reader.ts";

/**
 * Reads what `msgpack_numpy.packb` wrote. Arrays become `NdArray` and `RecordArray`, numpy scalars plain values, `complex`
 * becomes {@link Complex}, and bytes become `Uint8Array`. Integers beyond 2^53 become bigint. Dicts become objects, or a Map
 * if a key is neither text nor bytes. Timestamps become Dates, other extensions {@link Extension}, unless `extensionCodec` decodes
 * them.
 *
 * @throws FormatError with an offset and a code: `empty`, `truncated`, `declared-length`, `depth`, `too-many-items`,
 *   `format`, `trailing`, `utf8`, `key`, `key-collision`, `dtype`, `shape`, `size-mismatch`, `pickle-refused`, `copy` or
 *   `extension`, whose `cause` is what the ExtensionCodec threw
 * @throws TypeError that names an invalid option
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  return decoder(options)(bytes);
}

/** {@link decode} with these options for many messages. It remembers their keys, which makes reading faster. */
export function decoder(options: DecodeOptions): (bytes: Uint8Array) => unknown {
  const limits = checkLimits(options);
  checkDecodeOptions(options);
  const { bytesKeys = "string", legacy = false } = options;
  const keyCache = new KeyCache();
  const extensions = new Extensions(options);
  const makeDict: MakeDict = (text, bytes, others, keys, start) => {
    const markers = bytes ?? (legacy ? withBytes(text) : undefined);
    const value = markers && fromMarkers(markers, start, options);
    if (value !== undefined) return value;
    if (bytes === undefined && others === undefined) return text;
    if (bytes !== undefined && bytesKeys === "error") {
      throw formatError("key", `the dict at byte ${start} has bytes as keys`, { offset: start });
    }
    if (bytes !== undefined && bytesKeys === "string") checkApart(text, bytes, start);
    if (others === undefined && bytesKeys === "string") return { ...text, ...bytes };
    return toMap(keys ?? mergeKeys(text, bytes), { text, bytes, others, bytesKeys });
  };
  return (message) => {
    if (!ArrayBuffer.isView(message)) throw invalidArgument("bytes", "a Uint8Array", message);
    return new Reader(message, { makeDict, keyCache, extensions, legacy, ...limits }).readMessage();
  };
}

function checkApart(text: Dict, bytes: Dict, offset: number): void {
  const both = Object.keys(bytes).find((key) => Object.hasOwn(text, key));
  if (both === undefined) return;
  throw formatError("key-collision", `the dict at byte ${offset} has ${both} as text and as bytes`, { offset });
}

interface Items {
  readonly text: Dict;
  readonly bytes: Dict | undefined;
  readonly others: OtherItems | undefined;
  readonly bytesKeys: "string" | "map" | "error";
}

/** A Map of all items in the order of the message, each key once. */
function toMap(keys: readonly Key[], { text, bytes = {}, others, bytesKeys }: Items): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  const asBytes = new Set<string>();
  for (const key of keys) {
    if (typeof key === "string") map.set(key, text[key]);
    else if (!(key instanceof BytesKey)) map.set(key, others?.get(key));
    else if (bytesKeys === "string") map.set(key.text, bytes[key.text]);
    else if (!asBytes.has(key.text)) {
      asBytes.add(key.text);
      map.set(key.toBytes(), bytes[key.text]);
    }
  }
  return map;
}

/** In old messages the data of an array are read as text if they happen to be valid UTF-8. */
function withBytes(text: Dict): Dict {
  const { nd, data } = text;
  return nd === undefined || typeof data !== "string" ? text : { ...text, data: new TextEncoder().encode(data) };
}
