import { expect, test } from "vitest";
import { checkIndices, checkOffsets, checkUnion, checkViews } from "../src/check-values.ts";

const bytesOf = ({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array => new Uint8Array(buffer);

test("offsets are read as they are, those of 64 bits up to 2 ** 53 and beyond 2 ** 31", () => {
  const at = checkOffsets(bytesOf(Int32Array.of(0, 2, 2, 5)), 4, 3, "v");
  expect([0, 1, 2, 3].map(at)).toEqual([0, 2, 2, 5]);
  const large = checkOffsets(bytesOf(BigInt64Array.of(1n, 2n ** 31n, 2n ** 33n + 7n, 2n ** 53n)), 8, 3, "v");
  expect([0, 1, 2, 3].map(large)).toEqual([1, 2 ** 31, 2 ** 33 + 7, 2 ** 53]);
  expect(checkOffsets(new Uint8Array(), 4, 0, "v")(0)).toBe(0);
  // apache-arrow reads the one offset of no values when it writes them.
  expect(checkOffsets(bytesOf(Int32Array.of(5)), 4, 0, "v")(0)).toBe(5);
  expect(() => checkOffsets(bytesOf(Int32Array.of(-5)), 4, 0, "v")).toThrow("decrease at index 0");
});

test("views weigh the bytes that they point at, where they are not null", () => {
  const views = bytesOf(Int32Array.of(13, 0, 0, 0, 99, 0, 9, 0, 4, 0, 0, 0, 20, 0, 1, 0));
  const { weigh, total } = checkViews(views, 4, Uint8Array.of(0b1101), [13, 20], "v");
  expect(total).toBe(33);
  expect([weigh(0, 4), weigh(1, 3), weigh(2, 2)]).toEqual([4 * 8 + 37, 2 * 8 + 4, 0]);
});

test.each([
  [1, true, Int8Array.of(0, 1, -1), 2],
  [1, false, Uint8Array.of(0, 1, 200), 201],
  [2, true, Int16Array.of(0, 1, 300), 301],
  [2, false, Uint16Array.of(0, 1, 40_000), 40_001],
  [4, true, Int32Array.of(0, 1, 70_000), 70_001],
  [4, false, Uint32Array.of(0, 1, 70_000), 70_001],
] as const)(
  "indices of %d bytes, with a sign: %s, weigh what they refer to",
  (indexSize, isSigned, indices, length) => {
    const field = { path: "v", children: [], kind: "dictionary", id: 3, indexSize, isSigned } as const;
    const weights = Float64Array.from({ length }, (_, index) => 10 + index);
    const check = (validity?: Uint8Array): ReturnType<typeof checkIndices> =>
      checkIndices(bytesOf(indices), 3, validity, field, weights);
    const last = weights[indices[2] ?? 0];
    if (last === undefined)
      expect(() => check()).toThrow("column 'v' has the index -1 at 2; dictionary 3 has 2 values");
    else expect([check().total, check().weigh(0, 3), check().weigh(1, 2)]).toEqual([45 + last, 45 + last, 19]);
    const { total, weigh } = check(Uint8Array.of(0b011));
    expect([total, weigh(0, 3), weigh(2, 3)]).toEqual([45, 45, 8]);
  },
);

test("the values of a union are found by their types", () => {
  const field = { path: "u", children: [], kind: "union", isDense: true, typeIds: [5, -2] } as const;
  const types = bytesOf(Int8Array.of(-2, 5, -2));
  const children = [1, 2].map((length) => ({ length, weigh: () => 0 }));
  const dense = checkUnion(field, types, 3, { offsets: bytesOf(Int32Array.of(0, 0, 1)), children });
  expect([0, 1, 2].map(dense.childOf)).toEqual([1, 0, 1]);
  expect([0, 1, 2].map(dense.placeOf)).toEqual([0, 0, 1]);
  expect([0, 1, 2].map(checkUnion(field, types, 3).childOf)).toEqual([1, 0, 1]);
});
