import type { Copy } from "@dataqueues/arrays";
import { DataArray, Dataset } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import type { EncodeOptions } from "@dataqueues/codec-msgpack-numpy";
import type { Codec } from "@dataqueues/core";

import { checkDict, readDict } from "./read-dict.ts";

/** How `xarrayDict()` decodes, and the limits and the `extensionCodec` of both directions. */
export interface XarrayDictOptions extends EncodeOptions {
  /**
   * `auto`, the default: arrays are views of the message where its bytes are aligned, else copies. `always`: copies, so
   * that an array does not keep the message in memory. `never`: an error where a view is not possible.
   */
  readonly copy?: Copy | undefined;
}

/** The codec of {@link xarrayDict}, whose `encode` and `decode` work synchronously. */
export interface XarrayDictCodec extends Codec<Dataset | DataArray, Dataset> {
  readonly name: "xarray_dict";
  encode(value: Dataset | DataArray): Uint8Array;
  decode(bytes: Uint8Array): Dataset;
}

/**
 * xarray Datasets as `ska_sdp_datamodels.utilities` has them on the wire: `Dataset.to_dict(data="array")` in
 * msgpack-numpy. Python reads it with
 * `xarray.Dataset.from_dict(msgpack.unpackb(value, object_hook=msgpack_numpy.decode, timestamp=3))`.
 *
 * `encode` writes a DataArray as `DataArray.to_dict(data="array")`; `decode` gives that as a Dataset with that one
 * variable.
 *
 * `decode` throws a `FormatError` for bytes that are no Dataset. `encode` throws a `FormatError` for an attribute that
 * msgpack has no form for and for a Dataset that `decode` would refuse, and a TypeError for any other value.
 *
 * @throws TypeError that names an option that makes no sense
 *
 * @example
 * ```ts
 * const bytes = xarrayDict().encode(new Dataset({ dataVars: { gain: ["antenna", [1, 0.5]] } }));
 * ```
 */
export function xarrayDict(options: XarrayDictOptions = {}): XarrayDictCodec {
  const msgpack = msgpackNumpy(options);
  return Object.freeze({
    name: "xarray_dict",
    encode(value: Dataset | DataArray) {
      if (!(value instanceof Dataset || value instanceof DataArray)) {
        throw new TypeError("xarrayDict() encodes a Dataset or a DataArray");
      }
      const dict = value.toDict();
      const bytes = msgpack.encode(dict);
      checkDict(dict, bytes.length);
      return bytes;
    },
    decode: (bytes: Uint8Array) => readDict(bytes, (part) => msgpack.decode(part)),
  });
}
