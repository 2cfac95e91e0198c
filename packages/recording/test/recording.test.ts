import fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DataQueueConsumer, UnsupportedError } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, ReadConnection } from "@dataqueues/core";
import { McapIndexedReader } from "@mcap/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { encodeOffsetIndex, offsetIndexName } from "../src/offset-index.ts";
import type { OffsetRun } from "../src/offset-index.ts";
import { recording } from "../src/index.ts";
import { readRecords } from "../src/read-records.ts";
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
      if (found === undefined || found.error !== undefined) return found?.error.code;
      return [found.records.map((one) => Number(one.offset)), found.nextOffset];
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

describe("the consumer on a recording", () => {
  const values = async (file: Blob, more: object, take = Infinity): Promise<string[]> => {
    const consumer = new DataQueueConsumer(recording(file), { topics: "weather", until: "end", ...more });
    const found: string[] = [];
    for await (const { value } of consumer) {
      found.push(new TextDecoder().decode(value ?? undefined));
      if (found.length === take) break;
    }
    await consumer.close();
    return found.filter((value) => value.startsWith("weather 0")).map((value) => value.slice(10));
  };

  test("starts and stops at a time, and at the newest records", async () => {
    const file = await blobOf();
    expect(await values(file, { from: new Date(50_001) })).toEqual(["110", "111"]);
    expect(await values(file, { until: new Date(50_001) })).toEqual(["100", "101"]);
    expect(await values(file, { from: { last: 2 } })).toEqual(["110", "111"]);
  });

  test("gives only the newest record of each partition with latest", async () => {
    expect(await values(await blobOf(), { latest: "partition" })).toEqual(["111"]);
  });

  test("seeks, also back, and reads in batches", async () => {
    const consumer = new DataQueueConsumer(recording(await blobOf()), { topics: "gains", until: "end" });
    const places: bigint[][] = [];
    for await (const batch of consumer.batches()) places.push(batch.map(({ offset }) => offset));
    await consumer.close();
    expect(places).toEqual([[0n]]);
    const again = new DataQueueConsumer(recording(await blobOf()), { topics: "weather" });
    await again.connect();
    await again.seek([["weather", 0, 110n]]);
    const seen: bigint[] = [];
    for await (const { partition, offset } of again) {
      if (partition !== 0) continue;
      seen.push(offset);
      if (seen.length === 1) await again.seek([["weather", 0, 101n]]);
      if (seen.length === 3) break;
    }
    await again.close();
    expect(seen).toEqual([110n, 101n, 110n]);
  });

  test("waits at the end without until, and ends when it is closed", async () => {
    const consumer = new DataQueueConsumer(recording(await blobOf()), { topics: "gains" });
    const seen: bigint[] = [];
    const reading = (async () => {
      for await (const { offset } of consumer) seen.push(offset);
    })();
    await vi.waitFor(() => expect(seen).toEqual([0n]), { timeout: 10_000 });
    await consumer.close();
    await reading;
  });

  test("says at once what is wrong with the file", async () => {
    const reading = async (file: string): Promise<void> => {
      const consumer = new DataQueueConsumer(recording(file), { topics: "weather", until: "end" });
      try {
        for await (const { offset } of consumer) throw new Error(`record ${offset} came`);
      } finally {
        await consumer.close();
      }
    };
    await expect(reading("/none/night.mcap")).rejects.toThrow(
      "/none/night.mcap: there is no such file; check the path",
    );
    await expect(reading(import.meta.filename)).rejects.toThrow("recording.test.ts: it is no MCAP file");
  });
});

describe("what a recording is not", () => {
  test.each(["write", "admin", "group"] as const)("it has no connection for the role %s", async (role) => {
    const error: unknown = await recording(await blobOf())
      .open(role)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toHaveProperty("message", expect.stringContaining("a recording can only be read"));
  });

  test.each([undefined, null, 7, "", {}, { size: 8 }])("a file that is %s is refused at once", (file) => {
    // @ts-expect-error: a caller without a compiler
    expect(() => recording(file)).toThrow(/^file must be a path, a Blob, or an object with/);
  });

  test("an MCAP file of something else says what it has", async () => {
    const more: WrittenOptions["more"] = async (writer) => {
      const metadata = new Map<string, string>();
      const channelId = await writer.registerChannel({ topic: "/pose", messageEncoding: "cdr", schemaId: 0, metadata });
      await writer.addMessage({ channelId, sequence: 0, logTime: 0n, publishTime: 0n, data: new Uint8Array(8) });
    };
    const lonely = new Blob([await writtenRecording([], { more })]);
    await expect(recording(lonely).info()).rejects.toMatchObject({
      code: "NOT_A_RECORDING",
      message: expect.stringContaining("its messages have the encoding cdr, not kafka_record"),
    });
    // Beside records it is passed over.
    const { topics } = await recording(await blobOf(night, { more })).info();
    expect(topics.map(({ topic }) => topic)).toEqual(["weather", "gains"]);
  });

  test("a compressed chunk says how to decompress it", async () => {
    const compressChunk = (bytes: Uint8Array): { compression: string; compressedData: Uint8Array } => {
      return { compression: "zstd", compressedData: bytes };
    };
    await expect(recording(await blobOf(night, { compressChunk })).info()).rejects.toThrow(
      /the chunk at byte \d+ is compressed \(zstd\); decompress it first: mcap decompress FILE -o COPY/,
    );
  });
});

describe("a topic that was deleted and created again while it was recorded", () => {
  const twice = [...night, at("weather", 2, 0), at("weather", 2, 1)];

  test("is an error for the partitions with the same offsets twice, and for no others", async () => {
    const connection = await recording(await blobOf(twice)).open("read");
    const wanted = [0, 2].map((partition) => ({ topic: "weather", partition, offset: partition === 0 ? 100n : 7n }));
    const [whole, restarted] = await connection.fetch(1, wanted, limits);
    expect(whole?.error).toBeUndefined();
    expect(restarted?.error).toMatchObject({ code: "INVALID_REQUEST", retriable: false, partition: 2 });
    expect(restarted?.error?.message).toContain("its offsets begin again at 0");
    const [found] = await connection.listOffsets(1, [{ topic: "weather", partition: 2, at: "latest" }]);
    expect(found?.error?.code).toBe("INVALID_REQUEST");
    connection.close();
  });

  test("has all its records in info()", async () => {
    const { topics } = await recording(await blobOf(twice)).info();
    expect(topics[0]?.partitions[2]).toMatchObject({ records: 4, start: 0n, end: 9n });
  });

  test("ends the consumer's loop with an error that says what to do", async () => {
    const consumer = new DataQueueConsumer(recording(await blobOf(twice)), { topics: "weather", until: "end" });
    const read = async (): Promise<void> => {
      for await (const { partition } of consumer) expect(partition).toBe(0);
    };
    await expect(read()).rejects.toThrow(/weather\[2\].*replay the recording and read that/);
    await consumer.close();
  });
});

describe("a connection", () => {
  test("ends what is pending when it is closed, and refuses what comes after", async () => {
    const connection = await recording(await blobOf()).open("read");
    const wanted = [{ topic: "weather", partition: 1, offset: 0n }];
    const pending = connection.fetch(1, wanted, { ...limits, maxWaitMs: 1_000_000 });
    connection.close();
    connection.close();
    await expect(pending).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
    await expect(connection.metadata()).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  });

  test("gives bytes that belong to the caller", async () => {
    const connection = await recording(await blobOf()).open("read");
    const read = async (): Promise<Uint8Array | null | undefined> => {
      const [found] = await connection.fetch(1, [{ topic: "gains", partition: 0, offset: 0n }], limits);
      return found?.error === undefined ? found?.records[0]?.value : undefined;
    };
    const first = await read();
    const before = first?.slice();
    first?.fill(0);
    expect(before).toEqual(night[3]?.record.value);
    expect(await read()).toEqual(before);
    connection.close();
  });

  test("ends a wait with the signal's reason, and can be used after that", async () => {
    const connection = await recording(await blobOf()).open("read");
    const [abort, reason] = [new AbortController(), new Error("enough")];
    const wanted = [{ topic: "weather", partition: 1, offset: 0n }];
    const { signal } = abort;
    const pending = connection.fetch(1, wanted, { ...limits, maxWaitMs: 1_000_000 }, { signal });
    abort.abort(reason);
    await expect(pending).rejects.toBe(reason);
    expect((await connection.metadata(["gains"]))[0]?.partitions).toEqual([{ partition: 0, leader: 1 }]);
    connection.close();
  });
});

describe("a file on disk", () => {
  let folder: string;
  beforeEach(async () => void (folder = await fs.mkdtemp(join(tmpdir(), "recording-"))));
  afterEach(() => fs.rm(folder, { recursive: true }));

  test("is closed after use, also when it is damaged or the caller has seen enough", async () => {
    const opened: FileHandle[] = [];
    const open = fs.open;
    const spy = vi.spyOn(fs, "open").mockImplementation(async (...args) => {
      const handle = await open(...args);
      opened.push(handle);
      return handle;
    });
    try {
      const [path, bytes] = [join(folder, "night.mcap"), await writtenRecording(night)];
      await fs.writeFile(path, bytes);
      opened.length = 0;
      for await (const { at } of readRecords(path)) if (at > 0) break;
      await recording(path).info();
      const connection = await recording(path).open("read");
      connection.close();
      await fs.writeFile(path, bytes.fill(1, 100, 101));
      await expect(recording(path).open("read")).rejects.toThrow("damaged");
      expect(opened.length).toBeGreaterThanOrEqual(5);
      await vi.waitFor(() => expect(opened.map(({ fd }) => fd)).toEqual(opened.map(() => -1)), { timeout: 10_000 });
    } finally {
      spy.mockRestore();
    }
  });

  test("that is missing at first is read once it is there", async () => {
    const path = join(folder, "night.mcap");
    const transport = recording(path);
    await expect(transport.info()).rejects.toMatchObject({ code: "RECORDING_READ_FAILED" });
    await expect(transport.open("read")).rejects.toMatchObject({ code: "KAFKA_STORAGE_ERROR", retriable: false });
    await fs.writeFile(path, await writtenRecording(night));
    expect((await transport.info()).topics).toHaveLength(2);
  });
});

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
