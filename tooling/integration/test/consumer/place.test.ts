import { DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

/** A log of topic a with ten records in each of two partitions, whose times are those of a minute each. */
async function logOfTen(): Promise<MemoryTransport> {
  const log = await logWithTopics([["a", 2]], { nodes: 2 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  for (let index = 0; index < 10; index += 1) {
    for (const partition of [0, 1]) await producer.send(String(index), { partition, timestamp: 60_000 * index });
  }
  return log;
}

test("a live consumer goes back in time in one partition, and the other one goes on", async () => {
  const log = await logOfTen();
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8() });
  const first = await take(consumer, 20);
  expect(first).toHaveLength(20);
  await consumer.seek([["a", 1, new Date(450_000)]]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("10", { partition: 0 });
  const rest = await take(consumer, 3);
  expect(rest.map(({ partition, offset }) => `${partition} ${offset}`).toSorted()).toEqual(["0 10", "1 8", "1 9"]);
});

test("the newest n records of each partition come at once", async () => {
  await using consumer = new DataQueueConsumer(await logOfTen(), { topics: "a", encoding: utf8(), from: { last: 2 } });
  const messages = await take(consumer, 4);
  expect(messages.map(({ partition, offset }) => `${partition} ${offset}`).toSorted()).toEqual([
    "0 8",
    "0 9",
    "1 8",
    "1 9",
  ]);
});

test("a seek works while a loop waits, while leaders move, and while the connection is lost", async () => {
  const log = await logOfTen();
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8() });
  await take(consumer, 20);
  const waiting = take(consumer, 20);
  log.moveLeader("a", 0, 2);
  log.faults.disconnect();
  await consumer.seek([
    ["a", 0, "earliest"],
    ["a", 1, { last: 10 }],
  ]);
  expect(new Set((await waiting).map(({ partition, offset }) => `${partition} ${offset}`)).size).toBe(20);
});

test("a paused partition takes no requests, also when its leader moves, and is read from its place after resume", async () => {
  const log = await logOfTen();
  const requests = observed(log);
  await using consumer = new DataQueueConsumer(requests, { topics: "a", encoding: utf8(), maxWaitMs: 20 });
  const first = await take(consumer, 7);
  consumer.pause([["a", 0]]);
  log.moveLeader("a", 0, 2);
  const before = requests.requests.length;
  const other = await take(consumer, 10 - first.filter(({ partition }) => partition === 1).length);
  expect(other.every(({ partition }) => partition === 1)).toBe(true);
  const asked = requests.requests.slice(before).filter(({ name }) => name === "fetch");
  expect(asked.flatMap(({ args }) => args[1])).not.toContainEqual(expect.objectContaining({ partition: 0 }));
  const position = consumer.positions().find(({ partition }) => partition === 0)?.position;
  consumer.resume([["a", 0]]);
  const rest = await take(consumer, 20 - first.length - other.length);
  expect(rest[0]?.offset).toBe(position);
  const offsets = [...first, ...rest].flatMap(({ partition, offset }) => (partition === 0 ? [Number(offset)] : []));
  expect(offsets).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("positions and lag follow what is delivered, a seek and what is sent, without a request of their own", async () => {
  const log = await logOfTen();
  const requests = observed(log);
  await using consumer = new DataQueueConsumer(requests, { topics: "a", encoding: utf8(), maxWaitMs: 3_600_000 });
  await take(consumer, 20);
  await expect
    .poll(() => consumer.positions().map(({ position, end, lag }) => [position, end, lag]))
    .toEqual([
      [10n, 10n, 0n],
      [10n, 10n, 0n],
    ]);
  await consumer.seek([["a", 0, 4n]]);
  const [place] = consumer.positions();
  expect(place).toEqual({ topic: "a", partition: 0, position: 4n, end: 10n, lag: 6n });
  await take(consumer, 1);
  const count = requests.requests.length;
  expect(consumer.positions()[0]).toMatchObject({ position: 5n, lag: 5n });
  expect(requests.requests).toHaveLength(count);
});
