import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, DecodeError } from "dataqueues";
import { json } from "@dataqueues/codec-json";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import { afterEach, expect, test, vi } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";
import { take } from "../take.ts";

afterEach(() => void vi.useRealTimers());

test("pitfall 1: when the topics change, a topic that stays loses no record that was fetched ahead", async () => {
  const log = await logWithTopics(["kept", "other"]);
  await using producer = new DataQueueProducer(log, { topic: "kept", encoding: utf8() });
  const sent = ["0", "1", "2", "3", "4", "5"];
  for (const value of sent) await producer.send(value);
  await using consumer = new DataQueueConsumer(log, { topics: ["kept"], encoding: utf8() });
  const first = await take(consumer, 2);
  await consumer.updateTopics(["kept", "other"]);
  const rest = await take(consumer, 4);
  expect([...first, ...rest].map(({ value }) => value)).toEqual(sent);
});

test("pitfall 9 and 16: a consumer never creates a topic, and reads one that is created later from its beginning", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await using consumer = new DataQueueConsumer(log, { topics: ["later"], encoding: utf8(), from: "latest" });
  await consumer.connect();
  expect(await admin.listTopics()).toEqual([]);
  await admin.createTopics(["later"]);
  await using producer = new DataQueueProducer(log, { topic: "later", encoding: utf8() });
  await producer.send("first");
  expect(await take(consumer, 1)).toMatchObject([{ value: "first", offset: 0n }]);
});

test("pitfall 16: a partition that is added later is read from its beginning", async () => {
  const log = await logWithTopics(["grows"]);
  await using admin = new DataQueueAdmin(log);
  await using consumer = new DataQueueConsumer(log, { topics: ["grows"], from: "latest", metadataMaxAgeMs: 20 });
  await consumer.connect();
  await admin.createTopics([["grows", 4]]);
  await using producer = new DataQueueProducer(log, { topic: "grows" });
  await producer.send(new Uint8Array([1]), { partition: 3 });
  expect(await take(consumer, 1)).toMatchObject([{ partition: 3, offset: 0n }]);
});

test("pitfall 17: a bad record between two good ones rejects once, with its offset and bytes, and iteration continues", async () => {
  const log = await logWithTopics(["mixed"]);
  await using producer = new DataQueueProducer(log, { topic: "mixed" });
  for (const text of ["1", "{", "3"]) await producer.send(new TextEncoder().encode(text));
  await using consumer = new DataQueueConsumer(log, { topics: ["mixed"], encoding: json() });
  expect(await take(consumer, 1)).toMatchObject([{ value: 1 }]);
  const error: unknown = await take(consumer, 1).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DecodeError);
  expect(error).toMatchObject({ topic: "mixed", partition: 0, offset: 1n, bytes: new Uint8Array([0x7b]) });
  expect(await take(consumer, 1)).toMatchObject([{ value: 3, offset: 2n }]);

  await using skipping = new DataQueueConsumer(log, { topics: ["mixed"], encoding: json(), onBadRecord: "skip" });
  expect((await take(skipping, 2)).map(({ offset }) => offset)).toEqual([0n, 2n]);
  const bad: DecodeError[] = [];
  await using reporting = new DataQueueConsumer(log, {
    topics: ["mixed"],
    encoding: json(),
    onBadRecord: (reason) => void bad.push(reason),
  });
  expect((await take(reporting, 2)).map(({ offset }) => offset)).toEqual([0n, 2n]);
  expect(bad.map(({ offset }) => offset)).toEqual([1n]);
});

test("pitfall 18: offsets above 2^53, tombstones and repeated headers are kept", async () => {
  const firstOffset = 2n ** 53n + 1n;
  const log = await logWithTopics(["far"], { firstOffset });
  await using producer = new DataQueueProducer(log, { topic: "far" });
  const headers: [string, string][] = [
    ["a", "1"],
    ["a", "2"],
  ];
  expect(await producer.send(null, { headers })).toMatchObject({ offset: firstOffset });
  await using consumer = new DataQueueConsumer(log, { topics: ["far"] });
  const [message] = await take(consumer, 1);
  expect(message).toMatchObject({ offset: firstOffset, value: null });
  expect(message?.headers.map(([name, value]) => [name, new TextDecoder().decode(value ?? undefined)])).toEqual(
    headers,
  );
});

test("pitfall 10: a consumer that is not read fetches ahead at most maxBufferedBytes and one fetch", async () => {
  const log = await logWithTopics([["much", 4]], { nodes: 2 });
  await using producer = new DataQueueProducer(log, { topic: "much" });
  const size = 100_000;
  const count = 200;
  await Promise.all(
    Array.from({ length: count }, (_, index) => producer.send(new Uint8Array(size), { partition: index % 4 })),
  );
  let fetched = 0;
  const counted = observed(log, {
    fetch:
      (fetch) =>
      async (...request) => {
        const results = await fetch(...request);
        for (const result of results) if (result.error === undefined) fetched += size * result.records.length;
        return results;
      },
  });
  const maxBufferedBytes = 10 * size;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  await using consumer = new DataQueueConsumer(counted, {
    topics: ["much"],
    maxBufferedBytes,
    maxBytesPerPartition: 2 * size,
  });
  await take(consumer, 1);
  // Many times as long as an empty fetch may take.
  await vi.advanceTimersByTimeAsync(30_000);
  const ahead = fetched;
  expect(ahead).toBeGreaterThanOrEqual(maxBufferedBytes / 2);
  // Each of the two leaders may add one fetch.
  expect(ahead).toBeLessThanOrEqual(2 * maxBufferedBytes);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(fetched).toBe(ahead);
  expect(await take(consumer, count - 1)).toHaveLength(count - 1);
  expect(fetched).toBe(count * size);
});

test("pitfall 14: a record larger than maxBytesPerPartition is read", async () => {
  const log = await logWithTopics(["large"]);
  await using producer = new DataQueueProducer(log, { topic: "large" });
  await producer.send(new Uint8Array(100_000));
  await using consumer = new DataQueueConsumer(log, { topics: ["large"], maxBytesPerPartition: 1_000 });
  expect((await take(consumer, 1))[0]?.value).toHaveLength(100_000);
});

test("pitfall 15: two loops share one consumer without duplicates, and an abort rejects both with its reason", async () => {
  const log = await logWithTopics(["shared"]);
  await using producer = new DataQueueProducer(log, { topic: "shared", encoding: utf8() });
  const stop = new AbortController();
  await using consumer = new DataQueueConsumer(log, { topics: ["shared"], encoding: utf8(), signal: stop.signal });
  const seen: bigint[] = [];
  const loop = async (): Promise<void> => {
    for await (const { offset } of consumer) seen.push(offset);
  };
  const loops = Promise.allSettled([loop(), loop()]);
  for (let index = 0; index < 20; index += 1) await producer.send(String(index));
  await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(20), { timeout: 10_000 });
  const reason = new Error("enough");
  stop.abort(reason);
  expect(await loops).toEqual([1, 2].map(() => ({ status: "rejected", reason })));
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index)));
});

test.each(["idle", "blocked", "dead"])("pitfall 8: close settles at once while the consumer is %s", async (state) => {
  const log = await logWithTopics(["idle"]);
  const consumer = new DataQueueConsumer(log, { topics: ["idle"], maxWaitMs: 60_000, maxBufferedBytes: 1 });
  await consumer.connect();
  if (state === "blocked") {
    await using producer = new DataQueueProducer(log, { topic: "idle" });
    for (let sent = 0; sent < 3; sent += 1) await producer.send(new Uint8Array(10));
    await take(consumer, 1);
  }
  if (state === "dead") log.faults.hang();
  if (state === "blocked") await take(consumer, 2);
  const pending = take(consumer, 1);
  await consumer.close();
  expect(await pending).toEqual([]);
  expect(await take(consumer, 1)).toEqual([]);
});

test("pitfall 15: break, return and throw in a loop leave the consumer open, and no record is missing", async () => {
  const log = await logWithTopics(["loops"]);
  await using producer = new DataQueueProducer(log, { topic: "loops", encoding: utf8() });
  for (let index = 0; index < 6; index += 1) await producer.send(String(index));
  await using consumer = new DataQueueConsumer(log, { topics: ["loops"], encoding: utf8() });
  const seen: bigint[] = [];
  const throwing = async (): Promise<void> => {
    for await (const { offset } of consumer) {
      seen.push(offset);
      throw new Error("in the loop");
    }
  };
  const returning = async (): Promise<bigint | undefined> => {
    for await (const { offset } of consumer) return offset;
    return undefined;
  };
  await expect(throwing()).rejects.toThrow("in the loop");
  seen.push((await returning()) ?? -1n);
  // A loop that ends while it waits takes no record with it.
  const rest = await take(consumer, 4);
  const idle = consumer[Symbol.asyncIterator]();
  const waiting = idle.next();
  await idle.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await producer.send("6");
  seen.push(...[...rest, ...(await take(consumer, 1))].map(({ offset }) => offset));
  expect(seen).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
});
