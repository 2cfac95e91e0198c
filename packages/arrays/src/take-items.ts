import { NdArray } from "./ndarray.ts";

/**
 * A copy of the items at the given positions along each axis: all where nothing is given, one position (the axis goes)
 * or a list of positions. Positions must be inside their axes.
 */
export function takeItems(array: NdArray, taken: readonly (number | readonly number[] | undefined)[]): NdArray {
  const shape = array.shape.flatMap((size, axis) => {
    const entry = taken[axis];
    return entry === undefined ? [size] : typeof entry === "number" ? [] : [entry.length];
  });
  const size = shape.reduce((product, length) => product * length, 1);
  const source = array.bytes;
  const target = new Uint8Array(size * array.itemsize);
  // Axes behind the last one that is taken from are copied in one piece.
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
