import { createContext, runInContext } from "node:vm";

import { DataQueueProducer } from "@dataqueues/core";
import type { DataQueueConsumer } from "@dataqueues/core";
import { recordTopics } from "@dataqueues/recording";
import type { RecordingInfo } from "@dataqueues/recording";
import { build } from "esbuild";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";

/** What a page would do with a file that its user has chosen. */
const source = `
  import { DataQueueConsumer } from "@dataqueues/core";
  import { recording } from "@dataqueues/recording";
  export const consumer = (file) => new DataQueueConsumer(recording(file), { topics: "gains", until: "end" });
  export const info = (file) => recording(file).info();
`;

interface Page {
  readonly consumer: (file: File | string) => DataQueueConsumer;
  readonly info: (file: File) => Promise<RecordingInfo>;
}

/** What a page has that is used here. There is no \`process\`, and nothing else of Node. */
const { Blob, TextDecoder, TextEncoder, AbortController, AbortSignal, MessageChannel } = globalThis;
const { performance, setTimeout, clearTimeout, queueMicrotask } = globalThis;
const ofPages = { Blob, TextDecoder, TextEncoder, AbortController, AbortSignal, MessageChannel };

async function openPage(): Promise<Page> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    conditions: ["@dataqueues/source"],
    bundle: true,
    write: false,
    metafile: true,
    // Fails for an import of Node's modules.
    platform: "browser",
    format: "iife",
    globalName: "page",
    target: "es2022",
    logLevel: "silent",
  });
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  const context = createContext({ ...ofPages, performance, setTimeout, clearTimeout, queueMicrotask });
  runInContext(outputFiles.map(({ text }) => text).join(""), context);
  return runInContext("page", context) as Page;
}

async function recordedFile(): Promise<File> {
  const log = await logWithTopics([["gains", 2]]);
  await using producer = new DataQueueProducer(log, { topic: "gains" });
  for (let value = 0; value < 100; value += 1)
    await producer.send(new Uint8Array(value).fill(7), { partition: value % 2 });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const position = (): bigint => BigInt(parts.reduce((sum, { length }) => sum + length, 0));
  const file = { write: async (bytes: Uint8Array) => void parts.push(new Uint8Array(bytes)), position };
  await recordTopics({ transport: log, topics: "gains", file, until: "end", maxChunkBytes: 500 });
  return new File(parts, "night.mcap");
}

test("a page reads a recording from a File, with nothing of Node", async () => {
  const [page, file] = [await openPage(), await recordedFile()];
  const { isComplete, topics } = await page.info(file);
  expect([isComplete, topics[0]?.partitions.map(({ records }) => records)]).toEqual([true, [50, 50]]);
  const consumer = page.consumer(file);
  const lengths: number[] = [];
  for await (const { value } of consumer) lengths.push(value?.length ?? -1);
  await consumer.close();
  expect(lengths.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, value) => value));
});

test("a page checks the checksums of chunks too, and names its file in errors", async () => {
  const bytes = new Uint8Array(await (await recordedFile()).arrayBuffer());
  // In the middle of a value.
  bytes[Buffer.from(bytes).indexOf(Buffer.alloc(50, 7)) + 10] = 8;
  const consumer = (await openPage()).consumer(new File([bytes], "night.mcap"));
  const read = async (): Promise<void> => {
    for await (const { value } of consumer) expect(value).not.toBeNull();
  };
  await expect(read()).rejects.toThrow(/night\.mcap: damaged at byte \d+: the checksum of the chunk is wrong/);
  await consumer.close();
});

test("a path is no recording in a page, and the error says what is", async () => {
  const consumer = (await openPage()).consumer("night.mcap");
  await expect(consumer.connect()).rejects.toThrow("night.mcap: only Node opens paths; in a page, pass a Blob or File");
  await consumer.close();
});
