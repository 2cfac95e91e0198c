import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { DataArray, Dataset, DatasetError, NaT, NdArray } from "../src/index.ts";
import type { Indexer, Labels } from "../src/index.ts";

type Selection = {
  readonly sizes: Readonly<Record<string, number>>;
  readonly offset: unknown;
  readonly antenna: unknown;
  readonly repr: string;
} & (
  | { readonly method: "isel"; readonly by: Readonly<Record<string, Indexer>> }
  | { readonly method: "sel"; readonly by: Readonly<Record<string, Labels>> }
);

const vectors = JSON.parse(readFileSync(new URL("vectors/xarray.json", import.meta.url), "utf8")) as {
  readonly repr: string;
  readonly selections: readonly Selection[];
  readonly arrays: readonly { readonly get: string; readonly repr: string }[];
};

/** The dataset of `dataset()` in array_vectors.py. */
const dataset = new Dataset({
  dataVars: {
    offset: [["antenna", "angle"], Float64Array.of(0, 0.125, 0.25, 0.375, 0.5, 0.625), { units: "rad" }],
    flag: ["antenna", [true, false, true]],
    gain: ["antenna", NdArray.from(Float32Array.of(1, 2, 0, 3, -1, 0), "<c8")],
  },
  coords: {
    antenna: ["SKA001", "SKA002", "SKA010"],
    angle: ["az", "el"],
    time: NdArray.from(BigInt(Date.UTC(2026, 0, 2, 3, 4, 5)) * 1_000_000n, "<M8[ns]"),
    height: ["antenna", NdArray.from([1, 2, 3], "<i4")],
  },
  attrs: { data_model: "PointingTable", scan: 3, channels: [1, 2] },
});

function errorOf(act: () => unknown): DatasetError {
  try {
    act();
  } catch (error) {
    if (error instanceof DatasetError) return error;
    throw error;
  }
  return expect.fail("there was no error");
}

describe("as in xarray", () => {
  test("a Dataset is printed, also by Node's console", () => {
    expect(dataset.toString()).toBe(vectors.repr);
    expect(inspect(dataset)).toBe(vectors.repr);
  });

  for (const selection of vectors.selections) {
    test(`${selection.method} ${JSON.stringify(selection.by)} selects the same part`, () => {
      const part = selection.method === "isel" ? dataset.isel(selection.by) : dataset.sel(selection.by);
      expect({ ...part.sizes }).toEqual(selection.sizes);
      expect(part.get("offset").data.toList()).toEqual(selection.offset);
      expect(part.get("antenna").data.toList()).toEqual(selection.antenna);
      expect(part.toString()).toBe(selection.repr);
    });
  }

  for (const { get, repr } of vectors.arrays) {
    test(`get returns ${get} with the coordinates along it`, () => {
      expect(dataset.get(get).toString()).toBe(repr);
    });
  }

  test("unknown names, dimensions and labels are refused by name", () => {
    expect(() => dataset.get("nothing")).toThrow("there is no variable 'nothing' among (offset, flag, gain,");
    expect(() => dataset.isel({ nothing: 0 })).toThrow(RangeError);
    expect(() => dataset.isel({ antenna: 3 })).toThrow("index 3 is out of bounds for dimension 'antenna' with size 3");
    expect(() => dataset.isel({ antenna: { step: 0 } })).toThrow(RangeError);
    expect(() => dataset.sel({ antenna: "SKA003" })).toThrow("coordinate 'antenna' has no label 'SKA003'");
    expect(() => dataset.get("offset").isel({ time: 0 })).toThrow(RangeError);
  });

  test("labels may be numbers, bigints and dates", () => {
    const times = new DataArray([1, 2], {
      dims: "time",
      coords: { time: NdArray.from([0n, 1_000_000_000n], "<M8[ns]") },
    });
    expect(times.sel({ time: new Date(1000) }).data.at()).toBe(2);
    const dates = new DataArray([1, 2], {
      dims: "time",
      coords: { time: [new Date("2026-03-01T12:00Z"), new Date(NaN)], made: new Date(0) },
    });
    expect(dates.coords["time"]?.dtype).toBe("<M8[ms]");
    expect(dates.coords["time"]?.data.toList()).toEqual([1_772_366_400_000n, NaT]);
    expect(dates.coords["made"]?.shape).toEqual([]);
    expect(dates.sel({ time: new Date("2026-03-01T12:00Z") }).data.at()).toBe(1);
    const twice = new DataArray([1, 2], { dims: "x", coords: { x: [5n, 5n] } });
    expect(() => twice.sel({ x: 5 })).toThrow("coordinate 'x' has 5 2 times");
  });
});

describe("variables that do not fit together", () => {
  test("are all listed in one error", () => {
    const error = errorOf(
      () =>
        new Dataset({
          dataVars: {
            a: ["x", [1, 2]],
            b: ["x", [1, 2, 3]],
            c: [
              ["x", "y"],
              [1, 2],
            ],
            d: [["z", "z"], [[1]]],
            e: [["x", "q"], new Float32Array(4)],
            f: [["x", "w"], new Float32Array(5)],
            g: ["w", [1, 2]],
            h: ["x", ["a", "b"]],
            i: ["ragged", [[1, 2], [3]]],
            x: [["x", "w"], new Float32Array(4)],
          },
          coords: { h: 5 },
        }),
    );
    expect(error).toMatchObject({ name: "DatasetError", code: "INCONSISTENT" });
    expect(error.problems).toEqual([
      "'h' is both a data variable and a coordinate",
      "'i': the lists are not equally long and deep",
      "dimension 'x' has size 2 in 'a', but 3 in 'b'",
      "'c': values of shape (2) cannot lie along (x, y)",
      "'d': two dimensions are named 'z'",
      "'e': no other variable gives the size of (q); give an NdArray with a shape",
      "'f': 5 values do not fill (2, 2) along (x, w)",
      "'x' has a dimension's name, so it must lie along ('x'), not (x, w)",
    ]);
    for (const problem of error.problems) expect(error.message).toContain(`\n * ${problem}`);
  });

  test("are listed for a DataArray, and for DataArrays in a Dataset", () => {
    const coords = { x: [1, 2, 3], z: ["q", [1]] } as const;
    expect(errorOf(() => new DataArray([1, 2], { dims: "x", coords })).problems).toEqual([
      "dimension 'x' has size 2 in 'values', but 3 in 'x'",
      "coordinate 'z' lies along (q), the values along (x)",
    ]);
    const one = new DataArray([1, 2], { dims: "x", coords: { x: ["a", "b"] } });
    const other = new DataArray([1, 2], { dims: "x", coords: { x: ["a", "c"] } });
    expect(errorOf(() => new Dataset({ dataVars: { one, other } })).problems).toEqual([
      "'other' brings a different coordinate 'x'",
    ]);
    const height = [["x", "y"], Float64Array.of(1, 2)] as const;
    const hilly = new DataArray([[1], [2]], { dims: ["x", "y"], coords: { height } });
    expect(new Dataset({ dataVars: { hilly }, coords: { height } }).get("height").data.toList()).toEqual([[1], [2]]);
    expect(new Dataset({ dataVars: { one, same: one } }).coords["x"]?.data.toList()).toEqual(["a", "b"]);
  });

  test("names such as constructor are safe", () => {
    const odd = new Dataset({ dataVars: { constructor: ["toString", [1, 2]] } });
    expect(odd.has("constructor")).toBe(true);
    expect(odd.has("hasOwnProperty")).toBe(false);
    expect(odd.get("constructor").sizes).toEqual(Object.assign(Object.create(null), { toString: 2 }));
  });
});

test("a round trip through dicts gives an identical Dataset and DataArray", () => {
  expect(Dataset.fromDict(dataset.toDict()).identical(dataset)).toBe(true);
  const offset = dataset.get("offset");
  expect(DataArray.fromDict(offset.toDict()).identical(offset)).toBe(true);
  expect(Dataset.fromDict(dataset.toDict()).identical(dataset.isel({ antenna: [0, 1, 2] }))).toBe(true);
  expect(dataset.identical(dataset.isel({ antenna: [0, 2, 1] }))).toBe(false);
  expect(() => Dataset.fromDict({ data_vars: { a: { dims: 5 } } })).toThrow(DatasetError);
});
