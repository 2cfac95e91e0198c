/**
 * Python's msgpack-numpy format.
 *
 * @module
 */
export { Complex } from "./complex.ts";
export { decode } from "./decode.ts";
export { encode } from "./encode.ts";
export { Extension } from "./extension.ts";
export { Float64 } from "./float64.ts";
export { msgpackNumpy } from "./msgpack-numpy.ts";
export { NumpyScalar } from "./numpy-scalar.ts";
export type { DecodeOptions } from "./decode-options.ts";
export type { Limits } from "./limits.ts";
export type { MsgpackNumpyCodec } from "./msgpack-numpy.ts";
