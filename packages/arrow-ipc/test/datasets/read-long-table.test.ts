import { Dataset } from "@dataqueues/arrays";
import { expect, test } from "vitest";
import type { ArrowArray } from "../../src/datasets/arrow-table.ts";
import { readLongTable } from "../../src/datasets/read-long-table.ts";

const options = { copy: "auto", maxTextBytes: 2 ** 20, maxDescriptionLength: 1000 } as const;
const none = { nullCount: 0, validity: new Uint8Array(0), offsets: new Int32Array(0), item: undefined };

function column(name: string, type: string, values: ArrayBufferView, length: number): ArrowArray {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { ...none, field: { name, type, item: undefined }, length, values: bytes };
}

const doubles = (name: string, ...values: number[]): ArrowArray =>
  column(name, "double", Float64Array.from(values), values.length);

function texts(name: string, type: "string" | "binary", ...items: string[]): ArrowArray {
  const offsets = Int32Array.from([0, ...items.map((_, index) => items.slice(0, index + 1).join("").length)]);
  const bytes = new TextEncoder().encode(items.join(""));
  return { ...none, field: { name, type, item: undefined }, length: items.length, values: bytes, offsets };
}

function read(described: object, columns: readonly ArrowArray[], rows: number, version = "v1"): Dataset {
  const metadata = new Map([
    ["xarray", JSON.stringify(described)],
    ["xarray:arrow_schema_version", version],
  ]);
  return readLongTable({ metadata, rows, columns }, options);
}

const refused = (code: string, message: string): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message });

const coord = (dims: readonly string[], shape: readonly number[]): object => ({
  dims,
  shape,
  attrs: {},
  dtype: "float64",
});
const grid = { name: "power", dims: ["x", "y"], shape: [2, 3], attrs: { units: "Jy" } };
const power = doubles("power", 1, 2, 3, 4, 5, 6);
const valuesOf = (dataset: Dataset, name: string): unknown => dataset.get(name).data.toList();

test("the last column has the values, whatever its name is", () => {
  const dataset = read(
    grid,
    [doubles("power", 0, 0, 0, 0, 0, 0), { ...power, field: { ...power.field, name: "odd" } }],
    6,
  );
  expect(Object.keys(dataset.dataVars)).toEqual(["power"]);
  expect(valuesOf(dataset, "power")).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(dataset.get("power").attrs).toEqual({ units: "Jy" });
});

test("an array without a name, or attributes, has xarray's name for that", () => {
  for (const name of [undefined, null, 7]) {
    const dataset = read({ dims: ["t"], shape: [2], name }, [doubles("values", 1, 2)], 2);
    expect(Object.keys(dataset.dataVars)).toEqual(["__xarray_dataarray_variable__"]);
    expect(dataset.get("__xarray_dataarray_variable__").attrs).toEqual({});
  }
});

test("coordinates are taken from the first row in which they stand, along dimensions in any order", () => {
  const coords = {
    x: { ...coord(["x"], [2]), attrs: { units: "m" } },
    y: coord(["y"], [3]),
    place: coord(["y", "x"], [3, 2]),
    height: coord([], []),
  };
  const dataset = read(
    { ...grid, coords },
    [
      doubles("x", 10, 10, 10, 20, 20, 20),
      doubles("y", 1, 2, 3, 1, 2, 3),
      doubles("place", 0, 2, 4, 1, 3, 5),
      doubles("height", 7, 7, 7, 7, 7, 7),
      power,
    ],
    6,
  );
  expect(Object.keys(dataset.coords)).toEqual(["x", "y", "place", "height"]);
  expect([valuesOf(dataset, "x"), valuesOf(dataset, "y"), valuesOf(dataset, "height")]).toEqual([
    [10, 20],
    [1, 2, 3],
    7,
  ]);
  expect(valuesOf(dataset, "place")).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(dataset.get("x").attrs).toEqual({ units: "m" });
});

test("three dimensions are told apart", () => {
  const cube = { name: "v", dims: ["a", "b", "c"], shape: [2, 3, 2], attrs: {} };
  const rows = Array.from({ length: 12 }, (_, row) => row);
  const at = [
    rows.map((row) => Math.floor(row / 6)),
    rows.map((row) => Math.floor(row / 2) % 3),
    rows.map((row) => row % 2),
  ];
  const coords = { a: coord(["a"], [2]), b: coord(["b"], [3]), c: coord(["c"], [2]), both: coord(["c", "a"], [2, 2]) };
  const columns = ["a", "b", "c"].map((name, axis) => doubles(name, ...(at[axis] ?? [])));
  const both = doubles("both", ...rows.map((row) => 10 * (row % 2) + Math.floor(row / 6)));
  const dataset = read({ ...cube, coords }, [...columns, both, doubles("v", ...rows)], 12);
  expect([valuesOf(dataset, "a"), valuesOf(dataset, "b"), valuesOf(dataset, "c")]).toEqual([
    [0, 1],
    [0, 1, 2],
    [0, 1],
  ]);
  expect(valuesOf(dataset, "both")).toEqual([
    [0, 1],
    [10, 11],
  ]);
});

test("a table without rows keeps coordinates without length", () => {
  const empty = { name: "v", dims: ["x", "y"], shape: [0, 3], coords: { x: coord(["x"], [0]) } };
  const dataset = read(empty, [doubles("x"), doubles("v")], 0);
  expect(dataset.sizes).toEqual({ x: 0, y: 3 });
  expect(dataset.get("x").shape).toEqual([0]);
});

test("a coordinate without values takes no time, however long its other dimensions are", () => {
  const endless = { name: "v", dims: ["x", "y"], shape: [2 ** 40, 0], coords: { c: coord(["x", "y"], [2 ** 40, 0]) } };
  expect(read(endless, [doubles("c"), doubles("v")], 0).get("c").shape).toEqual([2 ** 40, 0]);
});

test.each<[dtype: string, column: ArrowArray]>([
  ["|i1", column("v", "int8", new Int8Array(2), 2)],
  ["<i2", column("v", "int16", new Int16Array(2), 2)],
  ["<i4", column("v", "int32", new Int32Array(2), 2)],
  ["<i8", column("v", "int64", new BigInt64Array(2), 2)],
  ["|u1", column("v", "uint8", new Uint8Array(2), 2)],
  ["<u2", column("v", "uint16", new Uint16Array(2), 2)],
  ["<u4", column("v", "uint32", new Uint32Array(2), 2)],
  ["<u8", column("v", "uint64", new BigUint64Array(2), 2)],
  ["<f2", column("v", "halffloat", new Uint16Array(2), 2)],
  ["<f4", column("v", "float", new Float32Array(2), 2)],
  ["<f8", column("v", "double", new Float64Array(2), 2)],
  ["|b1", column("v", "bool", Uint8Array.of(3), 2)],
  ["<M8[s]", column("v", "timestamp[s]", new BigInt64Array(2), 2)],
  ["<M8[ms]", column("v", "timestamp[ms]", new BigInt64Array(2), 2)],
  ["<m8[us]", column("v", "duration[us]", new BigInt64Array(2), 2)],
  ["<m8[ns]", column("v", "duration[ns]", new BigInt64Array(2), 2)],
  ["<U3", texts("v", "string", "a", "bcd")],
  ["|S3", texts("v", "binary", "a", "bcd")],
])("values of dtype %s need no word for it", (dtype, values) => {
  expect(read({ name: "v", dims: ["x"], shape: [2] }, [values], 2).get("v").dtype).toBe(dtype);
});

const x = coord(["x"], [2]);
const xs = doubles("x", 10, 10, 10, 20, 20, 20);
const list: ArrowArray = { ...power, field: { name: "power", type: "list", item: power.field } };

test.each<
  [code: string, message: string, described: object, columns: readonly ArrowArray[], rows: number, version?: string]
>([
  ["version", "xarray:arrow_schema_version v2 is not v1", grid, [power], 6, "v2"],
  ["size-mismatch", "5 rows do not fill the shape (2, 3)", grid, [power], 5],
  ["metadata", "xarray has 1 dims for a shape of 2", { ...grid, dims: ["x"] }, [power], 6],
  ["metadata", "xarray.dims is not a list of names", { ...grid, dims: "xy" }, [power], 6],
  ["metadata", "xarray.shape is not a list of sizes", { ...grid, shape: [6, "1"] }, [power], 6],
  ["metadata", "there is no column 'power'", { ...grid, shape: [2, 0] }, [], 0],
  ["metadata", "there is no column 'x'", { ...grid, coords: { x } }, [power], 6],
  ["metadata", "coords is not a dict", { ...grid, coords: [] }, [power], 6],
  ["metadata", "attrs is not a dict", { ...grid, attrs: [] }, [power], 6],
  [
    "metadata",
    "coordinate 'x' does not lie along dimensions of the values",
    { ...grid, coords: { x: coord(["z"], [2]) } },
    [xs, power],
    6,
  ],
  [
    "metadata",
    "coordinate 'x' does not lie along dimensions of the values",
    { ...grid, coords: { x: coord(["y"], [2]) } },
    [xs, power],
    6,
  ],
  [
    "metadata",
    "coordinate 'x' does not lie along dimensions of the values",
    { ...grid, coords: { x: coord(["x", "x"], [2, 2]) } },
    [xs, power],
    6,
  ],
  [
    "metadata",
    "coordinate 'x' does not lie along dimensions of the values",
    { ...grid, coords: { x: coord(["x", "y"], [2, 2]) } },
    [xs, power],
    6,
  ],
  [
    "metadata",
    "a table without rows has lost the coordinate 'x'",
    { ...grid, shape: [2, 0], coords: { x } },
    [doubles("x"), doubles("power")],
    0,
  ],
  [
    "metadata",
    "a table without rows has lost the coordinate 'x'",
    { ...grid, shape: [2, 0], coords: { x: coord([], []) } },
    [doubles("x"), doubles("power")],
    0,
  ],
  [
    "size-mismatch",
    "column 'x' has 5 values for the shape (6)",
    { ...grid, coords: { x } },
    [doubles("x", 1, 1, 1, 2, 2), power],
    6,
  ],
  ["size-mismatch", "column 'power' has 5 values for the shape (2, 3)", grid, [doubles("power", 1, 2, 3, 4, 5)], 6],
  ["format", "values of Arrow type list cannot be read from this table", grid, [list], 6],
])("a table is refused with code %s: %s", (code, message, described, columns, rows, version) => {
  expect(() => read(described, columns, rows, version)).toThrow(refused(code, message));
});

test("a description over the limit is refused", () => {
  const long = { ...grid, attrs: { history: "a".repeat(1000) } };
  expect(() => read(long, [power], 6)).toThrow(/more than maxDescriptionLength \(1000\)/);
});

test("names with a meaning in JavaScript are names as any other", () => {
  const coords = JSON.parse(`{"__proto__": ${JSON.stringify(x)}}`) as unknown;
  const dataset = read(
    { ...grid, name: "constructor", coords },
    [{ ...xs, field: { ...xs.field, name: "__proto__" } }, power],
    6,
  );
  expect([Object.keys(dataset.coords), Object.keys(dataset.dataVars)]).toEqual([["__proto__"], ["constructor"]]);
});

test("text counts over all columns", () => {
  const described = { name: "v", dims: ["x"], shape: [2], coords: { c: { ...coord(["x"], [2]), dtype: "<U2" } } };
  const metadata = new Map([
    ["xarray", JSON.stringify(described)],
    ["xarray:arrow_schema_version", "v1"],
  ]);
  const table = { metadata, rows: 2, columns: [texts("c", "string", "ab", "c"), texts("v", "string", "d", "e")] };
  expect(
    readLongTable(table, { ...options, maxTextBytes: 24 }).identical(
      new Dataset({ dataVars: { v: ["x", ["d", "e"]] }, coords: { c: ["x", ["ab", "c"]] } }),
    ),
  ).toBe(true);
  expect(() => readLongTable(table, { ...options, maxTextBytes: 23 })).toThrow(
    expect.objectContaining({ code: "text-size" }),
  );
});
