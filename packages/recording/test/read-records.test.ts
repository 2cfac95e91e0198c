import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DataQueueProducer } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readRecords } from "../src/read-records.ts";
import type { PlacedRecord } from "../src/read-records.ts";
import type { RecordingFile } from "../src/recording-file.ts";
import { recordTopics } from "../src/record-topics.ts";
import { recording } from "../src/recording.ts";
import { MemoryFile } from "./memory-file.ts";
import { recordOf, writtenRecording } from "./written-recording.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const night: readonly PlacedRecord[] = [
  { topic: "weather", partition: 0, record: recordOf(7, "first value") },
  {
    topic: "gains",
    partition: 3,
    record: recordOf(2n ** 62n, null, {
      key: bytes("antenna 5"),
      timestamp: -1,
      headers: [
        ["unit", bytes("K")],
        ["unit", null],
        ["\u{feff}größe", new Uint8Array()],
      ],
    }),
  },
  { topic: "weather", partition: 0, record: recordOf(8, "", { key: new Uint8Array(), timestamp: 0 }) },
  { topic: "weather", partition: 1, record: recordOf(0, "value four", { timestamp: 1_764_244_800_123 }) },
  { topic: "weather", partition: 0, record: recordOf(12, "last value", { timestamp: 8_640_000_000_000_000 }) },
];

async function all(file: RecordingFile, options?: { readonly signal: AbortSignal }): Promise<PlacedRecord[]> {
  const found: PlacedRecord[] = [];
  for await (const placed of readRecords(file, options)) found.push(placed);
  return found;
}

/** With one chunk for each record, two chunks, one chunk, and no chunks at all. */
const layouts = [{ chunkSize: 1 }, { chunkSize: 120 }, {}, { useChunks: false }];

describe.each(layouts)("a file that another program wrote with %j", (layout) => {
  test("gives its records in its order, with all that they have", async () => {
    expect(await all(new Blob([await writtenRecording(night, layout)]))).toEqual(night);
  });

  test("gives what fits when it is cut at any byte, and no error", async () => {
    const file = await writtenRecording(night, layout);
    // A message ends where its data ends. Each value is found by its text, the tombstone by its header's name.
    const texts = ["first value", "größe", undefined, "value four", "last value"];
    const ends = texts.map((text) => {
      if (text === undefined) return undefined;
      return Buffer.from(file).indexOf(text) + bytes(text).length + (text === "größe" ? 4 : 0);
    });
    for (let length = 0; length < file.length; length += 1) {
      const found = await all(new Blob([file.subarray(0, length)])).catch((error: unknown) => {
        throw new Error(`cut at byte ${length}`, { cause: error });
      });
      expect(night.slice(0, found.length)).toEqual(found);
      const fit = ends.filter((end) => end !== undefined && end <= length).length;
      const counted = found.filter((_, index) => ends[index] !== undefined).length;
      expect(`${counted} records at byte ${length}`).toBe(`${fit} records at byte ${length}`);
    }
  });

  test("gives what was there before zeros that a loss of power left", async () => {
    const file = await writtenRecording(night, layout);
    for (const [text, index] of [
      ["value four", 3],
      ["last value", 4],
    ] as const) {
      const end = Buffer.from(file).indexOf(text) + bytes(text).length;
      // The zeros go past where the file would have ended: no place for a record, or for its end.
      const found = await all(new Blob([file.subarray(0, end), new Uint8Array(file.length)]));
      expect(found).toEqual(night.slice(0, index + 1));
    }
  });

  test("is damaged where zeros are in its middle", async () => {
    const file = await writtenRecording(night, { ...layout, useStatistics: false });
    const place = Buffer.from(file).indexOf("first value");
    file.fill(0, place + 2, place + 40);
    await expect(all(new Blob([file]))).rejects.toThrow(/^the Blob: damaged at byte \d+: /);
  });
});

test("a last chunk with a wrong byte is damaged, also where its last value ends with zeros", async () => {
  const file = await writtenRecording([{ topic: "weather", partition: 0, record: recordOf(7, "value\0\0") }]);
  // Up to the end of the chunk.
  const cut = file.slice(0, Buffer.from(file).indexOf("value\0\0") + 7);
  expect(await all(new Blob([cut]))).toHaveLength(1);
  cut[cut.length - 7] = 0x56;
  await expect(all(new Blob([cut]))).rejects.toThrow("the checksum of the chunk is wrong");
});

test("a file of recordTopics that is cut at any byte is read up to there, as a transport too", async () => {
  const log = memory();
  await using producer = new DataQueueProducer(log, { topic: "weather" });
  for (const value of ["first", "second", "third", "fourth"]) await producer.send(bytes(value), { key: "mast" });
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: "weather", file, until: "end", maxChunkBytes: 120 });
  const whole = file.bytes;
  const records = await all(new Blob([whole]));
  expect(records.map(({ record }) => new TextDecoder().decode(record.value ?? undefined))).toEqual([
    "first",
    "second",
    "third",
    "fourth",
  ]);
  const ends = ["first", "second", "third", "fourth"].map((value) => Buffer.from(whole).indexOf(value) + value.length);
  for (let length = 0; length < whole.length; length += 1) {
    const cut = new Blob([whole.subarray(0, length)]);
    const fit = ends.filter((end) => end <= length).length;
    expect(await all(cut), `cut at byte ${length}`).toEqual(records.slice(0, fit));
    const { isComplete, topics } = await recording(cut).info();
    expect([isComplete, topics[0]?.partitions[0]?.records ?? 0], `cut at byte ${length}`).toEqual([false, fit]);
  }
});

describe("where a recording is", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "recording-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("a path, a Blob and an object with IReadable's methods give the same", async () => {
    const file = await writtenRecording(night);
    const path = join(folder, "night.mcap");
    await writeFile(path, file);
    const memory = new Uint8Array(64);
    const readable = {
      size: async () => BigInt(file.length),
      // Less than what was asked for, and always in the same memory, as @mcap/nodejs does.
      read: async (offset: bigint, size: bigint) => {
        const part = file.subarray(Number(offset), Number(offset) + Math.min(Number(size), memory.length));
        memory.set(part);
        return memory.subarray(0, part.length);
      },
    };
    expect(await all(path)).toEqual(night);
    expect(await all(new File([file], "night.mcap"))).toEqual(night);
    expect(await all(readable)).toEqual(night);
  });

  test("errors name the file and say what to do", async () => {
    const text = join(folder, "notes.txt");
    await writeFile(text, "not a recording");
    await expect(all(join(folder, "none.mcap"))).rejects.toThrow(/none\.mcap: there is no such file; check the path/);
    await expect(all(folder)).rejects.toThrow(`${folder}: it is a directory; name the file in it`);
    await expect(all(text)).rejects.toThrow(`${text}: it is no MCAP file; recordings are made by`);
    await expect(all("/dev/null")).rejects.toThrow(/no file that can be read at any place/);
    // @ts-expect-error: a caller without a compiler
    await expect(all(undefined)).rejects.toThrow(/^file must be a path, a Blob, or an object with/);
  });
});

test("a signal that aborts ends the reading with its reason", async () => {
  const [abort, reason] = [new AbortController(), new Error("enough")];
  const found: PlacedRecord[] = [];
  const reading = (async () => {
    for await (const one of readRecords(new Blob([await writtenRecording(night)]), { signal: abort.signal })) {
      found.push(one);
      abort.abort(reason);
    }
  })();
  await expect(reading).rejects.toBe(reason);
  expect(found).toHaveLength(1);
});
