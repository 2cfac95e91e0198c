/**
 * xarray Datasets in the form of the SKA data models: msgpack-numpy of `Dataset.to_dict`.
 *
 * @module
 */
export { xarrayDict } from "./xarray-dict.ts";
export type { XarrayDictCodec, XarrayDictOptions } from "./xarray-dict.ts";
