/**
 * Python's msgpack-numpy format.
 *
 * @module
 */
export { msgpackNumpy } from "./msgpack-numpy.ts";
export type { MsgpackNumpyCodec, MsgpackNumpyOptions } from "./msgpack-numpy.ts";
export { decode } from "./decode.ts";
export { encode } from "./encode.ts";
