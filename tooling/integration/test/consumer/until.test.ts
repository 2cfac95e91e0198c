import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";

/** Sends so many records to each partition of a topic, in turn. */
async function send(
  producer: DataQueueProducer<string>,
  topic: string,
  partitions: number,
  count: number,
  timestamp?: number,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const at = timestamp === undefined ? undefined : timestamp + index;
    for (let partition = 0; partition < partitions; partition += 1) {
      await producer.send(`${index}`, { topic, partition, timestamp: at });
    }
  }
}

test("a loop reads to the end that each partition has at connect, while more is sent and leaders move, and then ends", async () => {
  const log = await logWithTopics([["a", 3], "empty"], { nodes: 3 });
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await send(producer, "a", 3, 20);
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a", "empty"],
    encoding: utf8(),
    until: "end",
    maxBytesPerPartition: 5,
  });
  await consumer.connect();
  const seen: string[] = [];
  for await (const { topic, partition, offset } of consumer) {
    seen.push(`${topic}/${partition} ${offset}`);
    if (seen.length % 7 === 0) log.moveLeader("a", partition, 1 + (seen.length % 3));
    if (seen.length % 10 === 0) await send(producer, "a", 3, 1);
    if (seen.length === 1) await send(producer, "empty", 1, 1);
  }
  for (const partition of [0, 1, 2]) {
    expect(seen.filter((one) => one.startsWith(`a/${partition}`))).toEqual(
      Array.from({ length: 20 }, (_, offset) => `a/${partition} ${offset}`),
    );
  }
  expect(seen).toHaveLength(60);
});

test("what retention deletes of a log while it is read does not keep the loop from ending", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await send(producer, "a", 1, 30);
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: utf8(),
    until: "end",
    maxBytesPerPartition: 3,
    maxBufferedBytes: 300,
  });
  const seen: bigint[] = [];
  for await (const { offset } of consumer) {
    seen.push(offset);
    if (offset === 5n) log.truncate("a", 0, { before: 30n });
  }
  expect(seen.slice(0, 6)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  expect(seen.length).toBeLessThan(30);
});

test("until a time: exactly the records before the first one of that time or later", async () => {
  const log = await logWithTopics([["a", 2]]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  const noon = Date.parse("2026-11-26T12:00:00Z");
  await send(producer, "a", 2, 10, noon);
  // Partition 1 has records of later times only after that one.
  await producer.send("early", { topic: "a", partition: 1, timestamp: noon - 1 });
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8(), until: new Date(noon + 4) });
  const seen: string[] = [];
  for await (const { partition, offset } of consumer) seen.push(`${partition} ${offset}`);
  expect(seen.toSorted()).toEqual(
    [0, 1].flatMap((partition) => [0, 1, 2, 3].map((offset) => `${partition} ${offset}`)),
  );
});

test("until a time that is ahead: what is sent until then is read, and the loop ends by itself", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  const until = new Date(Date.now() + 400);
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8(), until });
  const seen: number[] = [];
  const reading = (async () => {
    for await (const { timestamp } of consumer) seen.push(timestamp);
  })();
  const sent: number[] = [];
  while (Date.now() < until.getTime() + 50) sent.push((await producer.send("x", { topic: "a" })).timestamp);
  await reading;
  expect(seen).toEqual(sent.filter((timestamp) => timestamp < until.getTime()));
  expect(seen.length).toBeGreaterThan(0);
});

test("until exact offsets: those that are ahead are waited for, and a partition that is created later too", async () => {
  const log = await logWithTopics(["a"]);
  await using admin = new DataQueueAdmin(log);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: utf8(),
    until: [
      ["a", 0, 3],
      ["a", 1, 2n],
    ],
    metadataMaxAgeMs: 20,
  });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { partition, offset } of consumer) seen.push(`${partition} ${offset}`);
  })();
  await send(producer, "a", 1, 5);
  await admin.createTopics([["a", 2]]);
  await send(producer, "a", 2, 5);
  await reading;
  expect(seen.toSorted()).toEqual(["0 0", "0 1", "0 2", "1 0", "1 1"]);
});

test("a topic that is deleted while it is read ends the loop after connectTimeoutMs", async () => {
  const log = await logWithTopics(["a", "gone"]);
  await using admin = new DataQueueAdmin(log);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await send(producer, "a", 1, 3);
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a", "gone"],
    encoding: utf8(),
    until: [
      ["gone", 0, 1],
      ["a", 0, 3],
    ],
    connectTimeoutMs: 200,
    maxWaitMs: 20,
  });
  await consumer.connect();
  await admin.deleteTopics(["gone"]);
  const seen: bigint[] = [];
  for await (const { offset } of consumer) seen.push(offset);
  expect(seen).toEqual([0n, 1n, 2n]);
});

test("updateTopics lets a consumer read the next set to its end, with a new loop", async () => {
  const log = await logWithTopics(["a", "b"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  for (const topic of ["a", "b"]) await send(producer, topic, 1, 2);
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8(), until: "end" });
  const seen: string[] = [];
  for await (const { topic, offset } of consumer) seen.push(`${topic} ${offset}`);
  await send(producer, "a", 1, 1);
  await consumer.updateTopics(["a", "b"]);
  for await (const { topic, offset } of consumer) seen.push(`${topic} ${offset}`);
  expect(seen.slice(0, 2)).toEqual(["a 0", "a 1"]);
  expect(seen.slice(2).toSorted()).toEqual(["a 2", "b 0", "b 1"]);
});

test("a thousand partitions, of which ten have records, are read to their ends", async () => {
  const log = await logWithTopics([["wide", 1_000]], { nodes: 3 });
  await using producer = new DataQueueProducer(log, { topic: "wide", encoding: utf8() });
  for (let partition = 0; partition < 1_000; partition += 100) await producer.send("x", { partition });
  await using consumer = new DataQueueConsumer(log, { topics: "wide", encoding: utf8(), until: "end" });
  const seen: number[] = [];
  for await (const { partition } of consumer) seen.push(partition);
  expect(seen.toSorted((one, other) => one - other)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
});
