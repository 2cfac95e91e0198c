import { DataQueueAdmin } from "@dataqueues/admin";
import type { ProducerRecord, Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { recordTopics } from "../src/record-topics.ts";
import { replay } from "../src/replay.ts";
import type { Replayed, ReplayOptions } from "../src/replay.ts";
import { recordsByPartition, writeRecords } from "./log-records.ts";
import { recordsOf } from "./mcap-records.ts";
import { MemoryFile } from "./memory-file.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Records of all kinds, by partition; partition 3 has none. */
const gains: Readonly<Record<number, readonly ProducerRecord[]>> = {
  0: [
    { key: text("m001"), value: text("one"), headers: [], timestamp: 1_764_241_200_000 },
    { key: text("m001"), value: null, headers: [], timestamp: 1_764_241_200_001 },
    { key: null, value: new Uint8Array(), headers: [], timestamp: 1_764_241_199_000 },
  ],
  1: [{ key: new Uint8Array(), value: Uint8Array.of(0, 255, 128), headers: [], timestamp: 0 }],
  2: [
    {
      key: null,
      value: text("with headers"),
      headers: [
        ["band", text("L")],
        ["band", text("S")],
        ["☆", null],
        ["", new Uint8Array()],
        ["band", text("L")],
      ],
      timestamp: 1,
    },
  ],
  3: [],
  4: Array.from({ length: 50 }, (_, index) => ({
    key: Uint8Array.of(index),
    value: Uint8Array.of(index, index),
    headers: [],
    timestamp: 1_764_241_200_000 + index,
  })),
};

async function createTopic(
  log: Transport,
  topic: string,
  partitions: number,
  configs: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = new DataQueueAdmin(log);
  await admin.createTopics([[topic, partitions]], { configs });
  await admin.close();
}

async function recordGains(configs: Readonly<Record<string, string>> = {}): Promise<MemoryFile> {
  const log = memory();
  await createTopic(log, "gains", 5, configs);
  for (const [partition, records] of Object.entries(gains)) {
    if (records.length > 0) await writeRecords(log, "gains", Number(partition), records);
  }
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: "gains", file, until: "end", maxChunkBytes: 500 });
  return file;
}

/** The records of a topic without their offsets, which are new ones. */
async function replayedRecords(log: Transport, topic: string): Promise<Record<number, ProducerRecord[]>> {
  const found = [...(await recordsByPartition(log, topic))];
  return Object.fromEntries(found.map(([partition, records]) => [partition, records.map(withoutOffset)]));
}

function withoutOffset({ key, value, headers, timestamp }: ProducerRecord): ProducerRecord {
  return { key, value, headers, timestamp };
}

async function configsOf(log: Transport, topic: string): Promise<Record<string, string | null>> {
  const admin = new DataQueueAdmin(log);
  const [described] = await admin.describeConfigs(topic);
  await admin.close();
  const own = Object.entries(described?.configs ?? {}).filter(([, { source }]) => source === "DYNAMIC_TOPIC_CONFIG");
  return Object.fromEntries(own.map(([name, { value }]) => [name, value]));
}

test.each(["max", 1e12] as const)("at speed %s all that records have is as it was", async (speed) => {
  const file = await recordGains();
  const log = memory({ nodes: 2 });
  const replayed = await replay({ file, transport: log, speed });
  expect(replayed).toEqual({ records: 55, recordBytes: 176n, part: 1 });
  expect(await replayedRecords(log, "gains")).toEqual(gains);
});

test("a topic that is created never deletes old records, and has its other settings", async () => {
  const file = await recordGains({
    "cleanup.policy": "delete",
    "max.message.bytes": "7000000",
    "retention.ms": "3600000",
    "retention.bytes": "1000000",
    "message.timestamp.type": "LogAppendTime",
    "min.insync.replicas": "2",
    "leader.replication.throttled.replicas": "0:1",
    "local.retention.ms": "1000",
  });
  const log = memory();
  await replay({ file, transport: log, speed: "max" });
  expect(await configsOf(log, "gains")).toEqual({
    "cleanup.policy": "delete",
    "max.message.bytes": "7000000",
    "message.timestamp.type": "CreateTime",
    "retention.ms": "-1",
    "retention.bytes": "-1",
  });
});

test("records that get new timestamps go to a topic with its own settings", async () => {
  const file = await recordGains({ "retention.ms": "3600000" });
  const log = memory();
  const before = Date.now();
  await replay({ file, transport: log, speed: "max", keepTimestamps: false });
  expect(await configsOf(log, "gains")).toEqual({ "retention.ms": "3600000" });
  const { 0: [first] = [] } = await replayedRecords(log, "gains");
  expect(first?.timestamp).toBeGreaterThanOrEqual(before);
});

test("a record without a timestamp gets that of now", async () => {
  const source = memory();
  await createTopic(source, "old", 1);
  await writeRecords(source, "old", 0, [{ timestamp: -1 }, { timestamp: 5 }]);
  const file = new MemoryFile();
  await recordTopics({ transport: source, topics: "old", file, until: "end" });
  const log = memory();
  const before = Date.now();
  await replay({ file, transport: log });
  const records = (await recordsByPartition(log, "old")).get(0);
  expect(records?.[0]?.timestamp).toBeGreaterThanOrEqual(before);
  expect(records?.[1]?.timestamp).toBe(5);
});

test("topics are chosen and renamed; the others are left out", async () => {
  const source = memory();
  for (const topic of ["a", "b", "c"]) {
    await createTopic(source, topic, 2);
    await writeRecords(source, topic, 1, [{ value: text(topic), timestamp: 7 }]);
  }
  const file = new MemoryFile();
  await recordTopics({ transport: source, topics: ["a", "b", "c"], file, until: "end" });
  for (const speed of ["max", 1] as const) {
    const log = memory();
    const open = vi.spyOn(log, "open");
    const replayed = await replay({ file, transport: log, speed, topics: { a: "a", c: "a-again" } });
    expect(replayed).toEqual({ records: 2, recordBytes: 2n, part: 1 });
    // One connection creates both.
    expect(open.mock.calls.filter(([role]) => role === "admin")).toHaveLength(1);
    const admin = new DataQueueAdmin(log);
    expect(await admin.listTopics()).toEqual(["a", "a-again"]);
    await admin.close();
    expect(await replayedRecords(log, "a-again")).toEqual({
      0: [],
      1: [{ key: null, value: text("c"), headers: [], timestamp: 7 }],
    });
  }
});

test("records that a producer refuses by default are replayed where the log takes them", async () => {
  const source = memory({ maxMessageBytes: 20_000_000 });
  await createTopic(source, "images", 1, { "max.message.bytes": "20000000" });
  await writeRecords(source, "images", 0, [{ value: new Uint8Array(12_000_000), timestamp: 1 }]);
  const file = new MemoryFile();
  await recordTopics({ transport: source, topics: "images", file, until: "end" });
  const log = memory({ maxMessageBytes: 20_000_000 });
  expect(await replay({ file, transport: log })).toMatchObject({ records: 1, recordBytes: 12_000_000n });
  expect(await configsOf(log, "images")).toMatchObject({ "max.message.bytes": "20000000" });
  await expect(replay({ file, transport: memory() })).rejects.toMatchObject({
    code: "RECORD_TOO_LARGE",
    message: expect.stringMatching(
      /^cannot replay the record at images\[0\] offset 0: .*; raise max\.message\.bytes of the topic$/,
    ),
  });
});

test("a topic that exists stays as it is, and gets the records after its own", async () => {
  const file = await recordGains({ "cleanup.policy": "compact" });
  const log = memory();
  await createTopic(log, "gains", 6, { "retention.ms": "1000" });
  await writeRecords(log, "gains", 1, [{ value: text("before") }]);
  await replay({ file, transport: log, speed: "max" });
  expect(await configsOf(log, "gains")).toEqual({ "retention.ms": "1000" });
  const records = await replayedRecords(log, "gains");
  expect(Object.keys(records)).toHaveLength(6);
  expect(records[1]).toEqual([{ key: null, value: text("before"), headers: [], timestamp: 0 }, ...(gains[1] ?? [])]);
});

test("a topic that exists with fewer partitions is an error, and nothing is created or sent", async () => {
  const source = memory();
  await createTopic(source, "a", 1);
  await createTopic(source, "gains", 3);
  await writeRecords(source, "a", 0, [{ timestamp: 1 }]);
  const file = new MemoryFile();
  await recordTopics({ transport: source, topics: ["a", "gains"], file, until: "end" });
  const log = memory();
  await createTopic(log, "gains", 2);
  await expect(replay({ file, transport: log, speed: "max" })).rejects.toMatchObject({
    code: "INVALID_PARTITIONS",
    topic: "gains",
    message:
      "cannot replay into topic gains: it has 2 partitions and the recording 3; replay into a topic of another name, or give it more partitions first",
  });
  const admin = new DataQueueAdmin(log);
  expect(await admin.listTopics()).toEqual(["gains"]);
  await admin.close();
});

test("a setting that the log does not have is an error that says what to do", async () => {
  const file = await recordGains({ "cleanup.policy": "compact" });
  const log = memory();
  log.faults.fail("INVALID_CONFIG", { request: "createTopics" });
  await expect(replay({ file, transport: log })).rejects.toMatchObject({
    code: "INVALID_CONFIG",
    message: expect.stringContaining("; create topic gains with the settings that you need, then replay into it"),
  });
});

test("a log whose topics may not be changed is written if the topics exist", async () => {
  const file = await recordGains();
  const log = memory();
  await createTopic(log, "gains", 5);
  const transport: Transport = {
    name: "no admin",
    capabilities: { ...log.capabilities, admin: false },
    open: (role, options) => log.open(role, options),
  };
  expect(await replay({ file, transport, speed: "max" })).toMatchObject({ records: 55 });
  await expect(replay({ file, transport, speed: "max", topics: { gains: "other" } })).rejects.toThrow(
    "topic other does not exist and cannot be created: the transport no admin cannot change topics, as its capabilities say",
  );
});

test("the first record that cannot be sent is named, and what was acknowledged is counted", async () => {
  const file = await recordGains();
  const log = memory();
  await createTopic(log, "gains", 5);
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "produce", partition: 2 });
  let last: Replayed | undefined;
  const replaying = replay({ file, transport: log, speed: "max", onProgress: (progress) => void (last = progress) });
  await expect(replaying).rejects.toMatchObject({
    code: "TOPIC_AUTHORIZATION_FAILED",
    topic: "gains",
    partition: 2,
    offset: 0n,
    message: expect.stringContaining("cannot replay the record at gains[2] offset 0: "),
  });
  const records = Object.values(await replayedRecords(log, "gains")).flat();
  expect(last?.records).toBe(records.length);
});

test("an exception of onProgress ends the replay", async () => {
  const file = await recordGains();
  const onProgress = (): void => {
    throw new Error("no such line");
  };
  await expect(replay({ file, transport: memory(), speed: "max", onProgress })).rejects.toThrow("no such line");
});

test("what is lost on the way is sent again, once", async () => {
  const file = await recordGains();
  const log = memory();
  await createTopic(log, "gains", 5);
  log.faults.dropResponse({ request: "produce", times: 2 });
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 2 });
  // The response that is lost is given up with the connection.
  const onEvent = vi.fn<NonNullable<ReplayOptions["onEvent"]>>();
  const replaying = replay({ file, transport: log, speed: "max", onEvent });
  await vi.waitFor(() => expect(onEvent.mock.calls.some(([{ type }]) => type === "connected")).toBe(true), {
    timeout: 10_000,
  });
  const disconnecting = setInterval(() => log.faults.disconnect(), 20);
  await replaying.finally(() => clearInterval(disconnecting));
  expect(await replayedRecords(log, "gains")).toEqual(gains);
});

test("both lives of a topic that was created again are replayed, one after the other, at any speed", async () => {
  const source = memory();
  await createTopic(source, "state", 1);
  await writeRecords(source, "state", 0, [
    { value: text("first"), timestamp: 1 },
    { value: text("second"), timestamp: 2 },
  ]);
  const file = new MemoryFile();
  const stop = new AbortController();
  const recording = recordTopics({ transport: source, topics: "state", file, maxChunkAgeMs: 1, signal: stop.signal });
  const messages = (): number => recordsOf(file.bytes, "Message").length;
  await vi.waitFor(() => expect(messages()).toBe(2), { timeout: 10_000 });
  const admin = new DataQueueAdmin(source);
  await admin.deleteTopics("state");
  await admin.close();
  await createTopic(source, "state", 1);
  await writeRecords(source, "state", 0, [{ value: text("anew"), timestamp: 3 }]);
  await vi.waitFor(() => expect(messages()).toBe(3), { timeout: 10_000 });
  stop.abort();
  await recording;
  for (const speed of ["max", 1000] as const) {
    const log = memory();
    await replay({ file, transport: log, speed });
    const { 0: records = [] } = await replayedRecords(log, "state");
    expect(records.map(({ value }) => new TextDecoder().decode(value ?? undefined))).toEqual([
      "first",
      "second",
      "anew",
    ]);
  }
});

test("a file that was cut is replayed up to there", async () => {
  const file = await recordGains();
  const cut = new MemoryFile();
  cut.bytes = file.bytes.slice(0, file.bytes.length >> 1);
  const log = memory();
  const { records } = await replay({ file: cut, transport: log, speed: "max" });
  // And those of the chunk that is cut.
  expect(records).toBeGreaterThanOrEqual(recordsOf(cut.bytes, "Message").length);
  expect(records).toBeGreaterThan(30);
  const found = await replayedRecords(log, "gains");
  for (const [partition, some] of Object.entries(found)) {
    expect(some).toEqual(gains[Number(partition)]?.slice(0, some.length));
  }
  expect(Object.values(found).flat()).toHaveLength(records);
});

test("a signal ends a replay that waits for the next record's time, with its reason", async () => {
  const source = memory();
  await createTopic(source, "slow", 1);
  await writeRecords(source, "slow", 0, [{ timestamp: 1_000 }, { timestamp: 1_000 + 3_600_000 }]);
  const file = new MemoryFile();
  await recordTopics({ transport: source, topics: "slow", file, until: "end" });
  const log = memory();
  const stop = new AbortController();
  const onProgress = ({ records }: Replayed): void => void (records === 1 && stop.abort(new Error("enough")));
  await expect(replay({ file, transport: log, signal: stop.signal, onProgress })).rejects.toThrow("enough");
  expect((await recordsByPartition(log, "slow")).get(0)).toHaveLength(1);
});

test("a signal that has aborted before is the reason, and nothing is created", async () => {
  const file = await recordGains();
  const log = memory();
  const signal = AbortSignal.abort(new Error("not today"));
  await expect(replay({ file, transport: log, signal })).rejects.toThrow("not today");
  const admin = new DataQueueAdmin(log);
  expect(await admin.listTopics()).toEqual([]);
  await admin.close();
});

test("a signal ends a replay whose log does not answer", async () => {
  const file = await recordGains();
  const log = memory();
  await createTopic(log, "gains", 5);
  log.faults.hang({ request: "produce" });
  const stop = new AbortController();
  const open = vi.spyOn(log, "open");
  const replaying = replay({ file, transport: log, speed: "max", signal: stop.signal });
  const failure = replaying.catch((error: unknown) => error);
  await vi.waitFor(() => expect(open).toHaveBeenCalledTimes(2), { timeout: 10_000 });
  stop.abort(new Error("enough"));
  expect(await failure).toMatchObject({ message: "enough" });
});

test.each([
  [{ speed: 0 }, 'speed must be a number over 0, or "max", not 0'],
  [{ speed: Infinity }, "speed must be a number over 0"],
  [{ speed: "fast" }, "speed must be a number over 0"],
  [{ keepTimestamps: 1 }, "keepTimestamps must be true or false"],
  [{ topics: "gains" }, "topics must be an object"],
  [{ topics: { gains: "" } }, 'topics["gains"] must be the name that the topic gets, not ""'],
  [{ topics: { gians: "gains" } }, "topics names gians, which the recording does not have; it has gains"],
  [{ onProgress: 1 }, "onProgress must be a function"],
  [{ onEvent: 1 }, "onEvent must be a function"],
  [{ signal: 1 }, "signal must be an AbortSignal"],
  [{ transport: {} }, "transport must be a transport"],
])("the options %j make no sense: %s", async (options, message) => {
  const all: object = { transport: memory(), file: await recordGains(), ...options };
  // Callers without a compiler may give anything.
  const replaying = replay(all as ReplayOptions);
  await expect(replaying).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining(message),
  });
});

test("two topics cannot become one", async () => {
  const source = memory();
  await createTopic(source, "a", 1);
  await createTopic(source, "b", 1);
  const file = new MemoryFile();
  await recordTopics({ transport: source, topics: ["a", "b"], file, until: "end" });
  await expect(replay({ file, transport: memory(), topics: { a: "c", b: "c" } })).rejects.toThrow(
    "topics would put the records of two topics in c; give each a name of its own",
  );
});
