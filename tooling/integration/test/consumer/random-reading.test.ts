import { DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { Codec, Message, TopicPartition } from "@dataqueues/core";
import { utf8 } from "@dataqueues/codec-text";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { partitionKey, ReadingModel } from "./reading-model.ts";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

const topics = { a: 3, b: 2, ab: 1 } as const;
const all: TopicPartition[] = Object.entries(topics).flatMap(([topic, count]) =>
  Array.from({ length: count }, (_, partition): TopicPartition => [topic, partition]),
);

/** One thing that is done to a log and its consumer. `at` chooses among the partitions that are read. */
type Step =
  | { readonly do: "send"; readonly at: number; readonly count: number }
  | { readonly do: "take" | "batch" | "both"; readonly count: number }
  | { readonly do: "wait"; readonly at: number }
  | { readonly do: "pause" | "resume"; readonly at: number }
  | { readonly do: "seek"; readonly at: number; readonly to: number | "earliest" | "latest" | "last" }
  | { readonly do: "topics"; readonly which: readonly string[] | "pattern" | "partitions" }
  | { readonly do: "moveLeader"; readonly at: number; readonly node: number }
  | { readonly do: "disconnect" };

const at = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("send" as const), at, count: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom("take" as const, "batch" as const, "both" as const),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), at }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const), at }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("seek" as const),
      at,
      to: fc.oneof(fc.nat({ max: 20 }), fc.constantFrom("earliest" as const, "latest" as const, "last" as const)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("topics" as const),
      which: fc.oneof(fc.subarray(Object.keys(topics)), fc.constantFrom("pattern" as const, "partitions" as const)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("moveLeader" as const), at, node: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "disconnect" as const }) },
);

/** A codec that takes turns between answering at once and later. */
function unevenText(): Codec<never, string> {
  const codec = utf8();
  let count = 0;
  return {
    name: codec.name,
    encode: () => new Uint8Array(),
    decode: (bytes) => {
      count += 1;
      return count % 3 === 0 ? Promise.resolve().then(() => codec.decode(bytes)) : codec.decode(bytes);
    },
  };
}

/** Settles as a promise, or rejects when it takes so long that something must have stopped. */
async function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing came within 10 s`)), 10_000);
  });
  return Promise.race([promise, never]).finally(() => clearTimeout(timer));
}

/** Does all steps to a new log and compares what its consumer gives with the model. */
async function run(steps: readonly Step[], maxBufferedBytes: number): Promise<void> {
  const log: MemoryTransport = await logWithTopics(Object.entries(topics), { nodes: 2 });
  const model = new ReadingModel(topics);
  await using producer = new DataQueueProducer(log, { encoding: utf8() });
  await using consumer = new DataQueueConsumer<string>(log, {
    topics: ["a", "b"],
    encoding: unevenText(),
    maxBufferedBytes,
  });
  await consumer.connect();
  model.assigned(all.filter(([topic]) => topic !== "ab"));
  const single = consumer[Symbol.asyncIterator]();
  const send = async ([topic, partition]: TopicPartition): Promise<void> => {
    const value = `${topic}/${partition} ${model.endOf(topic, partition)}`;
    model.sent(topic, partition, (await producer.send(value, { topic, partition })).offset);
  };
  const next = async (): Promise<Message<string | null>> => {
    const { value } = await soon("next", single.next());
    if (value === undefined) throw new Error("the loop ended");
    return value;
  };
  const nextBatch = async (maxMessages: number): Promise<Message<string | null>[]> => {
    for await (const messages of consumer.batches({ maxMessages })) return messages;
    throw new Error("the loop ended");
  };
  for (const one of steps) {
    const { pairs } = model;
    const pair = "at" in one ? pairs[one.at % Math.max(1, pairs.length)] : undefined;
    switch (one.do) {
      case "send":
        for (let sent = 0; sent < one.count; sent += 1) await send(all[one.at % all.length] ?? ["a", 0]);
        break;
      case "take":
        for (let taken = Math.min(one.count, model.remaining); taken > 0; taken -= 1) model.delivered(await next());
        break;
      case "batch": {
        if (model.remaining === 0) break;
        const messages = await soon("batch", nextBatch(one.count));
        expect(messages.length).toBeLessThanOrEqual(one.count);
        expect(new Set(messages.map(({ topic, partition }) => partitionKey(topic, partition))).size).toBe(1);
        messages.forEach((message) => model.delivered(message));
        break;
      }
      case "both": {
        // Two loops at once share what comes: together they have every message once.
        if (model.remaining < one.count + 1) break;
        const [messages, first] = await Promise.all([soon("both", nextBatch(one.count)), next()]);
        const shared = [...messages, first].toSorted((left, right) => (left.offset < right.offset ? -1 : 1));
        shared.forEach((message) => model.delivered(message));
        break;
      }
      case "wait": {
        if (pair === undefined || model.remaining > 0) break;
        const waiting = next();
        consumer.resume([pair]);
        model.paused(pair, false);
        if (model.remaining === 0) await send(pair);
        model.delivered(await waiting);
        break;
      }
      case "pause":
      case "resume":
        if (pair === undefined) break;
        consumer[one.do]([pair]);
        model.paused(pair, one.do === "pause");
        break;
      case "seek": {
        if (pair === undefined) break;
        const end = model.endOf(...pair);
        const wanted = typeof one.to === "number" && BigInt(one.to) < end ? BigInt(one.to) : end;
        const to = one.to === "last" ? { last: 3 } : one.to === "earliest" || one.to === "latest" ? one.to : wanted;
        await soon("seek", consumer.seek([[...pair, to]]));
        model.sought(pair, to === "earliest" ? 0n : one.to === "last" ? (end > 3n ? end - 3n : 0n) : wanted);
        break;
      }
      case "topics": {
        const { which } = one;
        const wanted = all.filter(([topic, partition]) =>
          which === "pattern" ? topic.startsWith("a") : which === "partitions" ? partition > 0 : which.includes(topic),
        );
        const change =
          which === "partitions"
            ? consumer.assignTopics(wanted)
            : consumer.updateTopics(which === "pattern" ? /^a/y : which);
        await soon("updateTopics", change);
        model.assigned(wanted);
        break;
      }
      case "moveLeader":
        log.moveLeader(...(all[one.at % all.length] ?? ["a", 0]), one.node);
        break;
      case "disconnect":
        log.faults.disconnect();
        break;
    }
    const told = consumer
      .positions()
      .map(({ topic, partition, position }) => `${partitionKey(topic, partition)} ${position}`);
    expect(told.toSorted()).toEqual(model.positions());
  }
  for (const pair of model.pairs) model.paused(pair, false);
  consumer.resume(model.pairs);
  while (model.remaining > 0) model.delivered(await next());
}

test("random seeks, pauses, changes of topics, leaders that move, messages and batches: every partition gives exactly what it should", async () => {
  console.log(`seed ${seed}; the same steps again: DATAQUEUES_SEED=${seed}`);
  const steps = fc.array(step, { minLength: 20, maxLength: 60 });
  // A small buffer is full most of the time.
  const outcome = fc.assert(fc.asyncProperty(steps, fc.constantFrom(600, 2 ** 26), run), {
    seed,
    numRuns: 25,
    endOnFailure: true,
  });
  await expect(outcome).resolves.toBeUndefined();
}, 180_000);
