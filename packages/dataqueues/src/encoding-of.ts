import type { Codec } from "@dataqueues/core";

import { Encoding } from "./encoding.ts";

/** The type of each codec of {@link Encoding}, by its name in Python. */
export interface EncodingsByName {
  readonly "utf-8": typeof Encoding.UTF8;
  readonly ascii: typeof Encoding.ASCII;
  readonly msgpack_numpy: typeof Encoding.MSGPACK_NUMPY;
  readonly npy: typeof Encoding.NPY;
  readonly json: typeof Encoding.JSON;
  readonly xarray: typeof Encoding.XARRAY;
}

const encodings: readonly Codec[] = Object.values<Codec>(Encoding);

/**
 * The codec that the Python library knows by a name, as its `Encoding("msgpack_numpy")`: a name that comes from a
 * configuration or a header. As in Python, only the exact names count.
 *
 * @param name - `utf-8`, `ascii`, `msgpack_numpy`, `npy`, `json` or `xarray`
 * @returns the codec of {@link Encoding}; for a name that the compiler knows, with its type
 * @throws TypeError that lists the names, for any other
 *
 * @example
 * ```ts
 * const producer = new DataQueueProducer("localhost:9092", { topic: "gains", encoding: encodingOf("npy") });
 * ```
 */
export function encodingOf<Name extends keyof EncodingsByName>(name: Name): EncodingsByName[Name];
export function encodingOf(name: string): Codec;
export function encodingOf(name: string): Codec {
  const encoding = encodings.find((codec) => codec.name === name);
  if (encoding !== undefined) return encoding;
  const names = encodings.map((codec) => codec.name).join(", ");
  throw new TypeError(`${JSON.stringify(name)} is no encoding: give one of ${names}`);
}
