import { expect, test } from "vitest";

import { decodeRecordBatches, encodeRecordBatch } from "../src/protocol/record-batch.ts";
import { encodeRecords } from "../src/protocol/records.ts";
import { fromHex, javaBatches, javaRecords } from "./java-batches.ts";
import { batches, manyRecords } from "./java-vectors.ts";

const all = (...hex: string[]) => [...decodeRecordBatches(fromHex(...hex))];

/** A batch of Java's with a changed header. */
function changed(hex: string, change: (bytes: Buffer) => void): string {
  const bytes = fromHex(hex);
  change(bytes);
  return bytes.toString("hex");
}

test("all fields of a batch of Java's are read", () => {
  expect(all(javaBatches.idempotent)).toEqual([
    {
      baseOffset: 0n,
      lastOffset: 2n,
      crc: 0x22407877,
      crcData: fromHex(javaBatches.idempotent).subarray(21),
      compression: 0,
      transactional: false,
      control: false,
      producerId: 4_000_000_000_001n,
      baseTimestamp: 1_700_000_000_000,
      appendTime: undefined,
      recordCount: 3,
      records: fromHex(javaBatches.idempotent).subarray(61),
    },
  ]);
});

test.each([
  ["plain", batches["times 5, 9, 7"], {}],
  ["with the log's append time", batches.appendTime, { appendTime: 1_700_000_111_222, baseTimestamp: 5 }],
  ["of gzip", batches.manyGzip, { compression: 1, baseOffset: 70n, lastOffset: 139n, recordCount: 70 }],
  ["of snappy", batches.manySnappy, { compression: 2 }],
  ["of LZ4", batches.manyLz4, { compression: 3 }],
  ["of zstd", batches.manyZstd, { compression: 4 }],
  ["of a transaction", batches.a0, { transactional: true, producerId: 41n }],
  ["that ends one", batches["a5 aborted"], { transactional: true, control: true, producerId: 41n, recordCount: 1 }],
  ["compacted", batches.compacted, { baseOffset: 3n, lastOffset: 11n, recordCount: 3 }],
  ["compacted to nothing", batches.empty, { baseOffset: 5n, lastOffset: 9n, recordCount: 0 }],
])("the attributes of a batch of Java's are read: %s", (_what, hex, fields) => {
  const nothing = { compression: 0, transactional: false, control: false, appendTime: undefined };
  expect(all(hex)).toMatchObject([{ ...nothing, ...fields }]);
});

test("several batches are read, and an incomplete last one is left out", () => {
  const [first, second] = [batches.a0, batches.b2].map((hex) => fromHex(hex)) as [Buffer, Buffer];
  for (let length = 0; length < second.length; length++) {
    const read = [...decodeRecordBatches(Buffer.concat([first, second.subarray(0, length)]))];
    expect(read.map(({ baseOffset }) => baseOffset)).toEqual([0n]);
  }
  expect(all(batches.a0, batches.b2).map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset])).toEqual([
    [0n, 1n],
    [2n, 2n],
  ]);
});

test("batches are views of the record set", () => {
  const recordSet = fromHex(batches.a0, batches.b2);
  for (const { records, crcData } of decodeRecordBatches(recordSet)) {
    expect([records.buffer, crcData.buffer]).toEqual([recordSet.buffer, recordSet.buffer]);
  }
});

test.each([
  [0, "record format 0, which Kafka wrote before 0.11, is not read"],
  [1, "record format 1, which Kafka wrote before 0.11, is not read"],
  [3, "record format 3 is not known"],
  [255, "record format 255 is not known"],
])("record format %i is an error", (magic, why) => {
  expect(() => all(changed(batches.a0, (bytes) => bytes.writeUInt8(magic, 16)))).toThrow(new RangeError(why));
});

test.each([
  [48, "no batch of 48 bytes"],
  [0, "no batch of 0 bytes"],
  [-1, "no batch of -1 bytes"],
  [-(2 ** 31), "no batch of -2147483648 bytes"],
])("a batch length of %i bytes, too small for the header, is an error", (length, why) => {
  expect(() => all(changed(batches.a0, (bytes) => bytes.writeInt32BE(length, 8)))).toThrow(new RangeError(why));
});

test("a batch length that is too small is also an error in a later batch", () => {
  const small = changed(batches.b2, (bytes) => bytes.writeInt32BE(48, 8));
  expect(() => all(batches.a0, small)).toThrow(new RangeError("no batch of 48 bytes"));
});

test("bytes that end before the record format are an incomplete batch", () => {
  expect(all("00".repeat(16))).toEqual([]);
  expect(() => all(`${"00".repeat(11)}05${"00".repeat(5)}`)).toThrow("record format 0");
});

test("a batch that compaction left without records is read", () => {
  expect(fromHex(batches.empty)).toHaveLength(61);
  expect(all(batches.empty)[0]?.records).toHaveLength(0);
});

test.each([
  ["0 to 1 again", [batches.a0, batches.a0], "a batch of offsets 0 to 1 is out of place"],
  ["before what was there", [batches.b2, batches.a0], "a batch of offsets 0 to 1 is out of place"],
  ["inside the one before", [batches.compacted, batches["a5 aborted"]], "a batch of offsets 5 to 5 is out of place"],
])("offsets %s are an error", (_what, hex, why) => {
  expect(() => all(...hex)).toThrow(new RangeError(why));
});

test("negative offsets and a last offset before the first one are an error", () => {
  const below = changed(batches.a0, (bytes) => bytes.writeBigInt64BE(-1n, 0));
  expect(() => all(below)).toThrow(new RangeError("a batch of offsets -1 to 0 is out of place"));
  const backwards = changed(batches.b2, (bytes) => bytes.writeInt32BE(-1, 23));
  expect(() => all(backwards)).toThrow(new RangeError("a batch of offsets 2 to 1 is out of place"));
});

test("there may be gaps between the offsets of batches", () => {
  expect(all(batches.a0, batches["a8 committed"]).map(({ baseOffset }) => baseOffset)).toEqual([0n, 8n]);
});

const batch = { topic: "t", partition: 0, records: javaRecords, baseSequence: 0 };

test("a batch is byte for byte the one that Java's client writes", () => {
  expect(encodeRecordBatch(batch, 0, encodeRecords(javaRecords)).toString("hex")).toBe(javaBatches.plain);
});

test("a batch with a producer identity is byte for byte the one that Java's client writes", () => {
  const identity = { producerId: 4_000_000_000_001n, producerEpoch: 7 };
  const encoded = encodeRecordBatch({ ...batch, identity, baseSequence: 123_456 }, 0, encodeRecords(javaRecords));
  expect(encoded.toString("hex")).toBe(javaBatches.idempotent);
});

test("sizes, counts and offset deltas of two bytes are written as by Java's client", () => {
  const many = { ...batch, records: manyRecords };
  expect(encodeRecordBatch(many, 0, encodeRecords(manyRecords)).toString("hex")).toBe(batches.many);
});

test.each([
  ["times 5, 9, 7", [5, 9, 7]],
  ["times 9, 5, 7", [9, 5, 7]],
] as const)("the header has the first and the largest timestamp, as Java's: %s", (name, times) => {
  const records = times.map((timestamp) => ({ key: null, value: new Uint8Array(), headers: [], timestamp }));
  expect(encodeRecordBatch({ ...batch, records }, 0, encodeRecords(records)).toString("hex")).toBe(batches[name]);
});

test("the compression, the record count and the sequence are written at Kafka's offsets", () => {
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
