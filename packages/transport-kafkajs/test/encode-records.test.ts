import { expect, test } from "vitest";

import { decodeRecords } from "../src/protocol/decode-records.ts";
import { encodeRecordBatch, encodeRecords } from "../src/protocol/encode-records.ts";
import { KeptBytes } from "../src/protocol/kept-bytes.ts";
import { javaBatches, javaRecords } from "./java-batches.ts";

const batch = { topic: "t", partition: 0, records: javaRecords, baseSequence: 0 };

test("a batch is byte for byte the one that Java's client writes", () => {
  expect(encodeRecordBatch(batch, 0, encodeRecords(javaRecords)).toString("hex")).toBe(javaBatches.plain);
});

test("a batch with a producer identity is byte for byte the one that Java's client writes", () => {
  const identity = { producerId: 4_000_000_000_001n, producerEpoch: 7 };
  const encoded = encodeRecordBatch({ ...batch, identity, baseSequence: 123_456 }, 0, encodeRecords(javaRecords));
  expect(encoded.toString("hex")).toBe(javaBatches.idempotent);
});

test.each([
  [63, "8a01000000017e"],
  [64, "8e01000000018001"],
  [8191, "8c800100000001fe7f"],
  [8192, "90800100000001808001"],
  [1_048_575, "8e80800100000001feff7f"],
  [1_048_576, "928080010000000180808001"],
])("what Java's client writes before a value of %i bytes is written here", (size, expected) => {
  const bytes = encodeRecords([{ key: null, value: new Uint8Array(size).fill(0xee), headers: [], timestamp: 5 }]);
  expect(bytes.subarray(0, bytes.indexOf(0xee)).toString("hex")).toBe(expected);
});

test.each([
  [63, "0c0000000101000c007e02010100"],
  [64, "0c0000000101000e00800102010100"],
  [-64, "0c0000000101000c007f02010100"],
  [-65, "0c0000000101000e00810102010100"],
  [2 ** 40, "0c000000010100160080808080804002010100"],
  [-(2 ** 40), "0c0000000101001600ffffffffff3f02010100"],
  [2 ** 52, "0c0000000101001a00808080808080801002010100"],
])("a record that is %i ms later than the first is written as by Java's client, and read again", (later, expected) => {
  const empty = { key: null, value: null, headers: [] };
  const bytes = encodeRecords([2 ** 52, 2 ** 52 + later].map((timestamp) => ({ ...empty, timestamp })));
  expect(bytes.toString("hex")).toBe(expected);
  const base = { baseOffset: 0n, lastOffset: 1n, baseTimestamp: 2 ** 52, appendTime: undefined, recordCount: 2 };
  const read = decodeRecords(Buffer.from(expected, "hex"), base, new KeptBytes());
  expect(read.map(({ timestamp }) => timestamp)).toEqual([2 ** 52, 2 ** 52 + later]);
});
