import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

test("pitfall 4: a deleted topic does not delay the others, and is read and written again after it is created again", async () => {
  const log = await logWithTopics(["a", "b", "gone"]);
  await using admin = new DataQueueAdmin(log);
  const options = { encoding: utf8(), allowAutoTopicCreation: false };
  await using producer = new DataQueueProducer(log, { ...options, topicTimeoutMs: 10_000 });
  await using impatient = new DataQueueProducer(log, { ...options, topic: "gone", topicTimeoutMs: 50 });
  await using consumer = new DataQueueConsumer(log, { topics: ["a", "b", "gone"], encoding: utf8() });
  for (const topic of ["a", "b", "gone"]) await producer.send("before", { topic });
  await take(consumer, 3);
  await admin.deleteTopics(["gone"]);
  const waiting = producer.send("waiting", { topic: "gone" });
  await expect(impatient.send("lost")).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "gone" });
  for (const topic of ["a", "b"]) await producer.send("while the other is gone", { topic });
  expect((await take(consumer, 2)).map(({ topic }) => topic).sort()).toEqual(["a", "b"]);
  await admin.createTopics(["gone"]);
  expect(await waiting).toMatchObject({ offset: 0n });
  expect(await producer.send("again", { topic: "gone" })).toMatchObject({ offset: 1n });
  expect(await take(consumer, 2)).toMatchObject([
    { topic: "gone", value: "waiting", offset: 0n },
    { topic: "gone", value: "again", offset: 1n },
  ]);
}, 20_000);

test("pitfall 6: a topic that is added is read while a fetch of an idle one still waits", async () => {
  const log = await logWithTopics(["idle", "busy"]);
  await using producer = new DataQueueProducer(log, { topic: "busy", encoding: utf8() });
  await producer.send("there");
  // The fetch would last longer than the test may.
  await using consumer = new DataQueueConsumer(log, { topics: ["idle"], encoding: utf8(), maxWaitMs: 3_600_000 });
  await consumer.connect();
  const next = take(consumer, 1);
  await consumer.updateTopics(["idle", "busy"]);
  expect(await next).toMatchObject([{ topic: "busy", value: "there" }]);
});

test("pitfall 16: a partition that is added later is read while a fetch of the others still waits", async () => {
  const log = await logWithTopics(["grows"]);
  await using admin = new DataQueueAdmin(log);
  await using consumer = new DataQueueConsumer(log, {
    topics: ["grows"],
    encoding: utf8(),
    from: "latest",
    maxWaitMs: 3_600_000,
    metadataMaxAgeMs: 20,
  });
  await consumer.connect();
  const next = take(consumer, 1);
  await admin.createTopics([["grows", 4]]);
  await using producer = new DataQueueProducer(log, { topic: "grows", encoding: utf8() });
  await producer.send("new", { partition: 3 });
  expect(await next).toMatchObject([{ partition: 3, offset: 0n }]);
});

test("a topic that is created after updateTopics is found soon", async () => {
  const log = await logWithTopics(["a"], { nodes: 2 });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8(), metadataMaxAgeMs: 3_600_000 });
  await consumer.connect();
  await consumer.updateTopics(["a", "later"]);
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["later"]);
  await using producer = new DataQueueProducer(log, { topic: "later", encoding: utf8() });
  await producer.send("first");
  expect(await take(consumer, 1)).toMatchObject([{ topic: "later", offset: 0n }]);
});

test("when the first updateTopics fails, the topics of the constructor stay", async () => {
  const log = await logWithTopics(["a", "forbidden"], { nodes: 2 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("there");
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "metadata", topic: "forbidden" });
  await expect(consumer.updateTopics(["forbidden"])).rejects.toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED" });
  expect(await take(consumer, 1)).toMatchObject([{ topic: "a", value: "there" }]);
});

test("a topic that is created again with fewer partitions is read without requests for those that are gone", async () => {
  const log = await logWithTopics([["a", 3]], { nodes: 2 });
  await using admin = new DataQueueAdmin(log);
  const requests = observed(log);
  await using consumer = new DataQueueConsumer(requests, { topics: ["a"], encoding: utf8(), maxWaitMs: 20 });
  await consumer.connect();
  await admin.deleteTopics(["a"]);
  await admin.createTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("again");
  expect(await take(consumer, 1)).toMatchObject([{ partition: 0, offset: 0n }]);
  const before = requests.requests.length;
  await wait(200);
  const fetches = requests.requests.slice(before).filter(({ name }) => name === "fetch");
  expect(fetches.flatMap(({ args }) => args[1])).toMatchObject(fetches.map(() => ({ partition: 0 })));
});
