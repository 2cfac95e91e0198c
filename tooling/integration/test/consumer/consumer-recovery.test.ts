import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, TransportError } from "dataqueues";
import type { DataQueueEvent, Transport } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { afterEach, expect, test, vi } from "vitest";
import { take } from "../flows/flows.ts";
import { intercepted, observed, scripted } from "../observed.ts";

async function logWith(...topics: (string | [string, number])[]): Promise<MemoryTransport> {
  const log = memory({ nodes: 2 });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(topics);
  return log;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => void vi.useRealTimers());

/** From now on time passes only as a test says. */
function stopTheClock(): (ms: number) => Promise<unknown> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  return (ms) => vi.advanceTimersByTimeAsync(ms);
}

test("a log that says out of range for an offset within its bounds is asked with growing pauses", async () => {
  const log = await logWith("a");
  const seen = observed(log);
  const events: DataQueueEvent[] = [];
  log.faults.fail("OFFSET_OUT_OF_RANGE", { request: "fetch" });
  const pass = stopTheClock();
  await using consumer = new DataQueueConsumer(seen, { topics: ["a"], onEvent: (event) => events.push(event) });
  await consumer.connect();
  const counts: number[] = [];
  // 50 ms after the first, then twice as long each time, up to a second.
  for (const ms of [49, 51, 100, 200, 400, 800, 1_000]) {
    await pass(ms);
    counts.push(seen.count("fetch"));
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "retry", request: "fetch", topic: "a", partition: 0, attempt: 1 }),
  );
});

test("pitfall 13: a log that answers at once without news is asked with pauses", async () => {
  const empty = scripted("a", ({ topic, partition, offset }) => ({
    topic,
    partition,
    records: [],
    nextOffset: offset,
    highWatermark: offset,
  }));
  const pass = stopTheClock();
  await using consumer = new DataQueueConsumer(empty, { topics: ["a"] });
  await consumer.connect();
  const counts: number[] = [];
  // At 0, 5, 15, 35, 75 and 155 ms, from then on ten times a second.
  for (const ms of [4, 1, 10, 20, 40, 80, 100, 1_000]) {
    await pass(ms);
    counts.push(empty.count("fetch"));
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 17]);
});

test("a topic asked for later, and created later still, is found soon", async () => {
  const log = await logWith("a");
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8(), metadataMaxAgeMs: 3_600_000 });
  await consumer.connect();
  await consumer.updateTopics(["a", "later"]);
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["later"]);
  await using producer = new DataQueueProducer(log, { topic: "later", encoding: utf8() });
  await producer.send("first");
  expect(await take(consumer, 1)).toMatchObject([{ topic: "later", offset: 0n }]);
});

test("pitfall 2: with from latest, what is sent after connect is seen, also if the end could not be told at first", async () => {
  const log = await logWith("a");
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("before");
  log.faults.fail("LEADER_NOT_AVAILABLE", { request: "listOffsets", times: 2 });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8(), from: "latest" });
  await consumer.connect();
  await producer.send("after");
  expect(await take(consumer, 1)).toMatchObject([{ value: "after", offset: 1n }]);
});

test("a first change of topics that fails leaves the constructor's topics", async () => {
  const log = await logWith("a", "forbidden");
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("there");
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8() });
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "metadata", topic: "forbidden" });
  await expect(consumer.updateTopics(["forbidden"])).rejects.toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED" });
  expect(await take(consumer, 1)).toMatchObject([{ topic: "a", value: "there" }]);
});

test("a topic that is refused while it is read is an error once, and comes back when it is allowed again", async () => {
  const log = await logWith("a");
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
  await pause(300);
  for (const end of ends) end();
  await producer.send("allowed");
  expect(errors.map((error) => error instanceof TransportError && error.code)).toEqual([
    "TOPIC_AUTHORIZATION_FAILED",
    "TOPIC_AUTHORIZATION_FAILED",
  ]);
  expect(await third).toMatchObject({ value: { value: "allowed" } });
});

test("out of range with from latest goes on at the end, and the event has what was lost", async () => {
  const log = await logWith("a");
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
  await vi.waitFor(() =>
    expect(events).toContainEqual({
      type: "offsetOutOfRange",
      topic: "a",
      partition: 0,
      lostFrom: 0n,
      lostTo: 4n,
      resumedAt: 4n,
    }),
  );
  await producer.send("4");
  expect(await take(consumer, 1)).toMatchObject([{ offset: 4n, value: "4" }]);
});

test("a log that lost its end is read from its beginning, and the event says so", async () => {
  const log = await logWith("a");
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

test("a log that forgot its producers is written on, in order and once", async () => {
  const log = await logWith("a");
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

test("a batch that was given up while it waited for its identity is not sent in another's place", async () => {
  const log = await logWith("a");
  // The first send is placed, and then waits too long for an identity.
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
  // What was acknowledged is in the log, at its place.
  expect({ offset: second.offset, value: message?.value }).toEqual({ offset: message?.offset, value: "second" });
});

test("a partition's answer without an offset acknowledges nothing", async () => {
  const log = await logWith("a");
  let answers = 0;
  const vague = intercepted(log, "produce", (produce) => async (...request) => {
    answers += 1;
    if (answers > 1) return produce(...request);
    return [{ topic: "a", partition: 0, baseOffset: -1n }];
  });
  await using producer = new DataQueueProducer(vague, { topic: "a", encoding: utf8(), retryBackoffMs: 1 });
  expect(await producer.send("once")).toMatchObject({ offset: 0n });
  expect(answers).toBe(2);
});

test("flush does not wait for lingering, also for sends that wait behind a batch in flight", async () => {
  const log = await logWith("a");
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), lingerMs: 3_600_000 });
  log.faults.delay(20, { request: "produce" });
  const first = producer.send("0");
  const flushed = producer.flush();
  const second = producer.send("1");
  await flushed;
  await producer.flush();
  expect(await Promise.all([first, second])).toMatchObject([{ offset: 0n }, { offset: 1n }]);
});

test("a time-out longer than a timer can be is no time-out at once", async () => {
  const log = await logWith("a");
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

test("every send settles within its delivery timeout, whatever is silent", async () => {
  const requests = ["metadata", "initProducerId", "produce"] as const;
  for (const request of requests) {
    const log = await logWith("a");
    await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), deliveryTimeoutMs: 100 });
    await producer.connect();
    log.faults.hang({ request });
    const error: unknown = await producer.send("0").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ topic: "a", code: "REQUEST_TIMED_OUT" });
    await producer.close({ timeoutMs: 0 });
  }
});

test("a transport that throws at once is tried again", async () => {
  const log = await logWith("a");
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

test("a topic made again with fewer partitions is read without asking for those that are gone", async () => {
  const log = await logWith(["a", 3]);
  await using admin = new DataQueueAdmin(log);
  const seen = observed(log);
  await using consumer = new DataQueueConsumer(seen, { topics: ["a"], encoding: utf8(), maxWaitMs: 20 });
  await consumer.connect();
  await admin.deleteTopics(["a"]);
  await admin.createTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  await producer.send("again");
  expect(await take(consumer, 1)).toMatchObject([{ partition: 0, offset: 0n }]);
  const before = seen.requests.length;
  await pause(200);
  const fetches = seen.requests.slice(before).filter(({ name }) => name === "fetch");
  expect(fetches.flatMap(({ args }) => args[1])).toMatchObject(fetches.map(() => ({ partition: 0 })));
});

test("an onEvent that throws or rejects breaks nothing, and is told on the console", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const log = await logWith("a");
  const problem = new Error("in onEvent");
  let calls = 0;
  const onEvent = (): unknown => {
    calls += 1;
    if (calls % 2 === 0) return Promise.reject(problem);
    throw problem;
  };
  await using admin = new DataQueueAdmin(log, { onEvent });
  await admin.listTopics();
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), onEvent, retryBackoffMs: 1 });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 3 });
  expect(await producer.send("0")).toMatchObject({ offset: 0n });
  await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding: utf8(), onEvent });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch", times: 3 });
  expect(await take(consumer, 1)).toMatchObject([{ value: "0" }]);
  expect(calls).toBeGreaterThan(6);
  await vi.waitFor(() => expect(told.mock.calls.filter(([, error]) => error === problem)).toHaveLength(calls));
  told.mockRestore();
});
