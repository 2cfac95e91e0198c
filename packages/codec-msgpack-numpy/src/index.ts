/**
 * Python's msgpack-numpy format.
 *
 * @module
 */
export { decode } from "./decode.ts";
export { encode } from "./encode.ts";
export { msgpackNumpy } from "./msgpack-numpy.ts";
export { Complex, Extension, Float64, NumpyScalar } from "./python-values.ts";

export type { DecodeOptions } from "./decode-options.ts";
export type { EncodeOptions, ExtDataLike, ExtensionCodecLike } from "./encode-options.ts";
export type { Limits } from "./limits.ts";
export type { MsgpackNumpyCodec } from "./msgpack-numpy.ts";
