import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import type { ArrowTableLike } from "@dataqueues/arrow-ipc";
import { expect, test } from "vitest";
import { fromTable } from "../src/index.ts";
import { readTable } from "./table-vectors.ts";

type Plain = Record<string, unknown>;

/** The members that are read of a Table, as plain objects that may be changed. */
function plainTable(change: (column: Plain, field: Plain) => void = () => {}, file?: string): ArrowTableLike {
  const made = tableFromIPC(tableToIPC(tableFromArrays({ v: Float64Array.of(1, 2) })));
  const { schema, batches } = file === undefined ? made : readTable(file);
  const fields = schema.fields.map(({ name, type }) => ({ name, type: { ...plainType(type) } }));
  const data = batches.map(({ data: { length, children } }) => ({
    data: { length, offset: 0, nullCount: 0, children: children.map(plainData) },
  }));
  change(Object(data[0]?.data.children[0]), Object(fields[0]));
  return { schema: { fields, metadata: new Map(schema.metadata) }, batches: data };
}

function plainType(type: Plain & { readonly typeId: number }): Plain & { readonly typeId: number } {
  const { typeId, bitWidth, isSigned, precision, unit, timezone, dictionary, children } = type;
  return { typeId, bitWidth, isSigned, precision, unit, timezone, dictionary, children };
}

function plainData(data: object): Plain & { length: number; offset: number; nullCount: number; children: [] } {
  const read = (name: string): never => Reflect.get(data, name) as never;
  const buffers = { values: read("values"), valueOffsets: read("valueOffsets"), nullBitmap: read("nullBitmap") };
  const others = {
    dictionary: read("dictionary"),
    variadicBuffers: read("variadicBuffers"),
    children: read("children"),
  };
  return { length: read("length"), offset: read("offset"), nullCount: read("nullCount"), ...buffers, ...others };
}

test.for(["pandas-numbers", "pandas-times", "pandas-text", "polars", "pyarrow-text", "pyarrow-batches"])(
  "plain objects with the members of the Table %s are read as it is",
  (name) => {
    const table = plainTable(undefined, `${name}.arrow`);
    expect(fromTable(table).identical(fromTable(readTable(`${name}.arrow`)))).toBe(true);
  },
);

test.for<[value: unknown, message: string]>([
  [undefined, "table must be apache-arrow's Table, not undefined"],
  [[], "table must be apache-arrow's Table, not []"],
  ["table", 'table must be apache-arrow\'s Table, not "table"'],
  [{ schema: 1, batches: [] }, "table.schema must be an object, not 1"],
  [{ schema: {}, batches: [] }, "table.schema.fields must be a list, not undefined"],
  [{ schema: { fields: [] }, batches: [] }, "table.schema.metadata must be a Map, not undefined"],
  [
    { schema: { fields: [], metadata: new Map([["a", 1]]) }, batches: [] },
    "table.schema.metadata 'a' must be a text, not 1",
  ],
  [{ schema: { fields: [1], metadata: new Map() }, batches: [] }, "table.schema.fields[0] must be an object, not 1"],
  [
    { schema: { fields: [{}], metadata: new Map() }, batches: [] },
    "table.schema.fields[0].name must be a text, not undefined",
  ],
  [{ schema: { fields: [], metadata: new Map() }, batches: {} }, "table.batches must be a list, not a Object"],
  [{ schema: { fields: [], metadata: new Map() }, batches: [null] }, "table.batches[0] must be an object, not null"],
])("%o is no Table: %s", ([value, message]) => {
  expect(() => fromTable(value as never)).toThrow(expect.objectContaining({ name: "TypeError", message }));
});

const column = "table.batches[0].data.children[0]";

test.for<[change: Plain, message: string]>([
  [{ length: "2" }, `${column}.length must be a whole number from 0 on, not "2"`],
  [{ length: -1 }, `${column}.length must be a whole number from 0 on, not -1`],
  [{ nullCount: undefined }, `${column}.nullCount must be a whole number from 0 on, not undefined`],
  [{ nullCount: 1, nullBitmap: "no" }, `${column}.nullBitmap must be a typed array, not "no"`],
  [
    { nullCount: 1, nullBitmap: Uint8Array.of(0), offset: 0.5 },
    `${column}.offset must be a whole number from 0 on, not 0.5`,
  ],
  [{ values: [1, 2] }, `${column}.values must be a typed array, not [1, 2]`],
])("a column with %o is no column: %s", ([change, message]) => {
  const table = plainTable((data) => Object.assign(data, change));
  expect(() => fromTable(table)).toThrow(expect.objectContaining({ name: "TypeError", message }));
});

test.for<[what: string, change: Plain, message: string]>([
  ["too few bytes", { values: Float64Array.of(1) }, "column 'v' has 8 of 16 bytes"],
  ["no bytes", { values: undefined }, "column 'v' has 0 of 16 bytes"],
  ["a length of its own", { length: 1 }, "column 'v' has 1 values in 2 rows"],
  ["nulls without bits", { nullCount: 1, nullBitmap: null }, "column 'v' has 0 of 1 bytes"],
  ["bits that end too soon", { nullCount: 1, nullBitmap: Uint8Array.of(0), offset: 7 }, "column 'v' has 1 of 2 bytes"],
])("a column with %s is refused", ([, change, message]) => {
  const table = plainTable((data) => Object.assign(data, change));
  expect(() => fromTable(table)).toThrow(expect.objectContaining({ code: "size-mismatch", message }));
});

const utf8 = { typeId: 5 };
const largeUtf8 = { typeId: 20 };
const utf8View = { typeId: 24 };
const text = { values: Uint8Array.of(0x61, 0x62, 0x63) };

/** A view of `length` bytes, which are at `offset` in a buffer. */
function views(length: number, buffer: number, offset: number): Plain {
  const bytes = new Uint8Array(Int32Array.of(length, 0, buffer, offset, 1, 0x61, 0, 0).buffer);
  return { values: bytes, variadicBuffers: [new Uint8Array(20).fill(0x62)] };
}

test.for<[what: string, type: Plain, change: Plain, message: string]>([
  [
    "offsets that decrease",
    utf8,
    { ...text, valueOffsets: Int32Array.of(0, 3, 2) },
    "the offsets of column 'v' decrease",
  ],
  [
    "offsets below 0",
    utf8,
    { ...text, valueOffsets: Int32Array.of(-1, 1, 2) },
    "the offsets of column 'v' go from -1 to 2",
  ],
  ["too few offsets", utf8, { ...text, valueOffsets: Int32Array.of(0, 1) }, "column 'v' has 2 of 3 offsets"],
  ["offsets behind the text", utf8, { ...text, valueOffsets: Int32Array.of(0, 1, 4) }, "column 'v' has 3 of 4 bytes"],
  [
    "large offsets behind the text",
    largeUtf8,
    { ...text, valueOffsets: BigInt64Array.of(0n, 1n, 4n) },
    "column 'v' has 3 of 4 bytes",
  ],
  [
    "more text than int32 counts",
    largeUtf8,
    { ...text, valueOffsets: BigInt64Array.of(0n, 1n, 2n ** 31n) },
    "the offsets of column 'v' go from 0 to 2147483648",
  ],
  [
    "large offsets that decrease",
    largeUtf8,
    { ...text, valueOffsets: BigInt64Array.of(0n, -(2n ** 40n), 1n) },
    "the offsets of column 'v' decrease",
  ],
  ["a view behind its buffer", utf8View, views(20, 0, 1), "text 0 of column 'v' is not inside its buffers"],
  ["a view before its buffer", utf8View, views(13, 0, -1), "text 0 of column 'v' is not inside its buffers"],
  ["a view into no buffer", utf8View, views(13, 1, 0), "text 0 of column 'v' is not inside its buffers"],
  ["a view of less than nothing", utf8View, views(-1, 0, 0), "text 0 of column 'v' is not inside its buffers"],
  ["too few views", utf8View, { ...views(1, 0, 0), values: new Uint8Array(31) }, "column 'v' has 31 of 32 bytes"],
])("text with %s is refused", ([, type, change, message]) => {
  const table = plainTable((data, field) => {
    Object.assign(data, change);
    field["type"] = type;
  });
  expect(() => fromTable(table)).toThrow(expect.objectContaining({ code: "size-mismatch", message }));
});

test("views are read from themselves up to 12 bytes, and else from their buffer", () => {
  const table = plainTable((data, field) => {
    Object.assign(data, views(20, 0, 0));
    field["type"] = utf8View;
  });
  expect(fromTable(table).get("v").data.toList()).toEqual(["b".repeat(20), "a"]);
});

test("large offsets may begin anywhere: only what is between them counts", () => {
  const table = plainTable((data, field) => {
    Object.assign(data, { ...text, valueOffsets: BigInt64Array.of(1n, 2n, 3n) });
    field["type"] = largeUtf8;
  });
  expect(fromTable(table).get("v").data.toList()).toEqual(["b", "c"]);
});

test("offsets of another kind are refused", () => {
  const table = plainTable((data, field) => {
    Object.assign(data, { ...text, valueOffsets: Float64Array.of(0, 1, 2) });
    field["type"] = utf8;
  });
  expect(() => fromTable(table)).toThrow(
    `${column}.valueOffsets must be an Int32Array or a BigInt64Array, not a Float64Array`,
  );
});

test.for<[place: number, message: string]>([
  [2, "value 1 of column 'v' is number 2 of a dictionary of 2"],
  [-1, "value 1 of column 'v' is number -1 of a dictionary of 2"],
])("an index outside of its dictionary is refused: %i", ([place, message]) => {
  const { batches } = tableFromArrays({ words: ["a", "b"] });
  const [dictionary] = batches.flatMap(({ data }) => data.children.map((child) => child.dictionary));
  const table = plainTable((data, field) => {
    Object.assign(data, { values: Int32Array.of(1, place), dictionary });
    field["type"] = { typeId: -1, dictionary: utf8 };
  });
  expect(() => fromTable(table)).toThrow(expect.objectContaining({ code: "size-mismatch", message }));
});

test.for<[type: Plain, described: string]>([
  [{ typeId: 99 }, "number 99; leave it out"],
  [{ typeId: 2, bitWidth: 128 }, "Int of 128 bits; leave it out"],
  [{ typeId: 3, precision: 7 }, "FloatingPoint; leave it out"],
  [{ typeId: 10, unit: 9 }, "Timestamp; cast it to Timestamp without a time zone"],
  [{ typeId: 10, unit: 1, timezone: "UTC" }, "Timestamp with a time zone; cast it to Timestamp without a time zone"],
  [{ typeId: 18, unit: -1 }, "Duration; leave it out"],
  [{ typeId: -1, dictionary: { typeId: 7 } }, "Dictionary of Decimal; cast it to FloatingPoint"],
])("a column of the type %o is refused", ([type, described]) => {
  const table = plainTable((_data, field) => (field["type"] = type));
  expect(() => fromTable(table)).toThrow(
    expect.objectContaining({
      code: "format",
      message: `column 'v': no xarray variable has the Arrow type ${described}`,
    }),
  );
});
