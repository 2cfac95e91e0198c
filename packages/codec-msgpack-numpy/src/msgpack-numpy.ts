import type { Codec } from "@dataqueues/core";

import { decoder } from "./decode.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { encoder } from "./encode.ts";

/** A synchronous codec between values and msgpack-numpy. */
export interface MsgpackNumpyCodec extends Codec {
  readonly name: "msgpack_numpy";
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/**
 * Python's msgpack-numpy: numpy arrays, structured arrays, and dicts and lists that contain them. The limits apply to
 * writing and to reading.
 *
 * @throws TypeError that names an invalid option
 *
 * @example
 * ```ts
 * const bytes = msgpackNumpy().encode({ gains: NdArray.from([1, 0.5], "<f4") });
 * ```
 */
export function msgpackNumpy(options: DecodeOptions = {}): MsgpackNumpyCodec {
  return Object.freeze({ name: "msgpack_numpy", encode: encoder(options), decode: decoder(options) });
}
