/**
 * Items that are stored with the first index running fastest, as Fortran does, copied into an order in which the last one
 * does.
 */
export function toCOrder(bytes: Uint8Array, shape: readonly number[], itemsize: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  let target = 0;
  const copy = (axis: number, source: number, stride: number): void => {
    const size = shape[axis];
    if (size === undefined) {
      for (let byte = 0; byte < itemsize; byte += 1) result[target++] = bytes[source + byte] ?? 0;
    } else {
      for (let index = 0; index < size; index += 1) copy(axis + 1, source + index * stride, stride * size);
    }
  };
  // A shape may be large in one dimension and empty in another.
  if (bytes.length > 0) copy(0, 0, itemsize);
  return result;
}
