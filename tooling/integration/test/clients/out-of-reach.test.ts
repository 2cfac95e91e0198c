import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer, DataQueueProducer, TransportError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";

const connectTimeoutMs = 300;

test("a consumer without a connection gets one error with the reason, and reads on once there is one", async () => {
  const log = await logWithTopics(["a"]);
  let failures = 0;
  await using producer = new DataQueueProducer(log, { topic: "a" });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    connectTimeoutMs,
    onEvent: ({ type }) => type === "connectFailed" && (failures += 1),
  });
  await consumer.connect();
  const messages = consumer[Symbol.asyncIterator]();
  const end = log.faults.refuse();
  log.faults.disconnect();
  await expect(messages.next()).rejects.toMatchObject({
    code: "NETWORK_EXCEPTION",
    retriable: true,
    message: expect.stringMatching(/not read for 300 ms, still trying: .*NETWORK_EXCEPTION/),
  });
  const next = messages.next();
  const before = failures;
  // The consumer keeps trying, for longer than it took to report the error.
  await expect.poll(() => failures, { timeout: 20_000 }).toBeGreaterThan(before + 5);
  end();
  await producer.send(Uint8Array.of(7));
  expect((await next).value?.value).toEqual(Uint8Array.of(7));
});

test("a connection that is lost a second time is reported again", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a" });
  const requests = observed(log);
  await using consumer = new DataQueueConsumer(requests, { topics: ["a"], connectTimeoutMs });
  await consumer.connect();
  const messages = consumer[Symbol.asyncIterator]();
  for (const value of [1, 2]) {
    const end = log.faults.refuse();
    log.faults.disconnect();
    await expect(messages.next()).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
    end();
    // Metadata requests succeed again, not only fetches.
    const before = requests.count("metadata");
    await expect.poll(() => requests.count("metadata")).toBeGreaterThan(before);
    await producer.send(Uint8Array.of(value));
    expect((await messages.next()).value?.value).toEqual(Uint8Array.of(value));
  }
});

test.for(["fetch", "listOffsets"] as const)(
  "a partition whose %s keeps failing is an error that names it",
  async (request) => {
    const log = await logWithTopics(["good", "bad"]);
    await using producer = new DataQueueProducer(log);
    await producer.send(Uint8Array.of(1), { topic: "good" });
    log.faults.fail("KAFKA_STORAGE_ERROR", { request, topic: "bad" });
    await using consumer = new DataQueueConsumer(log, { topics: ["good", "bad"], connectTimeoutMs });
    const messages = consumer[Symbol.asyncIterator]();
    expect((await messages.next()).value).toMatchObject({ topic: "good" });
    await expect(messages.next()).rejects.toMatchObject({ code: "KAFKA_STORAGE_ERROR", topic: "bad", partition: 0 });
    const next = messages.next();
    await producer.send(Uint8Array.of(2), { topic: "good" });
    expect((await next).value).toMatchObject({ topic: "good", value: Uint8Array.of(2) });
  },
);

test("a partition without a leader is an error that names it", async () => {
  const log = await logWithTopics(["a"]);
  log.moveLeader("a", 0, -1);
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], connectTimeoutMs });
  await expect(consumer[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: "LEADER_NOT_AVAILABLE",
    topic: "a",
    partition: 0,
  });
});

test("a topic that is deleted is waited for, without an error", async () => {
  const log = await logWithTopics(["a", "b"]);
  await using admin = new DataQueueAdmin(log);
  await using producer = new DataQueueProducer(log, { allowAutoTopicCreation: false, topicTimeoutMs: 20_000 });
  await using consumer = new DataQueueConsumer(log, { topics: ["a", "b"], connectTimeoutMs });
  await consumer.connect();
  const messages = consumer[Symbol.asyncIterator]();
  await admin.deleteTopics(["a"]);
  // The other topic is read for longer than connectTimeoutMs.
  const until = performance.now() + 3 * connectTimeoutMs;
  while (performance.now() < until) {
    // Sends and reads of this log need no timer: without a pause no timer would fire.
    await wait(1);
    await producer.send(Uint8Array.of(1), { topic: "b" });
    expect((await messages.next()).value).toMatchObject({ topic: "b" });
  }
  await admin.createTopics(["a"]);
  await producer.send(Uint8Array.of(2), { topic: "a" });
  expect((await messages.next()).value).toMatchObject({ topic: "a", value: Uint8Array.of(2) });
});

test("a leader that is out of reach is no error once another broker leads", async () => {
  const log = await logWithTopics(["a"], { nodes: 2 });
  let failures = 0;
  const half = observed(log, {
    fetch:
      (fetch) =>
      (leader, ...request) => {
        if (leader === 2) return fetch(leader, ...request);
        failures += 1;
        return Promise.reject(new TransportError("node 1 is gone", { code: "NETWORK_EXCEPTION", retriable: true }));
      },
  });
  await using producer = new DataQueueProducer(log, { topic: "a" });
  await using consumer = new DataQueueConsumer(half, { topics: ["a"], connectTimeoutMs, metadataMaxAgeMs: 60_000 });
  await consumer.connect();
  const messages = consumer[Symbol.asyncIterator]();
  await expect.poll(() => failures).toBeGreaterThan(0);
  log.moveLeader("a", 0, 2);
  const until = performance.now() + 3 * connectTimeoutMs;
  while (performance.now() < until) {
    // Sends and reads of this log need no timer: without a pause no timer would fire.
    await wait(1);
    await producer.send(Uint8Array.of(1));
    expect((await messages.next()).value).toMatchObject({ topic: "a" });
  }
});

test("updateTopics without a connection is given up with the reason", async () => {
  const log = await logWithTopics(["a", "b"]);
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], connectTimeoutMs, requestTimeoutMs: Infinity });
  await consumer.connect();
  log.faults.refuse();
  log.faults.disconnect();
  await expect(consumer.updateTopics(["b"])).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
});

test("an admin without a connection gives up after connectTimeoutMs, with the reason in the message", async () => {
  const log = await logWithTopics(["a"]);
  await using admin = new DataQueueAdmin(log, { connectTimeoutMs, timeoutMs: Infinity });
  await admin.connect();
  log.faults.refuse();
  log.faults.disconnect();
  await expect(admin.createTopics(["b"])).rejects.toMatchObject({
    code: "NETWORK_EXCEPTION",
    message: expect.stringMatching(/^topics b: not settled within 300 ms: .*NETWORK_EXCEPTION/),
  });
});

test("an admin whose requests fail until timeoutMs is over names the last failure", async () => {
  const log = await logWithTopics(["a"]);
  await using admin = new DataQueueAdmin(log, { timeoutMs: 500 });
  log.faults.fail("LEADER_NOT_AVAILABLE", { request: "metadata", topic: "b" });
  await expect(admin.createTopics(["b"])).rejects.toMatchObject({
    code: "REQUEST_TIMED_OUT",
    message: expect.stringMatching(/not settled within 500 ms: .*LEADER_NOT_AVAILABLE/),
  });
});

test("a send that expires says why it was not acknowledged", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", deliveryTimeoutMs: 700 });
  await producer.send(Uint8Array.of(1));
  log.faults.fail("NOT_ENOUGH_REPLICAS", { request: "produce" });
  await expect(producer.send(Uint8Array.of(2))).rejects.toMatchObject({
    topic: "a",
    message: expect.stringContaining("NOT_ENOUGH_REPLICAS"),
  });
});
