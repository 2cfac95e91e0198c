/**
 * numpy's npy format.
 *
 * @module
 */
export { decode } from "./decode.ts";
export { encode } from "./encode.ts";
export { printHeader } from "./print-header.ts";
export { npy } from "./npy.ts";

export type { DecodeOptions } from "./decode.ts";
export type { HeaderLimit } from "./format.ts";
export type { NpyCodec } from "./npy.ts";
