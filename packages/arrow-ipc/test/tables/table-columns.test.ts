import { expect, test } from "vitest";
import { isTable } from "../../src/tables/arrow-table-like.ts";
import type { ArrowTableLike } from "../../src/tables/arrow-table-like.ts";
import { tableColumns } from "../../src/tables/table-columns.ts";

// Plain objects with apache-arrow's members. The tests of codec-arrow have apache-arrow's own, and Python's tables.

const options = { copy: "auto", maxTextBytes: 1000, maxDescriptionLength: 1000 } as const;

interface Data {
  readonly length: number;
  readonly offset?: number;
  readonly nullCount?: number;
  readonly [member: string]: unknown;
}

const int8 = { typeId: 2, bitWidth: 8, isSigned: true };
const int16 = { typeId: 2, bitWidth: 16, isSigned: true };
const utf8 = { typeId: 5 };
const bool = { typeId: 6 };
const utf8View = { typeId: 24 };
const categories = { typeId: -1, dictionary: utf8 };

function listOf(type: object, typeId = 12): { typeId: number; children: object[] } {
  return { typeId, children: [{ name: "item", type }] };
}

function data(parts: Data): Data & { offset: number; nullCount: number; children: [] } {
  return { offset: 0, nullCount: 0, children: [], ...parts };
}

/** A table of one column, with a batch for each of its parts. */
function table(type: { readonly typeId: number }, ...parts: readonly Data[]): ArrowTableLike {
  const batches = parts.map((part) => ({ data: { ...data({ length: part.length }), children: [data(part)] } }));
  return { schema: { fields: [{ name: "v", type }], metadata: new Map() }, batches };
}

function column(type: { readonly typeId: number }, ...parts: readonly Data[]) {
  return tableColumns(table(type, ...parts), options).columns[0];
}

const offsets = Int32Array.of(0, 2, 5);

test.for<[what: string, type: object, item: Data, expected: object]>([
  [
    "int16",
    int16,
    { length: 5, values: Int16Array.of(1, 2, 3, 4, 5) },
    { values: new Uint8Array(Int16Array.of(3, 4, 5).buffer) },
  ],
  ["bool", bool, { length: 5, offset: 1, values: Uint8Array.of(0b11_0110) }, { values: Uint8Array.of(0b110) }],
  [
    "text",
    utf8,
    { length: 5, valueOffsets: Int32Array.of(0, 1, 1, 3, 4, 4), values: Uint8Array.of(1, 2, 3, 4) },
    { offsets: Int32Array.of(0, 2, 3, 3), values: Uint8Array.of(2, 3, 4) },
  ],
  [
    "int8 with nulls",
    int8,
    { length: 5, values: Int8Array.of(1, 2, 3, 4, 5), nullCount: 3, nullBitmap: Uint8Array.of(0b01100) },
    { values: Uint8Array.of(3, 4, 5), nullCount: 1, validity: Uint8Array.of(0b011) },
  ],
  [
    "int8 with nulls elsewhere",
    int8,
    { length: 5, values: Int8Array.of(1, 2, 3, 4, 5), nullCount: 2, nullBitmap: Uint8Array.of(0b11100) },
    { values: Uint8Array.of(3, 4, 5), nullCount: 0, validity: new Uint8Array(0) },
  ],
  [
    "categories",
    categories,
    {
      length: 5,
      values: Uint16Array.of(9, 9, 1, 0, 1),
      dictionary: { data: [data({ length: 2, valueOffsets: Int32Array.of(0, 1, 3), values: Uint8Array.of(7, 8, 9) })] },
    },
    { offsets: Int32Array.of(0, 2, 3, 5), values: Uint8Array.of(8, 9, 7, 8, 9) },
  ],
])("the second list of %s has its own items only", ([, type, item, expected]) => {
  for (const typeId of [12, 21]) {
    const valueOffsets = typeId === 12 ? offsets.subarray(1) : BigInt64Array.of(2n, 5n);
    const array = column(listOf(type, typeId), { length: 1, valueOffsets, children: [data(item)] });
    expect(array).toMatchObject({ length: 1, nullCount: 0, offsets: Int32Array.of(0, 3), field: { type: "list" } });
    expect(array?.item).toMatchObject({ length: 3, nullCount: 0, ...expected });
  }
});

test("offsets and values that begin with the first are views", () => {
  const values = Uint8Array.of(1, 2, 3, 4, 5);
  const array = column(utf8, { length: 2, valueOffsets: offsets, values });
  expect(array?.offsets.buffer).toBe(offsets.buffer);
  expect(array?.values.buffer).toBe(values.buffer);
});

test("a text that begins behind the first byte is counted from its begin, up to all that int32 counts", () => {
  const large = BigInt64Array.of(1n, 3n);
  expect(column({ typeId: 20 }, { length: 1, valueOffsets: large, values: Uint8Array.of(1, 2, 3) })).toMatchObject({
    offsets: Int32Array.of(0, 2),
    values: Uint8Array.of(2, 3),
  });
  const most = { length: 1, valueOffsets: BigInt64Array.of(9n, 2n ** 31n + 8n), values: Uint8Array.of(1) };
  expect(() => column({ typeId: 20 }, most)).toThrow("column 'v' has 1 of 2147483656 bytes");
});

test("lists without values may come without items, and columns without rows without buffers", () => {
  const empty = { length: 0, offsets: Int32Array.of(0), item: { length: 0 } };
  expect(column(listOf(int8), { length: 0 })).toMatchObject(empty);
  expect(column(listOf(int8))).toMatchObject(empty);
  expect(column(utf8, { length: 0 })).toMatchObject({ length: 0, offsets: Int32Array.of(0) });
  expect(column(bool, { length: 0 })).toMatchObject({ length: 0, values: new Uint8Array(0) });
});

test("a dictionary that batches share is read once", () => {
  let reads = 0;
  const dictionary = {
    get data() {
      reads++;
      return [data({ length: 1, valueOffsets: Int32Array.of(0, 1), values: Uint8Array.of(7) })];
    },
  };
  const part = { length: 2, values: Int8Array.of(0, 0), dictionary };
  expect(column(categories, part, part, part)?.values).toEqual(new Uint8Array(6).fill(7));
  expect(reads).toBe(1);
});

test("the texts of a dictionary count as often as they are used", () => {
  const texts = { data: [data({ length: 1, valueOffsets: Int32Array.of(0, 250), values: new Uint8Array(250) })] };
  const used = (count: number): Data => ({ length: count, values: new Int8Array(count), dictionary: texts });
  expect(column(categories, used(4))?.values).toHaveLength(1000);
  const message = "the text up to column 'v' takes more than maxTextBytes at numpy's fixed width";
  expect(() => column(categories, used(5))).toThrow(expect.objectContaining({ code: "text-size", message }));
  expect(() => column(categories, used(3), used(2))).toThrow(message);
});

test("the texts of a dictionary of views count only where they are used", () => {
  const view = new Uint8Array(Int32Array.of(600, 0, 0, 0).buffer);
  const views = data({ length: 1, values: view, variadicBuffers: [new Uint8Array(600)] });
  const part = { length: 1, values: Int8Array.of(0), dictionary: { data: [views] } };
  expect(column({ typeId: -1, dictionary: utf8View } as never, part)?.values).toHaveLength(600);
});

test("more text than int32 counts is refused before it is copied, without any limit", () => {
  // Memory that is never touched takes none.
  const texts = {
    data: [data({ length: 1, valueOffsets: Int32Array.of(0, 2 ** 30), values: new Uint8Array(2 ** 30) })],
  };
  const part = { length: 2, values: new Int8Array(2), dictionary: texts };
  expect(() => tableColumns(table(categories, part), { ...options, maxTextBytes: Infinity })).toThrow(
    expect.objectContaining({ code: "size-mismatch", message: "the text of column 'v' takes more than 2 GiB" }),
  );
});

const path = "table.batches[0].data.children[0]";

test.for<[type: { readonly typeId: number }, part: Data, message: string]>([
  [categories, { length: 1, values: "no" }, `${path}.values must be a typed array, not "no"`],
  [categories, { length: 1, values: Int8Array.of(0) }, `${path}.dictionary must be an object, not undefined`],
  [
    categories,
    { length: 1, values: Int8Array.of(0), dictionary: {} },
    `${path}.dictionary.data must be a list, not undefined`,
  ],
  [
    categories,
    { length: 1, values: Int8Array.of(0), dictionary: { data: [1] } },
    `${path}.dictionary.data[0] must be an object, not 1`,
  ],
  [utf8, { length: 1, valueOffsets: 1 }, `${path}.valueOffsets must be a typed array, not 1`],
  [utf8View, { length: 1, values: new Uint8Array(16) }, `${path}.variadicBuffers must be a list, not undefined`],
  [
    utf8View,
    { length: 1, values: new Uint8Array(16), variadicBuffers: [1] },
    `${path}.variadicBuffers[0] must be a typed array, not 1`,
  ],
  [listOf(int8), { length: 1, valueOffsets: offsets, children: 1 }, `${path}.children must be a list, not 1`],
  [
    listOf(int8),
    { length: 1, valueOffsets: offsets, children: [] },
    `${path}.children[0] must be an object, not undefined`,
  ],
])("a column of type %o with %o: %s", ([type, part, message]) => {
  expect(() => column(type, part)).toThrow(expect.objectContaining({ name: "TypeError", message }));
});

test.for<[type: { readonly typeId: number }, part: Data, message: string]>([
  [categories, { length: 2, values: Int8Array.of(0) }, "column 'v' has 1 of 2 values"],
  [listOf(int8), { length: 1, valueOffsets: offsets, children: [data({ length: 1 })] }, "column 'v' has 1 of 2 values"],
  [listOf(int8), { length: 1, valueOffsets: offsets, children: [data({ length: 2 })] }, "column 'v' has 0 of 2 bytes"],
  [bool, { length: 9, values: Uint8Array.of(1) }, "column 'v' has 1 of 2 bytes"],
])("a column of type %o with %o is refused: %s", ([type, part, message]) => {
  expect(() => column(type, part)).toThrow(expect.objectContaining({ code: "size-mismatch", message }));
});

const field = "table.schema.fields[0]";

test.for<[type: unknown, error: string, message: string]>([
  [undefined, "TypeError", `${field}.type must be an object, not undefined`],
  [{}, "TypeError", `${field}.type.typeId must be a whole number from 0 on, not undefined`],
  [{ typeId: -1 }, "TypeError", `${field}.type.dictionary must be an object, not undefined`],
  [
    { typeId: -1, dictionary: {} },
    "TypeError",
    `${field}.type.dictionary.typeId must be a whole number from 0 on, not undefined`,
  ],
  [{ typeId: 12, children: null }, "TypeError", `${field}.type.children must be a list, not null`],
  [{ typeId: 12, children: [] }, "TypeError", `${field}.type.children[0] must be an object, not undefined`],
  [
    listOf({ typeId: 7 }),
    "FormatError",
    "the items of column 'v': no xarray variable has the Arrow type Decimal; cast it to FloatingPoint",
  ],
  [
    listOf(listOf(int8)),
    "FormatError",
    "the items of column 'v' are lists themselves; a variable is one list of all its values",
  ],
])("a field of type %o is a %s: %s", ([type, name, message]) => {
  expect(() => column(type as never)).toThrow(expect.objectContaining({ name, message }));
});

test("times with the empty text as their zone have none", () => {
  for (const timezone of [undefined, null, ""]) {
    expect(column({ typeId: 10, unit: 1, timezone } as never)?.field.type).toBe("timestamp[ms]");
  }
});

test("the rows of all batches are counted, also without columns", () => {
  const batches = [1, 2].map((length) => ({ data: data({ length }) }));
  const read = tableColumns({ schema: { fields: [], metadata: new Map([["a", "b"]]) }, batches }, options);
  expect(read).toEqual({ metadata: new Map([["a", "b"]]), rows: 3, columns: [] });
});

test("wrong members of a batch are told with their place", () => {
  const batch = (data: unknown): ArrowTableLike => ({ ...table(int8), batches: [{ data }] as never });
  const at = "table.batches[0].data";
  expect(() => tableColumns(batch(1), options)).toThrow(`${at} must be an object, not 1`);
  expect(() => tableColumns(batch({}), options)).toThrow(`${at}.length must be a whole number from 0 on`);
  expect(() => tableColumns(batch({ length: 0 }), options)).toThrow(`${at}.children must be a list, not undefined`);
  expect(() => tableColumns(null as never, options)).toThrow("table must be an object, not null");
  expect(() => tableColumns({ batches: [] } as never, options)).toThrow(
    "table.schema must be an object, not undefined",
  );
  const metadata = new Map([[1, "a"]]) as never;
  expect(() => tableColumns({ schema: { fields: [], metadata }, batches: [] }, options)).toThrow(
    "a key of table.schema.metadata must be a text, not 1",
  );
});

test("what has a schema and batches looks like a Table", () => {
  expect([table(int8), {}, { schema: 1 }, { batches: 1 }, null, "table"].map(isTable)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
