import { kafkaError } from "@dataqueues/core";
import type { DataQueueConsumer, Message, PartitionPosition } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { openOutput } from "../src/output-file.ts";
import { Recorder } from "../src/recorder.ts";
import type { RecordedTopics } from "../src/record-topics.ts";
import type { RecorderOptions } from "../src/recorder.ts";
import { indexedReader, recordsOf } from "./mcap-records.ts";
import { MemoryFile } from "./memory-file.ts";

type Step = Message<Uint8Array | null>[] | Error;

const message = (offset: bigint, partition = 0): Message<Uint8Array | null> => {
  return {
    topic: "gains",
    partition,
    offset,
    timestamp: 0,
    key: null,
    headers: [],
    value: Uint8Array.of(Number(offset)),
  };
};

const position = (partition: number): PartitionPosition => {
  return { topic: "gains", partition, position: 0n, end: 0n, lag: 0n };
};

/** A consumer that gives these batches and errors one after the other, and ends. */
function consumerOf(
  steps: Step[],
  positions: PartitionPosition[] = [position(0)],
): Pick<DataQueueConsumer, "batches" | "positions" | "close"> {
  return {
    positions: () => positions,
    close: () => Promise.resolve(),
    batches: () => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const step = steps.shift();
          if (step instanceof Error) throw step;
          return step === undefined ? { done: true, value: undefined } : { done: false, value: step };
        },
      }),
    }),
  };
}

async function recorderTo(file: MemoryFile, options: Partial<RecorderOptions>): Promise<Recorder> {
  return new Recorder({
    transport: memory(),
    consumer: consumerOf([]),
    file: await openOutput(file, false),
    until: undefined,
    signal: undefined,
    maxChunkBytes: 1_000,
    maxChunkAgeMs: 1_000,
    onEvent: undefined,
    onProgress: undefined,
    ...options,
  });
}

test("a recording without a bound goes on after an outage, and one with a bound ends with it", async () => {
  const outage = kafkaError("NETWORK_EXCEPTION", "connection to localhost:9092");
  const steps = (): Step[] => [[message(0n)], outage, outage, [message(1n)]];
  const file = new MemoryFile();
  expect(await (await recorderTo(file, { consumer: consumerOf(steps()) })).run()).toMatchObject({ records: 2 });
  const bounded = new MemoryFile();
  const recorder = await recorderTo(bounded, { consumer: consumerOf(steps()), until: "end" });
  await expect(recorder.run()).rejects.toBe(outage);
  expect((await indexedReader(bounded)).statistics?.messageCount).toBe(1n);
});

test("a refusal ends any recording, and the file is complete", async () => {
  const refusal = kafkaError("TOPIC_AUTHORIZATION_FAILED", "topic gains");
  const file = new MemoryFile();
  const recorder = await recorderTo(file, { consumer: consumerOf([[message(0n)], refusal, [message(1n)]]) });
  await expect(recorder.run()).rejects.toBe(refusal);
  expect((await indexedReader(file)).statistics?.messageCount).toBe(1n);
});

test("a partition that appears is in the file, with and without records", async () => {
  const positions = [position(0)];
  const steps: Step[] = [[message(0n)]];
  const consumer = consumerOf(steps, positions);
  const file = new MemoryFile();
  const onProgress = (): void => {
    if (positions.length > 1) return;
    positions.push(position(1), position(2));
    steps.push([message(7n, 1)]);
  };
  await (await recorderTo(file, { consumer, onProgress, maxChunkBytes: 1 })).run();
  const partitions = recordsOf(file.bytes, "Metadata").map(({ metadata }) => metadata.get("partitions"));
  expect(partitions).toEqual(["1", "3"]);
  expect((await indexedReader(file)).channelsById.size).toBe(3);
});

test("a partition that appears after the last record is in the file", async () => {
  const positions = [position(0)];
  const file = new MemoryFile();
  const onProgress = ({ records }: RecordedTopics): void => void (records === 1 && positions.push(position(1)));
  const consumer = consumerOf([[message(0n)]], positions);
  await (await recorderTo(file, { consumer, onProgress, maxChunkBytes: 1 })).run();
  const channels = [...(await indexedReader(file)).channelsById.values()];
  expect(channels.map(({ metadata }) => metadata.get("partition"))).toEqual(["0", "1"]);
});

test("an exception of onProgress ends the recording", async () => {
  const onProgress = (): void => {
    throw new Error("no such line");
  };
  const file = new MemoryFile();
  const recorder = await recorderTo(file, { consumer: consumerOf([[message(0n)]]), onProgress });
  await expect(recorder.run()).rejects.toThrow("no such line");
  expect((await indexedReader(file)).statistics?.messageCount).toBe(0n);
});
