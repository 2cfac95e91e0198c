import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DataQueueConsumer } from "@dataqueues/core";
import { recording } from "@dataqueues/recording";
import { runPython } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A record as Python prints it, its bytes in base64. */
interface PrintedRecord {
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly key: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
  readonly value: string | null;
}

let folder: string;
let written: readonly PrintedRecord[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recordings-"));
  const lines = (await runPython("write_recordings.py", [folder], { timeoutMs: 300_000 })).trim().split("\n");
  written = lines.map((line): PrintedRecord => JSON.parse(line));
}, 600_000);
afterAll(() => rm(folder, { recursive: true }));

const printable = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString("base64");

/** What a consumer reads of a recording, by partition, in the order in which it comes. */
async function read(path: string): Promise<PrintedRecord[][]> {
  const partitions: PrintedRecord[][] = [[], [], [], []];
  await using consumer = new DataQueueConsumer(recording(path), { topics: "gains", until: "end" });
  for await (const { partition, offset, timestamp, key, headers, value } of consumer) {
    partitions[partition]?.push({
      partition,
      offset: String(offset),
      timestamp,
      key: printable(key),
      headers: headers.map(([name, bytes]) => [name, printable(bytes)]),
      value: printable(value),
    });
  }
  return partitions;
}

const byPartition = (records: readonly PrintedRecord[]): PrintedRecord[][] =>
  [0, 1, 2, 3].map((partition) => records.filter((record) => record.partition === partition));

test.each(["chunks.mcap", "no-checksums.mcap", "no-chunks.mcap"])("%s of Python's mcap is read", async (name) => {
  const path = join(folder, name);
  expect(await read(path)).toEqual(byPartition(written));
  const info = await recording(path).info();
  expect(info).toMatchObject({ isComplete: true, bytes: BigInt((await stat(path)).size) });
  expect(info.topics).toHaveLength(1);
  expect(info.topics[0]).toMatchObject({
    topic: "gains",
    configs: { "retention.ms": "86400000" },
    partitions: byPartition(written).map((records, partition) => ({
      partition,
      records: records.length,
      start: BigInt(records[0]?.offset ?? 0),
      end: BigInt(records.at(-1)?.offset ?? -1) + 1n,
    })),
  });
});

test("a file of Python's mcap that was cut in its middle is read up to there", async () => {
  const path = join(folder, "chunks.mcap");
  const { size } = await stat(path);
  const file = await open(path, "r+");
  await file.truncate(Math.floor(size / 2));
  await file.close();
  expect(await recording(path).info()).toMatchObject({ isComplete: false });
  const found = await read(path);
  const count = found.flat().length;
  expect(count).toBeGreaterThan(200);
  expect(count).toBeLessThan(300);
  expect(found).toEqual(byPartition(written.slice(0, count)));
});

test.each([
  ["lz4.mcap", "lz4"],
  ["defaults.mcap", "zstd"],
])("%s, which Python's mcap compressed, is an error that says what to do", async (name, compression) => {
  const path = join(folder, name);
  await expect(read(path)).rejects.toThrow(`is compressed (${compression}); decompress it first: mcap decompress`);
});
