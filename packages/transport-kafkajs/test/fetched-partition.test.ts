import { expect, test } from "vitest";

import { fetchedPartition } from "../src/fetched-partition.ts";
import type { FetchContext } from "../src/fetched-partition.ts";
import { fromHex, javaBatches, javaRecords } from "./java-batches.ts";

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

/** The answer with records, or the test fails. */
async function read(...given: Parameters<typeof fetched>) {
  const answer = await fetched(...given);
  if (answer.error !== undefined) throw answer.error;
  return answer;
}

/** What is wrong with an answer, or the test fails. */
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
  expect(error.message).toContain("maxAnswerBytes");
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
