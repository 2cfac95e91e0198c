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

  get dtype(): string {
    return this.array.dtype;
  }

  get value(): Item {
    return this.array.item(0);
  }

  valueOf(): Item {
    return this.value;
  }
}
