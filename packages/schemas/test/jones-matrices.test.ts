import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { NestedValues } from "@dataqueues/arrays";
import { check, JonesMatrices } from "@dataqueues/schemas";
import { describe, expect, expectTypeOf, test } from "vitest";

import { codesOf, issuesOf } from "./issues-of.ts";

const zeros = (shape: readonly number[], dtype = "<c16"): NdArray => {
  const { itemsize } = NdArray.fromBytes(dtype, [0], new Uint8Array());
  return NdArray.fromBytes(dtype, shape, new Uint8Array(shape.reduce((product, size) => product * size, itemsize)));
};

describe("JonesMatrices", () => {
  test.each([
    ["<c8", [2, 3, 4]],
    ["<c16", [2, 3, 4]],
    ["<c16", [512, 384, 4]],
    ["<c8", [0, 384, 4]],
    ["<c8", [2, 0, 4]],
  ])("%s of the shape %o passes, and is the value", (dtype, shape) => {
    const array = zeros(shape, dtype);
    expect(issuesOf(JonesMatrices, array)).toEqual([]);
    expect(check(JonesMatrices, array)).toBe(array);
  });

  test("NaN and infinite numbers pass: no value is looked at", () => {
    const matrix: NestedValues = [{ re: NaN, im: NaN }, { re: Infinity, im: 0 }, { re: 0, im: -Infinity }, NaN];
    expect(issuesOf(JonesMatrices, NdArray.from([[matrix]], "<c8"))).toEqual([]);
  });

  test.each([
    ["<f8", "<f8"],
    ["<f4", "<f4"],
    ["<i8", "<i8"],
    // numpy's big-endian dtypes are read as little-endian ones.
    [">f8", "<f8"],
  ])("items of %s are refused", (dtype, found) => {
    expect(issuesOf(JonesMatrices, zeros([2, 3, 4], dtype))).toEqual([
      {
        code: "wrong_dtype",
        path: ["dtype"],
        message: `the dtype is ${found}, not <c8 or <c16`,
        found,
        expected: ["<c8", "<c16"],
      },
    ]);
  });

  test.each([
    [[], "()"],
    [[4], "(4)"],
    [[3, 4], "(3, 4)"],
    [[2, 3, 2], "(2, 3, 2)"],
    [[2, 3, 5], "(2, 3, 5)"],
    [[2, 3, 2, 2], "(2, 3, 2, 2)"],
    [[2, 3, 4, 1], "(2, 3, 4, 1)"],
    [[4, 3, 2], "(4, 3, 2)"],
  ])("the shape %o is refused", (shape, text) => {
    expect(issuesOf(JonesMatrices, zeros(shape))).toEqual([
      {
        code: "wrong_shape",
        path: ["shape"],
        message: `(antennas, frequencies, 4) is needed, the shape is ${text}`,
        found: shape,
        expected: "(antennas, frequencies, 4)",
      },
    ]);
  });

  test.each<[what: string, value: unknown, found: string]>([
    ["a structured array", new RecordArray([["re", "<f8"]], [1], new Uint8Array(8)), "RecordArray"],
    ["nested lists", [[[1, 0, 0, 1]]], "list"],
    ["a typed array", new Float64Array(8), "Float64Array"],
    ["a dict", {}, "dict"],
    ["nothing", undefined, "NoneType"],
  ])("%s is refused", (_what, value, found) => {
    expect(issuesOf(JonesMatrices, value)).toEqual([
      {
        code: "not_an_ndarray",
        path: [],
        message: `a numpy array of complex numbers (NdArray) is needed, this is ${found}`,
        found,
        expected: "NdArray",
      },
    ]);
  });

  test("with the numbers of antennas and frequencies, other numbers are refused", () => {
    const six = JonesMatrices.with({ antennas: 6, frequencies: 384 });
    expect(issuesOf(six, zeros([6, 384, 4]))).toEqual([]);
    for (const shape of [
      [5, 384, 4],
      [6, 383, 4],
      [6, 384, 2],
      [6, 384],
    ]) {
      expect(issuesOf(six, zeros(shape))).toMatchObject([{ code: "wrong_shape", expected: "(6, 384, 4)" }]);
    }
    expect(issuesOf(JonesMatrices.with({ antennas: 6 }), zeros([6, 1, 4]))).toEqual([]);
    expect(issuesOf(JonesMatrices.with({ frequencies: 2 }), zeros([6, 1, 4]))).toMatchObject([
      { message: "(antennas, 2, 4) is needed, the shape is (6, 1, 4)" },
    ]);
  });

  test("only the first issue is told, or all with collect", () => {
    const broken = zeros([2, 3], "<f8");
    expect(codesOf(JonesMatrices, broken)).toEqual(["wrong_dtype dtype"]);
    expect(codesOf(JonesMatrices.with({}), broken)).toEqual(["wrong_dtype dtype"]);
    expect(codesOf(JonesMatrices.with({ antennas: 2 }).with({ collect: true }), broken)).toEqual([
      "wrong_dtype dtype",
      "wrong_shape shape",
    ]);
  });

  test("checked matrices have their real and imaginary parts in a Float32Array or a Float64Array", () => {
    const read = (jones: JonesMatrices) => expectTypeOf(jones.data).toEqualTypeOf<Float32Array | Float64Array>();
    expectTypeOf(read).toBeFunction();
    expectTypeOf(check(JonesMatrices, zeros([1, 1, 4]))).toEqualTypeOf<JonesMatrices>();
  });
});
