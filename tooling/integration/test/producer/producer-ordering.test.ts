import {
  ClosedError,
  DataQueueAdmin,
  DataQueueConsumer,
  DataQueueProducer,
  EncodeError,
  SchemaError,
} from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import type { ProduceBatch, Transport } from "@dataqueues/core";
import { expect, test } from "vitest";
import { take } from "../flows/flows.ts";
import { observed } from "../observed.ts";

async function logWith(topic: string, partitions = 1, nodes = 1): Promise<MemoryTransport> {
  const log = memory({ nodes });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([[topic, partitions]]);
  return log;
}

const fifty = Array.from({ length: 50 }, (_, index) => String(index));

const troubles: Record<string, (log: MemoryTransport) => void> = {
  "requests fail": (log) => void log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 3 }),
  "an answer is lost": (log) => void log.faults.dropResponse({ request: "produce", times: 1 }),
  "the log is silent": (log) => void log.faults.hang({ request: "produce", times: 1 }),
  "connections are cut": (log) => queueMicrotask(() => log.faults.disconnect()),
  "the leader moves": (log) => log.moveLeader("a", 0, 2),
};

test.each(Object.keys(troubles))(
  "pitfall 3: sends nobody waits for stay in order and come once when %s",
  async (name) => {
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
  },
);

test("pitfall 5: an error of one partition hurts only that partition, and nothing comes twice", async () => {
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

test("pitfall 5: one request for two partitions, one of which fails: nothing is written twice, all is read once", async () => {
  const log = await logWith("a", 2);
  const seen = observed(log);
  await using producer = new DataQueueProducer(seen, { topic: "a", encoding: utf8() });
  for (const partition of [0, 1]) await producer.send("first", { partition });
  const before = seen.requests.length;
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", topic: "a", partition: 0, times: 1 });
  await Promise.all([0, 1].map((partition) => producer.send("second", { partition })));
  const produced = seen.requests.slice(before).filter(({ name }) => name === "produce");
  expect(produced.map(({ args }) => args[1])).toMatchObject([[{ partition: 0 }, { partition: 1 }], [{ partition: 0 }]]);
  // One partition out of range, the other good, in one fetch.
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

test("pitfall 12: twenty thousand sends of one tick go in twenty requests, and a fetch may bring them all", async () => {
  const log = await logWith("a");
  const seen = observed(log);
  await using producer = new DataQueueProducer(seen, { topic: "a" });
  const sends = await Promise.all(Array.from({ length: 20_000 }, () => producer.send(new Uint8Array(1))));
  expect(sends.map(({ offset }) => Number(offset))).toEqual(sends.map((_, index) => index));
  // A thousand records are the most of a batch by default; the first send does not wait for the others of its tick.
  const produced = seen.requests.filter(({ name }) => name === "produce");
  const sizes = produced.flatMap(({ args }) =>
    (args[1] as readonly ProduceBatch[]).map(({ records }) => records.length),
  );
  expect(Math.max(...sizes)).toBe(1_000);
  expect(sizes.length).toBeLessThanOrEqual(22);
  await using consumer = new DataQueueConsumer(log, { topics: ["a"] });
  expect((await take(consumer, 20_000)).at(-1)).toMatchObject({ offset: 19_999n });
});

test("pitfall 7: a writer recovers from a connection that is silent for ever, and loses nothing", async () => {
  const log = await logWith("a");
  let opened = 0;
  // The second connection is half open and stays so; only another one gets an answer.
  const halfOpen: Transport = {
    ...log,
    open: async (role, options) => {
      const connection = await log.open(role, options);
      opened += 1;
      if (opened !== 2) return connection;
      for (const name of ["metadata", "produce"]) Reflect.set(connection, name, () => new Promise(() => {}));
      return connection;
    },
  };
  await using producer = new DataQueueProducer(halfOpen, { topic: "a", encoding: utf8(), requestTimeoutMs: 100 });
  await producer.send("before");
  log.faults.disconnect();
  const sends = fifty.map((value) => producer.send(value));
  expect((await Promise.all(sends)).map(({ offset }) => Number(offset))).toEqual(fifty.map((_, index) => index + 1));
  expect(opened).toBe(3);
});

test("pitfall 7: a reader recovers from silence and loses nothing", async () => {
  const log = await logWith("a");
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    requestTimeoutMs: 100,
    maxWaitMs: 20,
  });
  await consumer.connect();
  log.faults.hang({ request: "fetch", times: 2 });
  for (const value of fifty) await producer.send(value);
  expect((await take(consumer, 50)).map(({ value }) => value)).toEqual(fifty);
});

test("pitfall 21: a key's partition is the one that Kafka's own murmur2 gives", async () => {
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

test("pitfall 14: what cannot be sent rejects, without a request with an error that says why", async () => {
  const log = memory({ autoCreateTopicsEnable: false });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["a"]);
  const seen = observed(log);
  const producer = new DataQueueProducer(seen, { maxMessageBytes: 1_000, topicTimeoutMs: 50 });
  const tooLarge: unknown = await producer.send(new Uint8Array(2_000), { topic: "a" }).catch((error: unknown) => error);
  expect(tooLarge).toBeInstanceOf(EncodeError);
  expect(tooLarge).toMatchObject({
    code: "RECORD_TOO_LARGE",
    topic: "a",
    message: expect.stringMatching(/2000.*1000/),
  });
  await expect(producer.send(new Uint8Array(1))).rejects.toMatchObject({ code: "NO_TOPIC" });
  expect(seen.requests).toEqual([]);
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

test("pitfall 19: every one of a hundred sends settles when the log goes away for good", async () => {
  const log = await logWith("a");
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.connect();
  const consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  await consumer.connect();
  const waiting = take(consumer, 1_000);
  const sends = Promise.allSettled(Array.from({ length: 100 }, (_, index) => producer.send(String(index))));
  // Another hundred that nobody listens to.
  for (let index = 0; index < 100; index += 1) void producer.send(`unheard ${index}`);
  const end = log.faults.refuse();
  log.faults.disconnect();
  await producer.close({ timeoutMs: 50 });
  await consumer.close();
  await waiting;
  end();
  const outcomes = await sends;
  const failed = outcomes.filter(({ status }) => status === "rejected");
  expect(failed).toEqual(failed.map(() => ({ status: "rejected", reason: expect.any(ClosedError) })));
  const acknowledged = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.offset] : []));
  expect(acknowledged).toEqual(acknowledged.map((_, index) => BigInt(index)));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
