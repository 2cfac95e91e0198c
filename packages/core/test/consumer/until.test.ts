import { expect, test, vi } from "vitest";

import type { ConsumerOptions } from "../../src/consumer/consumer-options.ts";
import type { UntilSpec } from "../../src/consumer/offset-spec.ts";
import type { TopicMetadata } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, partitionMetadata, ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { gappedLog } from "./gapped-log.ts";

const start = Date.parse("2026-11-27T00:00:00Z");
useFakeClock({ atMs: 0, dateMs: start });

const done = { done: true, value: undefined };

/** A log of topic a with as many records as told in each partition, of which each is a second newer than the one before. */
function logOf(...counts: readonly number[]): ScriptedLog {
  const log = new ScriptedLog({ a: counts.length });
  counts.forEach((count, partition) => append(log, "a", partition, count));
  return log;
}

/** Appends records, each a second newer than the one before; the first is of the time `start` minus 100 seconds. */
function append(log: ScriptedLog, topic: string, partition: number, count: number): void {
  for (let index = 0; index < count; index += 1)
    log.append(topic, partition, String(log.recordsOf(topic, partition).length));
  log
    .recordsOf(topic, partition)
    .forEach((record, index) => Object.assign(record, { timestamp: start - 100_000 + 1_000 * index }));
}

/** A loop over all that a consumer gives: what it got so far, as "topic/partition offset", and whether it has ended. */
function reading(
  log: ScriptedLog,
  options: ConsumerOptions<string>,
): ReturnType<typeof consuming> & {
  readonly got: string[];
  readonly offsets: (partition?: number, topic?: string) => number[];
  readonly state: { isOver: boolean; errors: unknown[] };
  readonly read: () => Promise<void>;
} {
  const { consumer, events } = consuming(log, options);
  const got: string[] = [];
  const state: { isOver: boolean; errors: unknown[] } = { isOver: false, errors: [] };
  const read = async (): Promise<void> => {
    state.isOver = false;
    try {
      for await (const { topic, partition, offset } of consumer) got.push(`${topic}/${partition} ${offset}`);
      state.isOver = true;
    } catch (error) {
      state.errors.push(error);
    }
  };
  void read();
  const offsets = (partition = 0, topic = "a"): number[] =>
    got.flatMap((one) => (one.startsWith(`${topic}/${partition} `) ? [Number(one.split(" ")[1])] : []));
  return { consumer, events, got, offsets, state, read };
}

const upTo = (end: number, first = 0): number[] => Array.from({ length: end - first }, (_, index) => first + index);

test.each<[string, UntilSpec, number[], number[]]>([
  ["the end", "end", upTo(10), upTo(3)],
  ["a time", new Date(start - 97_000), upTo(3), upTo(3)],
  ["a time between two records", new Date(start - 98_500), upTo(2), upTo(2)],
  ["a time before all records", new Date(start - 200_000), [], []],
  ["a time long before 1970", new Date(-1), [], []],
  ["the time of the first record", new Date(start - 100_000), [], []],
  ["a time after all records", new Date(start - 1), upTo(10), upTo(3)],
  [
    "exact offsets",
    [
      ["a", 0, 4],
      ["a", 1, 2n],
    ],
    upTo(4),
    upTo(2),
  ],
  ["exact offsets of some partitions: the others stop at their end", [["a", 0, 4]], upTo(4), upTo(3)],
  [
    "the first offset",
    [
      ["a", 0, 0],
      ["a", 1, 0n],
    ],
    [],
    [],
  ],
  ["an empty list, which is as the end", [], upTo(10), upTo(3)],
  ["other topics, which do not matter", [["b", 0, 5]], upTo(10), upTo(3)],
])("a loop stops by itself: %s", async (_, until, first, second) => {
  const log = logOf(10, 3);
  const { consumer, offsets, state, events } = reading(log, { until });
  await pass(0);
  append(log, "a", 0, 5);
  append(log, "a", 1, 5);
  await pass(1_000);
  expect(state).toEqual({ isOver: true, errors: [] });
  expect([offsets(0), offsets(1)]).toEqual([first, second]);
  expect(events.filter(({ type }) => type === "caughtUp")).toHaveLength(1);
  // Nothing is fetched any more, and a new loop has nothing to give.
  const fetches = log.calls("fetch").length;
  await pass(5_000);
  expect(log.calls("fetch")).toHaveLength(fetches);
  expect(await loopOver(consumer).next()).toEqual(done);
  await consumer.close();
});

test("the end is the one at connect, and what was sent before the loop begins is not given", async () => {
  const log = logOf(2);
  const { consumer } = consuming(log, { until: "end" });
  await consumer.connect();
  append(log, "a", 0, 3);
  await pass(1_000);
  const loop = loopOver(consumer);
  expect(await take(loop, 2)).toEqual(["a/0 0 0", "a/0 1 1"]);
  expect(await loop.next()).toEqual(done);
  await consumer.close();
});

test.each([
  ["an empty partition", { offsets: [], start: 0, end: 0 }, []],
  ["all records were deleted", { offsets: [], start: 50, end: 50 }, []],
  ["the last records were compacted away, or are markers", { offsets: [3, 9], start: 0, end: 50 }, [3, 9]],
  ["there are no records, only markers", { offsets: [], start: 0, end: 50 }, []],
  ["the first records were deleted", { offsets: [40, 41], start: 40, end: 50 }, [40, 41]],
])("a loop ends by the position, not by the last record: %s", async (_, partition, wanted) => {
  const { consumer, offsets, state } = reading(gappedLog([partition], { most: 1 }), { until: "end" });
  await pass(5_000);
  expect([state.isOver, offsets()]).toEqual([true, wanted]);
  await consumer.close();
});

test("records that are deleted behind the bound while it is read end the loop too, and are reported", async () => {
  const partition = { offsets: upTo(10), start: 0, end: 10 };
  const log = gappedLog([partition]);
  const { consumer, events } = consuming(log, { until: "end" });
  await consumer.connect();
  await consumer.seek([["a", 0, 5]]);
  Object.assign(partition, { offsets: [20], start: 20, end: 21 });
  // What was fetched before is discarded by the second seek.
  await consumer.seek([["a", 0, 6]]);
  const next = loopOver(consumer).next();
  await pass(2_000);
  expect(await next).toEqual(done);
  expect(events).toContainEqual({
    type: "offsetOutOfRange",
    topic: "a",
    partition: 0,
    lostFrom: 6n,
    lostTo: 20n,
    resumedAt: 20n,
  });
  await consumer.close();
});

test("an exact offset that is still ahead is waited for, and what a fetch brings beyond it is left out", async () => {
  const log = logOf(3);
  const { consumer, offsets, state } = reading(log, { until: [["a", 0, 5n]] });
  await pass(60_000);
  expect([state.isOver, offsets()]).toEqual([false, upTo(3)]);
  append(log, "a", 0, 10);
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(5)]);
  await consumer.close();
});

test("a partition or topic that an exact offset names is waited for until it exists", async () => {
  const log = logOf(1);
  const { consumer, offsets, state } = reading(log, {
    topics: ["a", "b"],
    until: [
      ["a", 1, 2n],
      ["b", 0, 1n],
    ],
    metadataMaxAgeMs: 100,
  });
  await pass(5_000);
  log.topics.set("b", partitionMetadata(1));
  append(log, "b", 0, 3);
  await pass(5_000);
  expect(state.isOver).toBe(false);
  log.topics.set("a", partitionMetadata(3));
  append(log, "a", 1, 4);
  // Nobody named this one: it appeared later.
  append(log, "a", 2, 4);
  await pass(5_000);
  expect(state.isOver).toBe(true);
  expect([offsets(0), offsets(1), offsets(2), offsets(0, "b")]).toEqual([[0], [0, 1], [], [0]]);
  await consumer.close();
});

test("a topic that does not exist is not waited for, and one that appears later is not read", async () => {
  const log = logOf(2);
  const { consumer, offsets, state } = reading(log, { topics: ["a", "missing"], until: "end", metadataMaxAgeMs: 100 });
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  log.topics.set("missing", partitionMetadata(1));
  log.topics.set("a", partitionMetadata(2));
  append(log, "missing", 0, 1);
  append(log, "a", 1, 1);
  await pass(1_000);
  expect(await loopOver(consumer).next()).toEqual(done);
  await consumer.close();
});

test("topics that do not exist at all end the loop, and so does a pattern that matches nothing", async () => {
  for (const topics of [["missing"], /^none/]) {
    const { consumer, state } = reading(logOf(1), { topics, until: "end" });
    await pass(1_000);
    expect(state.isOver).toBe(true);
    await consumer.close();
  }
});

test("a consumer without topics waits for updateTopics", async () => {
  const { consumer, offsets, state } = reading(logOf(2), { topics: [], until: "end" });
  await pass(5_000);
  expect(state.isOver).toBe(false);
  await consumer.updateTopics("a");
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  await consumer.close();
});

test("a topic that metadata leaves out is asked for again, and the loop does not end before it was read", async () => {
  const log = logOf(2);
  log.topics.set("b", partitionMetadata(1));
  append(log, "b", 0, 2);
  log.on.metadata = async (topics, options) =>
    (await log.plain.metadata(topics, options)).filter(({ topic }) => topic === "b");
  const { consumer, offsets, state } = reading(log, { topics: ["a", "b"], until: "end" });
  await pass(2_000);
  expect([state.isOver, offsets(0, "b")]).toEqual([false, upTo(2)]);
  delete log.on.metadata;
  await pass(2_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  await consumer.close();
});

test("a topic that is deleted meanwhile is waited for during connectTimeoutMs", async () => {
  for (const topics of [["a", "b"], /^[ab]$/]) {
    const log = logOf(2);
    log.topics.set("b", partitionMetadata(1));
    append(log, "b", 0, 2);
    const { fetch } = log.plain;
    // Nothing of b can be fetched before it is deleted.
    log.on.fetch = async (leader, wanted, limits, options) => {
      const results = await fetch(leader, wanted, { ...limits, maxWaitMs: 50 }, options);
      return results.map((one) =>
        one.topic === "b"
          ? { topic: "b", partition: 0, error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic: "b" }) }
          : one,
      );
    };
    const { consumer, state } = reading(log, {
      topics,
      until: "end",
      connectTimeoutMs: 3_000,
      metadataMaxAgeMs: Infinity,
    });
    await pass(100);
    log.topics.delete("b");
    await pass(2_500);
    expect(state.isOver).toBe(false);
    await pass(1_500);
    expect(state).toEqual({ isOver: true, errors: [] });
    await consumer.close();
  }
});

test("a topic that comes back, as it was, is read to its bound", async () => {
  const log = logOf(3);
  log.topicIds.set("a", "same");
  log.on.fetch = async () => [{ topic: "a", partition: 0, error: failure("UNKNOWN_TOPIC_OR_PARTITION") }];
  const { consumer, offsets, state } = reading(log, { until: "end" });
  await pass(100);
  const partitions = log.topics.get("a") ?? [];
  // A node that was started a moment ago does not know it yet.
  log.topics.delete("a");
  await pass(2_000);
  expect(state.isOver).toBe(false);
  log.topics.set("a", partitions);
  append(log, "a", 0, 2);
  delete log.on.fetch;
  await pass(2_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(3)]);
  await consumer.close();
});

test("a topic that is created again while it is read is newer than the bound", async () => {
  const log = logOf(3);
  log.topicIds.set("a", "old");
  log.on.fetch = async () => [{ topic: "a", partition: 0, error: failure("UNKNOWN_TOPIC_OR_PARTITION") }];
  const { consumer, offsets, state, events } = reading(log, { until: "end" });
  await pass(100);
  log.reset("a");
  log.topicIds.set("a", "new");
  append(log, "a", 0, 2);
  await pass(1_000);
  delete log.on.fetch;
  await pass(2_000);
  expect([state.isOver, offsets()]).toEqual([true, []]);
  expect(events).toContainEqual({ type: "topicRecreated", topic: "a" });
  await consumer.close();
});

test("updateTopics gives every partition its end anew; a new loop reads on", async () => {
  const log = logOf(2);
  log.topics.set("b", partitionMetadata(1));
  append(log, "b", 0, 1);
  const { consumer, offsets, state, read } = reading(log, { until: "end" });
  await pass(100);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  append(log, "a", 0, 2);
  await consumer.updateTopics(["a", "b"]);
  append(log, "a", 0, 2);
  append(log, "b", 0, 2);
  void read();
  await pass(1_000);
  expect([state.isOver, offsets(), offsets(0, "b")]).toEqual([true, upTo(4), [0]]);
  await consumer.close();
});

test("updateTopics does not wait for a topic that was deleted, and its bound is found when it comes back", async () => {
  const log = logOf(2, 2);
  log.topicIds.set("a", "same");
  log.topics.set("b", partitionMetadata(1));
  append(log, "b", 0, 1);
  log.on.fetch = async (leader, wanted, limits, options) =>
    (await log.plain.fetch(leader, wanted, limits, options)).map((one) =>
      one.topic === "a" ? { topic: "a", partition: one.partition, error: failure("UNKNOWN_TOPIC_OR_PARTITION") } : one,
    );
  const { consumer, offsets, state } = reading(log, { until: "end" });
  await pass(100);
  const partitions = log.topics.get("a") ?? [];
  log.topics.delete("a");
  await pass(1_000);
  const updated = consumer.updateTopics(["a", "b"]);
  await pass(100);
  await updated;
  await pass(1_000);
  expect([state.isOver, offsets(0, "b")]).toEqual([false, [0]]);
  log.topics.set("a", partitions);
  delete log.on.fetch;
  await pass(2_000);
  expect([state.isOver, offsets(0), offsets(1)]).toEqual([true, upTo(2), upTo(2)]);
  await consumer.close();
});

test("a seek back after the end lets a new loop read again to the same bound", async () => {
  const log = logOf(4);
  const { consumer, got, state, read, events } = reading(log, { until: "end" });
  await pass(100);
  expect(state.isOver).toBe(true);
  append(log, "a", 0, 2);
  got.length = 0;
  await consumer.seek([["a", 0, { last: 4 }]]);
  void read();
  await pass(100);
  expect([state.isOver, got]).toEqual([true, ["a/0 2", "a/0 3"]]);
  expect(events.filter(({ type }) => type === "caughtUp")).toHaveLength(2);
  await consumer.close();
});

test("a bound that cannot be found makes connect reject, and is looked up again by the next attempt", async () => {
  const log = logOf(2);
  const error = failure("LEADER_NOT_AVAILABLE");
  log.on.listOffsets = async (leader, queries) =>
    queries[0]?.at === "latest"
      ? queries.map(({ topic, partition }) => ({ topic, partition, error }))
      : log.plain.listOffsets(leader, queries);
  const { consumer } = consuming(log, { until: "end", requestTimeoutMs: 1_000 });
  const [refused] = await Promise.all([consumer.connect().catch((reason: unknown) => reason), pass(5_000)]);
  expect(refused).toBe(error);
  delete log.on.listOffsets;
  const loop = loopOver(consumer);
  expect(await take(loop, 2)).toHaveLength(2);
  expect(await loop.next()).toEqual(done);
  await consumer.close();
});

test("a bound that the response leaves out is asked for again", async () => {
  const log = logOf(2);
  let left = 2;
  log.on.listOffsets = async (leader, queries) =>
    queries[0]?.at === "latest" && left-- > 0 ? [] : log.plain.listOffsets(leader, queries);
  const { consumer, offsets, state } = reading(log, { until: "end" });
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  await consumer.close();
});

test("until a time that is ahead, the loop reads what comes, and stops then, before records that are not older", async () => {
  const log = logOf(2, 0);
  const { consumer, offsets, state } = reading(log, { until: new Date(start + 10_000) });
  await pass(5_000);
  append(log, "a", 0, 1);
  await pass(4_999);
  expect([state.isOver, offsets()]).toEqual([false, upTo(3)]);
  await pass(2_000);
  append(log, "a", 0, 1);
  expect([state.isOver, offsets(), offsets(1)]).toEqual([true, upTo(3), []]);
  await consumer.close();
});

test("a record of a later time is not given, also when its sender's clock is ahead of ours", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer, offsets, state } = reading(log, { until: new Date(start + 10_000) });
  await pass(1_000);
  log.append("a", 0, "0", "1", "2");
  [0, 10_000, 5_000].forEach((ms, index) => Object.assign(log.recordsOf("a")[index] ?? {}, { timestamp: start + ms }));
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([false, [0]]);
  await pass(9_000);
  expect([state.isOver, offsets()]).toEqual([true, [0]]);
  await consumer.close();
});

test("a time that is further ahead than a timer can wait is waited for", async () => {
  const days = 24 * 3_600_000;
  const log = logOf(1);
  const until = new Date(start + 60 * days);
  const { consumer, offsets, state } = reading(log, { until, maxWaitMs: days, metadataMaxAgeMs: Infinity });
  for (let day = 0; day < 59; day += 1) await pass(days);
  expect(state.isOver).toBe(false);
  append(log, "a", 0, 1);
  await pass(days);
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  await consumer.close();
});

test("a bound that the response leaves out when the time comes is asked for again soon", async () => {
  const log = logOf(2);
  const { consumer, offsets, state } = reading(log, { until: new Date(start + 5_000), metadataMaxAgeMs: Infinity });
  await pass(1_000);
  log.on.listOffsets = async () => [];
  await pass(5_000);
  expect(state.isOver).toBe(false);
  delete log.on.listOffsets;
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  await consumer.close();
});

test("a time that is ahead leaves no timer when the consumer is closed, also in the middle of a change of topics", async () => {
  const log = logOf(1);
  const { consumer } = consuming(log, { until: new Date(start + 3_600_000) });
  const changes = [consumer.updateTopics("a"), consumer.updateTopics(["a", "b"])];
  const settled = Promise.allSettled(changes);
  await consumer.close();
  await settled;
  await pass(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a topic that is deleted before the time comes does not keep the loop from ending", async () => {
  const log = logOf(2);
  log.topics.set("b", partitionMetadata(1));
  const { consumer, offsets, state } = reading(log, {
    topics: ["a", "b"],
    until: new Date(start + 5_000),
    metadataMaxAgeMs: 100,
    connectTimeoutMs: 2_000,
  });
  await pass(1_000);
  log.topics.delete("b");
  await pass(3_000);
  append(log, "a", 0, 1);
  await pass(3_000);
  expect([state, offsets()]).toEqual([{ isOver: true, errors: [] }, upTo(3)]);
  await consumer.close();
});

test("a leader that is gone when the time comes is waited for", async () => {
  const log = logOf(2);
  const { consumer, offsets, state } = reading(log, {
    until: new Date(start + 5_000),
    metadataMaxAgeMs: 100,
    connectTimeoutMs: 3_600_000,
  });
  await pass(1_000);
  log.topics.set("a", [{ partition: 0, leader: -1, error: failure("LEADER_NOT_AVAILABLE") }]);
  await pass(60_000);
  expect(state).toEqual({ isOver: false, errors: [] });
  log.topics.set("a", partitionMetadata(1));
  await pass(2_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(2)]);
  await consumer.close();
});

test("a partition that appears before the time comes is read until then, and one that appears later is not", async () => {
  const log = logOf(1);
  const { consumer, offsets, state } = reading(log, { until: new Date(start + 5_000), metadataMaxAgeMs: 100 });
  await pass(1_000);
  log.topics.set("a", partitionMetadata(2));
  append(log, "a", 1, 2);
  await pass(6_000);
  log.topics.set("a", partitionMetadata(3));
  append(log, "a", 2, 2);
  await pass(2_000);
  expect([state.isOver, offsets(0), offsets(1), offsets(2)]).toEqual([true, upTo(1), upTo(2), []]);
  await consumer.close();
});

test("with from: latest and until: end the loop ends at once", async () => {
  const { consumer, offsets, state } = reading(logOf(5), { from: "latest", until: "end" });
  await pass(1_000);
  expect([state.isOver, offsets()]).toEqual([true, []]);
  await consumer.close();
});

test.each(["partition", "key"] as const)(
  "with latest: %s, a loop ends after the newest record before the bound, also where a transport leaves records out",
  async (latest) => {
    const log = logOf(5);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    log.on.fetch = async (leader, wanted, limits, options) => {
      await held;
      const results = await log.plain.fetch(leader, wanted, limits, options);
      if (limits.latest === undefined) return results;
      return results.map((one) =>
        one.error === undefined ? { ...one, records: one.records.slice(-1), skipped: one.records.length - 1 } : one,
      );
    };
    const { consumer, offsets, state } = reading(log, { latest, until: "end" });
    await consumer.connect();
    append(log, "a", 0, 5);
    release();
    await pass(2_000);
    expect([state.isOver, offsets().at(-1)]).toEqual([true, 4]);
    await consumer.close();
  },
);

test("a thousand partitions, of which few have records, are read to their ends", async () => {
  const counts = upTo(1_000).map((partition) => (partition % 100 === 7 ? 3 : 0));
  const { consumer, got, state } = reading(logOf(...counts), { until: "end" });
  await pass(1_000);
  expect([state.isOver, got.length]).toEqual([true, 30]);
  await consumer.close();
});

test("metadata that says less than before is no end", async () => {
  const log = logOf(3);
  let isLeftOut = true;
  log.on.metadata = async (topics, options): Promise<TopicMetadata[]> =>
    isLeftOut ? [] : log.plain.metadata(topics, options);
  const { consumer, offsets, state } = reading(log, { until: [["a", 0, 3]] });
  await pass(2_000);
  expect(state.isOver).toBe(false);
  isLeftOut = false;
  await pass(2_000);
  expect([state.isOver, offsets()]).toEqual([true, upTo(3)]);
  await consumer.close();
});
