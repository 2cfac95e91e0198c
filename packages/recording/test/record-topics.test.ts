import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer, kafkaError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { recordTopics } from "../src/record-topics.ts";
import type { RecordedTopics } from "../src/record-topics.ts";
import { writeRecords } from "./log-records.ts";
import { indexedReader, mcapRecords, recordsOf } from "./mcap-records.ts";
import { MemoryFile } from "./memory-file.ts";

const deadline = { timeout: 10_000 };

/** A topic with records whose values are one byte each. */
async function logWith(topic: string, partitions: number, values: readonly number[]): Promise<MemoryTransport> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([[topic, partitions]]);
  await send(log, topic, partitions, values);
  return log;
}

async function send(log: MemoryTransport, topic: string, partitions: number, values: readonly number[]): Promise<void> {
  await using producer = new DataQueueProducer(log, { topic });
  await Promise.all(
    values.map((value) =>
      producer.send(Uint8Array.of(value), { partition: value % partitions, timestamp: 1_000 * value }),
    ),
  );
}

/** Keeps what was written until it is asked to fail. */
class FailingFile extends MemoryFile {
  error: Error | undefined;

  override async write(bytes: Uint8Array): Promise<void> {
    if (this.error !== undefined) throw this.error;
    await super.write(bytes);
  }
}

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "recording-"))));
afterEach(() => rm(folder, { recursive: true }));

test("each partition is a channel, with or without records", async () => {
  const log = await logWith("gains", 3, [0, 1, 3, 4, 6]);
  const file = new MemoryFile();
  const recorded = await recordTopics({ transport: log, topics: "gains", file, until: "end" });
  expect(recorded).toEqual({ records: 5, bytes: BigInt(file.bytes.length), recordBytes: 5n });
  const channels = recordsOf(file.bytes, "Channel").slice(0, 3);
  expect(
    channels.map(({ topic, metadata, messageEncoding, schemaId }) => [
      topic,
      metadata.get("partition"),
      messageEncoding,
      schemaId,
    ]),
  ).toEqual([
    ["gains", "0", "kafka_record", 0],
    ["gains", "1", "kafka_record", 0],
    ["gains", "2", "kafka_record", 0],
  ]);
  const messages = recordsOf(file.bytes, "Message");
  const idOf = (partition: string): number | undefined =>
    channels.find(({ metadata }) => metadata.get("partition") === partition)?.id;
  const valuesOf = (partition: string): unknown[] =>
    messages.filter(({ channelId }) => channelId === idOf(partition)).map(({ data }) => data.at(-1));
  expect([valuesOf("0"), valuesOf("1"), valuesOf("2")]).toEqual([[0, 3, 6], [1, 4], []]);
});

test("a message has the record's timestamp in nanoseconds and counts the records of its partition", async () => {
  const log = await logWith("gains", 2, [2, 3, 4, 6]);
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: "gains", file, until: "end" });
  const messages = recordsOf(file.bytes, "Message").sort((one, other) => Number(one.logTime - other.logTime));
  expect(messages.map(({ logTime, publishTime, sequence }) => [logTime, publishTime, sequence])).toEqual([
    [2_000_000_000n, 2_000_000_000n, 0],
    [3_000_000_000n, 3_000_000_000n, 0],
    [4_000_000_000n, 4_000_000_000n, 1],
    [6_000_000_000n, 6_000_000_000n, 2],
  ]);
});

test("the time of a message is within MCAP's limits, and the record keeps its own", async () => {
  const log = await logWith("odd", 1, []);
  const timestamps = [-5, 0, 18_446_744_073_709, Number.MAX_SAFE_INTEGER];
  await writeRecords(
    log,
    "odd",
    0,
    timestamps.map((timestamp) => ({ timestamp })),
  );
  const file = new MemoryFile();
  expect(await recordTopics({ transport: log, topics: "odd", file, until: "end" })).toMatchObject({ records: 4 });
  const messages = recordsOf(file.bytes, "Message");
  // The last one is the greatest number of 64 bits.
  expect(messages.map(({ logTime }) => logTime)).toEqual([
    0n,
    0n,
    18_446_744_073_709_000_000n,
    18_446_744_073_709_551_615n,
  ]);
  const own = messages.map(({ data }) => new DataView(data.buffer, data.byteOffset).getBigInt64(8, true));
  expect(own).toEqual([-5n, 0n, 18_446_744_073_709n, 9_007_199_254_740_991n]);
});

test("tools find the messages by the summary", async () => {
  const log = await logWith("gains", 2, [5, 1, 2, 3, 4]);
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: "gains", file, until: "end", maxChunkBytes: 1 });
  const reader = await indexedReader(file);
  expect(reader.header).toMatchObject({ profile: "", library: "dataqueues" });
  expect(reader.statistics).toMatchObject({
    messageCount: 5n,
    channelCount: 2,
    chunkCount: 5,
    metadataCount: 1,
    attachmentCount: 1,
  });
  expect(reader.statistics).toMatchObject({ messageStartTime: 1_000_000_000n, messageEndTime: 5_000_000_000n });
  const found: unknown[] = [];
  for await (const { data } of reader.readMessages({ startTime: 2_000_000_000n, endTime: 4_000_000_000n })) {
    found.push(data.at(-1));
  }
  expect(found).toEqual([2, 3, 4]);
  const metadata: unknown[] = [];
  for await (const one of reader.readMetadata()) metadata.push([one.name, [...one.metadata]]);
  expect(metadata).toEqual([
    [
      "dataqueues.topic",
      [
        ["topic", "gains"],
        ["partitions", "2"],
        ["configs", "{}"],
      ],
    ],
  ]);
});

test("the settings that a topic has of its own are recorded, and no others", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics("state", { configs: { "cleanup.policy": "compact", "max.message.bytes": "5000000" } });
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: "state", file, until: "end" });
  const [metadata] = recordsOf(file.bytes, "Metadata");
  expect(JSON.parse(metadata?.metadata.get("configs") ?? "")).toEqual({
    "cleanup.policy": "compact",
    "max.message.bytes": "5000000",
  });
});

test("how large records may be is recorded also where the brokers say it, and nothing else of theirs", async () => {
  const log = await logWith("gains", 1, [1]);
  const entry = { isSensitive: false, isReadOnly: false, isDefault: false, source: "STATIC_BROKER_CONFIG" };
  const configs = {
    "max.message.bytes": { ...entry, value: "20000000" },
    "retention.ms": { ...entry, value: "86400000" },
  };
  const open: typeof log.open = async (role, options) => {
    const connection = await log.open(role, options);
    if (role !== "admin") return connection;
    return Object.defineProperty(connection, "describeConfigs", { value: async () => [{ topic: "gains", configs }] });
  };
  const file = new MemoryFile();
  const transport = { name: log.name, capabilities: log.capabilities, open };
  await recordTopics({ transport, topics: "gains", file, until: "end" });
  expect(recordsOf(file.bytes, "Metadata")[0]?.metadata.get("configs")).toBe('{"max.message.bytes":"20000000"}');
});

test("a topic whose settings the log does not show is recorded without them", async () => {
  const log = await logWith("gains", 1, [1]);
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics("state", { configs: { "cleanup.policy": "compact" } });
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "describeConfigs", topic: "gains" });
  const file = new MemoryFile();
  const recorded = await recordTopics({ transport: log, topics: ["gains", "state"], file, until: "end" });
  expect(recorded).toMatchObject({ records: 1 });
  const configs = recordsOf(file.bytes, "Metadata").map(({ metadata }) => [
    metadata.get("topic"),
    metadata.get("configs"),
  ]);
  expect(configs).toEqual([
    ["gains", undefined],
    ["state", '{"cleanup.policy":"compact"}'],
  ]);
});

test("a log that has no settings is recorded without them", async () => {
  const log = await logWith("gains", 1, [1]);
  const open: typeof log.open = (role, options) =>
    role === "admin" ? Promise.reject(kafkaError("CLUSTER_AUTHORIZATION_FAILED", "admin")) : log.open(role, options);
  const { name, capabilities } = log;
  for (const transport of [
    { name, capabilities, open },
    { name, capabilities: { ...capabilities, admin: false }, open },
  ]) {
    const file = new MemoryFile();
    expect(await recordTopics({ transport, topics: "gains", file, until: "end" })).toMatchObject({ records: 1 });
    expect(recordsOf(file.bytes, "Metadata")[0]?.metadata.has("configs")).toBe(false);
  }
});

test("a chunk is written when it is full", async () => {
  const log = await logWith("gains", 1, [1, 2, 3, 4]);
  const file = new MemoryFile();
  const sizes: bigint[] = [];
  const onProgress = ({ bytes }: RecordedTopics): void => void sizes.push(bytes);
  // A message with one byte takes 60 bytes: two are over the limit.
  await recordTopics({ transport: log, topics: "gains", file, until: "end", maxChunkBytes: 100, onProgress });
  expect(recordsOf(file.bytes, "Chunk")).toHaveLength(2);
  // The beginning, two chunks, the end.
  expect(sizes).toHaveLength(4);
  expect(sizes.at(-1)).toBe(BigInt(file.bytes.length));
});

test("a chunk is written when it is old, also when nothing else arrives", async () => {
  const log = await logWith("gains", 1, [1, 2]);
  const file = new MemoryFile();
  const stop = new AbortController();
  const recording = recordTopics({ transport: log, topics: "gains", file, maxChunkAgeMs: 1, signal: stop.signal });
  const chunks = (): unknown[] => recordsOf(file.bytes, "Chunk");
  await vi.waitFor(() => expect(chunks()).toHaveLength(1), deadline);
  await send(log, "gains", 1, [3]);
  await vi.waitFor(() => expect(chunks()).toHaveLength(2), deadline);
  expect(mcapRecords(file.bytes).at(-1)?.type).toBe("MessageIndex");
  stop.abort();
  expect(await recording).toMatchObject({ records: 3 });
  expect(recordsOf(file.bytes, "Chunk")).toHaveLength(2);
});

test("a chunk that is neither full nor old waits for the end", async () => {
  const log = await logWith("gains", 1, [1, 2]);
  const file = new MemoryFile();
  const stop = new AbortController();
  const onEvent = ({ type }: DataQueueEvent): void => void (type === "caughtUp" && stop.abort());
  await recordTopics({
    transport: log,
    topics: "gains",
    file,
    maxChunkAgeMs: 2 ** 31 - 1,
    signal: stop.signal,
    onEvent,
  });
  expect(recordsOf(file.bytes, "Chunk")).toHaveLength(1);
  expect(recordsOf(file.bytes, "Message")).toHaveLength(2);
});

test("a signal ends the recording well: the file is complete", async () => {
  const log = await logWith("gains", 1, [1, 2, 3]);
  const file = new MemoryFile();
  const stop = new AbortController();
  const onEvent = ({ type }: DataQueueEvent): void => void (type === "caughtUp" && stop.abort(new Error("enough")));
  const recorded = await recordTopics({ transport: log, topics: "gains", file, signal: stop.signal, onEvent });
  expect(recorded.records).toBe(3);
  expect((await indexedReader(file)).statistics?.messageCount).toBe(3n);
});

test("a signal that has aborted before is the reason, and no file is made", async () => {
  const path = join(folder, "night.mcap");
  const signal = AbortSignal.abort(new Error("not today"));
  const recording = recordTopics({ transport: memory(), topics: "gains", file: path, signal });
  await expect(recording).rejects.toThrow("not today");
  await expect(readFile(path)).rejects.toThrow("ENOENT");
});

test("a signal ends the attempt to connect, with its reason", async () => {
  const log = memory();
  log.faults.hang({ request: "metadata" });
  const stop = new AbortController();
  const onEvent = ({ type }: DataQueueEvent): void => void (type === "connected" && stop.abort(new Error("too slow")));
  const file = new MemoryFile();
  await expect(recordTopics({ transport: log, topics: "gains", file, signal: stop.signal, onEvent })).rejects.toThrow(
    "too slow",
  );
  expect(file.bytes).toHaveLength(0);
});

test("partitions and topics that appear while the recording goes on are recorded from their first record on", async () => {
  const log = await logWith("band-1", 1, [1]);
  const file = new MemoryFile();
  const stop = new AbortController();
  const recording = recordTopics({ transport: log, topics: /^band-/, file, maxChunkAgeMs: 1, signal: stop.signal });
  await vi.waitFor(() => expect(recordsOf(file.bytes, "Message")).toHaveLength(1), deadline);
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["band-2"], { configs: { "cleanup.policy": "compact" } });
  await admin.createTopics([["band-1", 2]]);
  await send(log, "band-2", 1, [2]);
  await send(log, "band-1", 2, [3]);
  // After this error the consumer asks for the topics at once, not only every ten seconds.
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch", times: 1 });
  await vi.waitFor(() => expect(recordsOf(file.bytes, "Message")).toHaveLength(3), deadline);
  stop.abort();
  await recording;
  const channels = (await indexedReader(file)).channelsById;
  const places = [...channels.values()].map(({ topic, metadata }) => `${topic}[${metadata.get("partition")}]`);
  expect(places.sort()).toEqual(["band-1[0]", "band-1[1]", "band-2[0]"]);
  const described = recordsOf(file.bytes, "Metadata").map(({ metadata }) => Object.fromEntries(metadata));
  expect(described).toContainEqual(expect.objectContaining({ topic: "band-1", partitions: "2" }));
  const configs = JSON.stringify({ "cleanup.policy": "compact" });
  expect(described).toContainEqual({ topic: "band-2", partitions: "1", configs });
});

test("a file that exists already is refused and stays as it is, unless it is to be overwritten", async () => {
  const log = await logWith("gains", 1, [1]);
  const path = join(folder, "night.mcap");
  await writeFile(path, "precious");
  const options = { transport: log, topics: "gains", file: path, until: "end" } as const;
  await expect(recordTopics(options)).rejects.toMatchObject({
    code: "EEXIST",
    message: `cannot record to ${path}: it exists already; choose another name, or overwrite it`,
  });
  expect(await readFile(path, "utf8")).toBe("precious");
  const { bytes } = await recordTopics({ ...options, overwrite: true });
  expect((await readFile(path)).length).toBe(Number(bytes));
});

test("a file is not touched before the log has answered, also when it is to be overwritten", async () => {
  const path = join(folder, "night.mcap");
  await writeFile(path, "precious");
  const options = { transport: memory(), topics: "nothing", file: path, until: "end", overwrite: true } as const;
  await expect(recordTopics(options)).rejects.toThrow("does not exist");
  expect(await readFile(path, "utf8")).toBe("precious");
});

test("a path in a folder that does not exist says what to do", async () => {
  const log = await logWith("gains", 1, [1]);
  const path = join(folder, "missing", "night.mcap");
  const recording = recordTopics({ transport: log, topics: "gains", file: path, until: "end" });
  await expect(recording).rejects.toThrow(`cannot record to ${path}: its folder does not exist; make it first`);
});

test("a topic that does not exist is an error with a bound, and waited for without", async () => {
  const log = await logWith("gains", 1, [1]);
  const file = new MemoryFile();
  const bounded = recordTopics({ transport: log, topics: ["gains", "gians"], file, until: "end" });
  await expect(bounded).rejects.toMatchObject({
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    topic: "gians",
    message:
      "cannot record topic gians, which does not exist: UNKNOWN_TOPIC_OR_PARTITION: create it first, or record without until to wait for it",
  });
  expect(file.bytes).toHaveLength(0);
  const stop = new AbortController();
  const recording = recordTopics({ transport: log, topics: ["later"], file, maxChunkAgeMs: 1, signal: stop.signal });
  await vi.waitFor(() => expect(file.bytes.length).toBeGreaterThan(0), deadline);
  await send(log, "later", 1, [7]);
  await vi.waitFor(() => expect(recordsOf(file.bytes, "Message")).toHaveLength(1), deadline);
  stop.abort();
  await recording;
});

test("an offset to stop at in a partition that does not exist is an error", async () => {
  const log = await logWith("gains", 1, [1]);
  const until = [["gains", 4, 1n]] as const;
  const recording = recordTopics({ transport: log, topics: "gains", file: new MemoryFile(), until });
  await expect(recording).rejects.toThrow("cannot record until an offset of gains[4], which does not exist");
});

test("a pattern that no topic matches gives a complete file without topics", async () => {
  const file = new MemoryFile();
  expect(await recordTopics({ transport: memory(), topics: /^band-/, file, until: "end" })).toMatchObject({
    records: 0,
  });
  expect((await indexedReader(file)).channelsById.size).toBe(0);
});

test("a write that fails while records come ends the recording with what and where", async () => {
  const log = await logWith("gains", 1, [1, 2, 3]);
  const file = new FailingFile();
  const full = Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" });
  const recording = recordTopics({
    transport: log,
    topics: "gains",
    file,
    until: "end",
    maxChunkBytes: 1,
    onProgress: ({ records }) => void (records === 2 && (file.error = full)),
  });
  await expect(recording).rejects.toMatchObject({
    code: "ENOSPC",
    message:
      "cannot write to the recording: no space is left on the disk; what was written before can be read and replayed",
    cause: full,
  });
  expect(recordsOf(file.bytes, "Message")).toHaveLength(2);
});

test("a write that fails when a chunk is old ends a recording that waits", async () => {
  const log = await logWith("gains", 1, [1]);
  const file = new FailingFile();
  const onProgress = ({ records }: RecordedTopics): void => void (records === 1 && (file.error = new Error("gone")));
  const recording = recordTopics({ transport: log, topics: "gains", file, maxChunkAgeMs: 1, onProgress });
  const failure = recording.catch((error: unknown) => error);
  await vi.waitFor(() => expect(file.error).toBeDefined(), deadline);
  await send(log, "gains", 1, [2]);
  expect(await failure).toMatchObject({
    message: "cannot write to the recording: gone; what was written before can be read and replayed",
  });
});

test("a log that fails for good ends the recording, and the file is complete up to there", async () => {
  const log = await logWith("gains", 1, [1, 2]);
  const file = new MemoryFile();
  const onProgress = ({ records }: RecordedTopics): void => {
    if (records === 2) log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "fetch" });
  };
  const recording = recordTopics({ transport: log, topics: "gains", file, maxChunkAgeMs: 1, onProgress });
  await expect(recording).rejects.toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED" });
  expect((await indexedReader(file)).statistics?.messageCount).toBe(2n);
});

test("records that the log deletes before they are read are reported", async () => {
  const log = await logWith("gains", 1, [1, 2, 3, 4]);
  log.truncate("gains", 0, { before: 2n });
  const events: DataQueueEvent[] = [];
  const from = [["gains", 0, 0n]] as const;
  const file = new MemoryFile();
  await recordTopics({
    transport: log,
    topics: "gains",
    file,
    from,
    until: "end",
    onEvent: (event) => void events.push(event),
  });
  expect(events).toContainEqual({
    type: "offsetOutOfRange",
    topic: "gains",
    partition: 0,
    lostFrom: 0n,
    lostTo: 2n,
    resumedAt: 2n,
  });
  expect(recordsOf(file.bytes, "Message")).toHaveLength(2);
});

test.each([
  [{ topics: [] }, "topics must be at least one topic"],
  [{ topics: 7 }, "topics must be"],
  [{ file: "" }, "file must be a path, or an object with write() and position()"],
  [{ file: {} }, "file must be a path"],
  [{ overwrite: 1 }, "overwrite must be true or false, not 1"],
  [{ maxChunkBytes: 0 }, "maxChunkBytes must be a whole number from 1"],
  [{ maxChunkAgeMs: Infinity }, "maxChunkAgeMs must be a whole number from 1"],
  [{ onProgress: 1 }, "onProgress must be a function"],
  [{ signal: 1 }, "signal must be an AbortSignal"],
  [{ until: "never" }, "until must be"],
  [{ transport: {} }, "transport must be a transport"],
])("the options %j make no sense: %s", async (options, message) => {
  const all: object = { transport: memory(), topics: "gains", file: new MemoryFile(), ...options };
  // Callers without a compiler may give anything.
  const recording = recordTopics(all as Parameters<typeof recordTopics>[0]);
  await expect(recording).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining(message),
  });
});
