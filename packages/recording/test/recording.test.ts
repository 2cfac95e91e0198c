import fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DataQueueConsumer, UnsupportedError } from "@dataqueues/core";
import type { FetchLimits, ReadConnection } from "@dataqueues/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { recording } from "../src/index.ts";
import { encodeRecordData } from "../src/record-data.ts";
import { readRecords } from "../src/read-records.ts";
import { at, blobOf, limits, night } from "./recorded-night.ts";
import { writtenRecording } from "./written-recording.ts";
import type { WrittenOptions } from "./written-recording.ts";

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

test("a partition with two channels, which another program may write, is one with the records of both", async () => {
  const more: WrittenOptions["more"] = async (writer) => {
    const metadata = new Map([["partition", "0"]]);
    const description = { topic: "weather", messageEncoding: "kafka_record", schemaId: 0, metadata };
    const [one, other] = [await writer.registerChannel(description), await writer.registerChannel(description)];
    for (const [channelId, offset] of [[one, 5] as const, [other, 6] as const, [one, 9] as const]) {
      const data = encodeRecordData(at("weather", 0, offset).record);
      await writer.addMessage({ channelId, sequence: 0, logTime: 0n, publishTime: 0n, data });
    }
  };
  const file = new Blob([await writtenRecording([], { more })]);
  const { topics } = await recording(file).info();
  expect(topics[0]?.partitions).toMatchObject([{ partition: 0, records: 3, start: 5n, end: 10n }]);
  const consumer = new DataQueueConsumer(recording(file), { topics: "weather", until: "end" });
  const offsets: bigint[] = [];
  for await (const { offset } of consumer) offsets.push(offset);
  await consumer.close();
  expect(offsets).toEqual([5n, 6n, 9n]);
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

  test("reads one part at a time of a file that uses its memory again, as that of @mcap/nodejs does", async () => {
    const bytes = await writtenRecording(night, { chunkSize: 1 });
    const memory = new Uint8Array(bytes.length);
    const transport = recording({
      size: async () => BigInt(bytes.length),
      read: async (offset, size) => {
        const part = bytes.subarray(Number(offset), Number(offset + size));
        memory.fill(0);
        memory.set(part);
        await Promise.resolve();
        return memory.subarray(0, part.length);
      },
    });
    const connections = await Promise.all([100n, 101n, 110n].map(() => transport.open("read")));
    const fetched = await Promise.all(
      connections.map((connection, index) => {
        const offset = [100n, 101n, 110n][index] ?? 0n;
        return connection.fetch(1, [{ topic: "weather", partition: 0, offset }], limits);
      }),
    );
    const counts = fetched.map(([one]) => (one?.error === undefined ? one?.records.length : one.error));
    expect(counts).toEqual([4, 3, 2]);
    for (const connection of connections) connection.close();
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
      for await (const { record } of readRecords(path)) if (record.offset >= 0n) break;
      await recording(path).info();
      const connection = await recording(path).open("read");
      connection.close();
      const transport = recording(path);
      await transport.info();
      const stop = new AbortController();
      const opening = transport.open("read", { signal: stop.signal });
      stop.abort();
      await expect(opening).rejects.toMatchObject({ code: "ABORTED" });
      await fs.writeFile(path, bytes.fill(1, 100, 101));
      await expect(recording(path).open("read")).rejects.toThrow("damaged");
      expect(opened.length).toBeGreaterThanOrEqual(7);
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
