import { expect, test } from "vitest";

import { fetchedPartition } from "../src/fetched-partition.ts";
import { AbortedTransactionFilter } from "../src/protocol/aborted-transaction-filter.ts";
import { decodeRecordBatches } from "../src/protocol/record-batch.ts";
import { fromHex } from "./java-batches.ts";
import { batches } from "./java-vectors.ts";

/** Java's log of offsets 0 to 11: producers a (41) and b (42) with two transactions each, and one without any (43). */
const log = [
  batches.a0,
  batches.b2,
  batches.plain3,
  batches["a5 aborted"],
  batches.a6,
  batches.b7,
  batches["a8 committed"],
  batches["b9 aborted"],
  batches.b10,
  batches["b11 committed"],
];

const aborted = [
  { producerId: 41n, firstOffset: 0n },
  { producerId: 42n, firstOffset: 2n },
];

async function valuesOf(hex: readonly string[], transactions: typeof aborted, from = 0n): Promise<string> {
  const recordSet = fromHex(...hex);
  const answer = {
    topic: "t",
    partition: 3,
    errorCode: 0,
    highWatermark: 12n,
    abortedTransactions: transactions,
    recordSet,
  };
  const context = { checkCrcs: true, maxBatchBytes: Infinity, roomForDecompressed: Infinity };
  const read = await fetchedPartition(answer, from, context);
  if (read.error !== undefined) throw read.error;
  return read.records.map(({ value }) => new TextDecoder().decode(value ?? undefined)).join("");
}

test("of transactions that lie between one another only the committed ones are read, and what is in none", async () => {
  expect(await valuesOf(log, aborted)).toBe("defh");
});

test("aborted transactions may be told in any order, and more than once", async () => {
  expect(await valuesOf(log, aborted.toReversed())).toBe("defh");
  expect(await valuesOf(log, [...aborted, ...aborted])).toBe("defh");
});

test("records from before a transaction was aborted are read", async () => {
  // The first of b's two batches was committed by a mark that is compacted away; the second is the aborted one.
  expect(await valuesOf(log, [{ producerId: 42n, firstOffset: 7n }])).toBe("abcdefh");
});

test("a transaction that begins at a batch's last offset, or one before it, is that batch's", async () => {
  expect(await valuesOf([batches.a0], [{ producerId: 41n, firstOffset: 1n }])).toBe("");
  expect(await valuesOf([batches.a0], [{ producerId: 41n, firstOffset: 2n }])).toBe("ab");
});

test("all transactions that began before an answer does are known from its first batch on", async () => {
  expect(await valuesOf([batches.b10], aborted)).toBe("");
});

test("a record without a transaction is read though its producer's transaction was aborted", async () => {
  expect(await valuesOf([batches.plain3], [{ producerId: 43n, firstOffset: 0n }])).toBe("de");
});

test("the list of aborted transactions stays as it was", () => {
  const given = Object.freeze(aborted.toReversed());
  const transactions = new AbortedTransactionFilter(given);
  expect([...decodeRecordBatches(fromHex(...log))].filter((batch) => transactions.accepts(batch))).toHaveLength(3);
  expect(given).toEqual(aborted.toReversed());
});

/** What is after the records of a mark: whether b's batch at 10 is read though it was told to be aborted from 2 on. */
function readAfter(mark: string): boolean {
  const transactions = new AbortedTransactionFilter([{ producerId: 42n, firstOffset: 2n }]);
  const [, last] = [...decodeRecordBatches(fromHex(batches.b2, mark, batches.b10))]
    .map((batch) => transactions.accepts(batch))
    .slice(1);
  return last ?? false;
}

/** Java's mark with another key: its length, version and kind. */
const marked = (key: string): string => batches["b9 aborted"].replace("00000008000000000c", key);

test("only a mark of an abort ends an aborted transaction", () => {
  expect(readAfter(batches["b9 aborted"])).toBe(true);
  expect(readAfter(marked("00000008000000010c"))).toBe(false);
  // A version that is still to come; kinds that are none of a transaction's end.
  expect(readAfter(marked("00000008000100000c"))).toBe(true);
  expect(readAfter(marked("00000008000000020c"))).toBe(false);
  expect(readAfter(marked("00000008000001000c"))).toBe(false);
});

test("a control batch whose key is too short for a kind, or that has no record, is no mark", () => {
  expect(readAfter(marked("00000006000000000c"))).toBe(false);
  const empty = fromHex(batches["b9 aborted"]).subarray(0, 61);
  empty.writeInt32BE(49, 8);
  empty.writeInt32BE(0, 57);
  expect(readAfter(empty.toString("hex"))).toBe(false);
});
