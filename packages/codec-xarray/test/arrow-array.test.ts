import { BodyCompression } from "apache-arrow/fb/body-compression";
import { BodyCompressionMethod } from "apache-arrow/fb/body-compression-method";
import { CompressionType } from "apache-arrow/fb/compression-type";
import type { Builder } from "flatbuffers";
import { expect, test } from "vitest";
import type { ArrowArray } from "@dataqueues/arrow-ipc";
import { readBatch, emptyColumn } from "../src/arrow-array.ts";
import type { ArrowField } from "@dataqueues/arrow-ipc";
import { FlatTable, formatError } from "@dataqueues/arrow-ipc";
import type { Batch } from "./arrow-messages.ts";
import { anyOf, batchBytes } from "./arrow-messages.ts";

const column = (type: string, item?: ArrowField, name = "v"): ArrowField => ({ name, type, item });
const list = column("list", column("int8", undefined, "item"));

/** Reads a batch whose body is the bytes 0, 1, 2 … or the given ones, and starts at 1000 in its message. */
function read(
  fields: readonly ArrowField[],
  batch: Batch,
  body: Uint8Array | number = 64,
): ReturnType<typeof readBatch> {
  const bytes = typeof body === "number" ? Uint8Array.from({ length: body }, (_, index) => index) : body;
  return readBatch(FlatTable.root(batchBytes(batch), 0, formatError), fields, bytes, 1000);
}

function only(field: ArrowField, batch: Batch, body?: Uint8Array | number): ArrowArray {
  const { columns } = read([field], batch, body);
  expect(columns).toHaveLength(1);
  return columns[0] ?? expect.fail("there is no column");
}

const refused = (code: string, message: string, offset?: number): unknown =>
  expect.objectContaining({ name: "FormatError", codec: "xarray", code, message, offset });

/** int32s as they are in a body, and zeros up to 64 bytes. */
const int32s = (...values: number[]): Uint8Array => {
  const bytes = new Uint8Array(64);
  bytes.set(new Uint8Array(Int32Array.from(values).buffer));
  return bytes;
};

test.each([
  ["int8", 3],
  ["uint8", 3],
  ["int16", 6],
  ["uint16", 6],
  ["halffloat", 6],
  ["int32", 12],
  ["uint32", 12],
  ["float", 12],
  ["int64", 24],
  ["uint64", 24],
  ["double", 24],
  ["timestamp[s]", 24],
  ["timestamp[ms]", 24],
  ["timestamp[us]", 24],
  ["timestamp[ns]", 24],
  ["duration[s]", 24],
  ["duration[ms]", 24],
  ["duration[us]", 24],
  ["duration[ns]", 24],
  ["bool", 1],
])("three values of %s take %i bytes, of a buffer that may have more", (type, size) => {
  const batch = (bytes: number): Batch => ({
    length: 3,
    nodes: [[3, 0]],
    buffers: [
      [0, 0],
      [8, bytes],
    ],
  });
  for (const bytes of [size, size + 5]) {
    const array = only(column(type), batch(bytes));
    expect(array).toMatchObject({ length: 3, nullCount: 0, item: undefined });
    expect([...array.values]).toEqual(Array.from({ length: size }, (_, index) => 8 + index));
    expect([array.validity, array.offsets]).toEqual([new Uint8Array(0), new Int32Array(0)]);
  }
  expect(() => only(column(type), batch(size - 1))).toThrow(
    refused("size-mismatch", `column 'v' has ${size - 1} of ${size} bytes`),
  );
});

test("a type without a width is refused", () => {
  expect(() =>
    only(column("odd"), {
      length: 1,
      nodes: [[1, 0]],
      buffers: [
        [0, 0],
        [0, 8],
      ],
    }),
  ).toThrow(refused("format", "Arrow type odd has no fixed width"));
});

test.each([
  [8, 1],
  [9, 2],
])("%i bools take %i bytes, and so does their validity", (length, size) => {
  const batch = (nullBytes: number, bytes: number): Batch => ({
    length,
    nodes: [[length, 1]],
    buffers: [
      [0, nullBytes],
      [8, bytes],
    ],
  });
  const array = only(column("bool"), batch(size, size));
  expect([array.nullCount, array.validity.length, array.values.length]).toEqual([1, size, size]);
  expect(array.validity[0]).toBe(0);
  const words = `column 'v' has ${size - 1} of ${size} bytes`;
  expect(() => only(column("bool"), batch(size - 1, size))).toThrow(refused("size-mismatch", words));
  expect(() => only(column("bool"), batch(size, size - 1))).toThrow(refused("size-mismatch", words));
});

test("the validity is not read if nothing is null", () => {
  const array = only(column("int8"), {
    length: 3,
    nodes: [[3, 0]],
    buffers: [
      [0, 1],
      [8, 3],
    ],
  });
  expect(array.validity).toEqual(new Uint8Array(0));
});

test.each(["string", "binary"])("%s is offsets and bytes", (type) => {
  const field = column(type);
  const batch = (offsets: number, bytes: number): Batch => ({
    length: 3,
    nodes: [[3, 0]],
    buffers: [
      [0, 0],
      [0, offsets],
      [16, bytes],
    ],
  });
  const body = int32s(1, 3, 3, 6);
  const array = only(field, batch(16, 6), body);
  expect([...array.offsets]).toEqual([1, 3, 3, 6]);
  expect(array.values).toHaveLength(6);
  expect(() => only(field, batch(15, 6), body)).toThrow(refused("size-mismatch", "column 'v' has 15 of 16 bytes"));
  expect(() => only(field, batch(16, 5), body)).toThrow(refused("size-mismatch", "column 'v' has 5 of 6 bytes"));
  for (const fallen of [int32s(-1, 3, 3, 6), int32s(1, 3, 2, 6), int32s(1, 3, 3, 2), int32s(4, 3, 3, 6)]) {
    expect(() => only(field, batch(16, 6), fallen)).toThrow(
      refused("size-mismatch", "the offsets of column 'v' decrease"),
    );
  }
});

test("a column of no texts may have no offsets", () => {
  const array = only(column("string"), {
    length: 0,
    nodes: [[0, 0]],
    buffers: [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  });
  expect([array.length, array.offsets.length, array.values.length]).toEqual([0, 0, 0]);
});

test("offsets are read from a copy, so that they may lie anywhere", () => {
  const body = new Uint8Array(65).subarray(1);
  body.set(int32s(0, 2), 0);
  const array = only(
    column("string"),
    {
      length: 1,
      nodes: [[1, 0]],
      buffers: [
        [0, 0],
        [0, 8],
        [8, 2],
      ],
    },
    body,
  );
  expect([...array.offsets]).toEqual([0, 2]);
});

test("a list has its values in an array of its own", () => {
  const batch = (values: number): Batch => ({
    length: 1,
    nodes: [
      [1, 0],
      [values, 0],
    ],
    buffers: [
      [0, 0],
      [0, 8],
      [0, 0],
      [8, 4],
    ],
  });
  const array = only(list, batch(3), int32s(0, 3, 0x04030201));
  expect(array).toMatchObject({ field: list, length: 1, values: new Uint8Array(0) });
  expect([...array.offsets]).toEqual([0, 3]);
  expect(array.item).toMatchObject({ field: list.item, length: 3 });
  expect([...(array.item?.values ?? [])]).toEqual([1, 2, 3]);
  expect(() => only(list, batch(2), int32s(0, 3, 0x04030201))).toThrow(
    refused("size-mismatch", "column 'v' has 2 of 3 values"),
  );
});

const numbers = [column("int8"), column("int8", undefined, "w")];
const two = (first: readonly [number, number], second: readonly [number, number]): Batch => ({
  length: 4,
  nodes: [
    [4, 0],
    [4, 0],
  ],
  buffers: [[0, 0], first, [0, 0], second],
});

test("buffers follow each other, to the last byte of the body", () => {
  const { rows, columns } = read(numbers, two([0, 4], [4, 4]), 8);
  expect(rows).toBe(4);
  expect(columns.map(({ values }) => [...values])).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
});

test.each<
  [what: string, first: readonly [number, number], second: readonly [number, number], name: string, at: number]
>([
  ["two over the same bytes", [0, 4], [0, 4], "w", 1000],
  ["two that share one byte", [0, 4], [3, 4], "w", 1003],
  ["two in the wrong order", [4, 4], [0, 4], "w", 1000],
  ["one within the room that the other has", [0, 8], [4, 4], "w", 1004],
  ["one that ends a byte too late", [0, 4], [5, 4], "w", 1005],
  ["one with more room than the body has", [0, 4], [4, 5], "w", 1004],
  ["one behind the body", [9, 4], [4, 4], "v", 1009],
])("buffers are refused with their place: %s", (_what, first, second, name, at) => {
  expect(() => read(numbers, two(first, second), 8)).toThrow(
    refused("format", `a buffer of column '${name}' is not inside the Arrow body`, at),
  );
});

test("the position of an empty buffer does not matter", () => {
  const batch = {
    length: 0,
    nodes: [
      [0, 0],
      [0, 0],
    ],
    buffers: [
      [0, 0],
      [99, 4],
      [50, 0],
      [0, 0],
    ],
  } as const;
  expect(read(numbers, batch, 8).columns.map(({ values }) => values.length)).toEqual([0, 0]);
});

test.each<[what: string, batch: Batch, message: string]>([
  ["no nodes", { length: 1, buffers: [] }, "the Arrow batch has fewer nodes than its schema"],
  [
    "one buffer",
    { length: 1, nodes: [[1, 0]], buffers: [[0, 0]] },
    "the Arrow batch has fewer buffers than its schema",
  ],
  ["no buffers", { length: 1, nodes: [[1, 0]] }, "the Arrow batch has fewer buffers than its schema"],
  [
    "two nodes",
    {
      length: 1,
      nodes: [
        [1, 0],
        [1, 0],
      ],
      buffers: [
        [0, 0],
        [0, 1],
      ],
    },
    "the Arrow batch has more nodes or buffers than its schema",
  ],
  [
    "three buffers",
    {
      length: 1,
      nodes: [[1, 0]],
      buffers: [
        [0, 0],
        [0, 1],
        [8, 1],
      ],
    },
    "the Arrow batch has more nodes or buffers than its schema",
  ],
  [
    "views",
    {
      length: 1,
      nodes: [[1, 0]],
      buffers: [
        [0, 0],
        [0, 1],
      ],
      variadicCounts: [0],
    },
    "the Arrow batch has buffers of views, but its schema has no view types",
  ],
])("a batch that has %s for one column of numbers is refused", (_what, batch, message) => {
  expect(() => only(column("int8"), batch)).toThrow(refused("format", message));
});

test("an empty vector of variadic buffer counts is accepted", () => {
  const batch = {
    length: 1,
    nodes: [[1, 0]],
    buffers: [
      [0, 0],
      [0, 1],
    ],
    variadicCounts: [],
  } as const;
  expect(only(column("int8"), batch).length).toBe(1);
});

test.each([
  [3, 4],
  [5, 4],
  [undefined, 4],
])("a batch of %s rows with a column of %i values is refused", (length, values) => {
  const batch: Batch = {
    nodes: [[values, 0]],
    buffers: [
      [0, 0],
      [0, 8],
    ],
  };
  expect(() => only(column("int8"), length === undefined ? batch : { ...batch, length })).toThrow(
    refused("size-mismatch", `column 'v' has ${values} values in ${length ?? 0} rows`),
  );
});

const codec = (type: number) => (builder: Builder) =>
  BodyCompression.createBodyCompression(builder, anyOf(type), BodyCompressionMethod.BUFFER);
const unnamed = (builder: Builder): number => {
  BodyCompression.startBodyCompression(builder);
  return BodyCompression.endBodyCompression(builder);
};

test.each([
  // Message.fbs: LZ4 is what a codec that is left out means.
  ["LZ4", unnamed],
  ["LZ4", codec(CompressionType.LZ4_FRAME)],
  ["ZSTD", codec(CompressionType.ZSTD)],
  ["something unknown", codec(2)],
])("a body compressed with %s is refused, and the compression is named", (name, compression) => {
  expect(() =>
    only(column("int8"), {
      length: 1,
      nodes: [[1, 0]],
      buffers: [
        [0, 0],
        [0, 1],
      ],
      compression,
    }),
  ).toThrow(
    refused(
      "format",
      `the Arrow body is compressed with ${name}; write it uncompressed, and let the producer compress`,
    ),
  );
});

test("a column of a table without rows is empty", () => {
  expect(emptyColumn(list)).toEqual({
    field: list,
    length: 0,
    nullCount: 0,
    validity: new Uint8Array(0),
    offsets: new Int32Array(0),
    values: new Uint8Array(0),
    item: undefined,
  });
});
