import { expect, test } from "vitest";

import type { DataQueueEvent } from "../../src/contract/events.ts";
import { FetchBudget } from "../../src/consumer/fetch-budget.ts";
import { readerOf } from "./fetching.ts";

const options = { maxBufferedBytes: 1_001, maxBytesPerPartition: 300, maxWaitMs: 250, minBytes: 7 };

function holding(leader: number, bufferedBytes: number): ReturnType<typeof readerOf> {
  const reader = readerOf("a", leader, 0n, leader);
  reader.bufferedBytes = bufferedBytes;
  return reader;
}

test.each([
  ["one leader has all", 1, 1_001],
  ["two have half each, rounded down", 2, 500],
  ["three have a third each", 3, 333],
  ["without any leader it is as with one", 0, 1_001],
])("the buffer is shared among leaders: %s", (_, leaders, room) => {
  const budget = new FetchBudget(options, () => undefined);
  expect(budget.availableBytes(1, [], leaders)).toBe(room);
});

test("a leader's room is its share without what all its own partitions hold", () => {
  const budget = new FetchBudget(options, () => undefined);
  const partitions = [holding(1, 100), holding(2, 499), holding(1, 30)];
  expect(budget.availableBytes(1, partitions, 2)).toBe(500 - 130);
  expect(budget.availableBytes(2, partitions, 2)).toBe(1);
});

test("bufferFull is told when the last byte of a share is taken, once for each time, with the bytes of that leader", () => {
  const events: DataQueueEvent[] = [];
  const budget = new FetchBudget(options, (event) => events.push(event));
  const [one, two] = [holding(1, 499), holding(2, 600)];
  const availableBytes = (leader: number): number => budget.availableBytes(leader, [one, two], 2);
  expect(availableBytes(1)).toBe(1);
  expect(events).toEqual([]);
  one.bufferedBytes = 500;
  expect([availableBytes(1), availableBytes(1)]).toEqual([0, 0]);
  expect(events).toEqual([{ type: "bufferFull", bufferedBytes: 500 }]);
  expect(availableBytes(2)).toBe(-100);
  expect(events).toEqual([
    { type: "bufferFull", bufferedBytes: 500 },
    { type: "bufferFull", bufferedBytes: 600 },
  ]);
  one.bufferedBytes = 0;
  expect(availableBytes(1)).toBe(500);
  one.bufferedBytes = 700;
  expect([availableBytes(1), availableBytes(2)]).toEqual([-200, -100]);
  expect(events.slice(2)).toEqual([{ type: "bufferFull", bufferedBytes: 700 }]);
});

test.each([
  ["room for more than a partition may bring", 900, { maxBytes: 900, maxBytesPerPartition: 300 }],
  ["room for as much", 300, { maxBytes: 300, maxBytesPerPartition: 300 }],
  ["room for less", 299, { maxBytes: 299, maxBytesPerPartition: 299 }],
])("a fetch asks for no more than there is %s", (_, room, bytes) => {
  const budget = new FetchBudget(options, () => undefined);
  expect(budget.limitsFor(room)).toEqual({ maxWaitMs: 250, minBytes: 7, ...bytes });
});

test("a fetch asks for 50 MiB at most, whatever the limits are", () => {
  const most = 52_428_800;
  const infinite = { ...options, maxBufferedBytes: Infinity, maxBytesPerPartition: Infinity };
  const budget = new FetchBudget(infinite, () => undefined);
  expect(budget.limitsFor(budget.availableBytes(1, [], 2))).toMatchObject({
    maxBytes: most,
    maxBytesPerPartition: most,
  });
  expect(budget.limitsFor(most - 1)).toMatchObject({ maxBytes: most - 1, maxBytesPerPartition: most - 1 });
});
