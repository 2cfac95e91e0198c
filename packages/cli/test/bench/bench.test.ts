import { DataQueueAdmin } from "@dataqueues/admin";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { benchPlan } from "../../src/bench/bench-plan.ts";
import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";

async function topicsOf(transport: Transport): Promise<string[]> {
  await using admin = new DataQueueAdmin(transport);
  return await admin.listTopics();
}

test("the table has latencies one at a time, and rates at full load; the topic is gone at the end", async () => {
  const transport = memory();
  const terminal = fakeTerminal({ transport });
  expect(await run(["bench", "--size", "1k", "--count", "200", "--partitions", "2"], terminal)).toBe(0);
  const ms = String.raw` +\d+(\.\d+)? ms`;
  const rates = String.raw` +\d+(\.\d)?( k)? +\d+(\.\d)? [kM]B`;
  expect(terminal.out().split("\n")).toEqual([
    expect.stringMatching(
      /^memory, 2 partitions, values of 1\.0 kB of random bytes, not compressed; Node v\d+\.\d+\.\d+$/,
    ),
    expect.stringMatching(/^ +records +records\/s +bytes\/s +p50 +p95 +p99 +max$/),
    expect.stringMatching(new RegExp(`^send one at a time +200 +(${ms}){4}$`)),
    expect.stringMatching(new RegExp(`^receive one at a time +200 +(${ms}){4}$`)),
    expect.stringMatching(new RegExp(`^send at full load +200${rates}(${ms}){4}$`)),
    // 50 records of the warm-up are in the topic too.
    expect.stringMatching(new RegExp(`^receive at full load +450${rates}$`)),
    "",
  ]);
  expect(await topicsOf(transport)).toEqual([]);
});

test("JSON has exact numbers", async () => {
  const terminal = fakeTerminal({ transport: memory() });
  expect(await run(["bench", "--json", "--size", "100", "--count", "60"], terminal)).toBe(0);
  const latencyMs = {
    p50: expect.any(Number),
    p95: expect.any(Number),
    p99: expect.any(Number),
    max: expect.any(Number),
  };
  const rate = {
    seconds: expect.any(Number),
    recordsPerSecond: expect.any(Number),
    bytesPerSecond: expect.any(Number),
  };
  const result: unknown = JSON.parse(terminal.out());
  expect(result).toEqual({
    host: "memory",
    size: 100,
    partitions: 1,
    compression: "none",
    node: process.version,
    results: [
      { work: "send", load: "one at a time", records: 60, bytes: 6_000, latencyMs },
      { work: "receive", load: "one at a time", records: 60, bytes: 6_000, latencyMs },
      { work: "send", load: "full", records: 60, bytes: 6_000, ...rate, latencyMs },
      { work: "receive", load: "full", records: 170, bytes: 17_000, ...rate },
    ],
  });
});

test("Ctrl-C ends it, and the topic is deleted all the same", async () => {
  const stop = new AbortController();
  const transport = memory();
  const terminal = fakeTerminal({ transport, signal: stop.signal });
  const running = run(["bench", "--seconds", "1h"], terminal);
  await vi.waitFor(async () => expect(await topicsOf(transport)).toHaveLength(1), { timeout: 10_000 });
  expect((await topicsOf(transport))[0]).toMatch(/^dataqueues-bench-[0-9a-f]{8}$/);
  stop.abort(new DOMException("interrupted", "AbortError"));
  expect(await running).toBe(130);
  expect(terminal.out()).toBe("");
  expect(await topicsOf(transport)).toEqual([]);
});

test("Ctrl-C at full load ends it at once too", async () => {
  const stop = new AbortController();
  const transport = memory();
  await using admin = new DataQueueAdmin(transport);
  const terminal = fakeTerminal({ transport, signal: stop.signal });
  const running = run(["bench", "--size", "100", "--count", "100M"], terminal);
  const isAtFullLoad = async (): Promise<boolean> => {
    const [topic] = await admin.listTopics();
    const [end] = topic === undefined ? [] : await admin.listOffsets(topic);
    // One at a time there are no more than 1,050.
    return (end?.offset ?? 0n) > 1_100n;
  };
  await vi.waitUntil(isAtFullLoad, { timeout: 15_000, interval: 10 });
  stop.abort(new DOMException("interrupted", "AbortError"));
  expect(await running).toBe(130);
  expect(await topicsOf(transport)).toEqual([]);
});

test("a count has no limit of time, and a time has a limit of bytes", () => {
  const options = { size: "1M", seconds: "2s", partitions: "1", compression: "none" };
  expect(benchPlan({ ...options, count: "5k" })).toMatchObject({ count: 5_000, ms: Infinity });
  expect(benchPlan(options)).toMatchObject({ count: 1_000, ms: 2_000 });
});

test("an error at full load ends it, and the topic is deleted all the same", async () => {
  const transport = memory();
  // The first 10 requests are one at a time.
  const original = transport.faults.errorFor.bind(transport.faults);
  let requests = 0;
  vi.spyOn(transport.faults, "errorFor").mockImplementation((request, topic, partition) => {
    if (request === "produce" && ++requests === 12) transport.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request });
    return original(request, topic, partition);
  });
  const terminal = fakeTerminal({ transport });
  expect(await run(["bench", "--size", "2M", "--count", "5"], terminal)).toBe(1);
  expect(terminal.err()).toContain("TOPIC_AUTHORIZATION_FAILED");
  expect(await topicsOf(transport)).toEqual([]);
});

test("a topic that cannot be deleted is named, with what to do", async () => {
  const transport = memory();
  transport.faults.fail("TOPIC_DELETION_DISABLED", { request: "deleteTopics" });
  const terminal = fakeTerminal({ transport });
  expect(await run(["bench", "--count", "1", "--size", "10"], terminal)).toBe(0);
  const [topic = ""] = await topicsOf(transport);
  expect(terminal.err()).toMatch(
    new RegExp(`^dataqueues: topic ${topic} is still there: .*\\. Delete it with: dataqueues delete ${topic}\n$`),
  );
});

test("records that do not come back are an error", async () => {
  const log = memory();
  const transport: Transport = {
    ...log,
    async open(role, options) {
      const connection = await log.open(role, options);
      if (!("listOffsets" in connection) || role !== "read") return connection;
      const listOffsets = connection.listOffsets.bind(connection);
      return Object.assign(connection, {
        listOffsets: async (...args: Parameters<typeof listOffsets>) =>
          (await listOffsets(...args)).map((result, index) =>
            result.error === undefined && args[1][index]?.at === "latest" && result.offset > 50n
              ? { ...result, offset: result.offset - 1n }
              : result,
          ),
      });
    },
  };
  const terminal = fakeTerminal({ transport });
  expect(await run(["bench", "--count", "70", "--size", "10"], terminal)).toBe(1);
  expect(terminal.err()).toBe("dataqueues: received 189 records of 190 that were acknowledged\n");
});

test.for([
  [["--size", "big"], '--size is a whole number such as 500, 10k, 1M or 4Mi, not "big"'],
  [["--size", "101M"], "--size is at most 100M, not 101M"],
  [["--count", "0"], "--count is at least 1"],
  [["--seconds", "long"], '--seconds is a time such as 500ms, 2s, 1m or 1h, not "long"'],
  [["--partitions", "0"], '--partitions is a whole number from 1 to 10000, not "0"'],
  [["--compression", "brotli"], '--compression is one of none, gzip, snappy, lz4, zstd, not "brotli"'],
] as const)("%j is refused by name, before anything is created", async ([args, message]) => {
  const transport = memory();
  const terminal = fakeTerminal({ transport });
  expect(await run(["bench", ...args], terminal)).toBe(2);
  expect(terminal.err()).toContain(message);
  expect(await topicsOf(transport)).toEqual([]);
});

test("a host that can only be read is refused", async () => {
  const capabilities = { write: false, admin: false, idempotence: false, groups: false };
  const terminal = fakeTerminal({ transport: { ...memory(), name: "night.mcap", capabilities } });
  expect(await run(["bench"], terminal)).toBe(2);
  expect(terminal.err()).toContain("night.mcap can only be read; bench creates a topic and writes to it");
});
