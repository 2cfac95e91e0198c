import { DataQueueConsumer, UnsupportedError } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, ReadConnection } from "@dataqueues/core";
import { describe, expect, test, vi } from "vitest";

import { encodeOffsetIndex, offsetIndexName } from "../src/offset-index.ts";
import type { OffsetRun } from "../src/offset-index.ts";
import { recording } from "../src/index.ts";
import type { Readable } from "../src/index.ts";
import { recordOf, writtenRecording } from "./written-recording.ts";
import type { PlacedRecord, WrittenOptions } from "./written-recording.ts";

const limits: FetchLimits = { maxWaitMs: 0, minBytes: 1, maxBytes: 2 ** 24, maxBytesPerPartition: 2 ** 24 };

const at = (topic: string, partition: number, offset: number, rest = {}): PlacedRecord => {
  return { topic, partition, record: recordOf(offset, `${topic} ${partition} ${offset}`, rest) };
};

/** Offsets with gaps, timestamps that go back, and partitions that take turns. */
const night: readonly PlacedRecord[] = [
  at("weather", 0, 100, { timestamp: 50_000 }),
  at("weather", 2, 7, { timestamp: 10_000 }),
  at("weather", 0, 101, { timestamp: 20_000 }),
  at("gains", 0, 0, { timestamp: 1_000 }),
  at("weather", 0, 110, { timestamp: 60_000 }),
  at("weather", 2, 8, { timestamp: 12_000 }),
  at("weather", 0, 111, { timestamp: 60_000 }),
];

const options: WrittenOptions = {
  partitions: [
    ["weather", 0],
    ["weather", 1],
    ["weather", 2],
  ],
  configs: { weather: { "cleanup.policy": "compact" } },
};

async function blobOf(records: readonly PlacedRecord[] = night, more: WrittenOptions = {}): Promise<Blob> {
  return new Blob([await writtenRecording(records, { ...options, ...more })]);
}

/** With one chunk for each record, some chunks, one chunk, and no chunks at all. */
const layouts = [{ chunkSize: 1 }, { chunkSize: 200 }, {}, { useChunks: false }];

describe.each(layouts)("a recording written with %j", (layout) => {
  const open = async (): Promise<ReadConnection> => recording(await blobOf(night, layout)).open("read");

  test("has the topics, partitions and settings that were recorded", async () => {
    const file = await blobOf(night, layout);
    expect(await recording(file).info()).toEqual({
      isComplete: true,
      bytes: BigInt(file.size),
      topics: [
        {
          topic: "weather",
          configs: { "cleanup.policy": "compact" },
          partitions: [
            { partition: 0, records: 4, start: 100n, end: 112n, firstTimestamp: 20_000, lastTimestamp: 60_000 },
            { partition: 1, records: 0, start: 0n, end: 0n, firstTimestamp: undefined, lastTimestamp: undefined },
            { partition: 2, records: 2, start: 7n, end: 9n, firstTimestamp: 10_000, lastTimestamp: 12_000 },
          ],
        },
        {
          topic: "gains",
          configs: {},
          partitions: [{ partition: 0, records: 1, start: 0n, end: 1n, firstTimestamp: 1_000, lastTimestamp: 1_000 }],
        },
      ],
    });
  });

  test("tells first offsets, ends, and the first record at or after a time in the order of offsets", async () => {
    const connection = await open();
    const find = async (partition: number, at: "earliest" | "latest" | number): Promise<unknown> => {
      const place = typeof at === "number" ? { timestamp: at } : at;
      const [found] = await connection.listOffsets(1, [{ topic: "weather", partition, at: place }]);
      return found?.error ?? found?.offset;
    };
    expect(await Promise.all([find(0, "earliest"), find(0, "latest")])).toEqual([100n, 112n]);
    expect(await Promise.all([find(1, "earliest"), find(1, "latest"), find(1, 0)])).toEqual([0n, 0n, -1n]);
    expect(await Promise.all([find(0, 0), find(0, 50_001), find(0, 60_000), find(0, 60_001)])).toEqual([
      100n,
      110n,
      110n,
      -1n,
    ]);
    connection.close();
  });

  test("is read from any offset, also one in a gap", async () => {
    const connection = await open();
    const read = async (offset: bigint): Promise<unknown> => {
      const [found] = await connection.fetch(1, [{ topic: "weather", partition: 0, offset }], limits);
      if (found?.error !== undefined) return found.error.code;
      return [found?.records.map((one) => Number(one.offset)), found?.nextOffset];
    };
    expect(await read(99n)).toBe("OFFSET_OUT_OF_RANGE");
    expect(await read(100n)).toEqual([[100, 101, 110, 111], 112n]);
    expect(await read(101n)).toEqual([[101, 110, 111], 112n]);
    expect(await read(105n)).toEqual([[110, 111], 112n]);
    expect(await read(111n)).toEqual([[111], 112n]);
    expect(await read(112n)).toEqual([[], 112n]);
    expect(await read(113n)).toBe("OFFSET_OUT_OF_RANGE");
    connection.close();
  });

  test("a fetch keeps to its limits, and gives one record at least", async () => {
    const connection = await open();
    const fetch = async (some: Partial<FetchLimits>): Promise<unknown> => {
      const wanted = [0, 2].map((partition) => ({ topic: "weather", partition, offset: partition === 0 ? 100n : 7n }));
      const found = await connection.fetch(1, wanted, { ...limits, ...some });
      return found.map((one) => [one.error ?? one.records.length, one.error ?? one.nextOffset]);
    };
    // A record takes 28 bytes and its value's 13.
    expect(await fetch({ maxBytes: 1 })).toEqual([
      [1, 101n],
      [0, 7n],
    ]);
    expect(await fetch({ maxBytesPerPartition: 1 })).toEqual([
      [1, 101n],
      [1, 8n],
    ]);
    expect(await fetch({ maxBytesPerPartition: 3 * 41 })).toEqual([
      [3, 111n],
      [2, 9n],
    ]);
    connection.close();
  });

  test("the consumer reads it as it reads a log", async () => {
    const consumer = new DataQueueConsumer(recording(await blobOf(night, layout)), { topics: /^w/, until: "end" });
    const values: string[] = [];
    for await (const { value } of consumer) values.push(new TextDecoder().decode(value ?? undefined));
    expect(values.filter((value) => value.startsWith("weather 0"))).toEqual([
      "weather 0 100",
      "weather 0 101",
      "weather 0 110",
      "weather 0 111",
    ]);
    expect(values.filter((value) => value.startsWith("weather 2"))).toEqual(["weather 2 7", "weather 2 8"]);
    expect(values).toHaveLength(6);
    await consumer.close();
  });
});
