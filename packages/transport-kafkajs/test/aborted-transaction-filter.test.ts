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
  const fetched = {
    topic: "t",
    partition: 3,
    errorCode: 0,
    highWatermark: 12n,
    abortedTransactions: transactions,
    recordSet,
  };
  const context = { checkCrcs: true, maxBatchBytes: Infinity, roomForDecompressed: Infinity };
  const read = await fetchedPartition(fetched, from, context);
  if (read.error !== undefined) throw read.error;
  return read.records.map(({ value }) => new TextDecoder().decode(value ?? undefined)).join("");
}

test("of interleaved transactions only the committed ones are read, and records without a transaction", async () => {
  expect(await valuesOf(log, aborted)).toBe("defh");
});

test("aborted transactions may be listed in any order, and more than once", async () => {
  expect(await valuesOf(log, aborted.toReversed())).toBe("defh");
  expect(await valuesOf(log, [...aborted, ...aborted])).toBe("defh");
});

test("records from before an aborted transaction are read", async () => {
  // The first of b's two batches was committed by a marker that was compacted away. The second was aborted.
  expect(await valuesOf(log, [{ producerId: 42n, firstOffset: 7n }])).toBe("abcdefh");
});

test("a transaction that begins at a batch's last offset includes the batch, one that begins after it does not", async () => {
  expect(await valuesOf([batches.a0], [{ producerId: 41n, firstOffset: 1n }])).toBe("");
  expect(await valuesOf([batches.a0], [{ producerId: 41n, firstOffset: 2n }])).toBe("ab");
});

test("transactions that began before the fetched batches count from the first batch on", async () => {
  expect(await valuesOf([batches.b10], aborted)).toBe("");
});

test("a record without a transaction is read even if its producer has an aborted transaction", async () => {
  expect(await valuesOf([batches.plain3], [{ producerId: 43n, firstOffset: 0n }])).toBe("de");
});

test("the list of aborted transactions is not changed", () => {
  const given = Object.freeze(aborted.toReversed());
  const transactions = new AbortedTransactionFilter(given);
  expect([...decodeRecordBatches(fromHex(...log))].filter((batch) => transactions.accepts(batch))).toHaveLength(3);
  expect(given).toEqual(aborted.toReversed());
});

/** Whether b's batch at offset 10 is read after a marker, if b's transaction from offset 2 on was aborted. */
function readAfter(marker: string): boolean {
  const transactions = new AbortedTransactionFilter([{ producerId: 42n, firstOffset: 2n }]);
  const [, last] = [...decodeRecordBatches(fromHex(batches.b2, marker, batches.b10))]
    .map((batch) => transactions.accepts(batch))
    .slice(1);
  return last ?? false;
}

/** Java's abort marker with another key: its length, version and type. */
const marked = (key: string): string => batches["b9 aborted"].replace("00000008000000000c", key);

test("only an abort marker ends an aborted transaction", () => {
  expect(readAfter(batches["b9 aborted"])).toBe(true);
  expect(readAfter(marked("00000008000000010c"))).toBe(false);
  // A later version of the key, then types that do not end a transaction.
  expect(readAfter(marked("00000008000100000c"))).toBe(true);
  expect(readAfter(marked("00000008000000020c"))).toBe(false);
  expect(readAfter(marked("00000008000001000c"))).toBe(false);
});

test("a control batch without records, or with a key too short for a type, is not an abort marker", () => {
  expect(readAfter(marked("00000006000000000c"))).toBe(false);
  const empty = fromHex(batches["b9 aborted"]).subarray(0, 61);
  empty.writeInt32BE(49, 8);
  empty.writeInt32BE(0, 57);
  expect(readAfter(empty.toString("hex"))).toBe(false);
});
