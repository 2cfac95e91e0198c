import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Dataset, NaT } from "@dataqueues/arrays";
import {
  Dictionary,
  Field,
  Float16,
  Float64,
  Int32,
  List,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  TimestampSecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect, test } from "vitest";
import { fromTable, toTable } from "../src/index.ts";
import { describeVariables, errorOf, readTable, tables } from "./table-vectors.ts";

test.for(tables)("$file becomes the Dataset that pandas makes of it", ({ file, dim, variables }) => {
  const dataset = fromTable(readTable(file), { dim });
  expect(describeVariables(dataset)).toEqual(variables);
  expect(Object.keys(dataset.coords)).toEqual(dim === "index" ? [] : [dim]);
});

test("nulls among float16 are NaN, with and without Float16Array", () => {
  const nulls = { nullCount: 1, nullBitmap: Uint8Array.of(0b01) };
  // 1 as float16, and 1 again where the null is.
  const data = makeData({ type: new Float16(), data: Uint16Array.of(0x3c00, 0x3c00), ...nulls });
  const table = new Table({ v: makeVector(data) });
  const read = (): unknown[] => [...fromTable(table).get("v").data];
  expect(read()).toEqual([1, NaN]);
  const found = Reflect.getOwnPropertyDescriptor(globalThis, "Float16Array");
  try {
    Reflect.deleteProperty(globalThis, "Float16Array");
    expect(read()).toEqual([1, NaN]);
  } finally {
    if (found !== undefined) Object.defineProperty(globalThis, "Float16Array", found);
  }
});

test("numbers and times are views of the Table's buffers", () => {
  for (const file of ["pandas-numbers.arrow", "duckdb.arrow"]) {
    const table = readTable(file);
    const variables = Object.entries(fromTable(table, { copy: "never" }).dataVars).filter(([, { dtype }]) =>
      /^.[iuf]/.test(dtype),
    );
    expect(variables.length).toBeGreaterThan(1);
    for (const [name, { data }] of variables) {
      const values: unknown = table.getChild(name)?.data[0]?.values;
      expect([name, data.data.buffer]).toEqual([name, ArrayBuffer.isView(values) && values.buffer]);
      expect(ArrayBuffer.isView(values) && values.byteOffset).toBe(data.data.byteOffset);
    }
  }
});

test("copy: always copies numbers", () => {
  const table = tableFromArrays({ v: Float64Array.of(1, 2) });
  const [{ data }] = [fromTable(table, { copy: "always" }).get("v")];
  expect(data.data.buffer).not.toBe(table.getChild("v")?.data[0]?.values.buffer);
  expect(data.toList()).toEqual([1, 2]);
});

test("copy: never refuses several batches, which are put together by copying", () => {
  expect(errorOf(() => fromTable(readTable("pyarrow-batches.arrow"), { copy: "never" }))).toMatchObject({
    code: "copy",
    message: "the table has 3 batches, which are put together, and copying is off",
  });
});

test("nulls become NaN and NaT in a copy: the Table stays as it is, whatever its slots hold", () => {
  const nulls = { nullCount: 1, nullBitmap: Uint8Array.of(0b101) };
  const table = new Table({
    v: makeVector(makeData({ type: new Float64(), data: Float64Array.of(1, 2, 3), ...nulls })),
    t: makeVector(makeData({ type: new TimestampSecond(), data: BigInt64Array.of(1n, 2n, 3n), ...nulls })),
  });
  for (const copy of ["auto", "always", "never"] as const) {
    const dataset = fromTable(table, { copy });
    expect([...dataset.get("v").data, ...dataset.get("t").data]).toEqual([1, NaN, 3, 1n, NaT, 3n]);
  }
  expect(table.getChild("v")?.data[0]?.values).toEqual(Float64Array.of(1, 2, 3));
  expect(table.getChild("t")?.data[0]?.values).toEqual(BigInt64Array.of(1n, 2n, 3n));
});

const refused: readonly (readonly [file: string, code: string, message: string])[] = [
  ["null-integers", "nulls", "has 2 nulls, which <i8 cannot hold; fill them, or cast it to FloatingPoint"],
  ["null-bools", "nulls", "has 1 nulls, which |b1 cannot hold; fill them, or cast it to FloatingPoint"],
  ["null-text", "nulls", "has 1 nulls, which text cannot hold; fill them"],
  ["null-category", "nulls", "has 1 nulls, which text cannot hold; fill them"],
  ["null-in-dictionary", "nulls", "has 2 nulls, which text cannot hold; fill them"],
  ["null-view", "nulls", "has 1 nulls, which text cannot hold; fill them"],
  ["lists", "format", "has lists; explode them, or leave it out"],
  ["large-lists", "format", "has lists; explode them, or leave it out"],
  ["numbers-in-dictionary", "format", ": no xarray variable has the Arrow type Dictionary of Int; cast it to Int"],
];

test.for(refused)("%s are refused", ([file, code, message]) => {
  const error = errorOf(() => fromTable(readTable(`refused/${file}.arrow`)));
  expect(error).toMatchObject({ codec: "xarray", code });
  expect(error.message).toBe(`column 'odd'${message.startsWith(":") ? "" : " "}${message}`);
});

test("every table that is refused is looked at", () => {
  const files = readdirSync(join(import.meta.dirname, "vectors", "tables", "refused"));
  expect(refused.map(([file]) => `${file}.arrow`).toSorted()).toEqual(files.toSorted());
});

test("two columns of the same name are refused", () => {
  const { schema, batches } = tableFromArrays({ v: Int8Array.of(1), w: Int8Array.of(2) });
  const fields = schema.fields.map(({ type }) => ({ name: "v", type }));
  expect(errorOf(() => fromTable({ schema: { fields, metadata: new Map() }, batches }))).toMatchObject({
    code: "metadata",
    message: "two columns have the name 'v'",
  });
});

test("a Table without columns, or without batches, is an empty Dataset", () => {
  expect(fromTable(new Table()).dims).toEqual([]);
  const { schema } = tableFromArrays({ v: Float64Array.of(1), text: ["a"] });
  const dataset = fromTable({ schema, batches: [] });
  expect(dataset.sizes).toEqual({ index: 0 });
  expect([dataset.get("v").dtype, dataset.get("text").dtype]).toEqual(["<f8", "<U1"]);
});

/** A list of rows, from `start` to `stop`, of a table that Python wrote, by the names of its columns. */
function rowsOf(dataset: ReturnType<typeof fromTable>, start?: number, stop?: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...dataset.coords, ...dataset.dataVars }).map(([name, { data }]) => [
      name,
      [...data].slice(start, stop).map(String),
    ]),
  );
}

// Bits begin anywhere in a byte then: those of bools, and those of nulls.
test.for(tables.filter(({ variables }) => Object.values(variables).some(({ shape: [rows = 0] }) => rows > 9)))(
  "$file is read in slices from every row up to 9",
  ({ file, dim }) => {
    const table = readTable(file);
    const whole = fromTable(table, { dim });
    for (let start = 0; start <= 9; start++) {
      for (const stop of [start, start + 1, start + 8, table.numRows]) {
        expect([start, stop, rowsOf(fromTable(table.slice(start, stop), { dim }))]).toEqual([
          start,
          stop,
          rowsOf(whole, start, stop),
        ]);
      }
    }
  },
);

test("a slice of a slice, and slices that are put together, are read", () => {
  const table = readTable("pyarrow-batches.arrow");
  const rows = rowsOf(fromTable(table));
  const part = table.slice(3).slice(2, 15);
  expect(rowsOf(fromTable(part))).toEqual(rowsOf(fromTable(table), 5, 18));
  expect(rowsOf(fromTable(table.slice(0, 5).concat(part).concat(table.slice(18))))).toEqual(rows);
});

test("Data that begin at an offset have their bits from there, as apache-arrow reads them", () => {
  const nullBitmap = Uint8Array.of(0b1101_1000);
  const v = makeData({
    type: new Int32(),
    offset: 3,
    length: 4,
    nullCount: -1,
    nullBitmap,
    data: Int32Array.of(1, 2, 3, 4),
  });
  const table = new Table({ v: makeVector(v) });
  expect(table.getChild("v")?.toJSON()).toEqual([1, 2, null, 4]);
  expect(errorOf(() => fromTable(table)).message).toContain("column 'v' has 1 nulls");
  expect(fromTable(table.slice(0, 2)).get("v").data.toList()).toEqual([1, 2]);
});

test("times of one batch with nulls, and of another without, are put together", () => {
  const when = fromTable(readTable("pyarrow-batches.arrow")).get("time").data.toList();
  expect(when).toEqual(Array.from({ length: 21 }, (_, row) => (row > 15 ? NaT : BigInt(row))));
});

test("items whose field has no name on the wire are read", () => {
  const { schema, batches } = toTable(new Dataset({ dataVars: { v: ["x", [1.5, 2.5]] } }));
  const child = batches[0]?.data.children[0]?.children[0] ?? expect.fail();
  const type = new List(new Field("", child.type, false));
  const lists = makeData({ type, length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, 2), child });
  const named = new Schema([new Field("v", type, false)], schema.metadata);
  const row = makeData({ type: new Struct(named.fields), length: 1, nullCount: 0, children: [lists] });
  const table = tableFromIPC(tableToIPC(new Table(named, new RecordBatch(named, row))));
  expect(table.schema.fields[0]?.type.children[0]?.name).toBeNull();
  expect(fromTable(table).get("v").data.toList()).toEqual([1.5, 2.5]);
});

test("text in a dictionary is refused over maxTextBytes, before it is copied for each row", () => {
  const dictionary = vectorFromArray(["x".repeat(2 ** 20)], new Utf8());
  const rows = 2 ** 20;
  const type = new Dictionary(new Utf8(), new Int32());
  const table = new Table({ c: makeVector(makeData({ type, dictionary, data: new Int32Array(rows) })) });
  expect(errorOf(() => fromTable(table))).toMatchObject({
    code: "text-size",
    message: "the text up to column 'c' takes more than maxTextBytes at numpy's fixed width",
  });
});

test("text is counted over all columns, at numpy's width", () => {
  const table = tableFromArrays({ a: ["aé", "b"], b: ["c", "d"] });
  expect(fromTable(table, { maxTextBytes: 24 }).dims).toEqual(["index"]);
  expect(errorOf(() => fromTable(table, { maxTextBytes: 23 })).code).toBe("text-size");
});

test("a Table of another copy of apache-arrow is read", () => {
  const other: typeof import("apache-arrow") = createRequire(import.meta.url)("apache-arrow");
  expect(other.Table).not.toBe(Table);
  const table = other.tableFromArrays({ v: Float32Array.of(0.5, 1.5), text: ["a", "bc"] });
  const dataset = fromTable(table);
  expect(rowsOf(dataset)).toEqual({ v: ["0.5", "1.5"], text: ["a", "bc"] });
  expect(dataset.get("v").data.data.buffer).toBe(table.getChild("v")?.data[0]?.values.buffer);
});

test("options that make no sense are refused by their names", () => {
  const table = new Table();
  expect(() => fromTable(table, { dim: 1 as never })).toThrow("dim must be a text, not 1");
  expect(() => fromTable(table, { copy: "sometimes" as never })).toThrow(/^copy must be one of/);
  expect(() => fromTable(table, { maxTextBytes: -1 })).toThrow(/^maxTextBytes must be/);
  expect(() => fromTable(table, null as never)).toThrow("options must be an object, not null");
});
