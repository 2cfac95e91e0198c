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

/** The dataset of `dataset()` in generate_array_vectors.py. */
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

describe("as xarray", () => {
  test("a Dataset is printed, in a log too", () => {
    expect(dataset.toString()).toBe(vectors.repr);
    expect(inspect(dataset)).toBe(vectors.repr);
  });

  for (const selection of vectors.selections) {
    test(`${selection.method} ${JSON.stringify(selection.by)} takes the same part`, () => {
      const part = selection.method === "isel" ? dataset.isel(selection.by) : dataset.sel(selection.by);
      expect({ ...part.sizes }).toEqual(selection.sizes);
      expect(part.get("offset").data.toNested()).toEqual(selection.offset);
      expect(part.get("antenna").data.toNested()).toEqual(selection.antenna);
      expect(part.toString()).toBe(selection.repr);
    });
  }

  for (const { get, repr } of vectors.arrays) {
    test(`get gives ${get} with the coordinates along it`, () => {
      expect(dataset.get(get).toString()).toBe(repr);
    });
  }

  test("what is not there is named", () => {
    expect(() => dataset.get("nothing")).toThrow("there is no variable 'nothing' among (offset, flag, gain,");
    expect(() => dataset.isel({ nothing: 0 })).toThrow(RangeError);
    expect(() => dataset.isel({ antenna: 3 })).toThrow("index 3 is out of bounds for dimension 'antenna' with size 3");
    expect(() => dataset.isel({ antenna: { step: 0 } })).toThrow(RangeError);
    expect(() => dataset.sel({ antenna: "SKA003" })).toThrow("coordinate 'antenna' has no label 'SKA003'");
    expect(() => dataset.get("offset").isel({ time: 0 })).toThrow(RangeError);
  });

  test("labels are numbers, bigints and dates as they are meant", () => {
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
    expect(dates.coords["time"]?.data.toNested()).toEqual([1_772_366_400_000n, NaT]);
    expect(dates.coords["made"]?.shape).toEqual([]);
    expect(dates.sel({ time: new Date("2026-03-01T12:00Z") }).data.at()).toBe(1);
    const twice = new DataArray([1, 2], { dims: "x", coords: { x: [5n, 5n] } });
    expect(() => twice.sel({ x: 5 })).toThrow("coordinate 'x' has 5 2 times");
  });
});

describe("variables that do not fit together", () => {
  test("are all told at once", () => {
    let error: unknown;
    try {
      void new Dataset({
        dataVars: {
          a: ["x", [1, 2]],
          b: ["x", [1, 2, 3]],
          c: [
            ["x", "y"],
            [1, 2],
          ],
          d: [["z", "z"], [[1]]],
        },
      });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({ name: "DatasetError", code: "INCONSISTENT" });
    const { problems } = error as DatasetError;
    expect(problems.length).toBeGreaterThanOrEqual(3);
    for (const name of ["b", "c", "d"]) expect(problems.join("\n")).toMatch(new RegExp(`'${name}'|${name}`));
  });

  test("names from data are just names", () => {
    const odd = new Dataset({ dataVars: { constructor: ["toString", [1, 2]] } });
    expect(odd.has("constructor")).toBe(true);
    expect(odd.has("hasOwnProperty")).toBe(false);
    expect(odd.get("constructor").sizes).toEqual(Object.assign(Object.create(null), { toString: 2 }));
  });
});

test("dicts come back as the Dataset and DataArray that they were made of", () => {
  expect(Dataset.fromDict(dataset.toDict()).identical(dataset)).toBe(true);
  const offset = dataset.get("offset");
  expect(DataArray.fromDict(offset.toDict()).identical(offset)).toBe(true);
  expect(Dataset.fromDict(dataset.toDict()).identical(dataset.isel({ antenna: [0, 1, 2] }))).toBe(true);
  expect(dataset.identical(dataset.isel({ antenna: [0, 2, 1] }))).toBe(false);
  expect(() => Dataset.fromDict({ data_vars: { a: { dims: 5 } } })).toThrow(DatasetError);
});
