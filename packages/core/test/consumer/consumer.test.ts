import { expect, test, vi } from "vitest";

import { DataQueueConsumer } from "../../src/consumer/consumer.ts";
import { DataQueueError } from "../../src/contract/errors.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";

const done = { done: true, value: undefined };

test("a message without an encoding has the record's bytes, key, headers and timestamp", async () => {
  const log = new ScriptedLog({ a: 2 });
  const headers = [["unit", new Uint8Array([0x4b])]] as const;
  const record = { key: new Uint8Array([9]), value: new Uint8Array([1, 2]), headers, timestamp: 1_700_000_000_000 };
  await log.plain.produce(1, [{ topic: "a", partition: 1, records: [record], baseSequence: 0 }], {
    acks: -1,
    timeoutMs: 1,
    compression: "none",
  });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"] });
  expect(await loopOver(consumer).next()).toEqual({
    done: false,
    value: { topic: "a", partition: 1, offset: 0n, ...record },
  });
});

test("the first use connects, and only once for any number of loops", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log);
  expect(log.opened).toBe(0);
  const waiting = [loopOver(consumer).next(), loopOver(consumer).next()];
  await consumer.connect();
  expect([log.opened, log.calls("metadata").length]).toEqual([1, 1]);
  await consumer.close();
  expect(await Promise.all(waiting)).toEqual([done, done]);
});

test("records that are sent after connect are read, also from the latest", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "before");
  const { consumer } = consuming(log, { from: "latest" });
  await consumer.connect();
  log.append("a", 0, "after");
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 1 after"]);
  await consumer.close();
});

test("connect and next reject, each with a new attempt, until the log can be reached", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const error = failure("NETWORK_EXCEPTION");
  log.on.open = () => Promise.reject(error);
  const { consumer, events } = consuming(log);
  await expect(consumer.connect()).rejects.toBe(error);
  await expect(loopOver(consumer).next()).rejects.toBe(error);
  expect(events).toEqual(
    [0, 1].map((attempt) => ({ type: "connectFailed", role: "read", transport: "scripted", attempt, reason: error })),
  );
  delete log.on.open;
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 0 0"]);
  await consumer.close();
});

test("a consumer with a full buffer reads on when its messages are taken", async () => {
  const log = new ScriptedLog({ a: 1 });
  // Two records for each fetch, which is all that the buffer holds.
  log.on.fetch = async (leader, wanted, limits) =>
    (await log.plain.fetch(leader, wanted, limits)).map((one) => {
      if (one.error !== undefined) return one;
      const records = one.records.slice(0, 2);
      return { ...one, records, nextOffset: (records.at(-1)?.offset ?? one.nextOffset - 1n) + 1n };
    });
  log.append("a", 0, "0", "1", "2", "3", "4", "5");
  const { consumer } = consuming(log, { maxBufferedBytes: 100 });
  expect(await take(loopOver(consumer), 6)).toEqual([0, 1, 2, 3, 4, 5].map((offset) => `a/0 ${offset} ${offset}`));
  await consumer.close();
});

test("calls of next that wait are served in their order, each once", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log);
  const [one, two] = [loopOver(consumer), loopOver(consumer)];
  const first = take(one, 1);
  const second = take(two, 1);
  const third = take(one, 1);
  log.append("a", 0, "0", "1", "2", "3");
  expect(await Promise.all([first, second, third])).toEqual([["a/0 0 0"], ["a/0 1 1"], ["a/0 2 2"]]);
  expect(await take(two, 1)).toEqual(["a/0 3 3"]);
  await consumer.close();
});

test("a loop that returns while two loops wait ends alone, and the other one is served", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log);
  const [one, two] = [loopOver(consumer), loopOver(consumer)];
  const second = take(two, 1);
  const first = one.next();
  const alsoFirst = one.next();
  expect(await one.return()).toEqual(done);
  expect(await Promise.all([first, alsoFirst])).toEqual([done, done]);
  log.append("a", 0, "0", "1");
  expect(await second).toEqual(["a/0 0 0"]);
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 1 1"]);
  await consumer.close();
});

test("records of a topic that was removed are not given any more, also if they were fetched already", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  log.append("a", 0, "0", "1", "2");
  log.append("b", 0, "x");
  const { consumer } = consuming(log);
  const loop = loopOver(consumer);
  expect(await take(loop, 1)).toEqual(["a/0 0 0"]);
  await consumer.updateTopics(["b"]);
  log.append("a", 0, "3");
  expect(await take(loop, 1)).toEqual(["b/0 0 x"]);
  log.append("b", 0, "y");
  expect(await take(loop, 1)).toEqual(["b/0 1 y"]);
  await consumer.assignTopics([["a", 0]]);
  expect(await take(loop, 1)).toEqual(["a/0 0 0"]);
  await consumer.close();
});

test("updateTopics before the first use replaces the topics of the constructor", async () => {
  const log = new ScriptedLog({ a: 1, b: 1, c: 2 });
  for (const topic of ["a", "b"]) log.append(topic, 0, topic);
  for (const partition of [0, 1]) log.append("c", partition, `c${partition}`);
  const { consumer } = consuming(log);
  await consumer.updateTopics("b");
  expect(await take(loopOver(consumer), 1)).toEqual(["b/0 0 b"]);
  expect(log.calls("metadata")).toEqual([[["b"]]]);
  const { consumer: other } = consuming(log);
  await other.assignTopics([["c", 1]]);
  expect(await take(loopOver(other), 1)).toEqual(["c/1 0 c1"]);
  await Promise.all([consumer.close(), other.close()]);
});

test.each(["updateTopics", "assignTopics"] as const)(
  "%s refuses what is no topic, and changes nothing",
  async (name) => {
    const log = new ScriptedLog({ a: 1 });
    const { consumer } = consuming(log);
    const nothing = name === "updateTopics" ? consumer.updateTopics([""]) : consumer.assignTopics([["", 0]]);
    await expect(nothing).rejects.toBeInstanceOf(DataQueueError);
    await expect(nothing).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(log.opened).toBe(0);
    log.append("a", 0, "0");
    expect(await take(loopOver(consumer), 1)).toEqual(["a/0 0 0"]);
    await consumer.close();
  },
);

test("a change of topics that fails leaves the old topics, also for calls that began to wait meanwhile", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const error = failure("INVALID_TOPIC_EXCEPTION", { topic: "bad", retriable: false });
  log.on.metadata = async (topics, options) =>
    topics?.includes("bad") ? [{ topic: "bad", error }] : log.plain.metadata(topics, options);
  const { consumer } = consuming(log);
  const changed = consumer.updateTopics("bad");
  const first = take(loopOver(consumer), 1);
  await expect(changed).rejects.toBe(error);
  expect(await first).toEqual(["a/0 0 0"]);
  await expect(consumer.updateTopics("bad")).rejects.toBe(error);
  log.append("a", 0, "1");
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 1 1"]);
  expect(log.calls("metadata").map(([topics]) => topics)).toEqual([["bad"], ["a"], ["bad"]]);
  await consumer.close();
});

test("a first change of topics that fails while nothing waits starts nothing", async () => {
  const log = new ScriptedLog({ a: 1 });
  const error = failure("INVALID_TOPIC_EXCEPTION", { topic: "bad", retriable: false });
  log.on.metadata = async () => [{ topic: "bad", error }];
  const { consumer } = consuming(log);
  await expect(consumer.updateTopics("bad")).rejects.toBe(error);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(log.calls("metadata")).toEqual([[["bad"]]]);
  delete log.on.metadata;
  await consumer.connect();
  expect(log.calls("metadata").slice(1)).toEqual([[["a"]]]);
  await consumer.close();
});

test("a waiting next rejects when a change of topics fails and the start after it fails too", async () => {
  const log = new ScriptedLog({ a: 1 });
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.metadata = async (topics = []) => topics.map((topic) => ({ topic, error }));
  const { consumer } = consuming(log);
  const changed = consumer.updateTopics("b");
  const first = loopOver(consumer).next();
  await expect(changed).rejects.toBe(error);
  await expect(first).rejects.toBe(error);
  delete log.on.metadata;
  log.append("a", 0, "0");
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 0 0"]);
  await consumer.close();
});

test("an error of the log rejects one next before the fetched records are given, and reading goes on", async () => {
  const log = new ScriptedLog({ a: 2 });
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.fetch = async (leader, wanted, limits) => {
    const results = await log.plain.fetch(leader, wanted, limits);
    return results.map((one) => (one.partition === 1 ? { topic: "a", partition: 1, error } : one));
  };
  log.append("a", 0, "0", "1");
  const { consumer, events } = consuming(log);
  await consumer.connect();
  await vi.waitFor(() => expect(events.some(({ type }) => type === "retry")).toBe(true), { timeout: 10_000 });
  const loop = loopOver(consumer);
  const refused = { code: "TOPIC_AUTHORIZATION_FAILED", topic: "a", partition: 1, cause: error };
  await expect(loop.next()).rejects.toMatchObject(refused);
  expect(await take(loop, 2)).toEqual(["a/0 0 0", "a/0 1 1"]);
  await consumer.close();
});

test("an error rejects only the first of several waiting calls, and the next one has its record", async () => {
  const log = new ScriptedLog({ a: 1 });
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.fetch = async () => [{ topic: "a", partition: 0, error }];
  const { consumer } = consuming(log);
  const loop = loopOver(consumer);
  const first = loop.next();
  const second = take(loop, 1);
  await expect(first).rejects.toMatchObject({ cause: error });
  delete log.on.fetch;
  log.append("a", 0, "0");
  expect(await second).toEqual(["a/0 0 0"]);
  await consumer.close();
});
