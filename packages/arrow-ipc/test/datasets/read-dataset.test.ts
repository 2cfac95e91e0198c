import { Dataset } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import type { ArrowArray } from "../../src/datasets/arrow-table.ts";
import { readDataset } from "../../src/datasets/read-dataset.ts";

const options = { copy: "auto", maxTextBytes: 2 ** 20, maxDescriptionLength: 1000 } as const;
const none = { nullCount: 0, validity: new Uint8Array(0), offsets: new Int32Array(0), item: undefined };

/** A column that is one list of float64. */
function column(name: string, values: readonly number[], more: Partial<ArrowArray> = {}): ArrowArray {
  const itemField = { name: "item", type: "double", item: undefined };
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  const item = { ...none, field: itemField, length: values.length, values: bytes };
  const offsets = Int32Array.of(0, values.length);
  const field = { name, type: "list", item: itemField };
  return { ...none, field, length: 1, values: new Uint8Array(0), offsets, item, ...more };
}

const v = { dims: ["x"], attrs: { units: "Jy" }, dtype: "float64", shape: [2] };
const x = { dims: ["x"], attrs: {}, dtype: "float64", shape: [2] };
const description = { coords: { x }, attrs: { scan: 9 }, dims: { x: 2 }, data_vars: { v } };
const columns = [column("x", [10, 20]), column("v", [1, 2])];

function read(described: unknown, given: readonly ArrowArray[] = columns, metadata: object = {}, rows = 1): Dataset {
  const pairs = Object.entries({ xarray: JSON.stringify(described), ...metadata });
  return readDataset({ metadata: new Map(pairs), rows, columns: given }, options);
}

const refused = (code: string, message: string): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message });

const expected = new Dataset({
  dataVars: { v: ["x", [1, 2], { units: "Jy" }] },
  coords: { x: [10, 20] },
  attrs: { scan: 9 },
});

test("a Dataset is its description and a list for each variable", () => {
  expect(read(description).identical(expected)).toBe(true);
  expect(Object.keys(read(description).coords)).toEqual(["x"]);
});

test("the order of the columns does not matter, and parts that are left out are empty", () => {
  expect(read(description, columns.toReversed()).identical(expected)).toBe(true);
  const bare = read({ data_vars: { v } }, [column("v", [1, 2])]);
  expect(bare.identical(new Dataset({ dataVars: { v: ["x", [1, 2], { units: "Jy" }] } }))).toBe(true);
  expect(read({}, [], {}, 0).identical(new Dataset({}))).toBe(true);
});

test.each<[format: object, words: string]>([
  [{ "dataqueue:format": "other" }, "this is other 1; xarray-arrow 1 can be read"],
  [{ "dataqueue:version": "2" }, "this is xarray-arrow 2; xarray-arrow 1 can be read"],
  [{ "dataqueue:format": "other", "dataqueue:version": "2" }, "this is other 2; xarray-arrow 1 can be read"],
])("metadata %j are refused", (metadata, words) => {
  expect(() => read(description, columns, metadata)).toThrow(refused("version", words));
});

test("the format and its version may be told, and need not", () => {
  const told = { "dataqueue:format": "xarray-arrow", "dataqueue:version": "1" };
  expect(read(description, columns, told).identical(expected)).toBe(true);
});

test.each<[code: string, message: string, described: unknown, columns: readonly ArrowArray[], rows: number]>([
  ["format", "a Dataset is one row, not 0", description, columns, 0],
  ["format", "a Dataset is one row, not 2", description, columns, 2],
  ["metadata", "variable 'v' has no column", description, columns.slice(0, 1), 1],
  ["metadata", "variable 'x' has no column", description, columns.slice(1), 1],
  ["metadata", "variable 'v' has no column", { coords: { v }, data_vars: { v } }, columns.slice(1), 1],
  ["metadata", "column 'w' is no variable", description, [...columns, column("w", [])], 1],
  ["metadata", "two columns have the same name", description, [...columns, column("v", [1, 2])], 1],
  ["metadata", "attrs is not a dict", { ...description, attrs: [] }, columns, 1],
  ["metadata", "dims is not a dict", { ...description, dims: [] }, columns, 1],
  ["metadata", "coords is not a dict", { ...description, coords: [] }, columns, 1],
  ["metadata", "data_vars is not a dict", { ...description, data_vars: 1 }, columns, 1],
  ["metadata", "dims['x'] is not the size that variables have", { ...description, dims: { x: 3 } }, columns, 1],
  ["metadata", "dims['y'] is not the size that variables have", { ...description, dims: { x: 2, y: 1 } }, columns, 1],
  ["format", "column 'v' is not a list", description, [column("x", [1, 2]), column("v", [], { item: undefined })], 1],
])("a table is refused with code %s: %s", (code, message, described, given, rows) => {
  expect(() => read(described, given, {}, rows)).toThrow(refused(code, message));
});

test.each<[what: string, more: Partial<ArrowArray>]>([
  ["null", { nullCount: 1, validity: Uint8Array.of(0) }],
  ["without its first value", { offsets: Int32Array.of(1, 2) }],
  ["without its last value", { offsets: Int32Array.of(0, 1) }],
])("a list that is %s is refused", (_what, more) => {
  expect(() => read(description, [column("x", [1, 2]), column("v", [1, 2], more)])).toThrow(
    refused("size-mismatch", "the list of column 'v' is not all of its values"),
  );
});

test("errors about values name the column, not the items of its list", () => {
  const wrong = { ...description, data_vars: { v: { ...v, dtype: "float32" } } };
  expect(() => read(wrong)).toThrow(refused("dtype", "column 'v' of Arrow type double cannot hold <f4"));
});

test("sizes that are not those of the variables are refused for themselves, without another error as the cause", () => {
  const told = (): Dataset => read({ ...description, dims: { x: 3 } });
  expect(told).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
});

test("inconsistent variables are refused with the DatasetError as the cause", () => {
  const wrong = { ...description, data_vars: { v: { ...v, dims: ["x", "x"], shape: [1, 2] } } };
  expect(() => read(wrong)).toThrow(
    expect.objectContaining({ code: "metadata", cause: expect.objectContaining({ name: "DatasetError" }) }),
  );
});

test("__proto__ is a variable like any other", () => {
  const named = JSON.parse(`{"data_vars": {"__proto__": ${JSON.stringify(v)}}}`) as unknown;
  expect(Object.keys(read(named, [column("__proto__", [1, 2])]).dataVars)).toEqual(["__proto__"]);
});
