import type { LogRecord } from "@dataqueues/core";
import { expect, test } from "vitest";

import { recording } from "../src/recording.ts";
import { RecordingWriter } from "../src/recording-writer.ts";
import { recordsByTime } from "../src/records-by-time.ts";
import { MemoryFile } from "./memory-file.ts";

const { signal } = new AbortController();

const record = (offset: number, timestamp: number): LogRecord => {
  return { offset: BigInt(offset), timestamp, key: null, value: null, headers: [] };
};

/** The places of records as they come, from a file where each partition's records are together. */
async function orderOf(timestamps: readonly (readonly number[])[], step = 1): Promise<string[]> {
  const file = new MemoryFile();
  const writer = new RecordingWriter(file);
  writer.addTopic({ topic: "gains", partitions: timestamps.map((_, partition) => partition), configs: {} });
  for (const [partition, times] of timestamps.entries()) {
    times.forEach((time, index) => writer.add("gains", partition, record(step * index, time)));
    await writer.flush();
  }
  await writer.end();
  const log = recording(file);
  const order: string[] = [];
  for await (const one of recordsByTime(file, log, (await log.info()).topics, signal)) {
    order.push(`${one.partition}@${one.record.timestamp}`);
  }
  return order;
}

test("partitions that are one after the other in the file come in the order of their times", async () => {
  const order = await orderOf([[1, 4, 6], [], [2, 3, 5, 7]]);
  expect(order).toEqual(["0@1", "2@2", "2@3", "0@4", "2@5", "0@6", "2@7"]);
});

test("a record that is older than the one before it in its partition comes when that one has come", async () => {
  const order = await orderOf([
    [5, 1, 2, 8],
    [4, 6, 7],
  ]);
  expect(order).toEqual(["1@4", "0@5", "0@1", "0@2", "1@6", "1@7", "0@8"]);
});

test("offsets may have gaps", async () => {
  expect(await orderOf([[1, 3], [2]], 1_000)).toEqual(["0@1", "1@2", "0@3"]);
});
