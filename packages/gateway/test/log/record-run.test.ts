import type { LogRecord } from "@dataqueues/core";
import { decodeRecords } from "@dataqueues/transport-websocket";
import { expect, test } from "vitest";

import { RecordRun } from "../../src/log/record-run.ts";
import type { TakenRecords } from "../../src/log/record-run.ts";

const all = { maxBytes: Infinity, newestOnly: false };

/** Records at these offsets, whose values are 8 bytes long: 40 bytes each as they are encoded. */
function recordsAt(...offsets: number[]): LogRecord[] {
  return offsets.map((offset) => {
    return { offset: BigInt(offset), timestamp: offset, key: null, value: new Uint8Array(8).fill(offset), headers: [] };
  });
}

function offsetsOf({ records }: TakenRecords): number[] {
  return records.chunks.flatMap((chunk) => decodeRecords(chunk, 1).map(({ offset }) => Number(offset)));
}

test("a record that comes again is taken once", () => {
  const run = new RecordRun(5n);
  expect(run.append(recordsAt(5, 6), 7n)).toBe(80);
  expect(run.append(recordsAt(5, 6, 7), 8n)).toBe(40);
  expect(offsetsOf(run.take(5n, all))).toEqual([5, 6, 7]);
});

test("offsets without a record are passed over, also at the end", () => {
  const run = new RecordRun(0n);
  run.append(recordsAt(1, 4), 9n);
  expect(run.take(0n, all)).toMatchObject({ nextOffset: 9n, skipped: 0, records: { count: 2, bytes: 80 } });
  expect(offsetsOf(run.take(2n, all))).toEqual([4]);
  expect(run.take(5n, all)).toMatchObject({ nextOffset: 9n, records: { count: 0 } });
  expect(run.covers(9n)).toBe(true);
  expect(run.covers(10n)).toBe(false);
});

test("as many records are taken as fit, but always one", () => {
  const run = new RecordRun(0n);
  run.append(recordsAt(0, 1, 2), 3n);
  expect(run.take(0n, { ...all, maxBytes: 80 })).toMatchObject({ nextOffset: 2n, records: { count: 2, bytes: 80 } });
  expect(run.take(1n, { ...all, maxBytes: 1 })).toMatchObject({ nextOffset: 2n, records: { count: 1, bytes: 40 } });
});

test("the newest record alone tells how many were left out, those before the run included", () => {
  const run = new RecordRun(0n);
  run.append(recordsAt(0, 1, 2, 3), 5n);
  expect(offsetsOf(run.take(1n, { ...all, newestOnly: true }))).toEqual([3]);
  expect(run.take(1n, { ...all, newestOnly: true })).toMatchObject({ nextOffset: 5n, skipped: 2 });
  run.trim(run.sizeBytes / 2);
  expect([run.start, run.covers(1n)]).toEqual([2n, false]);
  expect(run.take(0n, { ...all, newestOnly: true })).toMatchObject({ nextOffset: 5n, skipped: 3 });
  expect(run.take(4n, { ...all, newestOnly: true })).toMatchObject({
    nextOffset: 5n,
    skipped: 0,
    records: { count: 0 },
  });
});

test("a copy grows for itself", () => {
  const run = new RecordRun(0n);
  run.append(recordsAt(0), 1n);
  const copy = run.copy();
  copy.append(recordsAt(1), 2n);
  run.trim(0);
  expect(offsetsOf(copy.take(0n, all))).toEqual([0, 1]);
  expect([run.isEmpty, run.end, copy.isEmpty, copy.end]).toEqual([true, 1n, false, 2n]);
});
