import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { DataQueueEvent } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

test("all topics that match are read, and one that is created later joins at its first record", async () => {
  const log = await logWithTopics(["metrics-1", "metrics-2", "weather"]);
  await using admin = new DataQueueAdmin(log);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, {
    topics: /^metrics-/g,
    encoding: utf8(),
    from: "latest",
    metadataMaxAgeMs: 20,
  });
  await producer.send("before", { topic: "metrics-1" });
  await consumer.connect();
  for (const topic of ["weather", "metrics-1", "metrics-2"]) await producer.send("after", { topic });
  await admin.createTopics([["metrics-3", 2]]);
  await producer.send("new", { topic: "metrics-3", partition: 1 });
  const messages = await take(consumer, 3);
  expect(messages.map(({ topic, value }) => `${topic} ${value}`).toSorted()).toEqual([
    "metrics-1 after",
    "metrics-2 after",
    "metrics-3 new",
  ]);
});

test("a topic that is deleted and created again is read from its first record, while the others go on", async () => {
  const log = await logWithTopics(["metrics-1", "metrics-2"]);
  await using admin = new DataQueueAdmin(log);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics: /^metrics-/,
    encoding: utf8(),
    metadataMaxAgeMs: 20,
    maxWaitMs: 20,
    onEvent: (event) => events.push(event),
  });
  for (const topic of ["metrics-1", "metrics-2"]) await producer.send("0", { topic });
  await take(consumer, 2);
  await admin.deleteTopics(["metrics-1"]);
  await expect.poll(() => events).toContainEqual({ type: "topicMissing", topic: "metrics-1" });
  await producer.send("1", { topic: "metrics-2" });
  expect(await take(consumer, 1)).toMatchObject([{ topic: "metrics-2", offset: 1n }]);
  await admin.createTopics(["metrics-1"]);
  await producer.send("again", { topic: "metrics-1" });
  expect(await take(consumer, 1)).toMatchObject([{ topic: "metrics-1", value: "again", offset: 0n }]);
});

test("internal topics do not match, as a log marks them", async () => {
  const log = await logWithTopics(["metrics-1", "__offsets"]);
  const marked = observed(log, {
    metadata:
      (metadata) =>
      async (...request) =>
        (await metadata(...request)).map((one) =>
          one.error === undefined && one.topic.startsWith("__") ? { ...one, isInternal: true } : one,
        ),
  });
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  for (const topic of ["__offsets", "metrics-1"]) await producer.send("x", { topic });
  await using consumer = new DataQueueConsumer(marked, { topics: /./, encoding: utf8(), until: "end" });
  const topics: string[] = [];
  for await (const { topic } of consumer) topics.push(topic);
  expect(topics).toEqual(["metrics-1"]);
});

test("updateTopics takes a pattern and names in turn; what stays loses nothing", async () => {
  const log = await logWithTopics(["metrics-1", "metrics-2", "weather"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  const topics = ["metrics-1", "metrics-2", "weather"];
  for (let index = 0; index < 3; index += 1) for (const topic of topics) await producer.send(String(index), { topic });
  await using consumer = new DataQueueConsumer(log, { topics: ["metrics-1", "weather"], encoding: utf8() });
  const seen = await take(consumer, 2);
  await consumer.updateTopics(/metrics/);
  seen.push(...(await take(consumer, 2)));
  await consumer.updateTopics(["metrics-1"]);
  const offsets = (): number[] => seen.flatMap(({ topic, offset }) => (topic === "metrics-1" ? [Number(offset)] : []));
  const left = 3 - offsets().length;
  seen.push(...(await take(consumer, left)));
  expect(offsets()).toEqual([0, 1, 2]);
});
