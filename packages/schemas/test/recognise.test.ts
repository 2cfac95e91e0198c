import { DataArray, Dataset, NdArray, RecordArray, Variable } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { isDataArray, isDataset, isDict, isNdArray, isRecord, isRecordArray } from "../src/recognise.ts";

const ndArray = NdArray.from([1, 2]);
const recordArray = new RecordArray([["a", "<f8"]], [1], new Uint8Array(8));
const dataArray = new DataArray([1, 2], { dims: ["time"] });
const dataset = new Dataset({ dataVars: { a: [["time"], [1, 2]] } });
const nothing: Record<string, unknown> = Object.create(null);
class Own {
  readonly field = 1;
}

/** What the properties of an array look like, of another copy of the package or without a class. */
const likeNdArray = { dtype: "<f8", shape: [2], data: new Float64Array(2) };
const likeRecordArray = { dtype: [["a", "<f8"]], shape: [1], column: () => [1] };
const likeDataArray = { dims: ["time"], data: likeNdArray, coords: {} };
const likeDataset = { dataVars: {}, coords: {}, attrs: {} };
const without = (record: object, name: string): object =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));

describe("isRecord", () => {
  test.each<[what: string, value: unknown]>([
    ["a dict", {}],
    ["a dict without prototype", nothing],
    ["an instance", new Own()],
    ["a Map", new Map()],
    ["a Dataset", dataset],
  ])("takes %s", (_what, value) => {
    expect(isRecord(value)).toBe(true);
  });

  test.each<[what: string, value: unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["text", "text"],
    ["a number", 1],
    ["a bigint", 1n],
    ["a boolean", true],
    ["a symbol", Symbol("a")],
    ["a function", () => 1],
    ["a list", []],
    ["a typed array", new Float64Array(1)],
    ["a view of bytes", new DataView(new ArrayBuffer(1))],
  ])("does not take %s", (_what, value) => {
    expect(isRecord(value)).toBe(false);
  });
});

describe("isDict", () => {
  test.each<[what: string, value: unknown]>([
    ["an empty object", {}],
    ["an object with names", { a: 1 }],
    ["an object without prototype", nothing],
    ["what looks like an array", likeNdArray],
  ])("takes %s", (_what, value) => {
    expect(isDict(value)).toBe(true);
  });

  test.each<[what: string, value: unknown]>([
    ["an instance", new Own()],
    ["an object that inherits of another", Object.create({ a: 1 })],
    ["a Map", new Map()],
    ["a Date", new Date(0)],
    ["a list", []],
    ["a typed array", new Uint8Array(1)],
    ["null", null],
    ["undefined", undefined],
    ["text", "text"],
    ["a function", Own],
  ])("does not take %s", (_what, value) => {
    expect(isDict(value)).toBe(false);
  });
});

describe("isNdArray", () => {
  test.each<[what: string, value: unknown]>([
    ["an NdArray", ndArray],
    ["an NdArray of no dimension", NdArray.from(1)],
    ["an array of another copy of the package", likeNdArray],
  ])("takes %s", (_what, value) => {
    expect(isNdArray(value)).toBe(true);
  });

  test.each<[what: string, value: unknown]>([
    ["null", null],
    ["a list", [1, 2]],
    ["a typed array", new Float64Array(2)],
    ["a list with an array's properties", Object.assign([], likeNdArray)],
    ["a RecordArray", recordArray],
    ["a DataArray", dataArray],
    ["what has no dtype", without(likeNdArray, "dtype")],
    ["what has fields for a dtype", { ...likeNdArray, dtype: [["a", "<f8"]] }],
    ["what has no shape", without(likeNdArray, "shape")],
    ["what has one size for a shape", { ...likeNdArray, shape: 2 }],
    ["what has no data", without(likeNdArray, "data")],
    ["what has a list for its data", { ...likeNdArray, data: [1, 2] }],
  ])("does not take %s", (_what, value) => {
    expect(isNdArray(value)).toBe(false);
  });
});

describe("isRecordArray", () => {
  test.each<[what: string, value: unknown]>([
    ["a RecordArray", recordArray],
    ["an array of another copy of the package", likeRecordArray],
  ])("takes %s", (_what, value) => {
    expect(isRecordArray(value)).toBe(true);
  });

  test.each<[what: string, value: unknown]>([
    ["undefined", undefined],
    ["a list with an array's properties", Object.assign([], likeRecordArray)],
    ["an NdArray", ndArray],
    ["what has a text for a dtype", { ...likeRecordArray, dtype: "<f8" }],
    ["what has no dtype", without(likeRecordArray, "dtype")],
    ["what has no shape", without(likeRecordArray, "shape")],
    ["what has one size for a shape", { ...likeRecordArray, shape: 1 }],
    ["what has no columns", without(likeRecordArray, "column")],
  ])("does not take %s", (_what, value) => {
    expect(isRecordArray(value)).toBe(false);
  });
});

describe("isDataArray", () => {
  test.each<[what: string, value: unknown]>([
    ["a DataArray", dataArray],
    ["a variable of a Dataset by its name", dataset.get("a")],
    ["an array of another copy of the package", likeDataArray],
  ])("takes %s", (_what, value) => {
    expect(isDataArray(value)).toBe(true);
  });

  test.each<[what: string, value: unknown]>([
    ["null", null],
    ["a list with an array's properties", Object.assign([], likeDataArray)],
    ["a Variable, which has no coordinates", new Variable(["time"], ndArray)],
    ["a Dataset", dataset],
    ["the dict of an array of lists", { dims: ["time"], data: [1, 2], coords: {} }],
    ["what has no dims", without(likeDataArray, "dims")],
    ["what has one name for its dims", { ...likeDataArray, dims: "time" }],
    ["what has no data", without(likeDataArray, "data")],
    ["what has a list for its coordinates", { ...likeDataArray, coords: [] }],
  ])("does not take %s", (_what, value) => {
    expect(isDataArray(value)).toBe(false);
  });
});

describe("isDataset", () => {
  test.each<[what: string, value: unknown]>([
    ["a Dataset", dataset],
    ["an empty Dataset", new Dataset()],
    ["a Dataset of another copy of the package", likeDataset],
  ])("takes %s", (_what, value) => {
    expect(isDataset(value)).toBe(true);
  });

  test.each<[what: string, value: unknown]>([
    ["null", null],
    ["a list with a Dataset's properties", Object.assign([], likeDataset)],
    ["a DataArray", dataArray],
    ["the dict of a Dataset", dataset.toDict()],
    ["what has no data variables", without(likeDataset, "dataVars")],
    ["what has a list of data variables", { ...likeDataset, dataVars: [] }],
    ["what has no coordinates", without(likeDataset, "coords")],
    ["what has a list of coordinates", { ...likeDataset, coords: [] }],
    ["what has no attributes", without(likeDataset, "attrs")],
    ["what has null for its attributes", { ...likeDataset, attrs: null }],
  ])("does not take %s", (_what, value) => {
    expect(isDataset(value)).toBe(false);
  });
});
