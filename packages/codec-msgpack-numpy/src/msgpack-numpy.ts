import type { Codec } from "@dataqueues/core";

import { decoder } from "./decode.ts";
import type { DecodeOptions } from "./decode-options.ts";
import { encoder } from "./encode.ts";

/** A codec between values and msgpack-numpy that answers at once. */
export interface MsgpackNumpyCodec extends Codec {
  readonly name: "msgpack_numpy";
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/**
 * Python's msgpack-numpy: numpy arrays, structured arrays and dicts and lists that hold them. The limits hold for what is
 * written as for what is read.
 *
 * @throws TypeError that names an option that makes no sense
 *
 * @example
 * ```ts
 * const bytes = msgpackNumpy().encode({ gains: NdArray.from([1, 0.5], "<f4") });
 * ```
 */
export function msgpackNumpy(options: DecodeOptions = {}): MsgpackNumpyCodec {
  return Object.freeze({ name: "msgpack_numpy", encode: encoder(options), decode: decoder(options) });
}
