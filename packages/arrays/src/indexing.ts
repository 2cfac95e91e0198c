import { checkRecord } from "./invalid-argument.ts";
import { NdArray } from "./ndarray.ts";
import { isList } from "./types.ts";

/** A range of positions as Python's `slice(start, stop, step)`. `stop` is exclusive, negative ones count from the end. */
export interface Slice {
  readonly start?: number | undefined;
  readonly stop?: number | undefined;
  readonly step?: number | undefined;
}

/** What `isel` takes for a dimension: a position (which removes the dimension), a list of positions, or a range. */
export type Indexer = number | readonly number[] | Slice;

/**
 * The positions that an indexer selects in a dimension of `size` positions; a single number for a single position.
 *
 * @throws RangeError for a position outside the dimension, or a step of 0.
 */
export function positions(indexer: Indexer, dim: string, size: number): number | readonly number[] {
  if (typeof indexer === "number") return position(indexer, dim, size);
  if (isList(indexer)) return indexer.map((index) => position(index, dim, size));
  checkRecord(`the indexer along '${dim}'`, indexer);
  return range(indexer, dim, size);
}

function position(index: number, dim: string, size: number): number {
  const found = index < 0 ? index + size : index;
  if (!Number.isInteger(index) || found < 0 || found >= size) {
    throw new RangeError(`index ${index} is out of bounds for dimension '${dim}' with size ${size}`);
  }
  return found;
}

/** https://docs.python.org/3/reference/datamodel.html#slice.indices */
function range({ start, stop, step = 1 }: Slice, dim: string, size: number): number[] {
  for (const [name, place] of Object.entries({ start, stop })) {
    if (place !== undefined && !Number.isInteger(place) && place !== Infinity && place !== -Infinity) {
      throw new RangeError(`${name} along '${dim}' must be a whole number, not ${String(place)}`);
    }
  }
  if (!Number.isInteger(step) || step === 0) {
    throw new RangeError(`step along '${dim}' must be a whole number other than 0, not ${String(step)}`);
  }
  const forward = step > 0;
  const lowest = forward ? 0 : -1;
  const highest = forward ? size : size - 1;
  const clip = (index: number) => Math.min(Math.max(index < 0 ? index + size : index, lowest), highest);
  const first = start === undefined ? (forward ? lowest : highest) : clip(start);
  const end = stop === undefined ? (forward ? highest : lowest) : clip(stop);
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, index) => first + index * step);
}

/**
 * A copy of the items at the given positions along each axis, as numpy's `take`: all positions for undefined, one (which
 * removes the axis), or a list. Positions must be inside their axes.
 */
export function take(array: NdArray, taken: readonly (number | readonly number[] | undefined)[]): NdArray {
  const shape = array.shape.flatMap((size, axis) => {
    const entry = taken[axis];
    return entry === undefined ? [size] : typeof entry === "number" ? [] : [entry.length];
  });
  const size = shape.reduce((product, length) => product * length, 1);
  const source = array.bytes;
  const target = new Uint8Array(size * array.itemsize);
  // The axes after the last one with positions are copied as one block.
  const last = taken.findLastIndex((entry) => entry !== undefined);
  const block = array.shape.slice(last + 1).reduce((product, length) => product * length, array.itemsize);
  let written = 0;
  const copy = (axis: number, start: number): void => {
    if (axis > last) {
      target.set(source.subarray(start * block, (start + 1) * block), written);
      written += block;
      return;
    }
    const length = array.shape[axis] ?? 0;
    const entry = taken[axis] ?? Array.from({ length }, (_, index) => index);
    for (const index of typeof entry === "number" ? [entry] : entry) copy(axis + 1, start * length + index);
  };
  if (size > 0) copy(0, 0);
  return NdArray.fromBytes(array.dtype, shape, target);
}
