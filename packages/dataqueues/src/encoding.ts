import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";

/** The encodings of the Python library, each a ready codec; its `name` is the Python value. */
export const Encoding: {
  readonly UTF8: ReturnType<typeof utf8>;
  readonly ASCII: ReturnType<typeof ascii>;
  readonly MSGPACK_NUMPY: ReturnType<typeof msgpackNumpy>;
  readonly NPY: ReturnType<typeof npy>;
  readonly JSON: ReturnType<typeof json>;
  readonly XARRAY: ReturnType<typeof xarray>;
} = {
  UTF8: utf8(),
  ASCII: ascii(),
  MSGPACK_NUMPY: msgpackNumpy(),
  NPY: npy(),
  JSON: json(),
  XARRAY: xarray(),
};
