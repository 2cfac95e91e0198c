import type { FetchedPartition } from "@dataqueues/core";
import { McapIndexedReader } from "@mcap/core";
import { describe, expect, test } from "vitest";

import { recording } from "../src/index.ts";
import type { Readable } from "../src/index.ts";
import { encodeOffsetIndex, offsetIndexName } from "../src/offset-index.ts";
import type { OffsetRun } from "../src/offset-index.ts";
import { at, limits } from "./recorded-night.ts";
import { writtenRecording } from "./written-recording.ts";

/** A file in memory that counts what is read of it. */
function counted(bytes: Uint8Array): Readable & { readonly read: Readable["read"]; bytesRead: number } {
  return {
    bytesRead: 0,
    size: async () => BigInt(bytes.length),
    async read(offset, size) {
      const part = bytes.subarray(Number(offset), Number(offset + size));
      this.bytesRead += part.length;
      return part;
    },
  };
}

describe("the index of offsets in a file", () => {
  const large = Array.from({ length: 100 }, (_, index) => {
    return at("weather", index % 2, index, { key: new Uint8Array(50_000).fill(index) });
  });

  /** A file with a chunk for each record, and an index in two parts. */
  const withIndex = async (change: (run: OffsetRun) => OffsetRun = (run) => run): Promise<Uint8Array> => {
    const plain = await writtenRecording(large, { chunkSize: 1 });
    const { chunkIndexes } = await McapIndexedReader.Initialize({ readable: counted(plain) });
    const runs = large.map(({ partition, record: { offset, timestamp } }, index): OffsetRun => {
      const chunkStart = Number(chunkIndexes[index]?.chunkStartOffset);
      const times = { leastTimestamp: timestamp, greatestTimestamp: timestamp };
      return change({ chunkStart, channelId: partition, records: 1, first: offset, last: offset, ...times });
    });
    const about = { name: offsetIndexName, mediaType: "application/octet-stream", logTime: 0n, createTime: 0n };
    return writtenRecording(large, {
      chunkSize: 1,
      more: async (writer) => {
        await writer.addAttachment({ ...about, data: encodeOffsetIndex(runs.slice(0, 60)) });
        await writer.addAttachment({ ...about, data: encodeOffsetIndex(runs.slice(60)) });
      },
    });
  };

  const readAt = async (file: Readable, offset: bigint): Promise<FetchedPartition | undefined> => {
    const connection = await recording(file).open("read");
    const [found] = await connection.fetch(1, [{ topic: "weather", partition: 1, offset }], { ...limits, maxBytes: 1 });
    connection.close();
    return found;
  };

  test("leads to a record without reading the rest", async () => {
    const file = counted(await withIndex());
    expect(await readAt(file, 76n)).toMatchObject({
      records: [large[77]?.record],
      nextOffset: 78n,
      highWatermark: 100n,
    });
    // Of 5 MB: the head, the end, the index, and 256 kB around the record.
    expect(file.bytesRead).toBeLessThan(500_000);
    const { topics } = await recording(file).info();
    expect(topics[0]?.partitions[1]).toEqual({
      partition: 1,
      records: 50,
      start: 1n,
      end: 100n,
      firstTimestamp: 1_001,
      lastTimestamp: 1_099,
    });
  });

  test("is not needed: without one the file is gone through once", async () => {
    const file = counted(await writtenRecording(large, { chunkSize: 1 }));
    const transport = recording(file);
    await transport.info();
    const once = file.bytesRead;
    expect(once).toBeGreaterThan(5_000_000);
    await transport.info();
    expect(file.bytesRead).toBe(once);
    expect(await readAt(file, 76n)).toMatchObject({ records: [large[77]?.record] });
  });

  test.each([
    ["places where no chunk begins", { chunkStart: 9 }],
    ["other numbers of records", { records: 2 }],
    ["a channel that there is not", { channelId: 7 }],
    ["offsets that go back", { last: -1n }],
  ])("is not believed when it has %s", async (_, wrong) => {
    const file = counted(await withIndex((run) => (run.first === 77n ? { ...run, ...wrong } : run)));
    expect(await readAt(file, 76n)).toMatchObject({ records: [large[77]?.record], highWatermark: 100n });
  });

  test("that lies about offsets leads to an error, not to wrong records", async () => {
    const file = counted(await withIndex((run) => (run.first === 77n ? { ...run, first: 76n, last: 76n } : run)));
    expect((await readAt(file, 76n))?.error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  });

  test("with a wrong checksum is not used", async () => {
    const file = await withIndex();
    const place = Buffer.from(file).indexOf(offsetIndexName) + 80;
    file[place] = (file[place] ?? 0) ^ 1;
    expect(await readAt(counted(file), 76n)).toMatchObject({ records: [large[77]?.record] });
  });
});
