import { expect, test } from "vitest";

import { fetchedPartition } from "../src/fetched-partition.ts";
import type { FetchContext } from "../src/fetched-partition.ts";
import { fromHex, javaBatches, javaRecords } from "./java-batches.ts";
import { batches, manyRecords } from "./java-vectors.ts";

const { plain, gzip, zstd, format1, transactional, abort } = javaBatches;

const unlimited = { checkCrcs: true, maxBatchBytes: Infinity, roomForDecompressed: Infinity };

function fetched(
  hex: readonly string[],
  from = 0n,
  abortedTransactions: { producerId: bigint; firstOffset: bigint }[] = [],
  context: Partial<FetchContext> = {},
) {
  const recordSet = fromHex(...hex);
  const result = { topic: "t", partition: 3, errorCode: 0, highWatermark: 99n, abortedTransactions, recordSet };
  return fetchedPartition(result, from, { ...unlimited, ...context });
}

/** The result with records, or the test fails. */
async function read(...given: Parameters<typeof fetched>) {
  const result = await fetched(...given);
  if (result.error !== undefined) throw result.error;
  return result;
}

/** The error of a result, or the test fails. */
async function failure(...given: Parameters<typeof fetched>) {
  const { error } = await fetched(...given);
  if (error === undefined) throw new Error("no error");
  return error;
}

const values = ({ records }: { records: readonly { value: Uint8Array | null }[] }): (string | null)[] =>
  records.map(({ value }) => (value === null ? null : new TextDecoder().decode(value)));

test("records of Java's client are read with repeated headers, null and empty keys and values", async () => {
  const result = await read([plain]);
  expect(result.records).toEqual(javaRecords.map((record, index) => ({ ...record, offset: BigInt(index) })));
  expect(result).toMatchObject({ nextOffset: 3n, highWatermark: 99n });
});

test("a compressed batch is read, with offsets above 2 ** 53 exact", async () => {
  const base = 9_007_199_254_740_993n;
  const result = await read([gzip], base);
  expect(result.records).toEqual(javaRecords.map((record, index) => ({ ...record, offset: base + BigInt(index) })));
  expect(result.nextOffset).toBe(9_007_199_254_740_996n);
});

test("records before the asked offset are left out", async () => {
  const result = await read([plain], 2n);
  expect(result.records.map(({ offset }) => offset)).toEqual([2n]);
});

test("aborted records and markers are left out, and the position moves past them", async () => {
  const result = await read([transactional, abort], 10n, [{ producerId: 42n, firstOffset: 10n }]);
  expect(result).toMatchObject({ records: [], nextOffset: 13n });
});

test("records of other producers and of a producer's later transactions are kept", async () => {
  expect(values(await read([transactional, abort], 10n))).toEqual(["t", "u"]);
  expect(values(await read([transactional, abort], 10n, [{ producerId: 41n, firstOffset: 10n }]))).toEqual(["t", "u"]);
  // Moved by three offsets: the batch that comes after the mark.
  const later = transactional.replace("000000000000000a", "000000000000000d");
  const result = await read([transactional, abort, later], 10n, [{ producerId: 42n, firstOffset: 10n }]);
  expect(result.records.map(({ offset }) => offset)).toEqual([13n, 14n]);
});

test("a batch that is cut at the byte limit is left for the next fetch", async () => {
  const result = await read([plain, transactional.slice(0, -10)]);
  expect(result).toMatchObject({ nextOffset: 3n });
  expect(result.records).toHaveLength(3);
});

test("a single batch that is cut is an error, not an endless wait", async () => {
  expect(await failure([plain.slice(0, -2)])).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
});

test("an empty response keeps the position", async () => {
  expect(await read([], 7n)).toMatchObject({ records: [], nextOffset: 7n });
});

test("a changed bit is an error with its place; the batches before it are read first", async () => {
  const corrupt = gzip.slice(0, -2) + "01";
  const before = await read([plain, corrupt], 0n);
  expect(before).toMatchObject({ nextOffset: 3n });
  const error = await failure([corrupt], 9_007_199_254_740_993n);
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", topic: "t", partition: 3, offset: 9_007_199_254_740_993n });
  expect(error.message).toContain("checksum");
});

test("a wrong checksum is ignored if checksums are not checked", async () => {
  const bytes = fromHex(plain);
  bytes[20] = (bytes[20] ?? 0) ^ 0x41;
  expect(await fetched([bytes.toString("hex")])).toMatchObject({ error: { code: "CORRUPT_MESSAGE" } });
  expect(values(await read([bytes.toString("hex")], 0n, [], { checkCrcs: false }))).toEqual(
    values(await read([plain])),
  );
});

test("every single changed byte of a batch is an error, or moves offsets", async () => {
  const bytes = fromHex(plain);
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 0x41, index);
    const result = await fetched([changed.toString("hex")]);
    // The base offset and the leader epoch are outside the checksum.
    if (index < 8 || (index >= 12 && index < 16))
      expect(result.error?.code ?? "CORRUPT_MESSAGE").toBe("CORRUPT_MESSAGE");
    else expect(result.error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  }
});

/** A batch whose attributes claim a compression, by Kafka's number; its checksum is no longer right. */
const claiming = (compression: number): string => gzip.replace("ee0001", `ee000${compression}`);
const base = 9_007_199_254_740_993n;

test.each([
  [2, "snappy"],
  [3, "lz4"],
  [4, "zstd"],
])(
  "a batch that is not compression %i, as it claims, is that batch's error; the batches before it are read",
  async (number, name) => {
    const claims = claiming(number);
    expect(await read([plain, claims], 0n, [], { checkCrcs: false })).toMatchObject({ nextOffset: 3n });
    const error = await failure([claims], base, [], { checkCrcs: false });
    expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false, topic: "t", partition: 3, offset: base });
    for (const part of [`offset ${base} of t [3]`, `it is no ${name}`]) expect(error.message).toContain(part);
  },
);

test("a compression that Kafka does not have is an error", async () => {
  const error = await failure([claiming(7)], base, [], { checkCrcs: false });
  expect(error).toMatchObject({ code: "UNSUPPORTED_COMPRESSION_TYPE" });
  expect(error.message).toContain("number 7");
});

test("a batch in zstd by Java is read", async () => {
  expect(values(await read([zstd], 5n))).toEqual(["hello", "", null]);
});

test("a batch that becomes larger than the limit is refused", async () => {
  const size = fromHex(plain).length - 61;
  expect(values(await read([gzip], base, [], { maxBatchBytes: size }))).toHaveLength(3);
  const error = await failure([gzip], base, [], { maxBatchBytes: size - 1 });
  expect(error).toMatchObject({ code: "RECORD_TOO_LARGE", retriable: false, topic: "t", partition: 3, offset: base });
  expect(error.message).toContain("maxResponseBytes");
  expect(await failure([zstd], 5n, [], { maxBatchBytes: size - 1 })).toMatchObject({ code: "RECORD_TOO_LARGE" });
});

test("once the room for decompressed bytes is used up, compressed batches are left for the next fetch", async () => {
  const later = gzip.replace("0020000000000001", "0020000000000004");
  const context = { ...unlimited, roomForDecompressed: 1 };
  const result = await read([gzip, later], base, [], { roomForDecompressed: 1 });
  expect(result.nextOffset).toBe(base + 3n);
  expect(await read([gzip, later], base)).toMatchObject({ nextOffset: base + 6n });
  const recordSet = fromHex(gzip);
  const other = { topic: "t", partition: 4, errorCode: 0, highWatermark: 99n, abortedTransactions: [], recordSet };
  await fetchedPartition({ ...other, partition: 3 }, base, context);
  expect(await fetchedPartition(other, base, context)).toMatchObject({ records: [], nextOffset: base });
});

test("the record format of Kafka before 0.11 is an error that says so", async () => {
  const error = await failure([format1], 5n);
  expect(error.message).toContain("format 1");
});

test.each([
  ["gzip", batches.manyGzip, 70n],
  ["snappy", batches.manySnappy, 140n],
  ["LZ4", batches.manyLz4, 210n],
  ["zstd", batches.manyZstd, 280n],
])("70 records in %s by Java are read", async (_name, hex, from) => {
  const { records, nextOffset } = await read([hex], from);
  expect(records).toEqual(manyRecords.map((record, index) => ({ ...record, offset: from + BigInt(index) })));
  expect(nextOffset).toBe(from + 70n);
});

test("records have the log's append time if the topic uses it", async () => {
  const times = async (hex: string): Promise<number[]> => (await read([hex])).records.map(({ timestamp }) => timestamp);
  expect(await times(batches.appendTime)).toEqual([1_700_000_111_222, 1_700_000_111_222, 1_700_000_111_222]);
  expect(await times(batches["times 5, 9, 7"])).toEqual([5, 9, 7]);
});

test("a compacted batch is read with the offsets that are left, and the position moves to its end", async () => {
  const { records, nextOffset } = await read([batches.compacted], 3n);
  expect(records.map(({ offset }) => offset)).toEqual([4n, 7n, 8n]);
  expect(nextOffset).toBe(12n);
  expect(await read([batches.empty], 5n)).toMatchObject({ records: [], nextOffset: 10n });
});

test("a batch before the asked offset is skipped without being decompressed", async () => {
  const damaged = gzip.replace("1f8b08", "ffffff");
  const later = gzip.replace("0020000000000001", "0020000000000004");
  const unchecked = { checkCrcs: false, roomForDecompressed: 1_000 };
  const result = await read([damaged, later], base + 3n, [], unchecked);
  expect(result.records.map(({ offset }) => offset)).toEqual([base + 3n, base + 4n, base + 5n]);
  // Now its last record is wanted, so it is decompressed.
  expect(await failure([damaged, later], base + 2n, [], unchecked)).toMatchObject({ offset: base + 2n });
});

test("batches that end before the asked offset are an error that says so, and the position does not go back", async () => {
  const error = await failure([plain], 3n);
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", topic: "t", partition: 3, offset: 3n, retriable: false });
  expect(error.message).toBe(
    "The record batch at offset 3 of t [3] cannot be read: it is cut, or ends before that offset",
  );
  expect(await failure([plain], 5n)).toMatchObject({ code: "CORRUPT_MESSAGE", offset: 5n });
  expect((await read([plain, transactional], 3n)).nextOffset).toBe(12n);
});

test("the error has the cause, and its message", async () => {
  const error = await failure([gzip], base, [], { maxBatchBytes: 1 });
  expect(error.cause).toMatchObject({ code: "RECORD_TOO_LARGE" });
  expect(error.message).toBe(
    `The record batch at offset ${base} of t [3] cannot be read: decompressed it is larger than maxResponseBytes (1)`,
  );
});

test("without room for decompressed bytes, uncompressed batches are still read", async () => {
  const later = transactional;
  expect((await read([plain, later], 0n, [], { roomForDecompressed: 0 })).nextOffset).toBe(12n);
  expect(
    await read([plain, zstd.replace("0000000000000005", "0000000000000003")], 0n, [], { roomForDecompressed: 0 }),
  ).toMatchObject({ nextOffset: 3n });
});

test("the room shrinks by the decompressed size, and the batch that uses up its last byte is the last", async () => {
  const size = fromHex(plain).length - 61;
  const later = gzip.replace("0020000000000001", "0020000000000004");
  const result = (hex: string) => ({
    topic: "t",
    partition: 3,
    errorCode: 0,
    highWatermark: 99n,
    abortedTransactions: [],
    recordSet: fromHex(hex),
  });
  for (const [room, left, next] of [
    [size, 0, base + 3n],
    [size + 1, 1 - size, base + 6n],
    [3 * size, size, base + 6n],
  ] as const) {
    const context = { ...unlimited, roomForDecompressed: room };
    expect(await fetchedPartition(result(gzip + later), base, context)).toMatchObject({ nextOffset: next });
    expect(context.roomForDecompressed).toBe(left);
  }
  // Uncompressed batches take no room.
  const context = { ...unlimited, roomForDecompressed: size };
  expect(await fetchedPartition(result(plain), 0n, context)).toMatchObject({ nextOffset: 3n });
  expect(context.roomForDecompressed).toBe(size);
});

test("a batch's checksum is also checked if its records are not wanted", async () => {
  const corrupt = `${plain.slice(0, -2)}01`;
  const error = await failure([corrupt, transactional], 10n);
  expect(error.message).toBe("The record batch at offset 10 of t [3] cannot be read: its checksum is wrong");
});
