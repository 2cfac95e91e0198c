import { setTimeout as sleep } from "node:timers/promises";
import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Codec, DataQueueEvent } from "@dataqueues/core";
import { runJava } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, expect, test } from "vitest";

import { observed } from "../observed.ts";
import { take } from "../take.ts";

/** What the reader takes for a record. Ten times as much arrives meanwhile. */
const slowMs = 10;
const [count, perSecond] = [3_000, 1_000];

function keepBusy(): void {
  for (const end = performance.now() + slowMs; performance.now() < end;);
}

/** Text that keeps the program busy while it is decoded, as a large array would. */
const slowText: Codec<never, string> = {
  ...utf8(),
  decode: (bytes) => {
    keepBusy();
    return utf8().decode(bytes);
  },
};

/** How a reader is slow: it decodes slowly, or it is busy or waits with each message. */
type Slow = "decodes" | "draws" | "sleeps";

/** A message as the loop saw it, and when the loop asked for it (`Date.now()`). */
interface Shown {
  readonly offset: bigint;
  readonly key: string;
  readonly value: string | null;
  readonly skipped: number;
  readonly askedAt: number;
}

/** A record as Python knows it, and when it was acknowledged or committed. */
interface Sent {
  readonly offset: bigint;
  readonly key: string;
  readonly value: string;
  readonly at: number;
}

describeKafka("a slow reader that wants only the newest of Apache Kafka", (bootstrapServers) => {
  const [server = ""] = bootstrapServers;
  const transport = kafkajs(bootstrapServers);
  const admin = new DataQueueAdmin(transport);
  let topics = 0;

  afterAll(() => admin.close());

  async function newTopic(): Promise<string> {
    const topic = `latest-${process.pid}-${Date.now()}-${(topics += 1)}`;
    await admin.createTopics([topic]);
    return topic;
  }

  /** Sends with Python until all numbers are sent. */
  async function sendSteadily(topic: string, transactionSize?: number): Promise<Sent[]> {
    const size = transactionSize === undefined ? [] : [`${transactionSize}`];
    const lines = await runPython("send_steadily.py", [server, topic, `${count}`, `${perSecond}`, ...size]);
    return lines
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [offset = "", key = "", value = "", at = ""] = line.split(" ");
        return { offset: BigInt(offset), key, value, at: Number(at) };
      });
  }

  /** Reads slowly until the last number of each key, or of the partition, is shown. */
  async function readSlowly(
    topic: string,
    latest: "partition" | "key",
    slow: Slow,
  ): Promise<{ shown: Shown[]; fetches: { askedAt: number; cameAt: number }[]; events: DataQueueEvent[] }> {
    const shown: Shown[] = [];
    const fetches: { askedAt: number; cameAt: number }[] = [];
    const events: DataQueueEvent[] = [];
    const timed = observed(transport, {
      fetch:
        (fetch) =>
        async (...args) => {
          const askedAt = Date.now();
          const fetched = await fetch(...args);
          fetches.push({ askedAt, cameAt: Date.now() });
          return fetched;
        },
    });
    const last = new Set(Array.from({ length: latest === "key" ? 8 : 1 }, (_, index) => `${count - 1 - index}`));
    await using consumer = new DataQueueConsumer(timed, {
      topics: topic,
      onEvent: (event) => void events.push(event),
      encoding: slow === "decodes" ? slowText : utf8(),
      latest,
    });
    let askedAt = Date.now();
    for await (const { offset, key, value, skipped = 0 } of consumer) {
      shown.push({ offset, key: new TextDecoder().decode(key ?? undefined), value, skipped, askedAt });
      last.delete(value ?? "");
      if (last.size === 0) break;
      if (slow === "draws") keepBusy();
      if (slow === "sleeps") await sleep(slowMs);
      askedAt = Date.now();
    }
    return { shown, fetches, events };
  }

  test.each([
    ["partition", "decodes"],
    ["partition", "sleeps"],
    ["key", "decodes"],
    ["key", "draws"],
  ] as const)("of each %s, shown to a reader that %s, at ten times overload", async (latest, slow) => {
    const topic = await newTopic();
    const [sent, { shown, fetches, events }] = await Promise.all([
      sendSteadily(topic),
      readSlowly(topic, latest, slow),
    ]);
    expect(sent).toHaveLength(count);
    /** The newest record, or the newest of this key, that was acknowledged before then. */
    const newestBefore = (time: number, key: string): bigint => {
      const before = sent.filter((one) => one.at < time && (latest === "partition" || one.key === key));
      return before.reduce((newest, { offset }) => (offset > newest ? offset : newest), -1n);
    };
    for (const { offset, key, askedAt } of shown) {
      // What the last fetch brought that was complete when the loop asked, or newer.
      const fetch = fetches.findLast(({ cameAt }) => cameAt < askedAt);
      expect(offset).toBeGreaterThanOrEqual(newestBefore(fetch?.askedAt ?? 0, key));
    }
    // A program that was busy does not see what came meanwhile: unless a fetch takes long, one more is made before it is shown.
    const newest = shown.filter(({ offset, key, askedAt }) => offset >= newestBefore(askedAt, key));
    if (slow !== "sleeps") expect(newest.length).toBeGreaterThan(shown.length / 2);
    // Every record was shown or counted, and each was told of with its range.
    const skipped = shown.reduce((sum, one) => sum + one.skipped, 0);
    expect(shown.length + skipped).toBe(count);
    expect(skipped).toBeGreaterThan(count / 2);
    const told = events.filter((event) => event.type === "skipped");
    expect(told.map(({ count: some, to }) => [some, to])).toEqual(
      shown.filter((one) => one.skipped > 0).map((one) => [one.skipped, one.offset]),
    );
    expectOrder(shown, latest);
  });

  test.each(["partition", "key"] as const)(
    "of each %s, shows only what was committed, at ten times overload",
    async (latest) => {
      const topic = await newTopic();
      const [sent, { shown }] = await Promise.all([sendSteadily(topic, 20), readSlowly(topic, latest, "draws")]);
      expect(sent.length).toBeLessThan(count);
      const committed = new Map(sent.map(({ offset, value }) => [offset, value]));
      for (const { offset, value } of shown) expect(value).toBe(committed.get(offset));
      const skipped = shown.reduce((sum, one) => sum + one.skipped, 0);
      expect(skipped).toBeGreaterThan(sent.length / 2);
      // Where offsets are passed over, markers and aborted records are counted too.
      const most = latest === "key" ? sent.length : Number(sent.at(-1)?.offset) + 1;
      expect(shown.length + skipped).toBeGreaterThanOrEqual(sent.length);
      expect(shown.length + skipped).toBeLessThanOrEqual(most);
      expectOrder(shown, latest);
    },
  );

  test("the newest before an open transaction is shown, and what comes when it is ended", async () => {
    const topic = await newTopic();
    const write = (...steps: string[]): Promise<string> =>
      runJava("Transactions.java", [server, topic, topic, ...steps]);
    await write("commit:a,b", "abort:lost", "open:not,yet");
    await using producer = new DataQueueProducer(transport, { topic, encoding: utf8() });
    await producer.send("after it");
    const newest = { value: "b", offset: 1n, skipped: 1 };
    const options = { topics: topic, encoding: utf8() };
    for (const latest of ["partition", "key"] as const) {
      await using bounded = new DataQueueConsumer(transport, { ...options, latest, until: "end" });
      // It ends after one.
      expect(await take(bounded, 2)).toMatchObject([newest]);
    }
    await using ofPartition = new DataQueueConsumer(transport, { ...options, latest: "partition" });
    await using ofKey = new DataQueueConsumer(transport, { ...options, latest: "key" });
    const loops = [ofPartition, ofKey].map((consumer) => consumer[Symbol.asyncIterator]());
    for (const loop of loops) expect((await loop.next()).value).toMatchObject(newest);
    const next = loops.map((loop) => loop.next());
    // The same id aborts what it has left open.
    await write("commit:c");
    for (const [index, loop] of loops.entries()) {
      const values = [(await next[index])?.value?.value];
      if (values[0] !== "c") values.push((await loop.next()).value?.value);
      expect(["c", "after it,c"]).toContain(values.join(","));
    }
  });

  test("of a backlog of 500 MB, the first that is shown is the newest, without reading the rest", async () => {
    const topic = await newTopic();
    const [records, size] = [1_000, 500_000];
    await using producer = new DataQueueProducer(transport, { topic });
    const valueOf = (number: number): Uint8Array => new Uint8Array(size).fill(number % 251);
    for (let number = 0; number < records; number += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => producer.send(valueOf(number + index))));
    }
    let bytes = 0;
    const counted = observed(transport, {
      fetch:
        (fetch) =>
        async (...args) => {
          const fetched = await fetch(...args);
          for (const one of fetched) {
            for (const { value } of one.error === undefined ? one.records : []) bytes += value?.length ?? 0;
          }
          return fetched;
        },
    });
    await using consumer = new DataQueueConsumer(counted, { topics: topic, from: "earliest", latest: "partition" });
    const { value: first } = await consumer[Symbol.asyncIterator]().next();
    expect(first).toMatchObject({ offset: BigInt(records - 1), skipped: records - 1 });
    expect(first?.value).toEqual(valueOf(records - 1));
    expect(bytes).toBeLessThan(10 * size);
    await admin.deleteTopics([topic]);
  });
});

/** Nothing is shown twice, and of each partition or key in the order of the log. */
function expectOrder(shown: readonly Shown[], latest: "partition" | "key"): void {
  const newest = new Map<string, bigint>();
  for (const { key, offset } of shown) {
    const of = latest === "key" ? key : "";
    expect(offset).toBeGreaterThan(newest.get(of) ?? -1n);
    newest.set(of, offset);
  }
}
