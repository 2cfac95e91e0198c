import { DataQueueConsumer, DataQueueProducer, TransportError } from "dataqueues";
import { kafkaError } from "@dataqueues/core";
import type { DataQueueEvent, Transport } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

afterEach(() => void vi.useRealTimers());

/** Stops the clock. Calls of the function that it returns let so many milliseconds pass. */
function stopTheClock(): (ms: number) => Promise<unknown> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  return (ms) => vi.advanceTimersByTimeAsync(ms);
}

test("OFFSET_OUT_OF_RANGE for an offset that the log has is retried with growing pauses", async () => {
  const log = await logWithTopics(["a"]);
  const requests = observed(log);
  const events: DataQueueEvent[] = [];
  log.faults.fail("OFFSET_OUT_OF_RANGE", { request: "fetch" });
  const advance = stopTheClock();
  await using consumer = new DataQueueConsumer(requests, { topics: ["a"], onEvent: (event) => events.push(event) });
  await consumer.connect();
  const counts: number[] = [];
  // The first pause is 50 ms. Each is twice as long as the one before, up to a second.
  for (const ms of [49, 51, 100, 200, 400, 800, 1_000]) {
    await advance(ms);
    counts.push(requests.count("fetch"));
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "retry", request: "fetch", topic: "a", partition: 0, attempt: 1 }),
  );
});

test("pitfall 13: a log that responds at once without records is fetched from with growing pauses", async () => {
  const log = await logWithTopics(["a"]);
  const requests = observed(log, {
    fetch: () => async (_leader, queries) =>
      queries.map(({ topic, partition, offset }) => ({
        topic,
        partition,
        records: [],
        nextOffset: offset,
        highWatermark: offset,
      })),
  });
  const advance = stopTheClock();
  await using consumer = new DataQueueConsumer(requests, { topics: ["a"] });
  await consumer.connect();
  const counts: number[] = [];
  // Fetches start at 0, 5, 15, 35, 75 and 155 ms, and from then on ten times a second.
  for (const ms of [4, 1, 10, 20, 40, 80, 100, 1_000]) {
    await advance(ms);
    counts.push(requests.count("fetch"));
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 17]);
});

test("a broker whose fetches fail is retried with growing pauses, while metadata requests succeed", async () => {
  const requests = observed(await logWithTopics(["a"]), {
    fetch: () => async () => {
      // Takes a turn of the event loop, as a socket does, so that timers run even in a loop without pauses.
      await turn();
      throw new TransportError("refused", { code: "NETWORK_EXCEPTION", retriable: true });
    },
  });
  await using consumer = new DataQueueConsumer(requests, { topics: ["a"] });
  await consumer.connect();
  await wait(1_000);
  // After 0, 50, 150, 350 and 750 ms.
  expect(requests.count("fetch")).toBeGreaterThan(1);
  expect(requests.count("fetch")).toBeLessThan(10);
});

test("pitfall 7: a consumer whose fetches hang recovers and loses nothing", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    requestTimeoutMs: 100,
    maxWaitMs: 20,
  });
  await consumer.connect();
  log.faults.hang({ request: "fetch", times: 2 });
  const values = Array.from({ length: 50 }, (_, index) => String(index));
  for (const value of values) await producer.send(value);
  expect((await take(consumer, 50)).map(({ value }) => value)).toEqual(values);
});

test("pitfall 2: with from: 'latest' records sent after connect are read, also if the first look-ups of the end fail", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("before");
  log.faults.fail("LEADER_NOT_AVAILABLE", { request: "listOffsets", times: 2 });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8(), from: "latest" });
  await consumer.connect();
  await producer.send("after");
  expect(await take(consumer, 1)).toMatchObject([{ value: "after", offset: 1n }]);
});

test("a withdrawn authorization is reported once for metadata and once for fetches, and reading continues when it is granted", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    maxWaitMs: 20,
    metadataMaxAgeMs: 20,
  });
  await consumer.connect();
  const ends = (["metadata", "fetch"] as const).map((request) =>
    log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request, topic: "a" }),
  );
  const errors: unknown[] = [];
  const refused = consumer[Symbol.asyncIterator]();
  for (let index = 0; index < 2; index += 1) await refused.next().catch((error: unknown) => errors.push(error));
  const third = refused.next();
  await wait(300);
  for (const end of ends) end();
  await producer.send("allowed");
  expect(errors.map((error) => error instanceof TransportError && error.code)).toEqual([
    "TOPIC_AUTHORIZATION_FAILED",
    "TOPIC_AUTHORIZATION_FAILED",
  ]);
  expect(await third).toMatchObject({ value: { value: "allowed" } });
});

test("a login that is refused on reconnection is reported once, and reading continues once it is accepted", async () => {
  const log = await logWithTopics(["t"]);
  await using producer = new DataQueueProducer(log, { topic: "t" });
  await producer.send(Uint8Array.of(1));
  let refused = 0;
  let refuse = false;
  const transport: Transport = {
    name: "guarded",
    capabilities: log.capabilities,
    open: (role, options) => {
      if (!refuse) return log.open(role, options);
      refused += 1;
      return Promise.reject(kafkaError("SASL_AUTHENTICATION_FAILED", "guarded: the password has changed"));
    },
  };
  await using consumer = new DataQueueConsumer(transport, { topics: ["t"] });
  const read = consumer[Symbol.asyncIterator]();
  await read.next();
  refuse = true;
  log.faults.disconnect();
  await expect(read.next()).rejects.toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  const next = read.next();
  // The login is tried again and again, without another error.
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(4);
  refuse = false;
  await producer.send(Uint8Array.of(2));
  expect((await next).value?.offset).toBe(1n);
});

test("records that retention deleted are reported, and reading continues at the first one left", async () => {
  const log = await logWithTopics(["old"]);
  await using producer = new DataQueueProducer(log, { topic: "old", encoding: utf8() });
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, { topics: ["old"], onEvent: (event) => events.push(event) });
  const end = log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch" });
  await consumer.connect();
  for (const value of ["0", "1", "2", "3"]) await producer.send(value);
  log.truncate("old", 0, { before: 2n });
  end();
  expect((await take(consumer, 2)).map(({ offset }) => offset)).toEqual([2n, 3n]);
  expect(events).toContainEqual({
    type: "offsetOutOfRange",
    topic: "old",
    partition: 0,
    lostFrom: 0n,
    lostTo: 2n,
    resumedAt: 2n,
  });
});

test("after OFFSET_OUT_OF_RANGE with from: 'latest' reading continues at the end, and an event has the lost offsets", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    from: "latest",
    onEvent: (event) => events.push(event),
  });
  const end = log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch" });
  await consumer.connect();
  for (const value of ["0", "1", "2", "3"]) await producer.send(value);
  log.truncate("a", 0, { before: 2n });
  end();
  await vi.waitFor(
    () =>
      expect(events).toContainEqual({
        type: "offsetOutOfRange",
        topic: "a",
        partition: 0,
        lostFrom: 0n,
        lostTo: 4n,
        resumedAt: 4n,
      }),
    { timeout: 10_000 },
  );
  await producer.send("4");
  expect(await take(consumer, 1)).toMatchObject([{ offset: 4n, value: "4" }]);
});

test("a log that lost its last records is read from its beginning, and an event reports it", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics: ["a"],
    encoding: utf8(),
    maxWaitMs: 20,
    onEvent: (event) => events.push(event),
  });
  for (const value of ["0", "1", "2"]) await producer.send(value);
  await take(consumer, 3);
  log.truncate("a", 0, { from: 1n });
  expect(await take(consumer, 1)).toMatchObject([{ offset: 0n, value: "0" }]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "offsetOutOfRange", lostFrom: 3n, lostTo: 3n, resumedAt: 0n }),
  );
});
