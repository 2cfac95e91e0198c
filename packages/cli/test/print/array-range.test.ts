import { NdArray } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { arrayRange } from "../../src/print/array-range.ts";

/** The smallest and largest value and how many are missing, found the slow way. */
function slowRange(array: NdArray): { min: unknown; max: unknown; missing: number } {
  const nat = -(2n ** 63n);
  const isMissing = (item: unknown): boolean => Number.isNaN(item) || (/M8|m8/.test(array.dtype) && item === nat);
  const known = Array.from(array).filter((item) => !isMissing(item));
  const sorted = known.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { min: sorted[0], max: sorted.at(-1), missing: array.size - known.length };
}

function rangeOf(array: NdArray): unknown {
  const { min = -1, max = -1, missing = -1 } = arrayRange(array) ?? {};
  return { min: min < 0 ? undefined : array.item(min), max: max < 0 ? undefined : array.item(max), missing };
}

describe("the range is what comparing all items gives", () => {
  test.for([
    ["<i8", [5n, -1n, -2n, 2n ** 33n, 2n ** 33n + 1n, -(2n ** 33n), 3n]],
    ["<i8", [2n ** 32n + 1n, 2n ** 32n + 0xffff_ffffn, 2n ** 32n]],
    ["<i8", [-1n, -(2n ** 32n) + 1n, -(2n ** 63n), 2n ** 63n - 1n]],
    ["<u8", [2n ** 63n, 2n ** 64n - 1n, 2n ** 63n + 5n, 2n ** 63n - 1n]],
    ["<M8[ns]", [-(2n ** 63n), -(2n ** 63n) + 1n, 7n, -(2n ** 63n)]],
    ["<m8[s]", [-(2n ** 63n)]],
    ["<f8", [NaN, 3, -0.5, Infinity, NaN]],
    ["<f8", [Infinity, Infinity]],
    ["<f8", [-Infinity]],
    ["<f4", [NaN, NaN]],
    ["<f2", [0.5, -2, -3, 1, NaN, -Infinity]],
    ["|i1", [3, -128, 127]],
  ] as const)("%s, case %#", ([dtype, items]) => {
    const array = NdArray.fromItems<string>(dtype, [items.length], [...items]);
    expect(rangeOf(array)).toEqual(slowRange(array));
  });
});

test("float16 without Float16Array is compared by its bits", () => {
  // 1.0, -2.0, -3.0, NaN, infinity and -0.0 as IEEE 754 has them.
  const data = Uint16Array.of(0x3c00, 0xc000, 0xc200, 0x7e00, 0x7c00, 0x8000);
  expect(arrayRange({ dtype: "<f2", data, size: 6 })).toEqual({ min: 2, max: 4, missing: 1 });
});

test("complex numbers, text and rows of nothing have no range", () => {
  expect(arrayRange(NdArray.from([{ re: 1, im: 2 }]))).toBeUndefined();
  expect(arrayRange(NdArray.from(["a"]))).toBeUndefined();
  expect(arrayRange(NdArray.from([true]))).toBeUndefined();
  expect(arrayRange(NdArray.fromItems("<f8", [0], []))).toBeUndefined();
});
