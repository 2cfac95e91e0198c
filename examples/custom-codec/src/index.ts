import { NdArray } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";

/**
 * The bytes of an array in C order, little-endian, and nothing else: numpy's `array.tobytes()`, which
 * `numpy.frombuffer(data, dtype).reshape(shape)` reads. Both ends know dtype and shape.
 */
export function carray<D extends string>(dtype: D, shape: readonly number[]): Codec<NdArray<D>> {
  return {
    name: "carray",
    encode(array) {
      if (array.dtype !== dtype || array.shape.join() !== shape.join()) {
        throw new TypeError(
          `${array.dtype} of shape (${array.shape.join()}) is not ${dtype} of shape (${shape.join()})`,
        );
      }
      return array.bytes.slice();
    },
    decode: (bytes) => NdArray.fromBytes(dtype, shape, bytes),
  };
}
