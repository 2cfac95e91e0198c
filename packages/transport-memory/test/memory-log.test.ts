import { getEventListeners } from "node:events";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { MemoryLog } from "../src/memory-log.ts";
import { PartitionLog } from "../src/partition-log.ts";
import { within } from "./requests.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("ids are given once", () => {
  const log = new MemoryLog();
  expect([log.nextId(), log.nextId(), log.nextId()]).toEqual([1, 2, 3]);
});

test("a partition is found by its topic and number", () => {
  const log = new MemoryLog();
  const partitions = [new PartitionLog(1, 0n), new PartitionLog(2, 0n)];
  log.topics.set("a", { id: "topic-1", partitions });
  expect(log.partition("a", 1)).toBe(partitions[1]);
  expect([log.partition("a", 2), log.partition("a", -1), log.partition("b", 0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ["at the next change", (log: MemoryLog) => log.changed()],
  ["after its time", () => vi.advanceTimersByTime(100)],
  ["when its connection ends", (_: MemoryLog, ended: AbortController) => ended.abort()],
])("who waits is woken %s, and leaves nothing behind", async (_, wake) => {
  const log = new MemoryLog();
  const ended = new AbortController();
  const woken = vi.fn();
  const waits = [log.change(100, ended.signal).then(woken), log.change(100, ended.signal).then(woken)];
  await vi.advanceTimersByTimeAsync(99);
  expect(woken).not.toHaveBeenCalled();
  wake(log, ended);
  await within(0, Promise.all(waits));
  expect(woken).toHaveBeenCalledTimes(2);
  expect([vi.getTimerCount(), getEventListeners(ended.signal, "abort")]).toEqual([0, []]);
});
