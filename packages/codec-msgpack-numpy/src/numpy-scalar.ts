import { invalidArgument, NdArray } from "@dataqueues/arrays";
import type { Item } from "@dataqueues/arrays";

/**
 * A single numpy value that keeps its dtype, such as `numpy.float32(1.5)`: to write one, and read with
 * `scalars: "typed"`.
 */
export class NumpyScalar {
  /** The value as an array without dimensions. */
  readonly array: NdArray;

  /**
   * @throws TypeError for an array that has dimensions or another dtype
   * @throws FormatError for a dtype that is none, or a value that does not fit it
   */
  constructor(dtype: string, value: Item | NdArray) {
    if (value instanceof NdArray && (value.shape.length > 0 || !isOf(dtype, value))) {
      throw invalidArgument("value", `a single ${dtype}`, value);
    }
    this.array = value instanceof NdArray ? value : NdArray.fromItems(dtype, [], [value]);
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

/** Whether the array has this dtype, by whatever name. */
function isOf(dtype: string, array: NdArray): boolean {
  return array.dtype === dtype || array.dtype === NdArray.fromItems(dtype, [0], []).dtype;
}
