import type { NdArray, RecordArray } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";

import { checkDecodeOptions, decode } from "./decode.ts";
import type { DecodeOptions } from "./decode.ts";
import { encode } from "./encode.ts";

/** A synchronous codec between arrays and npy. */
export interface NpyCodec extends Codec<NdArray | RecordArray> {
  readonly name: "npy";
  encode(value: NdArray | RecordArray): Uint8Array;
  decode(bytes: Uint8Array): NdArray | RecordArray;
}

/**
 * numpy's npy format: one array, plain or structured.
 *
 * @throws TypeError that names an invalid option
 *
 * @example
 * ```ts
 * const bytes = npy().encode(NdArray.from([[1, 2], [3, 4]], "<f4"));
 * ```
 */
export function npy(options: DecodeOptions = {}): NpyCodec {
  checkDecodeOptions(options);
  return Object.freeze({
    name: "npy",
    encode: (array: NdArray | RecordArray) => encode(array, options),
    decode: (bytes: Uint8Array) => decode(bytes, options),
  });
}
