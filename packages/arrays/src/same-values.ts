import type { NdArray } from "./ndarray.ts";

/** Whether two arrays have the same dtype, shape and values; NaN equals NaN, and 0 equals -0. */
export function sameValues(a: NdArray, b: NdArray): boolean {
  if (a.dtype !== b.dtype || a.shape.length !== b.shape.length) return false;
  if (a.shape.some((size, axis) => size !== b.shape[axis])) return false;
  const same = a.dtype === "<f2" && a.data instanceof Uint16Array ? sameHalves : Object.is;
  const other = b.data;
  return a.data.every((value: number | bigint, index: number) => value === other[index] || same(value, other[index]));
}

/** Compares bits of float16 numbers: any NaN equals any, either zero the other. */
function sameHalves(a: unknown, b: unknown): boolean {
  const [one, other] = [Number(a) & 0x7fff, Number(b) & 0x7fff];
  return (one === 0 && other === 0) || (one > 0x7c00 && other > 0x7c00);
}
