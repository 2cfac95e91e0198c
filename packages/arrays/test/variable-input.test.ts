import { describe, expect, test } from "vitest";

import { DataArray, Dataset, DatasetError, NaT, NdArray, Variable } from "../src/index.ts";
import type { VariableInput } from "../src/index.ts";

const x = NdArray.from([1, 2]);
const text = ["XX", "YY"];
const dates = [new Date(5), new Date(NaN)];

describe("a variable is given", () => {
  test.each<readonly [string, VariableInput, readonly string[], string, unknown]>([
    ["as dims and values", ["pol", text], ["pol"], "<U2", text],
    ["as a list of dims and values", [["pol"], text], ["pol"], "<U2", text],
    ["as a Variable", new Variable("y", x), ["y"], "<f8", [1, 2]],
    ["as a DataArray", new DataArray([1, 2], { dims: "y" }), ["y"], "<f8", [1, 2]],
    ["as dims and an array", ["y", x], ["y"], "<f8", [1, 2]],
    ["as dims and a typed array", ["y", Int8Array.of(1, 2)], ["y"], "|i1", [1, 2]],
    ["as no dims and a value", [[], 5], [], "<f8", 5],
    ["as no dims and a text", [[], "five"], [], "<U4", "five"],
    ["as dims and Dates", ["t", dates], ["t"], "<M8[ms]", [5n, NaT]],
    ["as no dims and a Date", [[], new Date(5)], [], "<M8[ms]", 5n],
    ["as two dims and nested lists", [["y", "z"], [[1n, 2n]]], ["y", "z"], "<i8", [[1n, 2n]]],
  ])("%s", (_, input, dims, dtype, values) => {
    const found = new Dataset({ dataVars: { v: input } }).get("v");
    expect([found.dims, found.dtype, found.data.toList()]).toEqual([dims, dtype, values]);
  });

  test.each<readonly [string, VariableInput, readonly string[], string, unknown]>([
    ["a number", 5, [], "<f8", 5],
    ["a bigint", 5n, [], "<i8", 5n],
    ["a text", "five", [], "<U4", "five"],
    ["a boolean", true, [], "|b1", true],
    ["a Date", new Date(7), [], "<M8[ms]", 7n],
    ["an invalid Date", new Date(NaN), [], "<M8[ms]", NaT],
    ["an array without dimensions", NdArray.from(5), [], "<f8", 5],
    ["an array", x, ["v"], "<f8", [1, 2]],
    ["a typed array", Uint8Array.of(1, 2), ["v"], "|u1", [1, 2]],
    ["one text in a list", ["a"], ["v"], "<U1", ["a"]],
    ["two texts", text, ["v"], "<U2", text],
    ["three texts", ["a", "b", "c"], ["v"], "<U1", ["a", "b", "c"]],
    ["four lists would be", [1, 2, 3, 4], ["v"], "<f8", [1, 2, 3, 4]],
    ["numbers", [1, 2], ["v"], "<f8", [1, 2]],
    ["one Date in a list", [new Date(7)], ["v"], "<M8[ms]", [7n]],
    ["two Dates", dates, ["v"], "<M8[ms]", [5n, NaT]],
    ["no values", [], ["v"], "<f8", []],
    ["complex numbers", [{ re: 1, im: 2 }], ["v"], "<c16", [{ re: 1, im: 2 }]],
  ])("as values alone: %s", (_, input, dims, dtype, values) => {
    const found = new Dataset({ coords: { v: input } }).get("v");
    expect([found.dims, found.dtype, found.data.toList()]).toEqual([dims, dtype, values]);
  });

  test("with its attributes", () => {
    const attrs = { units: "m" };
    const dataVars = {
      tuple: ["y", [1, 2], attrs],
      variable: new Variable("y", x, attrs),
      array: new DataArray([1, 2], { dims: "y", attrs }),
      typed: [["y", "z"], Float32Array.of(1, 2), attrs],
      none: ["y", [1, 2]],
    } as const;
    const dataset = new Dataset({ dataVars, coords: { z: [1] } });
    const found = Object.entries(dataset.dataVars).map(([name, variable]) => [name, variable.attrs]);
    expect(Object.fromEntries(found)).toEqual({ tuple: attrs, variable: attrs, array: attrs, typed: attrs, none: {} });
  });

  test("and does not keep the list of dims", () => {
    const dims = ["y"];
    const variable = new Variable(dims, x);
    const array = new DataArray([1, 2], { dims });
    dims[0] = "z";
    expect([variable.dims, array.dims]).toEqual([["y"], ["y"]]);
  });

  test.each<readonly [string, unknown, string]>([
    ["null", null, "null does not fit <f8"],
    ["a name and null", ["x", null], "object is not text"],
    ["Dates among others", [new Date(5), 5], '"1970-01-01T00:00:00.005Z" does not fit <f8'],
    ["numbers in rows", [[1, 2], [3, 4]], "values of shape (2, 2) cannot lie along (v)"], // prettier-ignore
    ["one row of text", [["a"]], "values of shape (1, 1) cannot lie along (v)"],
    ["four rows of text", [["a"], ["b"], ["c"], ["d"]], "values of shape (4, 1) cannot lie along (v)"],
  ])("but refused if the values are ambiguous or invalid: %s", (_, input, problem) => {
    expect(() => new Dataset({ coords: { v: input as never } })).toThrow(
      expect.objectContaining({ name: "DatasetError", problems: [`'v': ${problem}`] }),
    );
  });
});

describe("a flat typed array", () => {
  const flat = Float64Array.of(1, 2, 3, 4, 5, 6);

  test("takes its shape from other variables, in any order, without a copy", () => {
    const dataset = new Dataset({
      dataVars: { first: [["a", "b"], flat], last: [["b", "a"], flat] },
      coords: { b: [1, 2, 3], a: [1, 2] },
    });
    expect(dataset.get("first").data.toList()).toEqual([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    expect(dataset.get("last").data.toList()).toEqual([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    expect(dataset.get("first").data.data).toBe(flat);
    expect(dataset.dims).toEqual(["a", "b"]);
  });

  test("without dimensions is a single value", () => {
    const dataset = new Dataset({ dataVars: { v: [[], Int16Array.of(7)] } });
    expect([dataset.get("v").shape, dataset.get("v").data.at()]).toEqual([[], 7]);
  });

  test("that does not fill its dimensions, or has one of unknown size, is refused", () => {
    const problems = (dataVars: Readonly<Record<string, VariableInput>>): unknown => {
      try {
        return new Dataset({ dataVars, coords: { a: [1, 2] } });
      } catch (error) {
        return error instanceof DatasetError ? error.problems : error;
      }
    };
    expect(problems({ v: [["a", "b"], flat] })).toEqual([
      "'v': no other variable gives the size of (b); give an NdArray with a shape",
    ]);
    expect(problems({ v: [["b", "a", "c"], flat] })).toEqual([
      "'v': no other variable gives the size of (b, c); give an NdArray with a shape",
    ]);
    expect(problems({ v: [["a", "b"], flat], w: ["b", [1, 2]] })).toEqual([
      "'v': 6 values do not fill (2, 2) along (a, b)",
    ]);
    expect(problems({ v: [[], flat] })).toEqual(["'v': 6 values do not fill () along ()"]);
  });
});
