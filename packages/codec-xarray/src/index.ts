/**
 * xarray Datasets as a one-row Arrow IPC stream.
 *
 * @module
 */
export { xarray } from "./xarray.ts";
export type { XarrayCodec, XarrayOptions } from "./xarray.ts";
