import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueError } from "@dataqueues/core";
import type { LogRecord } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

import { encodeRecordData } from "../src/record-data.ts";
import { readRecords } from "../src/read-records.ts";
import type { PlacedRecord } from "../src/read-records.ts";
import { recordTopics } from "../src/record-topics.ts";
import { recording } from "../src/recording.ts";
import { writeRecords } from "./log-records.ts";
import { MemoryFile } from "./memory-file.ts";
import { recordOf, writtenRecording } from "./written-recording.ts";

const header = [["unit", new TextEncoder().encode("K")]] as const;
const night: readonly PlacedRecord[] = [0, 1, 2, 3].map((offset) => {
  return { topic: "weather", partition: offset % 2, record: recordOf(offset, "some value", { headers: header }) };
});

/** A copy in which chunks, attachments and the summary have no checksums, so that what is wrong is found in another way. */
function withoutChecksums(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(file);
  const view = new DataView(copy.buffer);
  for (let at = 8, next = at; at + 9 < copy.length; at = next) {
    next = at + 9 + Number(view.getBigUint64(at + 1, true));
    // A chunk's checksum stands after its head and three numbers, those of an attachment and of the footer at their ends.
    if (copy[at] === 6) view.setUint32(at + 9 + 24, 0, true);
    if (copy[at] === 9 || copy[at] === 2) view.setUint32(next - 4, 0, true);
  }
  return copy;
}

/** A file that is read faster than a Blob. */
function inMemory(bytes: Uint8Array<ArrayBuffer>): MemoryFile {
  return Object.assign(new MemoryFile(), { bytes });
}

/** What a file gives: its records, and the error after them. It may have no other errors than ours. */
async function outcome(file: Uint8Array<ArrayBuffer>): Promise<{ records: LogRecord[]; code: string | undefined }> {
  const records: LogRecord[] = [];
  let code: string | undefined;
  try {
    for await (const { record } of readRecords(inMemory(file))) records.push(record);
  } catch (error) {
    if (!(error instanceof DataQueueError)) throw error;
    code = error.code;
  }
  return { records, code };
}

/** Reads a file as a transport: all partitions from their first offset to their end. */
async function readAsLog(file: Uint8Array<ArrayBuffer>): Promise<void> {
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 30, maxBytesPerPartition: 30 };
  try {
    const connection = await recording(inMemory(file)).open("read");
    for (const { topic, partitions = [] } of await connection.metadata()) {
      for (const { partition } of partitions) {
        const at = { timestamp: 1_002 };
        const [first] = await connection.listOffsets(1, [{ topic, partition, at: "earliest" }]);
        await connection.listOffsets(1, [{ topic, partition, at }]);
        if (first === undefined || first.error !== undefined) continue;
        let offset = first.offset;
        for (let end = offset + 1n; offset < end;) {
          const [found] = await connection.fetch(1, [{ topic, partition, offset }], limits);
          if (found === undefined || found.error !== undefined) break;
          if (found.nextOffset <= offset && found.highWatermark > offset) throw new Error(`stands still at ${offset}`);
          offset = found.nextOffset;
          end = found.highWatermark;
        }
      }
    }
    connection.close();
  } catch (error) {
    if (!(error instanceof DataQueueError)) throw error;
  }
}

/** A file that recordTopics wrote, with an index. */
async function recorded(): Promise<Uint8Array> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([["weather", 2]]);
  for (const { topic, partition, record } of night) await writeRecords(log, topic, partition, [record]);
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: "weather", file, until: "end", maxChunkBytes: 150 });
  return file.bytes;
}

const writers: readonly (readonly [name: string, write: () => Promise<Uint8Array>])[] = [
  ["recordTopics", recorded],
  ["another program", () => writtenRecording(night, { chunkSize: 150 })],
  ["another program without chunks", () => writtenRecording(night, { useChunks: false, useStatistics: false })],
];

describe.each(writers)("a file by %s in which a byte is wrong", (_name, write) => {
  test.each([
    ["is another one by a bit", (byte: number) => byte ^ 1],
    ["is zero", () => 0],
    ["is 255", () => 255],
  ])("gives records or an error of ours: the byte %s", async (_, change) => {
    const original = withoutChecksums(await write());
    for (let at = 0; at < original.length; at += 1) {
      const file = original.slice();
      file[at] = change(file[at] ?? 0);
      // Both throw what is no error of ours, or where a reader would not get on.
      await expect(outcome(file)).resolves.toBeDefined();
      await expect(readAsLog(file)).resolves.toBeUndefined();
    }
  });
});

test.each(writers.slice(0, 2))(
  "with the checksums of %s no wrong byte gives a wrong record, or leaves one out in silence",
  async (_name, write) => {
    const original = new Uint8Array(await write());
    const { records: whole } = await outcome(original);
    expect(whole).toHaveLength(night.length);
    for (let at = 0; at < original.length; at += 1) {
      for (const change of [1, 0x90]) {
        const file = original.slice();
        file[at] = (file[at] ?? 0) ^ change;
        const { records, code } = await outcome(file);
        const place = `byte ${at} changed by ${change}`;
        // Where the kind of a chunk is wrong, that shows at the end, by the number of records.
        const given = new Set(records.map(({ timestamp }) => timestamp));
        expect([place, records]).toEqual([
          place,
          code === undefined ? whole : whole.filter(({ timestamp }) => given.has(timestamp)),
        ]);
      }
    }
  },
);

describe("lengths that are not there", () => {
  /** A recording with one record, whose data are these bytes. */
  const withData = async (data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> => {
    return writtenRecording([], {
      more: async (writer) => {
        const metadata = new Map([["partition", "0"]]);
        const channel = { topic: "weather", messageEncoding: "kafka_record", schemaId: 0, metadata };
        const channelId = await writer.registerChannel(channel);
        await writer.addMessage({ channelId, sequence: 0, logTime: 0n, publishTime: 0n, data });
      },
    });
  };

  const record = { ...recordOf(1, "value", { headers: header }), key: Uint8Array.of(1, 2, 3) };

  test.each([
    ["a key of 2 GB", 16, 0x7fffffff, "a key of 2147483647 bytes where 21 follow"],
    ["a key of -2 bytes", 16, -2, "a key of -2 bytes"],
    ["a value that is shorter than what follows", 20, 4, "1 bytes follow the value"],
    ["a value that is longer than what follows", 20, 6, "a value of 6 bytes where 5 follow"],
    ["four billion headers", 24, -1, "a header's name of"],
    ["a header without a name", 31, -1, "a header without a name"],
    ["a header with a name of 2 GB", 31, 0x7fffffff, "a header's name of 2147483647 bytes"],
    ["a header whose value is longer than what follows", 39, 1_000, "a header's value of 1000 bytes where 6 follow"],
  ])("%s is an error that names the place", async (_name, at, length, message) => {
    const data = encodeRecordData(record);
    new DataView(data.buffer).setInt32(at, length, true);
    await expect(outcome(await withData(data))).resolves.toEqual({ records: [], code: "RECORDING_DAMAGED" });
    const reading = readRecords(new Blob([await withData(data)])).next();
    await expect(reading).rejects.toThrow(
      /^the Blob: damaged at byte \d+: a message holds no record: no Kafka record at/,
    );
    await expect(reading).rejects.toThrow(message);
  });

  test.each([0, 1, 27])("a message of %d bytes is no record", async (length) => {
    expect(await outcome(await withData(new Uint8Array(length)))).toEqual({ records: [], code: "RECORDING_DAMAGED" });
    await expect(recording(new Blob([await withData(new Uint8Array(length))])).info()).rejects.toThrow(
      "holds no record",
    );
  });

  test("a chunk of some GB is not read into memory", async () => {
    const size = 2 ** 40;
    const head = (await writtenRecording(night)).subarray(0, 33);
    const chunk = Uint8Array.of(6, 0, 0, 0, 0, 1, 0, 0, 0);
    const start = new Uint8Array([...head.subarray(0, 8 + 9 + (head[9] ?? 0)), ...chunk]);
    let largest = 0;
    const file = {
      size: async () => BigInt(size),
      read: async (offset: bigint, length: bigint) => {
        largest = Math.max(largest, Number(length));
        const bytes = new Uint8Array(Math.min(Number(length), 2 ** 20));
        if (offset < start.length) bytes.set(start.subarray(Number(offset)).subarray(0, bytes.length));
        return bytes;
      },
    };
    await expect(recording(file).info()).rejects.toThrow(
      /the record at byte \d+ has 4294967296 bytes, more than 1073741824/,
    );
    expect(largest).toBeLessThan(2 ** 20);
  });
});
