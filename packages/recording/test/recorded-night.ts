import type { FetchLimits } from "@dataqueues/core";

import type { PlacedRecord } from "../src/read-records.ts";
import { recordOf, writtenRecording } from "./written-recording.ts";
import type { WrittenOptions } from "./written-recording.ts";

/** Takes what is there, and does not wait. */
export const limits: FetchLimits = { maxWaitMs: 0, minBytes: 1, maxBytes: 2 ** 24, maxBytesPerPartition: 2 ** 24 };

export const at = (topic: string, partition: number, offset: number, rest = {}): PlacedRecord => {
  return { topic, partition, record: recordOf(offset, `${topic} ${partition} ${offset}`, rest) };
};

/** Offsets with gaps, timestamps that go back, and partitions that take turns. */
export const night: readonly PlacedRecord[] = [
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

export async function blobOf(records: readonly PlacedRecord[] = night, more: WrittenOptions = {}): Promise<Blob> {
  return new Blob([await writtenRecording(records, { ...options, ...more })]);
}
