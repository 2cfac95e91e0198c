import { expect, test } from "vitest";

import { DataQueueConsumer } from "../../src/consumer/consumer.ts";
import type { DataQueueError } from "../../src/contract/errors.ts";
import type { Connection, OpenOptions } from "../../src/contract/transport.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, partitionMetadata, ScriptedLog, noResponse } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });

/** The error of a promise, once it rejected. */
function rejection(promise: Promise<unknown>): { readonly error: DataQueueError | undefined } {
  const found: { error: DataQueueError | undefined } = { error: undefined };
  promise.catch((error: DataQueueError) => (found.error = error));
  return found;
}

test("a consumer without options reads from the earliest record, with the documented defaults", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log);
  await consumer.connect();
  await pass(0);
  expect(log.calls("listOffsets")[0]?.[1]).toMatchObject([{ at: "earliest" }]);
  expect(log.calls("fetch")[0]?.[2]).toEqual({
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 50 * 2 ** 20,
    maxBytesPerPartition: 2 ** 20,
  });
  await consumer.close();
});

test("the limits of a fetch are those of the options", async () => {
  const log = new ScriptedLog({ a: 1 });
  const limits = { maxWaitMs: 30, minBytes: 1_000, maxBufferedBytes: 7_000, maxBytesPerPartition: 700 };
  const { consumer } = consuming(log, limits);
  await consumer.connect();
  await pass(0);
  expect(log.calls("fetch")[0]?.[2]).toEqual({
    maxWaitMs: 30,
    minBytes: 1_000,
    maxBytes: 7_000,
    maxBytesPerPartition: 700,
  });
  await consumer.close();
});

test("a fetch waits as long as the transport suggests, unless the caller says", async () => {
  for (const [maxWaitMs, expected] of [
    [undefined, 10_000],
    [30, 30],
  ]) {
    const log = Object.assign(new ScriptedLog({ a: 1 }), { maxWaitMs: 10_000 });
    const { consumer } = consuming(log, { maxWaitMs });
    await consumer.connect();
    await pass(0);
    expect(log.calls("fetch")[0]?.[2]).toMatchObject({ maxWaitMs: expected });
    await consumer.close();
  }
});

test("infinite limits make a fetch ask for 50 MiB, and metadata is never refreshed", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log, {
    maxBufferedBytes: Infinity,
    maxBytesPerPartition: Infinity,
    metadataMaxAgeMs: Infinity,
    requestTimeoutMs: Infinity,
    connectTimeoutMs: Infinity,
  });
  await consumer.connect();
  await pass(100_000);
  const most = 50 * 2 ** 20;
  expect(log.calls("fetch")[0]?.[2]).toMatchObject({ maxBytes: most, maxBytesPerPartition: most });
  expect(log.calls("metadata")).toHaveLength(1);
  await consumer.close();
});

test("`from` may be offsets, a time or the end", async () => {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1", "2");
  const { consumer } = consuming(log, { from: [["a", 1, 2]] });
  const iterator = loopOver(consumer);
  expect((await take(iterator, 4)).toSorted()).toEqual(["a/0 0 0", "a/0 1 1", "a/0 2 2", "a/1 2 2"]);
  await consumer.close();
  const { consumer: timed } = consuming(log, { from: new Date(1_234) });
  await timed.connect();
  expect(log.calls("listOffsets")[1]?.[1]).toMatchObject([{ at: { timestamp: 1_234 } }, { at: { timestamp: 1_234 } }]);
  await timed.close();
});

test("new partitions are found after metadataMaxAgeMs", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { consumer } = consuming(log, { metadataMaxAgeMs: 2_000, from: "latest" });
  await consumer.connect();
  log.topics.set("a", partitionMetadata(2));
  log.append("a", 1, "first");
  await pass(1_999);
  expect(log.calls("metadata")).toHaveLength(1);
  await pass(600);
  expect(log.calls("metadata")).toHaveLength(2);
  expect(await take(loopOver(consumer), 1)).toEqual(["a/1 0 first"]);
  await consumer.close();
});

test("a connection that does not open within connectTimeoutMs is aborted, and closed if it opens later", async () => {
  const log = new ScriptedLog({ a: 1 });
  let given: OpenOptions | undefined;
  let arrive = (): void => undefined;
  log.on.open = (role, options) => {
    expect(role).toBe("read");
    given = options;
    return new Promise((resolve) => (arrive = resolve));
  };
  const { consumer, events } = consuming(log, { connectTimeoutMs: 2_000 });
  const connecting = rejection(consumer.connect());
  await pass(1_999);
  expect([connecting.error, given?.connectTimeoutMs, given?.signal?.aborted]).toEqual([undefined, 2_000, false]);
  await pass(1);
  expect(connecting.error).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
  expect(connecting.error?.message).toBe("scripted: no connection within 2000 ms");
  expect(given?.signal?.aborted).toBe(true);
  expect(events).toEqual([
    { type: "connectFailed", role: "read", transport: "scripted", attempt: 0, reason: connecting.error },
  ]);
  arrive();
  await pass(0);
  expect([log.opened, log.closed]).toEqual([1, 1]);
  await consumer.close();
});

test("a request without a response within requestTimeoutMs fails, and its connection is replaced", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = () => noResponse<Awaited<ReturnType<Connection["metadata"]>>>();
  const { consumer, events } = consuming(log, { requestTimeoutMs: 3_000, connectTimeoutMs: 2_000 });
  const connecting = rejection(consumer.connect());
  await pass(2_999);
  expect(connecting.error).toBeUndefined();
  await pass(1);
  expect(connecting.error).toMatchObject({
    code: "REQUEST_TIMED_OUT",
    message: "scripted: no answer to metadata within 3000 ms",
  });
  expect(log.closed).toBe(1);
  expect(events.map(({ type }) => type)).toEqual(["connected", "disconnected"]);
  await consumer.close();
});

test("a fetch without a response within requestTimeoutMs is made again on another connection", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.fetch = () => noResponse<Awaited<ReturnType<Connection["fetch"]>>>();
  const { consumer, events } = consuming(log, { requestTimeoutMs: 3_000 });
  const next = take(loopOver(consumer), 1);
  await pass(2_999);
  expect(log.calls("fetch")).toHaveLength(1);
  delete log.on.fetch;
  log.append("a", 0, "0");
  await pass(51);
  expect(await next).toEqual(["a/0 0 0"]);
  expect(events.map(({ type }) => type)).toEqual(["connected", "disconnected", "retry", "connected"]);
  await consumer.close();
});

test("one next() rejects when no leader could be reached for connectTimeoutMs, and reading goes on", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.fetch = () => Promise.reject(failure("NETWORK_EXCEPTION"));
  const { consumer } = consuming(log, { connectTimeoutMs: 4_000 });
  const iterator = loopOver(consumer);
  const first = rejection(iterator.next());
  const second = take(iterator, 1);
  await pass(3_999);
  expect(first.error).toBeUndefined();
  await pass(1);
  expect(first.error).toMatchObject({ code: "NETWORK_EXCEPTION" });
  delete log.on.fetch;
  log.append("a", 0, "0");
  await pass(1_000);
  expect(await second).toEqual(["a/0 0 0"]);
  await consumer.close();
});

test("what is no transport is refused", () => {
  const nothing = JSON.parse("{}") as ScriptedLog;
  expect(() => new DataQueueConsumer(nothing)).toThrow("transport must be a transport");
});
