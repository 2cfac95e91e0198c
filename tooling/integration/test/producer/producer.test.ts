import { DataQueueConsumer, DataQueueProducer, EncodeError, SchemaError } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import type { ProduceBatch } from "@dataqueues/core";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

const fifty = Array.from({ length: 50 }, (_, index) => String(index));

const faults: Record<string, (log: MemoryTransport) => void> = {
  "requests fail": (log) => void log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 3 }),
  "a response is lost": (log) => void log.faults.dropResponse({ request: "produce", times: 1 }),
  "a request hangs": (log) => void log.faults.hang({ request: "produce", times: 1 }),
  "connections are cut": (log) => queueMicrotask(() => log.faults.disconnect()),
  "the leader moves": (log) => log.moveLeader("a", 0, 2),
};

test.each(Object.keys(faults))(
  "pitfall 3: concurrent sends stay in order and are written once when %s",
  async (name) => {
    const log = await logWithTopics(["a"], { nodes: 2 });
    await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), requestTimeoutMs: 100 });
    await using consumer = new DataQueueConsumer(log, {
      topics: ["a"],
      encoding: utf8(),
      requestTimeoutMs: 100,
      maxWaitMs: 20,
    });
    await producer.send("before");
    expect(await take(consumer, 1)).toMatchObject([{ value: "before" }]);
    faults[name]?.(log);
    const sends = Promise.all(fifty.map((value) => producer.send(value)));
    expect((await take(consumer, 50)).map(({ value }) => value)).toEqual(fifty);
    expect((await sends).map(({ offset }) => offset)).toEqual(fifty.map((_, index) => BigInt(index + 1)));
    expect(await producer.send("after")).toMatchObject({ offset: 51n });
  },
);

test("pitfall 5: an error of one partition affects no other, and no record is read twice", async () => {
  const log = await logWithTopics([["a", 2]]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  const end = log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", topic: "a", partition: 0 });
  const waiting = producer.send("waiting", { partition: 0 });
  expect(await producer.send("good", { partition: 1 })).toMatchObject({ partition: 1, offset: 0n });
  end();
  expect(await waiting).toMatchObject({ partition: 0, offset: 0n });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch", topic: "a", partition: 0, times: 2 });
  await producer.send("last", { partition: 0 });
  const got = await take(consumer, 3);
  expect(got.map(({ partition, offset }) => `${partition}/${offset}`).sort()).toEqual(["0/0", "0/1", "1/0"]);
});

test("pitfall 5: when one of two partitions of a request fails, only that one is sent or read again", async () => {
  const log = await logWithTopics([["a", 2]]);
  const requests = observed(log);
  await using producer = new DataQueueProducer(requests, { topic: "a", encoding: utf8() });
  for (const partition of [0, 1]) await producer.send("first", { partition });
  const before = requests.requests.length;
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", topic: "a", partition: 0, times: 1 });
  await Promise.all([0, 1].map((partition) => producer.send("second", { partition })));
  const produced = requests.requests.slice(before).filter(({ name }) => name === "produce");
  expect(produced.map(({ args }) => args[1])).toMatchObject([[{ partition: 0 }, { partition: 1 }], [{ partition: 0 }]]);
  // One partition is out of range and the other is not, in one fetch.
  log.truncate("a", 0, { before: 1n });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    from: [
      ["a", 0, 0],
      ["a", 1, 0],
    ],
  });
  const got = await take(consumer, 3);
  expect(got.map(({ partition, offset }) => `${partition}/${offset}`).sort()).toEqual(["0/1", "1/0", "1/1"]);
  await producer.send("last", { partition: 1 });
  expect(await take(consumer, 1)).toMatchObject([{ partition: 1, offset: 2n, value: "last" }]);
});

test("pitfall 12: twenty thousand sends of one tick go in twenty batches, and one fetch can return them all", async () => {
  const log = await logWithTopics(["a"]);
  const requests = observed(log);
  await using producer = new DataQueueProducer(requests, { topic: "a" });
  const sends = await Promise.all(Array.from({ length: 20_000 }, () => producer.send(new Uint8Array(1))));
  expect(sends.map(({ offset }) => Number(offset))).toEqual(sends.map((_, index) => index));
  // maxBatchRecords is 1,000 by default. The first send does not wait for the others of its tick.
  const produced = requests.requests.filter(({ name }) => name === "produce");
  const sizes = produced.flatMap(({ args }) =>
    (args[1] as readonly ProduceBatch[]).map(({ records }) => records.length),
  );
  expect(Math.max(...sizes)).toBe(1_000);
  expect(sizes.length).toBeLessThanOrEqual(22);
  await using consumer = new DataQueueConsumer(log, { topics: ["a"] });
  expect((await take(consumer, 20_000)).at(-1)).toMatchObject({ offset: 19_999n });
});

test("pitfall 21: the partition of a key is the one that Kafka's murmur2 gives", async () => {
  const log = await logWithTopics([["keys", 10]]);
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

test("pitfall 14: a record that cannot be sent rejects with the reason, without a request", async () => {
  const log = await logWithTopics(["a"], { autoCreateTopicsEnable: false });
  const requests = observed(log);
  const producer = new DataQueueProducer(requests, { maxMessageBytes: 1_000, topicTimeoutMs: 50 });
  const tooLarge: unknown = await producer.send(new Uint8Array(2_000), { topic: "a" }).catch((error: unknown) => error);
  expect(tooLarge).toBeInstanceOf(EncodeError);
  expect(tooLarge).toMatchObject({
    code: "RECORD_TOO_LARGE",
    topic: "a",
    message: expect.stringMatching(/2000.*1000/),
  });
  await expect(producer.send(new Uint8Array(1))).rejects.toMatchObject({ code: "NO_TOPIC" });
  expect(requests.requests).toEqual([]);
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

test("flush does not wait for lingerMs, also for sends behind a batch in flight", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), lingerMs: 3_600_000 });
  log.faults.delay(20, { request: "produce" });
  const first = producer.send("0");
  const flushed = producer.flush();
  const second = producer.send("1");
  await flushed;
  await producer.flush();
  expect(await Promise.all([first, second])).toMatchObject([{ offset: 0n }, { offset: 1n }]);
});

test("a timeout longer than a timer can be does not end at once", async () => {
  const log = await logWithTopics(["a"]);
  log.faults.delay(20);
  await using producer = new DataQueueProducer(log, {
    topic: "a",
    encoding: utf8(),
    deliveryTimeoutMs: Infinity,
    requestTimeoutMs: Infinity,
    connectTimeoutMs: Infinity,
  });
  expect(await producer.send("0")).toMatchObject({ offset: 0n });
});
