/**
 * Items that are stored with the first index running fastest, as Fortran does, copied into an order in which the last one
 * does.
 */
export function toCOrder(bytes: Uint8Array, shape: readonly number[], itemsize: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  let strideOf = itemsize;
  const strides = shape.map((size) => {
    const stride = strideOf;
    strideOf *= size;
    return stride;
  });
  let source = 0;
  for (let target = 0; target < bytes.length; target += itemsize) {
    for (let byte = 0; byte < itemsize; byte += 1) result[target + byte] = bytes[source + byte] ?? 0;
    // Counts up like a clock, the last index first.
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1;
      source += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      source -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return result;
}
