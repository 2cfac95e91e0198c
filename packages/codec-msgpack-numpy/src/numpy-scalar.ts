import { NdArray } from "@dataqueues/arrays";
import type { Item } from "@dataqueues/arrays";

/**
 * A single numpy value that keeps its dtype, such as `numpy.float32(1.5)`: to write one, and read with
 * `scalars: "typed"`.
 */
export class NumpyScalar {
  /** The value as an array without dimensions. */
  readonly array: NdArray;

  constructor(dtype: string, value: Item | NdArray) {
    this.array = value instanceof NdArray ? value : NdArray.ofItems(dtype, [], [value]);
  }

  /** numpy's dtype string, such as `<f8`. */
  get dtype(): string {
    return this.array.dtype;
  }

  /** The scalar as an item of an array of its dtype. */
  get value(): Item {
    return this.array.item(0);
  }

  /** The scalar as an item, so that arithmetic and comparison work. */
  valueOf(): Item {
    return this.value;
  }
}
