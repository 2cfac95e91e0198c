import { ClosedError, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { DataQueueEvent, Transport } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

const fifty = Array.from({ length: 50 }, (_, index) => String(index));

test("pitfall 7: a producer whose connection hangs for ever recovers and loses nothing", async () => {
  const log = await logWithTopics(["a"]);
  let opened = 0;
  // The second connection is half open: its requests never end. Only a third one works.
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

test("pitfall 19: each of a hundred sends settles when the log goes away for good", async () => {
  const log = await logWithTopics(["a"]);
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  const producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.connect();
  const consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  await consumer.connect();
  const waiting = take(consumer, 1_000);
  const sends = Promise.allSettled(Array.from({ length: 100 }, (_, index) => producer.send(String(index))));
  // A hundred more, whose promises are not used.
  for (let index = 0; index < 100; index += 1) void producer.send(`unused ${index}`);
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
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

test("every send settles within deliveryTimeoutMs, whichever request hangs", async () => {
  const requests = ["metadata", "initProducerId", "produce"] as const;
  for (const request of requests) {
    const log = await logWithTopics(["a"]);
    await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), deliveryTimeoutMs: 100 });
    await producer.connect();
    log.faults.hang({ request });
    const error: unknown = await producer.send("0").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ topic: "a", code: "REQUEST_TIMED_OUT" });
    await producer.close({ timeoutMs: 0 });
  }
});

test("a transport whose open throws synchronously is opened again", async () => {
  const log = await logWithTopics(["a"]);
  let opened = 0;
  const throwing: Transport = {
    name: "throwing",
    capabilities: log.capabilities,
    open: (role, options) => {
      opened += 1;
      if (opened === 1) throw new Error("not now");
      return log.open(role, options);
    },
  };
  await using producer = new DataQueueProducer(throwing, { topic: "a", encoding: utf8() });
  await expect(producer.connect()).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  expect(await producer.send("0")).toMatchObject({ offset: 0n });
});

test("after the log forgot its producers, records are written in order and once", async () => {
  const log = await logWithTopics(["a"]);
  const events: DataQueueEvent[] = [];
  await using producer = new DataQueueProducer(log, {
    topic: "a",
    encoding: utf8(),
    onEvent: (event) => events.push(event),
  });
  for (const value of ["0", "1"]) await producer.send(value);
  log.forgetProducers("a", 0);
  for (const value of ["2", "3"]) await producer.send(value);
  log.faults.fail("UNKNOWN_PRODUCER_ID", { request: "produce", times: 1 });
  await producer.send("4");
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  expect((await take(consumer, 5)).map(({ value }) => value)).toEqual(["0", "1", "2", "3", "4"]);
  expect(events.filter(({ type }) => type === "producerIdentityReset")).toHaveLength(1);
});

test("a produce response without an offset acknowledges nothing", async () => {
  const log = await logWithTopics(["a"]);
  const requests = observed(log, {
    produce:
      (produce) =>
      async (...request) => {
        if (requests.count("produce") > 1) return produce(...request);
        return [{ topic: "a", partition: 0, baseOffset: -1n }];
      },
  });
  await using producer = new DataQueueProducer(requests, { topic: "a", encoding: utf8(), retryBackoffMs: 1 });
  expect(await producer.send("once")).toMatchObject({ offset: 0n });
  expect(requests.count("produce")).toBe(2);
});

test("a batch that expires while it waits for a producer id is not sent in place of a later one", async () => {
  const log = await logWithTopics(["a"]);
  // The first send has its partition, and then waits too long for a producer id.
  await using producer = new DataQueueProducer(log, {
    topic: "a",
    encoding: utf8(),
    deliveryTimeoutMs: 100,
    retryBackoffMs: 1,
  });
  log.faults.delay(150, { request: "initProducerId" });
  const first = producer.send("first");
  await expect(first).rejects.toMatchObject({ code: "REQUEST_TIMED_OUT" });
  const second = await producer.send("second");
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  const [message] = await take(consumer, 1);
  // The acknowledged record is in the log, at its offset.
  expect({ offset: second.offset, value: message?.value }).toEqual({ offset: message?.offset, value: "second" });
});

test("a send that expires while a connection opens is not sent later, when its buffer has other bytes", async () => {
  const log = memory();
  const gate: { opened?: Promise<void> } = {};
  const slow: Transport = {
    name: "slow",
    capabilities: log.capabilities,
    open: async (...request) => {
      await gate.opened;
      return log.open(...request);
    },
  };
  await using producer = new DataQueueProducer(slow, { topic: "a", deliveryTimeoutMs: 300 });
  await producer.send(Uint8Array.of(1));
  let open = (): void => {};
  gate.opened = new Promise((resolve) => (open = resolve));
  log.faults.disconnect();
  const buffer = Uint8Array.of(2);
  await expect(producer.send(buffer)).rejects.toMatchObject({ topic: "a" });
  buffer.fill(0xff);
  open();
  expect(await producer.send(Uint8Array.of(3))).toMatchObject({ offset: 1n });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"] });
  expect((await take(consumer, 2)).map(({ value }) => value?.[0])).toEqual([1, 3]);
});
