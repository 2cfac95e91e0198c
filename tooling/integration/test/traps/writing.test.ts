import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, EncodeError, SchemaError } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";
import { take } from "../flows/flows.ts";

async function logWith(topic: string, partitions = 1, nodes = 1): Promise<MemoryTransport> {
  const log = memory({ nodes });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([[topic, partitions]]);
  return log;
}

const fifty = Array.from({ length: 50 }, (_, index) => String(index));

const troubles: Record<string, (log: MemoryTransport) => void> = {
  "requests fail": (log) => void log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 3 }),
  "an answer is lost": (log) => void log.faults.loseAnswer({ request: "produce", times: 1 }),
  "the log is silent": (log) => void log.faults.silence({ request: "produce", times: 1 }),
  "connections are cut": (log) => queueMicrotask(() => log.faults.cut()),
  "the leader moves": (log) => log.moveLeader("a", 0, 2),
};

test.each(Object.keys(troubles))("sends nobody waits for stay in order and come once when %s", async (name) => {
  const log = await logWith("a", 1, 2);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), requestTimeoutMs: 100 });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    requestTimeoutMs: 100,
    maxWaitMs: 20,
  });
  await producer.send("before");
  expect(await take(consumer, 1)).toMatchObject([{ value: "before" }]);
  troubles[name]?.(log);
  const sends = Promise.all(fifty.map((value) => producer.send(value)));
  expect((await take(consumer, 50)).map(({ value }) => value)).toEqual(fifty);
  expect((await sends).map(({ offset }) => offset)).toEqual(fifty.map((_, index) => BigInt(index + 1)));
  expect(await producer.send("after")).toMatchObject({ offset: 51n });
});

test("an error of one partition hurts only that partition, and nothing comes twice", async () => {
  const log = await logWith("a", 2);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  const end = log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", topic: "a", partition: 0 });
  const held = producer.send("held", { partition: 0 });
  expect(await producer.send("good", { partition: 1 })).toMatchObject({ partition: 1, offset: 0n });
  end();
  expect(await held).toMatchObject({ partition: 0, offset: 0n });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch", topic: "a", partition: 0, times: 2 });
  await producer.send("last", { partition: 0 });
  const got = await take(consumer, 3);
  expect(got.map(({ partition, offset }) => `${partition}/${offset}`).sort()).toEqual(["0/0", "0/1", "1/0"]);
});

test("a reader recovers from silence and loses nothing", async () => {
  const log = await logWith("a");
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    requestTimeoutMs: 100,
    maxWaitMs: 20,
  });
  await consumer.connect();
  log.faults.silence({ request: "fetch", times: 2 });
  for (const value of fifty) await producer.send(value);
  expect((await take(consumer, 50)).map(({ value }) => value)).toEqual(fifty);
});

test("a key's partition is the one that Kafka's own murmur2 gives", async () => {
  const log = await logWith("keys", 10);
  await using producer = new DataQueueProducer(log, { topic: "keys" });
  // Hashes: org.apache.kafka.common.utils.UtilsTest.
  const hashes: [string, number][] = [
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ];
  for (const [key, hash] of hashes)
    expect(await producer.send(new Uint8Array(), { key })).toMatchObject({ partition: (hash & 0x7fffffff) % 10 });
});

test("what cannot be sent rejects with an error that says why", async () => {
  const log = await logWith("a");
  const producer = new DataQueueProducer(log, { maxMessageBytes: 1_000, topicTimeoutMs: 50 });
  await expect(producer.send(new Uint8Array(2_000), { topic: "a" })).rejects.toMatchObject({
    code: "RECORD_TOO_LARGE",
  });
  await expect(producer.send(new Uint8Array(1))).rejects.toMatchObject({ code: "NO_TOPIC" });
  await expect(producer.send(new Uint8Array(1), { topic: "none" })).rejects.toMatchObject({
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    topic: "none",
  });
  await expect(producer.send(JSON.parse("5"), { topic: "a", encoding: utf8() })).rejects.toBeInstanceOf(EncodeError);
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) },
  } as const;
  await using strict = new DataQueueProducer(log, { topic: "a", schema });
  await expect(strict.send(new Uint8Array(1))).rejects.toBeInstanceOf(SchemaError);
  await producer.close();
  await expect(producer.send(new Uint8Array(1), { topic: "a" })).rejects.toMatchObject({ code: "CLOSED" });
});

test("every one of a hundred sends settles when the log goes away for good", async () => {
  const log = await logWith("a");
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.connect();
  const sends = Promise.allSettled(Array.from({ length: 100 }, (_, index) => producer.send(String(index))));
  log.faults.refuse();
  log.faults.cut();
  await producer.close({ timeoutMs: 50 });
  expect(await sends).toHaveLength(100);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
