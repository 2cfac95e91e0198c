import { DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { json } from "@dataqueues/codec-json";
import { utf8 } from "@dataqueues/codec-text";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";

test("batches have every record of every partition once and in order, while leaders move and more is sent", async () => {
  const log = await logWithTopics([["a", 3]], { nodes: 3 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  const send = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) {
      await Promise.all([0, 1, 2].map((partition) => producer.send(String(index), { partition })));
    }
  };
  await send(0, 50);
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8(), maxBytesPerPartition: 20 });
  const sending = send(50, 100);
  const seen = new Map<number, number[]>([0, 1, 2].map((partition) => [partition, []]));
  let count = 0;
  for await (const messages of consumer.batches({ maxMessages: 8 })) {
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.length).toBeLessThanOrEqual(8);
    const [first] = messages;
    expect(messages.every(({ partition }) => partition === first?.partition)).toBe(true);
    for (const { partition, offset } of messages) seen.get(partition)?.push(Number(offset));
    if (count % 10 === 0) log.moveLeader("a", first?.partition ?? 0, 1 + (count % 3));
    count += messages.length;
    if (count === 300) break;
  }
  await sending;
  const all = Array.from({ length: 100 }, (_, offset) => offset);
  expect([...seen.values()]).toEqual([all, all, all]);
});

test("a bad record ends the batch before it; the loop after its error has the rest", async () => {
  const log = await logWithTopics(["mixed"]);
  await using producer = new DataQueueProducer(log, { topic: "mixed" });
  for (const text of ["1", "2", "{", "4"]) await producer.send(new TextEncoder().encode(text));
  await using consumer = new DataQueueConsumer(log, { topics: "mixed", encoding: json(), until: "end" });
  const batches: unknown[][] = [];
  const read = async (): Promise<void> => {
    for await (const messages of consumer.batches()) batches.push(messages.map(({ value }) => value));
  };
  await expect(read()).rejects.toMatchObject({ topic: "mixed", partition: 0, offset: 2n, bytes: Uint8Array.of(0x7b) });
  await read();
  expect(batches).toEqual([[1, 2], [4]]);
});

test("a batch that waits is given when it is full, long before its time is over", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8() });
  const loop = consumer.batches({ maxMessages: 3, maxWaitMs: 3_600_000 })[Symbol.asyncIterator]();
  const next = loop.next();
  for (const value of ["0", "1", "2", "3"]) await producer.send(value);
  expect((await next).value?.map(({ value }) => value)).toEqual(["0", "1", "2"]);
  // The rest is left to loops that do not wait.
  await loop.return?.();
  for await (const messages of consumer.batches()) {
    expect(messages.map(({ value }) => value)).toEqual(["3"]);
    break;
  }
});

test("loops over batches and over single messages take turns, and nothing is lost", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  for (let index = 0; index < 20; index += 1) await producer.send(String(index));
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8(), until: "end" });
  const seen: bigint[] = [];
  while (seen.length < 20) {
    for await (const { offset } of consumer) {
      seen.push(offset);
      break;
    }
    for await (const messages of consumer.batches({ maxMessages: 3 })) {
      seen.push(...messages.map(({ offset }) => offset));
      break;
    }
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, offset) => BigInt(offset)));
});
