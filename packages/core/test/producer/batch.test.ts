import { expect, test } from "vitest";

import { splitBatch, takeBatch } from "../../src/producer/batch.ts";
import type { PendingSend } from "../../src/producer/batch.ts";

const ignore = (): undefined => undefined;

function sendOf(size: number, deadline = 1_000): PendingSend {
  const record = { key: null, value: new Uint8Array(size), headers: [], timestamp: 0 };
  return { record, size, deadline, settled: false, resolve: ignore, reject: ignore };
}

test.each([
  { sizes: [3, 3, 3], maxRecords: 10, maxBytes: 100, taken: 3, because: "all fit" },
  { sizes: [3, 3, 3], maxRecords: 10, maxBytes: 9, taken: 3, because: "they fill it to the last byte" },
  { sizes: [3, 3, 3], maxRecords: 10, maxBytes: 8, taken: 2, because: "the third is a byte too many" },
  { sizes: [3, 3, 3], maxRecords: 10, maxBytes: 5, taken: 1, because: "two are a byte too many" },
  { sizes: [3, 3, 3], maxRecords: 3, maxBytes: 100, taken: 3, because: "that many records may go together" },
  { sizes: [3, 3, 3], maxRecords: 2, maxBytes: 100, taken: 2, because: "no more records may go together" },
  { sizes: [3, 3, 3], maxRecords: 1, maxBytes: 100, taken: 1, because: "each goes alone" },
  { sizes: [30, 3], maxRecords: 10, maxBytes: 5, taken: 1, because: "a larger single record goes alone" },
  { sizes: [3, 30, 1], maxRecords: 10, maxBytes: 5, taken: 1, because: "a small one does not overtake a large one" },
  { sizes: [0, 0, 0], maxRecords: 10, maxBytes: 1, taken: 3, because: "empty records take no bytes" },
  { sizes: [7, 1], maxRecords: Infinity, maxBytes: Infinity, taken: 2, because: "there is no limit" },
])(
  "of sends of $sizes bytes, a batch of $maxBytes bytes and $maxRecords records takes $taken: $because",
  ({ sizes, maxRecords, maxBytes, taken }) => {
    const sends = sizes.map((size) => sendOf(size));
    const pending = [...sends];
    const batch = takeBatch(pending, maxRecords, maxBytes);
    expect(batch.sends).toEqual(sends.slice(0, taken));
    expect(pending).toEqual(sends.slice(taken));
    expect(batch.bytes).toBe(sizes.slice(0, taken).reduce((sum, size) => sum + size, 0));
  },
);

test("the deadline of a batch is that of its earliest send", () => {
  expect(takeBatch([sendOf(1, 70), sendOf(1, 50), sendOf(1, 60)], 10, 10).deadline).toBe(50);
  // The deadline of a send that is left for the next batch does not count.
  expect(takeBatch([sendOf(1, 70), sendOf(1, 50)], 1, 10).deadline).toBe(70);
});

test.each([
  [2, [1, 1]],
  [3, [1, 2]],
  [4, [2, 2]],
  [5, [2, 3]],
])("a batch of %i is split into %j, in order and with the same deadline", (count, lengths) => {
  const batch = takeBatch(
    Array.from({ length: count }, (_, index) => sendOf(index, 90)),
    10,
    100,
  );
  const halves = splitBatch(batch);
  expect(halves.map(({ sends }) => sends.length)).toEqual(lengths);
  expect(halves.flatMap(({ sends }) => sends)).toEqual(batch.sends);
  expect(halves.map(({ deadline }) => deadline)).toEqual([90, 90]);
});
