import { expect, test } from "vitest";

import { DataArray, Dataset, NdArray, descrToDtype, shapeSize, RecordArray, Variable } from "../src/index.ts";

const array = NdArray.from([1, 2]);
const records = new RecordArray([["a", "|u1"]], [2], Uint8Array.of(1, 2));
const nonsense = (value: unknown): never => value as never;

const noObject = [null, 5, "x", [], true];
const noList = [null, undefined, 5, "2", {}, new Uint8Array(1)];
const noShape = [[-1], [0.5], [NaN], ["2"], [2n], [null], [Infinity], Array.from({ length: 65 }, () => 1)];
const noDtype = [null, undefined, 5, {}, true, Symbol("x"), () => "<f8"];
const noData = [null, undefined, 5, [1, 2], "xx", new DataView(new ArrayBuffer(16)), new ArrayBuffer(16)];

const cases: readonly (readonly [name: string, values: readonly unknown[], act: (value: never) => unknown])[] = [
  ["dtype", noDtype, (value) => new NdArray<string>(value, [2], new Float64Array(2))],
  ["shape", [...noList, ...noShape], (value) => new NdArray("<f8", value, new Float64Array(2))],
  ["data", noData, (value) => new NdArray("<f8", [2], value)],
  ["options", [null, 5, true], (value) => NdArray.from([1, 2], value)],
  ["dtype", noDtype.filter((value) => value !== undefined), (value) => NdArray.from([1], { dtype: value })],
  ["shape", [null, 5, "2", {}, ...noShape], (value) => NdArray.from([1, 2], { shape: value })],
  ["items", [null, undefined, 5, new Float64Array(2)], (value) => NdArray.fromItems("<f8", [2], value)],
  ["shape", [...noList, ...noShape], (value) => NdArray.fromItems("<f8", value, [1, 2])],
  ["shape", [...noList, ...noShape], (value) => NdArray.fromBytes("|u1", value, new Uint8Array(2))],
  ["bytes", [...noData, new Int8Array(2)], (value) => NdArray.fromBytes("|u1", [2], value)],
  ["copy", ["nevr", "", null, true, 1], (value) => NdArray.fromBytes("|u1", [2], new Uint8Array(2), value)],
  ["dtype", noDtype, (value) => new RecordArray(value, [2], new Uint8Array(2))],
  ["shape", [...noList, ...noShape], (value) => new RecordArray([["a", "|u1"]], value, new Uint8Array(2))],
  ["data", [...noData, new Int8Array(2)], (value) => new RecordArray([["a", "|u1"]], [2], value)],
  ["columns", [...noObject, undefined], (value) => RecordArray.fromColumns([["a", "|u1"]], value)],
  ["dtype", noDtype, (value) => descrToDtype(value)],
  ["shape", [...noList, ...noShape], (value) => shapeSize(value)],
  ["shape of field a", noShape, (value) => descrToDtype([["a", "<f8", value]])],
  ["options", noObject, (value) => new Dataset(value)],
  ["dataVars", noObject, (value) => new Dataset({ dataVars: value })],
  ["coords", noObject, (value) => new Dataset({ coords: value })],
  ["attrs", noObject, (value) => new Dataset({ attrs: value })],
  ["options", noObject, (value) => new DataArray([1], value)],
  ["dims", [null, 5, {}, [5], [null]], (value) => new DataArray([1], { dims: value })],
  ["coords", noObject, (value) => new DataArray([1], { coords: value })],
  ["attrs", noObject, (value) => new DataArray([1], { attrs: value })],
  ["name", [null, 5, {}, []], (value) => new DataArray([1], { name: value })],
  ["dims", [null, undefined, 5, {}, [5]], (value) => new Variable(value, array)],
  ["data", [null, undefined, [1, 2], new Float64Array(2)], (value) => new Variable("x", value)],
  ["attrs", noObject, (value) => new Variable("x", array, value)],
];

test.each(cases)("an invalid %s is refused by its name (%#)", (name, values, act) => {
  for (const value of values) {
    expect(() => act(nonsense(value))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(`^${name}\\b`) }),
    );
  }
});

test("an index that is not a whole number is out of bounds", () => {
  for (const index of [0.5, NaN, Infinity, -3, 2]) {
    expect(() => array.at(index)).toThrow(RangeError);
    expect(() => array.item(index)).toThrow(RangeError);
    expect(() => records.row(index)).toThrow(RangeError);
    expect(() => new Variable("x", array).isel({ x: index })).toThrow(RangeError);
    expect(() => new Variable("x", array).isel({ x: [index] })).toThrow(RangeError);
  }
});

test("a range with a start, stop or step that is not a whole number is refused by its name", () => {
  const along = new Variable("x", array);
  for (const place of [0.5, NaN, nonsense("1"), nonsense(null), nonsense(1n)]) {
    expect(() => along.isel({ x: { start: place } })).toThrow(/^start along 'x' must be a whole number/);
    expect(() => along.isel({ x: { stop: place } })).toThrow(/^stop along 'x' must be a whole number/);
    expect(() => along.isel({ x: { step: place } })).toThrow(/^step along 'x'/);
  }
  expect(() => along.isel({ x: nonsense("1") })).toThrow(/^the indexer along 'x' must be/);
});

test("an invalid Date is not a label", () => {
  const dataset = new Dataset({ coords: { t: [new Date(0)] } });
  expect(() => dataset.sel({ t: new Date(NaN) })).toThrow("has no label an invalid Date");
});
