import { expect, test } from "vitest";

import { maxStringBytes, maxInt32, int64Problem, numberProblem, textProblem } from "../src/protocol/field-limits.ts";

test("the limits are those of the protocol's fields", () => {
  expect([maxStringBytes, maxInt32]).toEqual([32_767, 2_147_483_647]);
});

test.each<[number, number | undefined, (16 | 32) | undefined]>([
  [0, undefined, undefined],
  [2 ** 31 - 1, undefined, undefined],
  [-1, -1, 32],
  [-(2 ** 31), -(2 ** 31), 32],
  [1, 1, 16],
  [32_767, -1, 16],
])("%d with the minimum %s fits into %s bits", (value, least, bits) => {
  expect(numberProblem("count", value, least, bits)).toBeUndefined();
});

test.each<[unknown, number | undefined, (16 | 32) | undefined, string]>([
  [-1, undefined, undefined, "from 0 to 2147483647, not -1"],
  [2 ** 31, undefined, undefined, "from 0 to 2147483647, not 2147483648"],
  [-2, -1, 32, "from -1 to 2147483647, not -2"],
  [0, 1, 16, "from 1 to 32767, not 0"],
  [32_768, 1, 16, "from 1 to 32767, not 32768"],
  [0.5, 0, 32, "from 0 to 2147483647, not 0.5"],
  [Number.NaN, 0, 32, "from 0 to 2147483647, not NaN"],
  [Infinity, 0, 32, "from 0 to 2147483647, not Infinity"],
  ["3", 0, 32, "from 0 to 2147483647, not 3"],
  [3n, 0, 32, "from 0 to 2147483647, not 3"],
  [undefined, 0, 32, "from 0 to 2147483647, not undefined"],
])("%s with the minimum %s does not fit into %s bits, and the text names the limits", (value, least, bits, why) => {
  expect(numberProblem("count", value, least, bits)).toBe(`count must be a whole number ${why}`);
});

test("a field of 64 bits takes bigints from -(2 ** 63) to 2 ** 63 - 1", () => {
  for (const good of [0n, -(2n ** 63n), 2n ** 63n - 1n]) expect(int64Problem("id", good)).toBeUndefined();
  for (const other of [-(2n ** 63n) - 1n, 2n ** 63n, 5, "5", null, undefined]) {
    expect(int64Problem("id", other)).toBe(`id must be a bigint of 64 bits, not ${String(other)}`);
  }
});

test("a string may have 32767 bytes, however many characters these are", () => {
  for (const longest of ["x".repeat(32_767), `${"é".repeat(16_383)}x`, `${"😀".repeat(8_191)}xyz`]) {
    expect(textProblem("its name", longest)).toBeUndefined();
    expect(textProblem("its name", `${longest}x`)).toBe("its name has 32768 bytes in UTF-8, the protocol allows 32767");
  }
});

test.each([["\ud800"], ["a\udc00b"], ["\udc00\ud800"]])("%j has a lone surrogate", (half) => {
  expect(textProblem("its name", half)).toBe("its name has a lone surrogate, which UTF-8 cannot encode");
});

test.each([[5], [null], [undefined], [5n]])("%s is not a string", (other) => {
  expect(textProblem("its name", other)).toBe(`its name must be a string, not ${String(other)}`);
});
