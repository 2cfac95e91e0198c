import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { DataArray, Dataset, NdArray, Variable } from "../src/index.ts";
import type { Indexer } from "../src/index.ts";

type Place = number | null;

const { cases } = JSON.parse(readFileSync(new URL("vectors/slices.json", import.meta.url), "utf8")) as {
  readonly cases: readonly (readonly [start: Place, stop: Place, step: Place, found: readonly number[]])[];
};

const five = new Variable("x", NdArray.from([0, 1, 2, 3, 4]));
const along = (x: Indexer): unknown => five.isel({ x }).data.toList();
const grid = new Variable(
  ["a", "b", "c"],
  NdArray.from(
    Int32Array.from({ length: 24 }, (_, index) => index),
    { shape: [2, 3, 4] },
  ),
  { units: "m" },
);

test("a range selects Python's range(5)[start:stop:step], around all edges", () => {
  expect(cases.length).toBe(700);
  for (const [start, stop, step, found] of cases) {
    const slice = { start: start ?? undefined, stop: stop ?? undefined, step: step ?? undefined };
    expect([slice, along(slice)]).toEqual([slice, found]);
  }
});

test("a range may be infinite", () => {
  expect(along({ start: -Infinity })).toEqual([0, 1, 2, 3, 4]);
  expect(along({ stop: Infinity })).toEqual([0, 1, 2, 3, 4]);
  expect(along({ start: Infinity, stop: -Infinity, step: -2 })).toEqual([4, 2, 0]);
  expect(along({ start: Infinity })).toEqual([]);
});

test("negative positions count from the end, and positions outside of the dimension are refused", () => {
  expect([along(0), along(4), along(-1), along(-5)]).toEqual([0, 4, 4, 0]);
  expect(along([4, -5, 0, 0])).toEqual([4, 0, 0, 0]);
  for (const index of [5, -6]) {
    const message = `index ${index} is out of bounds for dimension 'x' with size 5`;
    expect(() => along(index)).toThrow(new RangeError(message));
    expect(() => along([0, index])).toThrow(new RangeError(message));
  }
});

describe("a selection along several dimensions", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, Indexer>>, readonly string[], unknown])[] = [
    ["one position of the first", { a: 1 }, ["b", "c"], [[12, 13, 14, 15], [16, 17, 18, 19], [20, 21, 22, 23]]], // prettier-ignore
    ["one position of the last", { c: -1 }, ["a", "b"], [[3, 7, 11], [15, 19, 23]]], // prettier-ignore
    ["one of the middle", { b: 1 }, ["a", "c"], [[4, 5, 6, 7], [16, 17, 18, 19]]], // prettier-ignore
    ["lists of two", { a: [1, 0], c: [3, 1] }, ["a", "b", "c"], [[[15, 13], [19, 17], [23, 21]], [[3, 1], [7, 5], [11, 9]]]], // prettier-ignore
    ["a position, a range and a list", { a: 0, b: { start: 1 }, c: [0, 0] }, ["b", "c"], [[4, 4], [8, 8]]], // prettier-ignore
    ["a position of each", { a: 1, b: 2, c: 3 }, [], 23],
    ["nothing of the middle", { b: [] }, ["a", "b", "c"], [[], []]],
  ];
  test.each(cases)("%s", (_, indexers, dims, values) => {
    const part = grid.isel(indexers);
    expect([part.dims, part.data.toList(), part.dtype, part.attrs]).toEqual([dims, values, "<i4", { units: "m" }]);
  });

  test("is a copy, or the variable itself if nothing is selected", () => {
    const part = grid.isel({ a: [0, 1] });
    expect(part.data.toList()).toEqual(grid.data.toList());
    expect(part.data.data.buffer).not.toBe(grid.data.data.buffer);
    expect(grid.isel({})).toBe(grid);
    expect(grid.isel({ other: 0 })).toBe(grid);
  });

  test("works for text and complex numbers", () => {
    const names = new Variable("x", NdArray.from(["a", "bcd", "整形"]));
    expect(names.isel({ x: [2, 0] }).data.toList()).toEqual(["整形", "a"]);
    const gains = new Variable("x", NdArray.from([1, 2, 3, 4].map((re) => ({ re, im: -re }))));
    expect(gains.isel({ x: { step: 3 } }).data.toList()).toEqual([
      { re: 1, im: -1 },
      { re: 4, im: -4 },
    ]);
  });

  test("works for a dimension named constructor", () => {
    const odd = new Variable("constructor", NdArray.from([1, 2]));
    expect(odd.isel({})).toBe(odd);
    expect(odd.isel({ constructor: 1 }).data.at()).toBe(2);
  });
});

test("an undefined indexer selects everything", () => {
  expect(grid.isel({ a: undefined } as never)).toBe(grid);
});

test("an unknown dimension is refused with a list of the known ones", () => {
  const dataset = new Dataset({ dataVars: { v: [["x", "y"], [[1, 2]]] }, coords: { t: 5 } });
  expect(() => dataset.isel({ z: 0 })).toThrow(new RangeError("there is no dimension 'z' among (x, y)"));
  expect(() => dataset.get("v").isel({ z: 0 })).toThrow(new RangeError("there is no dimension 'z' among (x, y)"));
  expect(() => dataset.isel({ toString: 0 })).toThrow(RangeError);
});

test("coordinates are selected as well, and keep a single position as a scalar", () => {
  const array = new DataArray([[1, 2, 3]], {
    dims: ["a", "b"],
    coords: { b: ["x", "y", "z"] },
    name: "n",
    attrs: { u: 1 },
  });
  const part = array.isel({ b: 2 });
  expect([part.name, part.dims, part.data.toList(), part.coords["b"]?.data.at(), part.attrs]).toEqual(["n", ["a"], [3], "z", { u: 1 }]); // prettier-ignore
  const dataset = new Dataset({ dataVars: { array }, attrs: { of: "all" } }).isel({ b: [0] });
  expect([dataset.attrs, dataset.coords["b"]?.data.toList(), { ...dataset.sizes }]).toEqual([{ of: "all" }, ["x"], { a: 1, b: 1 }]); // prettier-ignore
});
