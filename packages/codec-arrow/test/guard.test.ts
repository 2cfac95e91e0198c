import { slots } from "@dataqueues/arrow-ipc";
import { describe, expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import type { ArrowOptions } from "../src/index.ts";
import { batch, int, int8, schema, stream } from "./arrow-messages.ts";
import type { BatchPartsGiven, FieldParts } from "./arrow-messages.ts";
import type { Slots } from "./flatbuffer.ts";

const none = new Uint8Array();
const two = Int8Array.of(1, 2);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** A table of one column with one batch. */
function table(column: FieldParts, given: Omit<BatchPartsGiven, "length"> & { length?: number | bigint }): Uint8Array {
  return stream(schema([{ ...column, name: "v" }]), batch({ length: given.nodes[0]?.[0] ?? 0, ...given }));
}

const utf8: FieldParts = { type: "Utf8" };
const items: FieldParts = { ...int8, name: "item" };
const list: FieldParts = { type: "List", children: [items] };
const lists = (size: number): FieldParts => ({
  type: "FixedSizeList",
  parameters: { [slots.fixedSizeList.listSize]: { i32: size } },
  children: [items],
});
const union = (mode: number, typeIds: readonly number[]): FieldParts => ({
  type: "Union",
  parameters: { [slots.union.mode]: { i16: mode }, [slots.union.typeIds]: { i32s: typeIds } },
  children: [
    { ...int8, name: "a" },
    { ...int8, name: "b" },
  ],
});
/** Types of values, offsets into the children, and two values in each of these. */
const dense = (types: readonly number[], offsets: readonly number[]): Omit<BatchPartsGiven, "length"> => ({
  nodes: [
    [types.length, 0],
    [2, 0],
    [2, 0],
  ],
  buffers: [Int8Array.from(types), Int32Array.from(offsets), none, two, none, Int8Array.of(3, 4)],
});
const words: FieldParts = { type: "Utf8", dictionary: { id: 7, bits: 8 } };
const dictionary = (id: number, isDelta = false): ReturnType<typeof batch> =>
  batch({
    length: 2,
    nodes: [[2, 0]],
    buffers: [none, Int32Array.of(0, 1, 2), text("ab")],
    dictionary: { id, isDelta },
  });
const indices = (...values: number[]): ReturnType<typeof batch> =>
  batch({ length: values.length, nodes: [[values.length, 0]], buffers: [none, Int8Array.from(values)] });
const view = (...numbers: number[]): Omit<BatchPartsGiven, "length"> => ({
  nodes: [[1, 0]],
  buffers: [none, Int32Array.from(numbers), text("more than twelve bytes")],
  viewBuffers: [1],
});
const int64s = (...values: bigint[]): Omit<BatchPartsGiven, "length"> => ({
  nodes: [[values.length, 0]],
  buffers: [none, BigInt64Array.from(values)],
});
const offsets64 = (...values: bigint[]): Omit<BatchPartsGiven, "length"> => ({
  nodes: [[values.length - 1, 0]],
  buffers: [none, BigInt64Array.from(values), text("ab")],
});
const typed = (type: string, parameters: Slots): FieldParts => ({ type, parameters });
const numbers: Omit<BatchPartsGiven, "length"> = { nodes: [[2, 0]], buffers: [none, two] };

function deep(levels: number): FieldParts {
  return levels === 1 ? int8 : { name: "d", type: "List", children: [deep(levels - 1)] };
}

const refused: readonly (readonly [what: string, bytes: Uint8Array, code: string, message: string])[] = [
  [
    "more nulls than values",
    table(int8, { nodes: [[2, 3]], buffers: [none, two] }),
    "size-mismatch",
    "column 'v' has 3 nulls among 2 values",
  ],
  ["fewer than no nulls", table(int8, { nodes: [[2, -1]], buffers: [none, two] }), "flatbuffer", "-1 is not a size"],
  [
    "a length that no number holds",
    table(int8, { nodes: [[2n ** 53n, 0]], buffers: [none, two] }),
    "flatbuffer",
    "is not a size",
  ],
  [
    "too few bits of validity",
    table(int8, { nodes: [[9, 1]], buffers: [Uint8Array.of(1), new Int8Array(9)] }),
    "size-mismatch",
    "column 'v' has 1 of 2 bytes",
  ],
  [
    "too few values",
    table(int8, { nodes: [[3, 0]], buffers: [none, two] }),
    "size-mismatch",
    "column 'v' has 2 of 3 bytes",
  ],
  [
    "too few bits",
    table({ type: "Bool" }, { nodes: [[17, 0]], buffers: [none, two] }),
    "size-mismatch",
    "column 'v' has 2 of 3 bytes",
  ],
  [
    "other rows than its batch",
    table(int8, { length: 3, ...numbers }),
    "size-mismatch",
    "column 'v' has 2 values in 3 rows",
  ],
  [
    "a buffer outside of the body",
    table(int8, { nodes: [[2, 0]], buffers: [none, [0, 2]] }),
    "format",
    "a buffer of column 'v' is not inside the Arrow body",
  ],
  [
    "bytes that two buffers have",
    table(typed("Int", int(16)), {
      nodes: [[4, 1]],
      buffers: [
        [0, 9],
        [8, 8],
      ],
      body: new Uint8Array(16),
    }),
    "format",
    "a buffer of column 'v' is not inside the Arrow body",
  ],
  [
    "buffers in another order",
    table(typed("Int", int(16)), {
      nodes: [[4, 1]],
      buffers: [
        [8, 8],
        [0, 8],
      ],
      body: new Uint8Array(16),
    }),
    "format",
    "a buffer of column 'v' is not inside the Arrow body",
  ],
  [
    "a buffer that cannot be viewed",
    table(typed("Int", int(32)), { nodes: [[2, 0]], buffers: [none, [2, 8]], body: new Uint8Array(16) }),
    "format",
    "a buffer of column 'v' is not aligned to 4 bytes",
  ],
  [
    "a decimal that cannot be read 8 bytes at a time",
    table(typed("Decimal", {}), { nodes: [[1, 0]], buffers: [none, [4, 16]], body: new Uint8Array(24) }),
    "format",
    "a buffer of column 'v' is not aligned to 8 bytes",
  ],
  [
    "too few views",
    table({ type: "Utf8View" }, { ...view(1, 0, 0, 0), nodes: [[2, 0]] }),
    "size-mismatch",
    "column 'v' has 16 of 32 bytes",
  ],
  [
    "too few indices",
    stream(
      schema([{ ...words, name: "v" }]),
      dictionary(7),
      batch({ length: 3, nodes: [[3, 0]], buffers: [none, two] }),
    ),
    "size-mismatch",
    "column 'v' has 2 of 3 bytes",
  ],
  [
    "too few offsets of a dense union",
    table(union(1, [0, 1]), dense([0, 1], [0])),
    "size-mismatch",
    "column 'v' has 4 of 8 bytes",
  ],
  [
    "too few items for several lists of one size",
    table(lists(2), {
      nodes: [
        [2, 0],
        [2, 0],
      ],
      buffers: [none, none, two],
    }),
    "size-mismatch",
    "column 'v.item' has 2 of 4 values",
  ],
  [
    "too few nodes",
    table(list, { nodes: [[1, 0]], buffers: [none, Int32Array.of(0, 2), none, two] }),
    "format",
    "the Arrow batch has fewer nodes than its schema",
  ],
  [
    "too few buffers",
    table(int8, { nodes: [[2, 0]], buffers: [none] }),
    "format",
    "the Arrow batch has fewer buffers than its schema",
  ],
  [
    "too many nodes",
    table(int8, {
      nodes: [
        [2, 0],
        [2, 0],
      ],
      buffers: [none, two],
    }),
    "format",
    "the Arrow batch has more nodes or buffers than its schema",
  ],
  [
    "too many buffers",
    table(int8, { nodes: [[2, 0]], buffers: [none, two, none] }),
    "format",
    "the Arrow batch has more nodes or buffers than its schema",
  ],
  [
    "buffers of views without views",
    table(int8, { ...numbers, viewBuffers: [0] }),
    "format",
    "the Arrow batch has more nodes or buffers than its schema",
  ],
  [
    "offsets that decrease",
    table(utf8, { nodes: [[2, 0]], buffers: [none, Int32Array.of(0, 2, 1), text("ab")] }),
    "size-mismatch",
    "the offsets of column 'v' decrease at index 2",
  ],
  [
    "an offset below 0",
    table(utf8, { nodes: [[1, 0]], buffers: [none, Int32Array.of(-1, 1), text("ab")] }),
    "size-mismatch",
    "the offsets of column 'v' decrease at index 0",
  ],
  [
    "too few offsets",
    table(utf8, { nodes: [[2, 0]], buffers: [none, Int32Array.of(0, 1), text("ab")] }),
    "size-mismatch",
    "column 'v' has 8 of 12 bytes",
  ],
  [
    "an offset behind the text",
    table(utf8, { nodes: [[1, 0]], buffers: [none, Int32Array.of(0, 3), text("ab")] }),
    "size-mismatch",
    "column 'v' has 2 of 3 bytes",
  ],
  [
    "an offset behind the items",
    table(list, {
      nodes: [
        [1, 0],
        [2, 0],
      ],
      buffers: [none, Int32Array.of(0, 3), none, two],
    }),
    "size-mismatch",
    "column 'v.item' has 2 of 3 values",
  ],
  [
    "a large offset beyond 2 ** 53",
    table({ type: "LargeUtf8" }, offsets64(0n, 2n ** 62n)),
    "size-mismatch",
    "column 'v' has 2 of",
  ],
  [
    "a large offset below 0",
    table({ type: "LargeUtf8" }, offsets64(-1n, 1n)),
    "size-mismatch",
    "the offsets of column 'v' decrease at index 0",
  ],
  [
    "large offsets whose halves are in turn",
    table({ type: "LargeUtf8" }, offsets64(2n ** 32n, 1n)),
    "size-mismatch",
    "the offsets of column 'v' decrease at index 1",
  ],
  [
    "too few items for lists of one size",
    table(lists(3), {
      nodes: [
        [1, 0],
        [2, 0],
      ],
      buffers: [none, none, two],
    }),
    "size-mismatch",
    "column 'v.item' has 2 of 3 values",
  ],
  [
    "lists of less than no items",
    table(lists(-1), {
      nodes: [
        [1, 0],
        [2, 0],
      ],
      buffers: [none, none, two],
    }),
    "type",
    "column 'v': Arrow has no type FixedSizeList",
  ],
  [
    "bytes of less than none",
    table(typed("FixedSizeBinary", { [slots.fixedSizeBinary.byteWidth]: { i32: -1 } }), numbers),
    "type",
    "column 'v': Arrow has no type FixedSizeBinary",
  ],
  [
    "too few values for a struct",
    table(
      { type: "Struct", children: [items] },
      {
        nodes: [
          [3, 0],
          [2, 0],
        ],
        buffers: [none, none, two],
      },
    ),
    "size-mismatch",
    "column 'v.item' has 2 of 3 values",
  ],
  [
    "too few values for a sparse union",
    table(union(0, [0, 1]), {
      nodes: [
        [3, 0],
        [2, 0],
        [2, 0],
      ],
      buffers: [Int8Array.of(0, 0, 0), none, two, none, two],
    }),
    "size-mismatch",
    "column 'v.a' has 2 of 3 values",
  ],
  [
    "a type that a sparse union does not have",
    table(union(0, [0, 1]), {
      nodes: [
        [2, 0],
        [2, 0],
        [2, 0],
      ],
      buffers: [Int8Array.of(0, 5), none, two, none, two],
    }),
    "format",
    "column 'v' has a type at index 1 that its schema does not have",
  ],
  [
    "a type that a dense union does not have",
    table(union(1, [0, 1]), dense([0, -1], [0, 0])),
    "format",
    "column 'v' has a type at index 1 that its schema does not have",
  ],
  [
    "a value of a dense union twice",
    table(union(1, [0, 1]), dense([0, 1, 0], [0, 0, 0])),
    "size-mismatch",
    "the offsets of column 'v' do not increase within a type",
  ],
  [
    "a value behind those of a dense union",
    table(union(1, [0, 1]), dense([0], [2])),
    "size-mismatch",
    "the offsets of column 'v' do not increase within a type",
  ],
  [
    "a value before those of a dense union",
    table(union(1, [0, 1]), dense([0], [-1])),
    "size-mismatch",
    "the offsets of column 'v' do not increase within a type",
  ],
  ["a union of a third kind", table(union(2, [0, 1]), dense([0], [0])), "type", "column 'v': Arrow has no type Union"],
  [
    "a union of fewer types than children",
    table(union(1, [0]), dense([0], [0])),
    "type",
    "column 'v': Arrow has no type Union",
  ],
  [
    "a view into no buffer",
    table({ type: "Utf8View" }, view(13, 0, 1, 0)),
    "size-mismatch",
    "the view at index 0 of column 'v' is not inside a buffer",
  ],
  [
    "a view behind a buffer",
    table({ type: "Utf8View" }, view(13, 0, 0, 10)),
    "size-mismatch",
    "the view at index 0 of column 'v' is not inside a buffer",
  ],
  [
    "a view before a buffer",
    table({ type: "BinaryView" }, view(13, 0, 0, -1)),
    "size-mismatch",
    "the view at index 0 of column 'v' is not inside a buffer",
  ],
  [
    "a view of less than no bytes",
    table({ type: "BinaryView" }, view(-1, 0, 0, 0)),
    "size-mismatch",
    "the view at index 0 of column 'v' is not inside a buffer",
  ],
  [
    "very many buffers of views",
    table({ type: "Utf8View" }, { ...view(1, 0, 0, 0), viewBuffers: [2n ** 50n] }),
    "format",
    "the Arrow batch has fewer buffers than its schema",
  ],
  [
    "an index behind its dictionary",
    stream(schema([{ ...words, name: "v" }]), dictionary(7), indices(0, 2)),
    "size-mismatch",
    "column 'v' has the index 2 at 1; dictionary 7 has 2 values",
  ],
  [
    "an index below 0",
    stream(schema([{ ...words, name: "v" }]), dictionary(7), indices(-1)),
    "size-mismatch",
    "column 'v' has the index -1 at 0; dictionary 7 has 2 values",
  ],
  [
    "an index before its dictionary comes",
    stream(schema([{ ...words, name: "v" }]), indices(0), dictionary(7)),
    "size-mismatch",
    "column 'v' has the index 0 at 0; dictionary 7 has 0 values",
  ],
  [
    "an index behind a dictionary that was replaced",
    stream(schema([{ ...words, name: "v" }]), dictionary(7), dictionary(7), indices(2)),
    "size-mismatch",
    "dictionary 7 has 2 values",
  ],
  [
    // apache-arrow reads the dictionary with the type of the first field that has its number.
    "a dictionary with the values of the second column that has its number",
    stream(
      schema([
        { ...words, name: "v" },
        { ...int8, name: "w", dictionary: { id: 7, bits: 8 } },
      ]),
      batch({ length: 2, nodes: [[2, 0]], buffers: [none, two], dictionary: { id: 7 } }),
    ),
    "size-mismatch",
    "column 'v' has 2 of 12 bytes",
  ],
  [
    "a dictionary that no column has",
    stream(schema([{ ...words, name: "v" }]), dictionary(8)),
    "format",
    "no column has the dictionary 8",
  ],
  [
    "a dictionary that holds itself",
    stream(schema([{ name: "v", type: "List", dictionary: { id: 7 }, children: [{ ...words, name: "w" }] }])),
    "format",
    "the dictionary of column 'v.w' holds itself",
  ],
  [
    "indices of 64 bits",
    stream(schema([{ name: "v", type: "Utf8", dictionary: { id: 7, bits: 64 } }])),
    "type",
    "column 'v': apache-arrow cannot read dictionaries with indices of 64 bits",
  ],
  [
    "a map of no pairs",
    table(
      { type: "Map", children: [items] },
      {
        nodes: [
          [1, 0],
          [2, 0],
        ],
        buffers: [none, Int32Array.of(0, 2), none, two],
      },
    ),
    "type",
    "column 'v': Arrow has no type Map",
  ],
  [
    "a map of structs of one value",
    stream(schema([{ name: "v", type: "Map", children: [{ type: "Struct", children: [items] }] }])),
    "type",
    "column 'v': Arrow has no type Map",
  ],
  [
    "a list of nothing",
    stream(schema([{ name: "v", type: "List" }])),
    "format",
    "column 'v' has 0 children; List has 1",
  ],
  [
    "a number with children",
    stream(schema([{ ...int8, children: [items] }])),
    "format",
    "column 'v' has 1 children; Int has 0",
  ],
  ["an integer of 7 bits", table(typed("Int", int(7)), numbers), "type", "column 'v': Arrow has no type Int"],
  [
    "a float of a fourth precision",
    table(typed("FloatingPoint", { [slots.floatingPoint.precision]: { i16: 3 } }), numbers),
    "type",
    "column 'v': Arrow has no type FloatingPoint",
  ],
  [
    "a decimal of 96 bits",
    table(typed("Decimal", { [slots.decimal.bitWidth]: { i32: 96 } }), numbers),
    "type",
    "column 'v': Arrow has no type Decimal",
  ],
  [
    "a time of 64 bits in seconds",
    table(typed("Time", { [slots.time.unit]: { i16: 0 }, [slots.time.bitWidth]: { i32: 64 } }), int64s(1n)),
    "type",
    "column 'v': Arrow has no type Time",
  ],
  [
    "a time of 32 bits in nanoseconds",
    table(typed("Time", { [slots.time.unit]: { i16: 3 } }), numbers),
    "type",
    "column 'v': Arrow has no type Time",
  ],
  [
    "a date of a third unit",
    table(typed("Date", { [slots.date.unit]: { i16: 2 } }), int64s(1n)),
    "type",
    "column 'v': Arrow has no type Date",
  ],
  [
    "a timestamp of a fifth unit",
    table(typed("Timestamp", { [slots.timestamp.unit]: { i16: 4 } }), int64s(1n)),
    "type",
    "column 'v': Arrow has no type Timestamp",
  ],
  [
    "a duration of a fifth unit",
    table(typed("Duration", { [slots.duration.unit]: { i16: -1 } }), int64s(1n)),
    "type",
    "column 'v': Arrow has no type Duration",
  ],
  [
    "an interval of a fourth unit",
    table(typed("Interval", { [slots.interval.unit]: { i16: 3 } }), numbers),
    "type",
    "column 'v': Arrow has no type Interval",
  ],
  [
    "a type that is to come",
    stream(schema([{ name: "v", type: 99 }])),
    "type",
    "column 'v': Arrow has no type number 99",
  ],
  ["no type", stream(schema([{ name: "v", type: "NONE" }])), "type", "column 'v': Arrow has no type NONE"],
  [
    "a column with a name that objects have",
    stream(schema([{ name: "v", type: "Struct", children: [{ ...items, name: "__proto__" }] }])),
    "format",
    "column 'v.__proto__' has a name that objects in JavaScript have themselves",
  ],
  ["a column without a name", stream(schema([{ type: "Null" }])), "format", "a column has no name"],
  ["nesting of 65 levels", stream(schema([deep(65)])), "depth", "is nested deeper than 64"],
  [
    "a time in seconds beyond numbers",
    table(typed("Timestamp", {}), int64s(0n, 2n ** 53n)),
    "time",
    "column 'v' has a time at index 1 that apache-arrow's get cannot give",
  ],
  [
    "a time in milliseconds below numbers",
    table(typed("Timestamp", { [slots.timestamp.unit]: { i16: 1 } }), int64s(-(2n ** 53n))),
    "time",
    "column 'v' has a time at index 0",
  ],
  [
    "a time in microseconds beyond numbers",
    table(typed("Timestamp", { [slots.timestamp.unit]: { i16: 2 } }), int64s(2n ** 63n - 1n)),
    "time",
    "column 'v' has a time at index 0",
  ],
  [
    "a date in milliseconds beyond numbers",
    table(typed("Date", {}), int64s(2n ** 62n)),
    "time",
    "column 'v' has a time at index 0",
  ],
  [
    "a big-endian schema",
    stream(schema([int8], { [slots.schema.endianness]: { i16: 1 } })),
    "format",
    "the Arrow stream is big-endian; write it little-endian",
  ],
  ["a batch first", stream(indices(0)), "format", "the Arrow stream does not start with a schema"],
  [
    "a second schema",
    stream(schema([int8]), schema([int8])),
    "format",
    "an Arrow message is neither a batch nor a dictionary",
  ],
  [
    "a tensor",
    stream(schema([int8]), { header: "Tensor", slots: {} }),
    "format",
    "an Arrow message is neither a batch nor a dictionary",
  ],
  [
    "a schema with a body",
    stream({ ...schema([int8]), body: new Uint8Array(8) }),
    "format",
    "the Arrow schema has a body",
  ],
  ["a stream of version 3", stream({ ...schema([int8]), version: 2 }), "format", "of a format before version 4"],
  ["a stream of version 6", stream({ ...schema([int8]), version: 5 }), "format", "of a format after version 5"],
  [
    "a dictionary batch without values",
    stream(schema([{ ...words, name: "v" }]), {
      header: "DictionaryBatch",
      slots: { [slots.dictionaryBatch.id]: { i64: 7 } },
    }),
    "format",
    "the dictionary 7 has no values",
  ],
];

test.each(refused)("%s is refused", (_what, bytes, code, message) => {
  const named = /column '([^']*)'/u.exec(message);
  expect(() => arrow().decode(bytes)).toThrow(
    expect.objectContaining({
      name: "FormatError",
      codec: "arrow",
      code,
      message: expect.stringContaining(message),
      ...(named !== null && { path: named[1] }),
    }),
  );
});

const accepted: readonly (readonly [what: string, bytes: Uint8Array, values: string])[] = [
  ["values", table(int8, numbers), "[1,2]"],
  ["64 levels", stream(schema([deep(64)])), ""],
  ["no offsets for no text", table(utf8, { nodes: [[0, 0]], buffers: [none, none, none] }), "[]"],
  [
    "an index behind its dictionary where it is null",
    stream(
      schema([{ ...words, name: "v" }]),
      dictionary(7),
      batch({ length: 2, nodes: [[2, 1]], buffers: [Uint8Array.of(1), Int8Array.of(1, 9)] }),
    ),
    "[b,]",
  ],
  [
    "an index into a delta",
    stream(schema([{ ...words, name: "v" }]), dictionary(7), dictionary(7, true), indices(3, 0)),
    "[b,a]",
  ],
  [
    "an index of 32 bits where the schema tells nothing",
    stream(
      schema([{ name: "v", type: "Utf8", dictionary: { id: 7 } }]),
      dictionary(7),
      batch({ length: 1, nodes: [[1, 0]], buffers: [none, Int32Array.of(1)] }),
    ),
    "[b]",
  ],
  [
    "a time beyond numbers where it is null",
    table(typed("Timestamp", {}), { nodes: [[1, 1]], buffers: [Uint8Array.of(0), BigInt64Array.of(2n ** 62n)] }),
    "[]",
  ],
  [
    "the largest time",
    table(typed("Timestamp", { [slots.timestamp.unit]: { i16: 1 } }), int64s(2n ** 53n - 1n)),
    "[9007199254740991]",
  ],
  [
    "a time in nanoseconds",
    table(typed("Timestamp", { [slots.timestamp.unit]: { i16: 3 } }), int64s(-(2n ** 63n))),
    "[-9223372036854.775]",
  ],
  [
    "a view behind a buffer where it is null",
    table(
      { type: "Utf8View" },
      { ...view(99, 0, 9, 9), nodes: [[1, 1]], buffers: [Uint8Array.of(0), Int32Array.of(99, 0, 9, 9), none] },
    ),
    "[]",
  ],
  [
    "a view of twelve bytes",
    table({ type: "Utf8View" }, view(12, 0x61616161, 0x61616161, 0x61616161)),
    "[aaaaaaaaaaaa]",
  ],
  ["a view up to the end of a buffer", table({ type: "Utf8View" }, view(13, 0, 0, 9)), "[ twelve bytes]"],
  ["a dense union", table(union(1, [5, 9]), dense([5, 9, 5], [0, 1, 1])), "[1,4,2]"],
];

test.each(accepted)("%s is accepted", (_what, bytes, values) => {
  const column = arrow().decode(bytes).getChild("v");
  expect(column === null ? "" : column.toString()).toBe(values);
});

describe("what a small message stands for is bounded", () => {
  const rows = 2 ** 14;
  const nulls = table({ type: "Null" }, { nodes: [[rows, rows]], buffers: [] });
  const large = new Uint8Array(2 ** 12).fill(0x61);
  const texts = batch({
    length: 1,
    nodes: [[1, 0]],
    buffers: [none, Int32Array.of(0, large.length), large],
    dictionary: { id: 7 },
  });
  const many = stream(schema([{ ...words, name: "v" }]), texts, indices(...Array<number>(200).fill(0)));
  const shared = Array.from({ length: 200 }, () => [large.length, 0, 0, 0]).flat();
  const views = table(
    { type: "Utf8View" },
    { nodes: [[200, 0]], buffers: [none, Int32Array.from(shared), large], viewBuffers: [1] },
  );
  const pairs = Array.from({ length: 200 }, (_, index) => ({
    [slots.keyValue.key]: { text: `key ${index}` },
    [slots.keyValue.value]: { text: "" },
  }));
  const batches = Array.from({ length: 50 }, () => indices(0));
  const described = stream(schema([int8], { [slots.schema.customMetadata]: { tables: pairs } }), ...batches);
  const empty = stream(schema([]), batch({ length: rows, nodes: [], buffers: [] }));
  const deltas = stream(
    schema([{ name: "v", type: "Null", dictionary: { id: 7 } }]),
    batch({ length: 2 ** 10, nodes: [[2 ** 10, 0]], buffers: [], dictionary: { id: 7 } }),
    ...Array.from({ length: 50 }, () =>
      batch({ length: 1, nodes: [[1, 0]], buffers: [], dictionary: { id: 7, isDelta: true } }),
    ),
  );
  const lines: readonly (readonly [what: string, bytes: Uint8Array, options: ArrowOptions, fits: ArrowOptions])[] = [
    ["nulls without a type", nulls, { maxExpandedBytes: 2 ** 19 }, { maxExpandedBytes: 2 ** 20 }],
    ["rows without columns", empty, { maxExpandedBytes: 2 ** 19 }, { maxExpandedBytes: 2 ** 20 }],
    [
      "lists of no items",
      table(lists(0), {
        nodes: [
          [rows, 0],
          [0, 0],
        ],
        buffers: [none, none, none],
      }),
      { maxExpandedBytes: 2 ** 19 },
      { maxExpandedBytes: 2 ** 20 },
    ],
    [
      "structs of nothing",
      table({ type: "Struct" }, { nodes: [[rows, 0]], buffers: [none] }),
      { maxExpandedBytes: 2 ** 19 },
      { maxExpandedBytes: 2 ** 20 },
    ],
    [
      "values of no bytes",
      table(typed("FixedSizeBinary", {}), { nodes: [[rows, 0]], buffers: [none, none] }),
      { maxExpandedBytes: 2 ** 19 },
      { maxExpandedBytes: 2 ** 20 },
    ],
    ["a text in a dictionary, many times", many, { maxExpandedBytes: 700_000 }, { maxExpandedBytes: 900_000 }],
    ["views of the same bytes", views, { maxExpandedBytes: 700_000 }, { maxExpandedBytes: 900_000 }],
    ["metadata for each batch", described, { maxExpandedBytes: 500_000 }, { maxExpandedBytes: 700_000 }],
    ["deltas of a dictionary", deltas, { maxExpandedBytes: 700_000 }, { maxExpandedBytes: 1_000_000 }],
    ["arrays of many batches", stream(schema([int8]), ...batches), { maxArrays: 100 }, { maxArrays: 101 }],
  ];

  test.each(lines)("%s", (_what, bytes, options, fits) => {
    expect(() => arrow(options).decode(bytes)).toThrow(expect.objectContaining({ name: "FormatError", code: "limit" }));
    expect(arrow(fits).decode(bytes).numCols).toBeLessThan(2);
  });

  test("dictionaries of dictionaries, whose values multiply", () => {
    let column: FieldParts = { ...words, name: "v" };
    const messages = [texts];
    for (let id = 8; id < 16; id++) {
      column = { name: "v", type: "List", children: [column], dictionary: { id, bits: 8 } };
      const nodes = [
        [1, 0],
        [16, 0],
      ] as const;
      messages.push(
        batch({ length: 1, nodes, buffers: [none, Int32Array.of(0, 16), none, new Int8Array(16)], dictionary: { id } }),
      );
    }
    expect(() => arrow().decode(stream(schema([column]), ...messages, indices(0)))).toThrow(
      expect.objectContaining({
        code: "limit",
        message: expect.stringContaining("stands for more than 67108864 bytes"),
      }),
    );
  });

  test("names of columns, each of which apache-arrow compares with all before it", () => {
    const name = "x".repeat(2 ** 12);
    const columns = Array.from({ length: 100 }, (_, index): FieldParts => ({ name: `${name}${index}`, type: "Null" }));
    const nodes = columns.map(() => [0, 0] as const);
    const of = (count: number): Uint8Array =>
      stream(schema(columns), ...Array.from({ length: count }, () => batch({ length: 0, nodes, buffers: [] })));
    expect(arrow().decode(of(200)).numCols).toBe(100);
    expect(() => arrow().decode(of(210))).toThrow("the columns have too many and too long names");
  });
});
