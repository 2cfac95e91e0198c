import { Dataset, FormatError, NdArray } from "@dataqueues/arrays";
import { datasetSchema } from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { checkDtype } from "../src/datasets/dtypes.ts";
import { issuesOf } from "./issues-of.ts";

// Arrays have their dtypes as numpy prints them: with "<", ">" for the other order, and "|" where there is none.

describe("checkDtype", () => {
  test.each([
    ["<f8", "<f8"],
    ["<f8", "f8"],
    ["<f8", "=f8"],
    ["<f8", "|f8"],
    [">f8", ">f8"],
    ["<c16", "c16"],
    ["|b1", "|b1"],
    ["|b1", "b1"],
    ["|b1", "<b1"],
    ["|i1", "=i1"],
    ["|u1", "u1"],
    ["<M8[ns]", "<M8[ns]"],
    ["<M8[ns]", "M8[ns]"],
    ["<m8[25s]", "m8[25s]"],
    ["<M8", "M8"],
    ["<U8", "<U8"],
    ["<U8", "U8"],
    ["|S5", "S5"],
    ["|S5", "<S5"],
    ["|V16", "V16"],
    ["<U8", "<U0"],
    ["<U0", "<U0"],
    ["<U12", "U0"],
    [">U12", "<U0"],
    ["<U12", ">U0"],
    ["|S5", "|S0"],
    ["|V16", "V0"],
  ])("an array of %s is what %s asks for", (found, expected) => {
    expect(checkDtype(found, expected)).toBeUndefined();
    expect(checkDtype(found, ["<c8", expected])).toBeUndefined();
  });

  test.each([
    ["<f8", ">f8"],
    [">f8", "<f8"],
    [">f8", "f8"],
    [">f8", "=f8"],
    ["<f4", "<f8"],
    ["<f8", "f4"],
    ["<i8", "f8"],
    ["<i8", "<f8"],
    ["<u8", "<i8"],
    ["|b1", "|i1"],
    ["<c16", "c8"],
    ["<M8[s]", "<M8[ns]"],
    ["<M8[s]", "M8[ns]"],
    ["<M8[s]", "M8"],
    ["<m8[ns]", "M8[ns]"],
    ["<U8", "<U9"],
    ["<U9", "U8"],
    [">U8", "U8"],
    ["|S5", "S8"],
    ["|S5", "<U0"],
    ["|S5", "|V0"],
    ["<U5", "|S0"],
    ["<i8", "<U0"],
    ["<f8", "<u8"],
  ])("an array of %s is not what %s asks for", (found, expected) => {
    expect(checkDtype(found, expected)).toEqual({
      code: "wrong_dtype",
      path: ["dtype"],
      message: `Wrong numpy dtype (expected: "${expected}" found: "${found}")`,
      found,
      expected: [expected],
    });
  });

  test("what is none of several dtypes is told with all of them", () => {
    expect(checkDtype("<i4", ["<f4", "<f8"])).toEqual({
      code: "wrong_dtype",
      path: ["dtype"],
      message: 'Wrong numpy dtype (expected: "<f4" or "<f8" found: "<i4")',
      found: "<i4",
      expected: ["<f4", "<f8"],
    });
  });
});

describe("the dtype of a definition", () => {
  const one = (dtype: string | readonly string[]) =>
    datasetSchema({ name: "One", dataVars: { a: { dims: [], dtype } } });

  test("a big-endian one is not met by the same little-endian one", () => {
    const little = new Dataset({ dataVars: { a: NdArray.fromBytes("<f8", [], new Uint8Array(8)) } });
    expect(issuesOf(one("<f8"), little)).toEqual([]);
    expect(issuesOf(one(">f8"), little)).toEqual([
      {
        code: "wrong_dtype",
        path: ["data_vars", "a", "dtype"],
        message: 'Wrong numpy dtype (expected: ">f8" found: "<f8")',
        found: "<f8",
        expected: [">f8"],
      },
    ]);
  });

  test.each(["<f8", ">f8", "=f8", "|b1", "f8", "U0", "<U12", "|S5", "V16", "M8", "M8[ns]", "<m8[25s]", "<c16"])(
    "may be %s",
    (dtype) => {
      expect(one(dtype).definition.dataVars.a.dtype).toBe(dtype);
      expect(one(["<f8", dtype]).definition.dataVars.a.dtype).toEqual(["<f8", dtype]);
    },
  );

  // numpy takes these, but prints them otherwise; a schema compares what it prints.
  test.each(["float64", "d", "U", "int", "f8,f8", "<f8, i4", "datetime64[ns]", "f 8"])(
    "may not be %o, which numpy does not print",
    (dtype) => {
      const error = errorOf(() => one(dtype));
      expect(error.code).toBe("dtype");
      expect(error.codec).toBe("numpy");
      expect(error.message).toContain(JSON.stringify(dtype));
      expect(() => one(["<f8", dtype])).toThrow(FormatError);
    },
  );

  test.each(["", "<f7", "<x8", "[f8]", "<f8]"])("may not be %o, which numpy does not take", (dtype) => {
    expect(() => one(dtype)).toThrow(FormatError);
  });

  test("is told as the text that is no dtype, and how one looks", () => {
    expect(errorOf(() => one("float64")).message).toBe(
      '"float64" is no dtype as numpy prints it, such as "<f8": a schema compares texts',
    );
  });
});

function errorOf(call: () => unknown): FormatError {
  try {
    call();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
