import { expect, test } from "vitest";

import { FetchBudget } from "../../src/consumer/fetch-budget.ts";
import { FetchBuffer } from "../../src/consumer/fetch-buffer.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { recordAt, stateOf } from "./fetching.ts";

const options = { maxBufferedBytes: 1_001, maxBytesPerPartition: 300, maxWaitMs: 250, minBytes: 7 };

/** A budget over a buffer, and its events. */
function budgetOf(given: typeof options = options): {
  budget: FetchBudget;
  buffer: FetchBuffer;
  events: DataQueueEvent[];
} {
  const events: DataQueueEvent[] = [];
  const buffer = new FetchBuffer(() => undefined);
  return { budget: new FetchBudget(given, buffer, (event) => events.push(event)), buffer, events };
}

/** Buffers one record of a partition of a leader, which takes `bytes`: 100 of them are its overhead. */
function push(buffer: FetchBuffer, leader: number, bytes: number, partition = stateOf("a", leader, 0n, leader)): void {
  buffer.push(partition, [recordAt(0n, "x".repeat(bytes - 100))]);
}

test.each([
  ["one leader has all", 1, 1_001],
  ["two have half each, rounded down", 2, 500],
  ["three have a third each", 3, 333],
  ["without any leader it is as with one", 0, 1_001],
])("the buffer is shared among leaders: %s", (_, leaders, bytes) => {
  expect(budgetOf().budget.availableBytes(1, leaders)).toBe(bytes);
});

test("the available bytes of a leader are its share without what all its own partitions hold", () => {
  const { budget, buffer } = budgetOf();
  push(buffer, 1, 110);
  push(buffer, 2, 499);
  push(buffer, 1, 130);
  expect(budget.availableBytes(1, 2)).toBe(500 - 240);
  expect(budget.availableBytes(2, 2)).toBe(1);
});

test("bufferFull comes when the last byte of a share is taken, once each time, with the bytes of that leader", () => {
  const { budget, buffer, events } = budgetOf();
  const [one, two] = [stateOf("a", 1, 0n, 1), stateOf("a", 2, 0n, 2)];
  const availableBytes = (leader: number): number => budget.availableBytes(leader, 2);
  push(buffer, 1, 499, one);
  push(buffer, 2, 600, two);
  expect(availableBytes(1)).toBe(1);
  expect(events).toEqual([]);
  buffer.discard(one);
  push(buffer, 1, 500, one);
  expect([availableBytes(1), availableBytes(1)]).toEqual([0, 0]);
  expect(events).toEqual([{ type: "bufferFull", bufferedBytes: 500 }]);
  expect(availableBytes(2)).toBe(-100);
  expect(events).toEqual([
    { type: "bufferFull", bufferedBytes: 500 },
    { type: "bufferFull", bufferedBytes: 600 },
  ]);
  buffer.discard(one);
  expect(availableBytes(1)).toBe(500);
  push(buffer, 1, 700, one);
  expect([availableBytes(1), availableBytes(2)]).toEqual([-200, -100]);
  expect(events.slice(2)).toEqual([{ type: "bufferFull", bufferedBytes: 700 }]);
});

test.each([
  ["more than a partition may bring", 900, { maxBytes: 900, maxBytesPerPartition: 300 }],
  ["as much as a partition may bring", 300, { maxBytes: 300, maxBytesPerPartition: 300 }],
  ["less than a partition may bring", 299, { maxBytes: 299, maxBytesPerPartition: 299 }],
])("a fetch asks for no more than the available bytes: %s", (_, availableBytes, bytes) => {
  expect(budgetOf().budget.limitsFor(availableBytes)).toEqual({ maxWaitMs: 250, minBytes: 7, ...bytes });
});

test("a fetch asks for 50 MiB at most, whatever the limits are", () => {
  const most = 52_428_800;
  const { budget } = budgetOf({ ...options, maxBufferedBytes: Infinity, maxBytesPerPartition: Infinity });
  expect(budget.limitsFor(budget.availableBytes(1, 2))).toMatchObject({
    maxBytes: most,
    maxBytesPerPartition: most,
  });
  expect(budget.limitsFor(most - 1)).toMatchObject({ maxBytes: most - 1, maxBytesPerPartition: most - 1 });
});
