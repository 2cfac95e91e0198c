import { expect, test } from "vitest";

import { decodeRecords } from "../src/protocol/decode-records.ts";
import { encodeRecordBatch, encodeRecords } from "../src/protocol/encode-records.ts";
import { KeptBytes } from "../src/protocol/kept-bytes.ts";
import { javaBatches, javaRecords } from "./java-batches.ts";
import { batches, longs, manyRecords } from "./java-vectors.ts";

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

test("sizes, counts and places of two bytes are written as by Java's client", () => {
  const many = { ...batch, records: manyRecords };
  expect(encodeRecordBatch(many, 0, encodeRecords(manyRecords)).toString("hex")).toBe(batches.many);
});

test.each([
  ["times 5, 9, 7", [5, 9, 7]],
  ["times 9, 5, 7", [9, 5, 7]],
] as const)("a batch's header has the first and the latest of its times, as Java's: %s", (name, times) => {
  const records = times.map((timestamp) => ({ key: null, value: new Uint8Array(), headers: [], timestamp }));
  expect(encodeRecordBatch({ ...batch, records }, 0, encodeRecords(records)).toString("hex")).toBe(batches[name]);
});

test("times that are up to 2 ** 53 apart are written exactly, as Java's numbers of variable length", () => {
  const encoded = (first: number, second: number): string => {
    const records = [first, second].map((timestamp) => ({ key: null, value: null, headers: [], timestamp }));
    // The second record, from its time on.
    return encodeRecords(records).subarray(9).toString("hex");
  };
  for (const { value, varlong, negative } of longs) {
    expect(encoded(0, value)).toBe(`${varlong}02010100`);
    expect(encoded(value, -1)).toBe(`${negative}02010100`);
  }
});

test("a compression's number, the count and the sequence are where Kafka has them, whatever the identity", () => {
  const records = [javaRecords[0]];
  const encoded = encodeRecordBatch({ ...batch, records, baseSequence: 5 }, 4, Uint8Array.of(1, 2, 3));
  expect(encoded.readInt16BE(21)).toBe(4);
  expect(encoded.readInt32BE(8)).toBe(encoded.length - 12);
  // Without an identity there is no sequence.
  expect([encoded.readInt32BE(53), encoded.readInt32BE(57), encoded.subarray(61).toString("hex")]).toEqual([
    -1,
    1,
    "010203",
  ]);
});
