import { DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { DataQueueEvent, Message, Transport } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";

const produceOptions = { acks: -1, timeoutMs: 1_000, compression: "none" } as const;

/** Sends numbers to topic a until it is told to stop; `acknowledged` is the last offset of each key. */
function source(
  producer: DataQueueProducer<string>,
  keys: readonly (string | undefined)[],
): {
  readonly acknowledged: Map<string | undefined, bigint>;
  readonly count: () => number;
  readonly stop: () => Promise<void>;
} {
  const acknowledged = new Map<string | undefined, bigint>();
  let isStopped = false;
  let count = 0;
  const sending = (async () => {
    while (!isStopped) {
      const key = keys[count % keys.length];
      const { offset } = await producer.send(String(count), { topic: "a", key });
      acknowledged.set(key, offset);
      count += 1;
      // About one a millisecond: others have their turn.
      await wait(1);
    }
  })();
  return {
    acknowledged,
    count: () => count,
    stop: async () => {
      isStopped = true;
      await sending;
    },
  };
}

/** Offsets grow, most were left out, and every one was delivered or is told as left out, once. */
function checkMessages(messages: readonly Message<string | null>[], events: readonly DataQueueEvent[]): void {
  const last = messages.at(-1)?.offset ?? 0n;
  expect(messages.every(({ offset }, index) => index === 0 || offset > (messages[index - 1]?.offset ?? 0n))).toBe(true);
  expect(Number(last)).toBeGreaterThan(3 * messages.length);
  const skipped = messages.reduce((sum, message) => sum + (message.skipped ?? 0), 0);
  expect(BigInt(messages.length + skipped)).toBe(last + 1n);
  const told = events.flatMap((event) => (event.type === "skipped" ? [event] : []));
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(skipped);
  for (const { from, to, count } of told) expect(to - from).toBe(BigInt(count));
}

test("a reader ten times slower than what arrives gets what was newest when it asked, or newer", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: utf8(),
    latest: "partition",
    onEvent: (event) => events.push(event),
  });
  await consumer.connect();
  const { acknowledged, stop } = source(producer, [undefined]);
  const messages: Message<string | null>[] = [];
  const loop = consumer[Symbol.asyncIterator]();
  while (messages.length < 25) {
    const newest = acknowledged.get(undefined) ?? -1n;
    const { value } = await loop.next();
    if (value === undefined) break;
    expect(value.offset).toBeGreaterThanOrEqual(newest);
    messages.push(value);
    await wait(20);
  }
  await stop();
  checkMessages(messages, events);
});

/**
 * A log that another program writes to while ours is busy: `burst` appends ten records to topic a. As from Kafka, a fetch
 * that waited has its answer at the first of them, which lies in the socket until our program is not busy any more.
 */
async function busyLog(): Promise<{ readonly transport: Transport; readonly burst: () => void }> {
  const log = await logWithTopics(["a"]);
  const connection = await log.open("write");
  const waiting = new Set<() => void>();
  const transport = observed(log, {
    fetch: (fetch) => async (leader, wanted, limits, options) => {
      const now = { ...limits, maxWaitMs: 0 };
      const fetched = await fetch(leader, wanted, now, options);
      if (fetched.some((one) => one.error !== undefined || one.records.length > 0)) return fetched;
      return new Promise((resolve) => {
        const answer = (): void => {
          clearTimeout(timer);
          waiting.delete(answer);
          // The log looks for records at once, and we get them in another turn of the event loop.
          const found = fetch(leader, wanted, now);
          found.catch(() => undefined);
          setImmediate(() => resolve(found));
        };
        waiting.add(answer);
        const timer = setTimeout(answer, limits.maxWaitMs);
      });
    },
  });
  const burst = (): void => {
    for (let count = 0; count < 10; count += 1) {
      const records = [{ key: null, value: new Uint8Array(1), headers: [], timestamp: Date.now() }];
      void connection.produce(1, [{ topic: "a", partition: 0, records, baseSequence: 0 }], produceOptions);
      for (const answer of waiting) answer();
    }
  };
  return { transport, burst };
}

test("a reader whose codec blocks gets what was newest when it asked, not what came first while it was busy", async () => {
  const { transport, burst } = await busyLog();
  const events: DataQueueEvent[] = [];
  let sent = 0n;
  const work = (): void => {
    burst();
    sent += 10n;
    const until = performance.now() + 15;
    while (performance.now() < until);
  };
  await using consumer = new DataQueueConsumer<string>(transport, {
    topics: "a",
    encoding: {
      ...utf8(),
      decode: (bytes) => {
        work();
        return utf8().decode(bytes);
      },
    },
    latest: "partition",
    onEvent: (event) => events.push(event),
  });
  await consumer.connect();
  burst();
  sent += 10n;
  const messages: Message<string | null>[] = [];
  const loop = consumer[Symbol.asyncIterator]();
  let old = 0;
  while (messages.length < 25) {
    const newest = sent - 1n;
    const { value } = await loop.next();
    if (value === undefined) break;
    if (value.offset < newest) old += 1;
    messages.push(value);
    // Every second time it asks at once, while the answer from before it was busy is still in the socket.
    if (messages.length % 2 === 0) await wait(10);
  }
  // On a machine that is busy itself a fetch may take longer than it is waited for. Without that wait half of them are old.
  expect(old).toBeLessThan(6);
  checkMessages(messages, events);
});

test("with keys, a slow reader gets the newest of each key, and none is left waiting", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: utf8(),
    latest: "key",
    onEvent: (event) => events.push(event),
  });
  await consumer.connect();
  // Key x is sent far more often than the others.
  const { acknowledged, stop } = source(producer, ["x", "x", "x", "x", "x", "x", "y", "x", "z", undefined]);
  const messages: Message<string | null>[] = [];
  const keyOf = ({ key }: Message<string | null>): string | undefined =>
    key === null ? undefined : new TextDecoder().decode(key);
  const loop = consumer[Symbol.asyncIterator]();
  while (messages.length < 30) {
    const before = new Map(acknowledged);
    const { value } = await loop.next();
    if (value === undefined) break;
    expect(value.offset).toBeGreaterThanOrEqual(before.get(keyOf(value)) ?? -1n);
    messages.push(value);
    await wait(15);
  }
  await stop();
  expect(new Set(messages.map(keyOf))).toEqual(new Set(["x", "y", "z", undefined]));
  const told = events.flatMap((event) => (event.type === "skipped" ? [event.count] : []));
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(messages.reduce((sum, { skipped = 0 }) => sum + skipped, 0));
});

test("a fast reader gets every record, with nothing left out", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: utf8(), latest: "partition" });
  const loop = consumer[Symbol.asyncIterator]();
  for (let index = 0; index < 50; index += 1) {
    const next = loop.next();
    await producer.send(String(index), { topic: "a" });
    expect((await next).value).toMatchObject({ offset: BigInt(index), skipped: 0 });
  }
});

test("of a long history the first message is the newest, without reading the rest, and all of it is accounted for", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8(), lingerMs: 1 });
  await Promise.all(Array.from({ length: 2_000 }, (_, index) => producer.send(String(index))));
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: utf8(),
    latest: "partition",
    maxBytesPerPartition: 100,
    until: "end",
    onEvent: (event) => events.push(event),
  });
  const messages: Message<string | null>[] = [];
  for await (const message of consumer) messages.push(message);
  expect(messages.map(({ offset, skipped }) => [offset, skipped])).toEqual([[1_999n, 1_999]]);
  expect(events).toContainEqual({ type: "skipped", topic: "a", partition: 0, from: 0n, to: 1_999n, count: 1_999 });
});

test("a seek back gives what was left out, as far as it is the newest then", async () => {
  const log = await logWithTopics(["a"]);
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: utf8() });
  for (let index = 0; index < 5; index += 1) await producer.send(String(index));
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: utf8(),
    latest: "key",
    until: [["a", 0, 5]],
  });
  const loop = consumer[Symbol.asyncIterator]();
  expect((await loop.next()).value).toMatchObject({ offset: 4n, skipped: 4 });
  await consumer.seek([["a", 0, 2]]);
  expect((await loop.next()).value).toMatchObject({ offset: 4n, skipped: 2 });
  expect(await loop.next()).toEqual({ done: true, value: undefined });
});
