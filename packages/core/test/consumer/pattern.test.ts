import { expect, test } from "vitest";

import type { ConsumerOptions } from "../../src/consumer/consumer-options.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { partitionMetadata, ScriptedLog } from "../scripted-log.ts";
import { consuming } from "./consuming.ts";

useFakeClock({ atMs: 5_000 });

/** What a loop over all topics that match got so far, as "topic offset value". */
function reading(
  log: ScriptedLog,
  options: ConsumerOptions<string> = {},
): ReturnType<typeof consuming> & { readonly got: string[] } {
  const got: string[] = [];
  const made = consuming(log, { topics: /^m-/, metadataMaxAgeMs: 100, ...options });
  void (async () => {
    for await (const { topic, offset, value } of made.consumer) got.push(`${topic} ${offset} ${value}`);
  })();
  return { ...made, got };
}

/** Creates a topic with some values, or replaces the one of that name. */
function create(log: ScriptedLog, topic: string, id: string, ...values: readonly string[]): void {
  log.reset(topic);
  log.topics.set(topic, partitionMetadata(1));
  log.topicIds.set(topic, id);
  log.append(topic, 0, ...values);
}

const ofTopics = (events: readonly DataQueueEvent[]): string[] =>
  events.flatMap((event) =>
    event.type.startsWith("topic") && "topic" in event ? [`${event.type} ${event.topic}`] : [],
  );

test("all topics that match are read, and no others; metadata is asked for without names", async () => {
  const log = new ScriptedLog({});
  for (const topic of ["m-1", "m-2", "other", "am-1"]) create(log, topic, topic, "0");
  const { consumer, got } = reading(log);
  await pass(100);
  expect(got.toSorted()).toEqual(["m-1 0 0", "m-2 0 0"]);
  expect(log.calls("metadata").every(([topics]) => topics === undefined)).toBe(true);
  await consumer.close();
});

test("a topic that appears joins at its first record, whatever `from` says", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "old");
  const { consumer, got } = reading(log, { from: "latest" });
  await pass(1_000);
  create(log, "m-2", "2", "0", "1");
  create(log, "other", "3", "0");
  log.append("m-1", 0, "new");
  await pass(1_000);
  expect(got.toSorted()).toEqual(["m-1 1 new", "m-2 0 0", "m-2 1 1"]);
  await consumer.close();
});

test("with nothing that matches, the first topic that appears is read", async () => {
  const log = new ScriptedLog({});
  const { consumer, got } = reading(log);
  await pass(1_000);
  expect(consumer.positions()).toEqual([]);
  create(log, "m-1", "1", "0");
  await pass(1_000);
  expect(got).toEqual(["m-1 0 0"]);
  await consumer.close();
});

test("new topics are looked for every metadataMaxAgeMs, not in a hurry", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0");
  create(log, "m-gone", "2", "0");
  const { consumer } = reading(log, { metadataMaxAgeMs: 10_000 });
  await pass(35_000);
  expect(log.calls("metadata")).toHaveLength(4);
  // One that was deleted is not missed either.
  log.topics.delete("m-gone");
  await pass(5_000);
  const before = log.calls("metadata").length;
  await pass(60_000);
  expect(log.calls("metadata").length - before).toBe(6);
  await consumer.close();
});

test("internal topics never match, also when they appear later; by their name they can be read", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0");
  const { metadata } = log.plain;
  log.on.metadata = async (topics, options) =>
    (await metadata(topics, options)).map((one) =>
      one.error === undefined && one.topic === "m-internal" ? { ...one, isInternal: true } : one,
    );
  const { consumer, got } = reading(log);
  await pass(200);
  create(log, "m-internal", "2", "secret");
  await pass(1_000);
  expect(got).toEqual(["m-1 0 0"]);
  await consumer.updateTopics("m-internal");
  await pass(1_000);
  expect(got).toEqual(["m-1 0 0", "m-internal 0 secret"]);
  await consumer.close();
});

test("a topic that disappears and comes back as it was goes on where it was", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0");
  create(log, "m-2", "2", "0");
  const { consumer, got, events } = reading(log);
  await pass(200);
  const partitions = log.topics.get("m-1") ?? [];
  // A node that lags behind leaves it out.
  log.topics.delete("m-1");
  await pass(1_000);
  log.topics.set("m-1", partitions);
  log.append("m-1", 0, "1");
  await pass(1_000);
  expect(got.filter((one) => one.startsWith("m-1"))).toEqual(["m-1 0 0", "m-1 1 1"]);
  expect(ofTopics(events)).toEqual(["topicMissing m-1"]);
  await consumer.close();
});

test.each([
  ["with another id", "2"],
  ["where the log has no ids", undefined],
])("a topic that was deleted and is created again is read from its first record: %s", async (_, id) => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0", "1");
  if (id === undefined) log.topicIds.delete("m-1");
  const { consumer, got, events } = reading(log);
  await pass(200);
  log.topics.delete("m-1");
  await pass(1_000);
  create(log, "m-1", "2", "again 0", "again 1", "again 2");
  if (id === undefined) log.topicIds.delete("m-1");
  await pass(1_000);
  expect(got).toEqual(["m-1 0 0", "m-1 1 1", "m-1 0 again 0", "m-1 1 again 1", "m-1 2 again 2"]);
  expect(ofTopics(events)).toEqual(["topicMissing m-1", "topicRecreated m-1"]);
  await consumer.close();
});

test("a topic that grows is read with its new partitions", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0");
  const { consumer, got } = reading(log, { from: "latest" });
  await pass(200);
  log.topics.set("m-1", partitionMetadata(3));
  log.append("m-1", 2, "x");
  await pass(1_000);
  expect(got).toEqual(["m-1 0 x"]);
  expect(consumer.positions()).toHaveLength(3);
  await consumer.close();
});

test("updateTopics goes from names to a pattern and back: what stays loses nothing and gets nothing twice", async () => {
  const log = new ScriptedLog({});
  for (const topic of ["m-1", "m-2", "other"]) create(log, topic, topic, "0");
  const { consumer, got } = reading(log, { topics: ["m-1", "other"] });
  await pass(200);
  await consumer.updateTopics(/^m-/);
  log.append("other", 0, "not read");
  log.append("m-1", 0, "1");
  await pass(200);
  await consumer.updateTopics(/1$/);
  await consumer.updateTopics(["m-1", "m-3"]);
  log.append("m-1", 0, "2");
  log.append("m-2", 0, "not read");
  await pass(200);
  expect(got.toSorted()).toEqual(["m-1 0 0", "m-1 1 1", "m-1 2 2", "m-2 0 0", "other 0 0"]);
  // A name is waited for, unlike what matches a pattern.
  create(log, "m-3", "m-3", "late");
  await pass(2_000);
  expect(got.at(-1)).toBe("m-3 0 late");
  await consumer.close();
});

test("a topic that was missing by its name is new when a pattern finds it", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0");
  const { consumer, got, events } = reading(log, { topics: ["m-2"], from: "latest" });
  await pass(200);
  create(log, "m-2", "2", "0");
  await consumer.updateTopics(/^m-2$/);
  await pass(1_000);
  expect(got).toEqual(["m-2 0 0"]);
  expect(ofTopics(events)).toEqual(["topicMissing m-2"]);
  await consumer.close();
});

test("a partition that appears while the topics are changed is read once", async () => {
  const log = new ScriptedLog({});
  create(log, "m-1", "1", "0");
  create(log, "other", "2", "0");
  const { consumer, got } = reading(log, { topics: ["m-1"], metadataMaxAgeMs: 20 });
  await pass(200);
  log.topics.set("m-1", partitionMetadata(2));
  log.append("m-1", 1, "x", "y");
  const { listOffsets } = log.plain;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  // The change knows of m-1[1] and waits for the start of `other`; meanwhile new metadata brings m-1[1] too.
  log.on.listOffsets = async (leader, queries) => {
    if (queries.some(({ topic }) => topic === "other")) await held;
    return listOffsets(leader, queries);
  };
  const changed = consumer.updateTopics(["m-1", "other"]);
  await pass(1_500);
  expect(got).toEqual(["m-1 0 0", "m-1 0 x", "m-1 1 y"]);
  release();
  await changed;
  await pass(500);
  expect(got.toSorted()).toEqual(["m-1 0 0", "m-1 0 x", "m-1 1 y", "other 0 0"]);
  await consumer.close();
});
