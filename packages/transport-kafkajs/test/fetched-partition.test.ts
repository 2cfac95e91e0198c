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
  const answer = { topic: "t", partition: 3, errorCode: 0, highWatermark: 99n, abortedTransactions, recordSet };
  return fetchedPartition(answer, from, { ...unlimited, ...context });
}

/** The response with records, or the test fails. */
async function read(...given: Parameters<typeof fetched>) {
  const answer = await fetched(...given);
  if (answer.error !== undefined) throw answer.error;
  return answer;
}

/** What is wrong with an response, or the test fails. */
async function failure(...given: Parameters<typeof fetched>) {
  const { error } = await fetched(...given);
  if (error === undefined) throw new Error("no error");
  return error;
}

const values = ({ records }: { records: readonly { value: Uint8Array | null }[] }): (string | null)[] =>
  records.map(({ value }) => (value === null ? null : new TextDecoder().decode(value)));

test("records of Java's client are read with repeated headers, null and empty keys and values", async () => {
  const answer = await read([plain]);
  expect(answer.records).toEqual(javaRecords.map((record, index) => ({ ...record, offset: BigInt(index) })));
  expect(answer).toMatchObject({ nextOffset: 3n, highWatermark: 99n });
});

test("a compressed batch is read, with offsets above 2 ** 53 exact", async () => {
  const base = 9_007_199_254_740_993n;
  const answer = await read([gzip], base);
  expect(answer.records).toEqual(javaRecords.map((record, index) => ({ ...record, offset: base + BigInt(index) })));
  expect(answer.nextOffset).toBe(9_007_199_254_740_996n);
});

test("records before the asked offset are left out", async () => {
  const answer = await read([plain], 2n);
  expect(answer.records.map(({ offset }) => offset)).toEqual([2n]);
});

test("aborted records and marks are left out, and the place moves past them", async () => {
  const answer = await read([transactional, abort], 10n, [{ producerId: 42n, firstOffset: 10n }]);
  expect(answer).toMatchObject({ records: [], nextOffset: 13n });
});

test("records of other producers and of a producer's later transactions are kept", async () => {
  expect(values(await read([transactional, abort], 10n))).toEqual(["t", "u"]);
  expect(values(await read([transactional, abort], 10n, [{ producerId: 41n, firstOffset: 10n }]))).toEqual(["t", "u"]);
  // Moved by three offsets: the batch that comes after the mark.
  const later = transactional.replace("000000000000000a", "000000000000000d");
  const answer = await read([transactional, abort, later], 10n, [{ producerId: 42n, firstOffset: 10n }]);
  expect(answer.records.map(({ offset }) => offset)).toEqual([13n, 14n]);
});

test("a batch that is cut at the byte limit is left for the next fetch", async () => {
  const answer = await read([plain, transactional.slice(0, -10)]);
  expect(answer).toMatchObject({ nextOffset: 3n });
  expect(answer.records).toHaveLength(3);
});

test("a batch that is all there is and is cut is an error, not an endless wait", async () => {
  expect(await failure([plain.slice(0, -2)])).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
});

test("an empty answer keeps the place", async () => {
  expect(await read([], 7n)).toMatchObject({ records: [], nextOffset: 7n });
});

test("a changed bit is an error that says where; what is before it is read first", async () => {
  const corrupt = gzip.slice(0, -2) + "01";
  const before = await read([plain, corrupt], 0n);
  expect(before).toMatchObject({ nextOffset: 3n });
  const error = await failure([corrupt], 9_007_199_254_740_993n);
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", topic: "t", partition: 3, offset: 9_007_199_254_740_993n });
  expect(error.message).toContain("checksum");
});

test("a wrong checksum passes where checksums are not to be checked", async () => {
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
    const answer = await fetched([changed.toString("hex")]);
    // The base offset and the leader epoch are outside the checksum.
    if (index < 8 || (index >= 12 && index < 16))
      expect(answer.error?.code ?? "CORRUPT_MESSAGE").toBe("CORRUPT_MESSAGE");
    else expect(answer.error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
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
  "a batch that is no compression %i as it claims is that batch's error; what is before it is read",
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

test("a batch of Java's in zstd is read", async () => {
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
  const answer = await read([gzip, later], base, [], { roomForDecompressed: 1 });
  expect(answer.nextOffset).toBe(base + 3n);
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
])("70 records of Java's in %s are read", async (_name, hex, from) => {
  const { records, nextOffset } = await read([hex], from);
  expect(records).toEqual(manyRecords.map((record, index) => ({ ...record, offset: from + BigInt(index) })));
  expect(nextOffset).toBe(from + 70n);
});

test("records have the log's time where the topic takes it", async () => {
  const times = async (hex: string): Promise<number[]> => (await read([hex])).records.map(({ timestamp }) => timestamp);
  expect(await times(batches.appendTime)).toEqual([1_700_000_111_222, 1_700_000_111_222, 1_700_000_111_222]);
  expect(await times(batches["times 5, 9, 7"])).toEqual([5, 9, 7]);
});

test("a batch that was compacted is read with the offsets that are left, and passed to its end", async () => {
  const { records, nextOffset } = await read([batches.compacted], 3n);
  expect(records.map(({ offset }) => offset)).toEqual([4n, 7n, 8n]);
  expect(nextOffset).toBe(12n);
  expect(await read([batches.empty], 5n)).toMatchObject({ records: [], nextOffset: 10n });
});

test("a batch before the asked offset is passed over without being decompressed", async () => {
  const damaged = gzip.replace("1f8b08", "ffffff");
  const later = gzip.replace("0020000000000001", "0020000000000004");
  const unchecked = { checkCrcs: false, roomForDecompressed: 1_000 };
  const answer = await read([damaged, later], base + 3n, [], unchecked);
  expect(answer.records.map(({ offset }) => offset)).toEqual([base + 3n, base + 4n, base + 5n]);
  // Its last record is asked for: now it matters.
  expect(await failure([damaged, later], base + 2n, [], unchecked)).toMatchObject({ offset: base + 2n });
});

test("batches that end before the asked offset are an error that says so, and the place does not go back", async () => {
  const error = await failure([plain], 3n);
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", topic: "t", partition: 3, offset: 3n, retriable: false });
  expect(error.message).toBe(
    "The record batch at offset 3 of t [3] cannot be read: it is cut, or ends before that offset",
  );
  expect(await failure([plain], 5n)).toMatchObject({ code: "CORRUPT_MESSAGE", offset: 5n });
  expect((await read([plain, transactional], 3n)).nextOffset).toBe(12n);
});

test("what was wrong is the cause of the error, and its words are in it", async () => {
  const error = await failure([gzip], base, [], { maxBatchBytes: 1 });
  expect(error.cause).toMatchObject({ code: "RECORD_TOO_LARGE" });
  expect(error.message).toBe(
    `The record batch at offset ${base} of t [3] cannot be read: decompressed it is larger than maxResponseBytes (1)`,
  );
});

test("without room for decompressed bytes, batches that are not compressed are read all the same", async () => {
  const later = transactional;
  expect((await read([plain, later], 0n, [], { roomForDecompressed: 0 })).nextOffset).toBe(12n);
  expect(
    await read([plain, zstd.replace("0000000000000005", "0000000000000003")], 0n, [], { roomForDecompressed: 0 }),
  ).toMatchObject({ nextOffset: 3n });
});

test("the room shrinks by what batches become, and one that uses it up to the last byte is the last", async () => {
  const size = fromHex(plain).length - 61;
  const later = gzip.replace("0020000000000001", "0020000000000004");
  const answer = (hex: string) => ({
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
    expect(await fetchedPartition(answer(gzip + later), base, context)).toMatchObject({ nextOffset: next });
    expect(context.roomForDecompressed).toBe(left);
  }
  // What is not compressed is in the response already.
  const context = { ...unlimited, roomForDecompressed: size };
  expect(await fetchedPartition(answer(plain), 0n, context)).toMatchObject({ nextOffset: 3n });
  expect(context.roomForDecompressed).toBe(size);
});

test("a batch's checksum is checked also where its records are not wanted", async () => {
  const corrupt = `${plain.slice(0, -2)}01`;
  const error = await failure([corrupt, transactional], 10n);
  expect(error.message).toBe("The record batch at offset 10 of t [3] cannot be read: its checksum is wrong");
});
