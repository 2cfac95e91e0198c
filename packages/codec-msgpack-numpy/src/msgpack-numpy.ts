import type { Codec } from "@dataqueues/core";
import type { Copy } from "@dataqueues/arrays";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";

/** How messages are read. */
export interface MsgpackNumpyOptions {
  /** "auto", the default: arrays are views of the message where they are aligned; "always": copies. */
  readonly copy?: Copy | undefined;
}

/** A codec between values and msgpack-numpy that answers at once. */
export interface MsgpackNumpyCodec extends Codec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/**
 * Python's msgpack-numpy: numpy arrays, structured arrays and dicts and lists that hold them.
 *
 * @example
 * ```ts
 * const bytes = msgpackNumpy().encode({ gains: NdArray.from([1, 0.5], "<f4") });
 * ```
 */
export function msgpackNumpy({ copy = "auto" }: MsgpackNumpyOptions = {}): MsgpackNumpyCodec {
  return Object.freeze({ name: "msgpack_numpy", encode, decode: (bytes: Uint8Array) => decode(bytes, copy) });
}
