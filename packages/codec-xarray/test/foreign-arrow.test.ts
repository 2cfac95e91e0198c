import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Builder } from "flatbuffers";
import { Endianness } from "apache-arrow/fb/endianness";
import { Message } from "apache-arrow/fb/message";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { MetadataVersion } from "apache-arrow/fb/metadata-version";
import { Schema } from "apache-arrow/fb/schema";
import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";

const directory = join(import.meta.dirname, "vectors", "foreign");

const named: readonly (readonly [file: string, type: string, cast?: string])[] = [
  ["pyarrow-large-list", "LargeList", "List"],
  ["pyarrow-list-view", "ListView", "List"],
  ["pyarrow-large-list-view", "LargeListView", "List"],
  ["pyarrow-fixed-size-list", "FixedSizeList", "List"],
  ["pyarrow-large-text", "LargeUtf8", "Utf8"],
  ["pyarrow-text-view", "Utf8View", "Utf8"],
  ["pyarrow-text-view-with-values", "Utf8View", "Utf8"],
  ["pyarrow-large-binary", "LargeBinary", "Binary"],
  ["pyarrow-binary-view", "BinaryView", "Binary"],
  ["pyarrow-fixed-size-binary", "FixedSizeBinary", "Binary"],
  ["pyarrow-dictionary", "Dictionary of Utf8", "Utf8"],
  ["pyarrow-decimal", "Decimal", "FloatingPoint"],
  ["pyarrow-decimal-256", "Decimal", "FloatingPoint"],
  ["pyarrow-date", "Date", "Timestamp"],
  ["pyarrow-date-64", "Date", "Timestamp"],
  ["pyarrow-time", "Time"],
  ["pyarrow-time-zone", "Timestamp with a time zone", "Timestamp without a time zone"],
  ["pyarrow-interval", "Interval"],
  ["pyarrow-struct", "Struct"],
  ["pyarrow-map", "Map"],
  ["pyarrow-union", "Union"],
  ["pyarrow-run-end-encoded", "RunEndEncoded"],
  ["pyarrow-null", "Null"],
  ["polars-text", "Utf8View", "Utf8"],
  ["polars-text-oldest", "LargeUtf8", "Utf8"],
  ["polars-lists", "LargeList", "List"],
  ["polars-arrays", "FixedSizeList", "List"],
  ["polars-categories", "Dictionary of Utf8View", "Utf8"],
  ["polars-decimal", "Decimal", "FloatingPoint"],
  ["polars-date", "Date", "Timestamp"],
  ["polars-struct", "Struct"],
  ["duckdb-decimal", "Decimal", "FloatingPoint"],
  ["duckdb-date", "Date", "Timestamp"],
  ["duckdb-time", "Time"],
  ["duckdb-interval", "Interval"],
  ["duckdb-enum", "Dictionary of Utf8", "Utf8"],
  ["duckdb-struct", "Struct"],
  ["duckdb-map", "Map"],
  ["duckdb-array", "FixedSizeList", "List"],
];

const others: readonly (readonly [file: string, message: string])[] = [
  [
    "pyarrow-list-of-large-text",
    "the items of column 'odd': no xarray variable has the Arrow type LargeUtf8; cast it to Utf8",
  ],
  ["pyarrow-list-of-decimal", "the items of column 'odd': no xarray variable has the Arrow type Decimal;"],
  [
    "pyarrow-list-of-dictionary",
    "the items of column 'odd': no xarray variable has the Arrow type Dictionary of Utf8;",
  ],
  ["pyarrow-list-of-large-list", "the items of column 'odd': no xarray variable has the Arrow type LargeList;"],
  ["pyarrow-lz4", "the Arrow body is compressed with LZ4"],
  ["pyarrow-zstd", "the Arrow body is compressed with ZSTD"],
  ["polars-numbers", "the Arrow schema has no key 'xarray'"],
];

const messages: readonly (readonly [file: string, message: string])[] = [
  ...others,
  ...named.map(([file, type, cast]): readonly [string, string] => [
    file,
    `column 'odd': no xarray variable has the Arrow type ${type}; ${cast === undefined ? "leave it out" : `cast it to ${cast}`}`,
  ]),
];

test.for(messages)("%s is refused: %s", ([file, message]) => {
  const bytes = readFileSync(join(directory, `${file}.arrow`));
  expect(() => xarray().decode(bytes)).toThrow(message);
});

test("every stream that others wrote is looked at", () => {
  const files = readdirSync(directory).map((file) => file.replace(".arrow", ""));
  expect(messages.map(([file]) => file).toSorted()).toEqual(files.toSorted());
});

test("a big-endian stream is refused as that", () => {
  const builder = new Builder();
  const schema = Schema.createSchema(builder, Endianness.Big, Schema.createFieldsVector(builder, []), 0, 0);
  builder.finish(Message.createMessage(builder, MetadataVersion.V5, MessageHeader.Schema, schema, 0n, 0));
  const message = builder.asUint8Array();
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, 0xffffffff, true);
  frame.setInt32(4, message.length, true);
  const bytes = Uint8Array.from([...new Uint8Array(frame.buffer), ...message]);
  expect(() => xarray().decode(bytes)).toThrow("the Arrow stream is big-endian");
});

test("several batches are refused as that", () => {
  const bytes = readFileSync(join(directory, "..", "refused", "two-batches.arrow"));
  expect(() => xarray().decode(bytes)).toThrow("a second record batch follows the first");
});
