import { expect, test } from "vitest";

import type { DataQueueEvent } from "../../src/contract/events.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { gappedLog } from "./gapped-log.ts";

useFakeClock({ atMs: 5_000 });

const count = (events: readonly DataQueueEvent[]): number => events.filter(({ type }) => type === "caughtUp").length;

function logOf(partitions: number): ScriptedLog {
  const log = new ScriptedLog({ a: partitions, b: 1 });
  log.append("a", 0, "0", "1");
  return log;
}

test("it is told once, when all that was there is delivered and the loop asks for more", async () => {
  const log = logOf(2);
  const { consumer, events } = consuming(log);
  const loop = loopOver(consumer);
  await take(loop, 1);
  await pass(2_000);
  expect(count(events)).toBe(0);
  await take(loop, 1);
  await pass(2_000);
  // The loop has not asked yet.
  expect(count(events)).toBe(0);
  const next = take(loop, 1);
  await pass(2_000);
  expect(count(events)).toBe(1);
  log.append("a", 1, "x");
  await next;
  const more = take(loop, 1);
  await pass(2_000);
  log.append("a", 1, "y");
  await more;
  expect(count(events)).toBe(1);
  await consumer.close();
});

test("an empty topic is caught up with, and no topic at all is not", async () => {
  for (const [topics, times] of [
    ["b", 1],
    [[], 0],
    ["missing", 0],
  ] as const) {
    const { consumer, events } = consuming(logOf(1), { topics });
    const next = loopOver(consumer).next();
    await pass(2_000);
    expect(count(events)).toBe(times);
    await consumer.close();
    await next;
  }
});

test("one partition that is not at its end, or whose leader does not answer, is waited for", async () => {
  const log = logOf(2);
  log.topics.set("a", [
    { partition: 0, leader: 1 },
    { partition: 1, leader: 2 },
  ]);
  log.on.fetch = (leader, ...rest) => (leader === 2 ? new Promise(() => undefined) : log.plain.fetch(leader, ...rest));
  const { consumer, events } = consuming(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  const next = loop.next();
  await pass(3_000);
  expect(count(events)).toBe(0);
  await consumer.close();
  await next;
});

test("it is told again after a seek and after a change of topics", async () => {
  const log = logOf(1);
  const { consumer, events } = consuming(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  const next = take(loop, 1);
  await pass(1_000);
  expect(count(events)).toBe(1);
  await consumer.seek([["a", 0, 1]]);
  await next;
  const more = take(loop, 1);
  await pass(1_000);
  expect(count(events)).toBe(2);
  await consumer.updateTopics(["a", "b"]);
  await pass(1_000);
  expect(count(events)).toBe(3);
  log.append("b", 0, "x");
  await more;
  await consumer.close();
});

test("it is not told while a partition is paused, and is when the partition was resumed and read", async () => {
  const log = logOf(2);
  const { consumer, events } = consuming(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  consumer.pause([["a", 1]]);
  const next = take(loop, 1);
  await pass(3_000);
  expect(count(events)).toBe(0);
  consumer.resume([["a", 1]]);
  await pass(1_000);
  expect(count(events)).toBe(1);
  // There is nothing to resume.
  consumer.resume([
    ["a", 0],
    ["a", 1],
  ]);
  await pass(1_000);
  expect(count(events)).toBe(1);
  log.append("a", 0, "2");
  await next;
  await consumer.close();
});

test("a fetch without records that gets on is no end: an aborted transaction can fill it", async () => {
  const partition = { offsets: [90], start: 0, end: 100 };
  const log = gappedLog([partition]);
  const { fetch } = log.on;
  // Each fetch gets on by ten offsets.
  log.on.fetch = async (leader, wanted, limits, options) => {
    const offset = wanted[0]?.offset ?? 0n;
    if (offset >= 80n) return fetch?.(leader, wanted, limits, options) ?? [];
    await new Promise((resolve) => setTimeout(resolve, 10));
    return [{ topic: "a", partition: 0, records: [], nextOffset: offset + 10n, highWatermark: 100n }];
  };
  const { consumer, events } = consuming(log);
  const next = take(loopOver(consumer), 1);
  await pass(70);
  expect(count(events)).toBe(0);
  await pass(1_000);
  expect(await next).toEqual(["a/0 90 90"]);
  await consumer.close();
});

test("with latest, a last offset without a record is no end: the newest record comes first", async () => {
  const log = gappedLog([{ offsets: [1, 2, 40, 50], start: 0, end: 100 }], { most: 2 });
  const { consumer, events } = consuming(log, { latest: "partition" });
  const loop = loopOver(consumer);
  const next = loop.next();
  await pass(50);
  expect([(await next).value?.offset, count(events)]).toEqual([50n, 0]);
  const more = loop.next();
  await pass(1_000);
  expect(count(events)).toBe(1);
  await consumer.close();
  await more;
});

test("a listener that resumes, seeks or changes the topics on it does no harm", async () => {
  const log = logOf(2);
  const { consumer, events } = consuming(log, {
    onEvent: (event) => {
      events.push(event);
      if (event.type === "caughtUp")
        consumer.resume([
          ["a", 0],
          ["a", 1],
        ]);
    },
  });
  const loop = loopOver(consumer);
  await take(loop, 2);
  const next = take(loop, 1);
  await pass(1_000);
  expect(count(events)).toBe(1);
  log.append("a", 0, "2");
  expect(await next).toEqual(["a/0 2 2"]);
  await consumer.close();
});

test("it is not told while a batch is gathered of what was there", async () => {
  const { consumer, events } = consuming(logOf(1));
  const loop = loopOver(consumer.batches({ maxMessages: 9, maxWaitMs: 1_000 }));
  const next = loop.next();
  await pass(900);
  expect(count(events)).toBe(0);
  await pass(100);
  expect((await next).value).toHaveLength(2);
  const more = loop.next();
  await pass(1_000);
  expect(count(events)).toBe(1);
  await consumer.close();
  await more;
});

test("with latest, a transaction that is open is the end, and the newest record before it comes first", async () => {
  const partition = { offsets: [0, 1, 2, 3, 4, 5, 6, 7], start: 0, end: 8 };
  const log = gappedLog([partition], { most: 2 });
  const { fetch } = log.on;
  // The log ends at 20, and what can be read at 8.
  log.on.fetch = async (leader, wanted, limits, options) => {
    const offset = wanted[0]?.offset ?? 0n;
    if (offset < 8n) {
      const results = (await fetch?.(leader, wanted, limits, options)) ?? [];
      return results.map((one) => (one.error === undefined ? { ...one, highWatermark: 20n } : one));
    }
    await new Promise((resolve) => setTimeout(resolve, limits.maxWaitMs));
    return [{ topic: "a", partition: 0, records: [], nextOffset: offset, highWatermark: 20n }];
  };
  const { consumer, events } = consuming(log, { latest: "partition", maxWaitMs: 10 });
  const told: [bigint, number][] = [];
  void (async () => {
    for await (const { offset } of consumer) told.push([offset, count(events)]);
  })();
  await pass(5_000);
  expect(told.at(-1)).toEqual([7n, 0]);
  expect(count(events)).toBe(1);
  await consumer.close();
});
