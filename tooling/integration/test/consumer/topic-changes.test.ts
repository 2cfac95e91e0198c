import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";
import { take } from "../flows/flows.ts";

test("pitfall 4: a deleted topic does not hold up the others, and is read and written again when it comes back", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["a", "b", "gone"]);
  const waiting = { encoding: utf8(), allowAutoTopicCreation: false };
  await using producer = new DataQueueProducer(log, { ...waiting, topicTimeoutMs: 10_000 });
  await using hasty = new DataQueueProducer(log, { ...waiting, topic: "gone", topicTimeoutMs: 50 });
  await using consumer = new DataQueueConsumer(log, { topics: ["a", "b", "gone"], encoding: utf8() });
  for (const topic of ["a", "b", "gone"]) await producer.send("before", { topic });
  await take(consumer, 3);
  await admin.deleteTopics(["gone"]);
  const held = producer.send("held", { topic: "gone" });
  await expect(hasty.send("lost")).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "gone" });
  for (const topic of ["a", "b"]) await producer.send("while it is gone", { topic });
  expect((await take(consumer, 2)).map(({ topic }) => topic).sort()).toEqual(["a", "b"]);
  await admin.createTopics(["gone"]);
  expect(await held).toMatchObject({ offset: 0n });
  expect(await producer.send("again", { topic: "gone" })).toMatchObject({ offset: 1n });
  expect(await take(consumer, 2)).toMatchObject([
    { topic: "gone", value: "held", offset: 0n },
    { topic: "gone", value: "again", offset: 1n },
  ]);
}, 20_000);

test("pitfall 6: a change to a busy topic does not wait for the poll of an idle one", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["idle", "busy"]);
  await using producer = new DataQueueProducer(log, { topic: "busy", encoding: utf8() });
  await producer.send("there");
  // The poll would last longer than the test may.
  await using consumer = new DataQueueConsumer(log, { topics: ["idle"], encoding: utf8(), maxWaitMs: 3_600_000 });
  await consumer.connect();
  const next = take(consumer, 1);
  await consumer.updateTopics(["idle", "busy"]);
  expect(await next).toMatchObject([{ topic: "busy", value: "there" }]);
});

test("pitfall 16: a partition added later is read although a poll of the others still waits", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["grows"]);
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
