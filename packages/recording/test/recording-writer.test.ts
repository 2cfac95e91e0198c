import type { LogRecord } from "@dataqueues/core";
import { expect, test } from "vitest";

import { recording } from "../src/recording.ts";
import { RecordingWriter } from "../src/recording-writer.ts";
import { indexedReader, recordsOf } from "./mcap-records.ts";
import { MemoryFile } from "./memory-file.ts";

const record = (offset: number): LogRecord => {
  return { offset: BigInt(offset), timestamp: offset, key: null, value: null, headers: [] };
};

test("a long recording writes its index from time to time, and a reader puts it together", async () => {
  const file = new MemoryFile();
  const writer = new RecordingWriter(file);
  const partitions = Array.from({ length: 210 }, (_, partition) => partition);
  writer.addTopic({ topic: "gains", partitions, configs: {} });
  for (let chunk = 0; chunk < 100; chunk += 1) {
    for (const partition of partitions) writer.add("gains", partition, record(chunk));
    await writer.flush();
  }
  await writer.end();
  const attachments = recordsOf(file.bytes, "Attachment");
  // Rows of 48 bytes.
  expect(attachments.map(({ name, data }) => [name, data.length / 48])).toEqual([
    ["dataqueues.offsets", 20_160],
    ["dataqueues.offsets", 840],
  ]);
  const { topics } = await recording(file).info();
  const expected = { records: 100, start: 0n, end: 100n, firstTimestamp: 0, lastTimestamp: 99 };
  expect(topics[0]?.partitions).toEqual(partitions.map((partition) => ({ partition, ...expected })));
});

test("where offsets begin again in a chunk, the index has a further row", async () => {
  const file = new MemoryFile();
  const writer = new RecordingWriter(file);
  writer.addTopic({ topic: "gains", partitions: [0], configs: undefined });
  for (const offset of [3, 4, 9, 0, 1]) writer.add("gains", 0, record(offset));
  await writer.end();
  const [attachment] = recordsOf(file.bytes, "Attachment");
  const view = new DataView(attachment?.data.slice().buffer ?? new ArrayBuffer());
  const rows = [0, 48].map((at) => [
    view.getUint32(at + 12, true),
    ...[16, 24, 32, 40].map((field) => view.getBigInt64(at + field, true)),
  ]);
  expect(rows).toEqual([
    [3, 3n, 9n, 3n, 9n],
    [2, 0n, 1n, 0n, 1n],
  ]);
});

test("the summary finds the messages of one channel in each chunk", async () => {
  const file = new MemoryFile();
  const writer = new RecordingWriter(file);
  writer.addTopic({ topic: "a", partitions: [0], configs: undefined });
  writer.addTopic({ topic: "b", partitions: [0], configs: undefined });
  for (let offset = 0; offset < 6; offset += 1) {
    writer.add("a", 0, record(offset));
    writer.add("b", 0, record(10 * offset));
    if (offset % 2 === 1) await writer.flush();
  }
  await writer.end();
  const found: bigint[] = [];
  for await (const { logTime } of (await indexedReader(file)).readMessages({ topics: ["b"] })) found.push(logTime);
  const view = new DataView(file.bytes.buffer);
  for (const { messageIndexOffsets } of (await indexedReader(file)).chunkIndexes) {
    expect(messageIndexOffsets.size).toBe(2);
    for (const [channelId, offset] of messageIndexOffsets) {
      // The opcode of a message index, the length of the record, the channel.
      expect([view.getUint8(Number(offset)), view.getUint16(Number(offset) + 9, true)]).toEqual([7, channelId]);
    }
  }
  expect(found).toEqual([0n, 10_000_000n, 20_000_000n, 30_000_000n, 40_000_000n, 50_000_000n]);
});

test("a file of more partitions than MCAP has channels is refused", () => {
  const writer = new RecordingWriter(new MemoryFile());
  const partitions = Array.from({ length: 65_537 }, (_, partition) => partition);
  expect(() => writer.addTopic({ topic: "gains", partitions, configs: undefined })).toThrow(
    "cannot record gains[65536]: an MCAP file has at most 65536 partitions; record fewer topics in one file",
  );
});
