import { stripVTControlCharacters } from "node:util";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";

const hour = 3_600_000;

/** A log with a topic of two partitions whose newest record is three hours old. */
async function nightLog(): Promise<MemoryTransport> {
  const log = memory({ nodes: 2 });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([["night", 2], "empty"]);
  await using producer = new DataQueueProducer(log, { topic: "night" });
  const timestamp = Date.now() - 3 * hour;
  await producer.send(new Uint8Array(30), { partition: 0, timestamp: timestamp - hour });
  await producer.send(new Uint8Array(30), { partition: 0, timestamp });
  await producer.send(new Uint8Array(30), { partition: 1, timestamp: timestamp - hour });
  return log;
}

/** A log that does something before each look but the first. */
function between(log: Transport, act: () => Promise<unknown>): Transport {
  let looks = 0;
  return {
    ...log,
    async open(role, options) {
      const connection = await log.open(role, options);
      if (role !== "read") return connection;
      const metadata = connection.metadata.bind(connection);
      return Object.assign(connection, {
        metadata: async (...args: Parameters<typeof metadata>) => {
          if (looks++ > 0) await act();
          return metadata(...args);
        },
      });
    },
  };
}

test("a pipe gets a block for each interval, with rates, ages and ends of all topics", async () => {
  const terminal = fakeTerminal({ transport: await nightLog() });
  expect(await run(["stat", "--count", "2", "--interval", "10ms"], terminal)).toBe(0);
  const block = [
    "topic  partitions  messages/s  ~bytes/s  age  end\n",
    "empty           1           0       0 B    -    0\n",
    "night           2           0       0 B  3 h    3\n",
  ].join("");
  expect(terminal.out()).toBe(`${block}\n${block}`);
  expect(terminal.err()).toBe("");
});

test("partitions have rows of their own, beside the lag of groups", async () => {
  const transport = await nightLog();
  await using admin = new DataQueueAdmin(transport);
  await admin.resetOffsets("averager", [["night", 0, 1n]]);
  const terminal = fakeTerminal({ transport });
  const args = ["stat", "night", "--partitions", "--group", "averager", "--count", "1", "--interval", "10ms"];
  expect(await run(args, terminal)).toBe(0);
  expect(terminal.out()).toBe(
    [
      "topic  partition  messages/s  ~bytes/s  age  end  lag of averager\n",
      "night          0           0       0 B  3 h    2                1\n",
      "night          1           0       0 B  4 h    1                -\n",
    ].join(""),
  );
});

test("JSON has a line for each row, with the bytes a second as the rate times the size of newest records", async () => {
  const log = await nightLog();
  await using producer = new DataQueueProducer(log, { topic: "night" });
  const transport = between(log, () =>
    Promise.all(
      Array.from({ length: 40 }, () => producer.send(new Uint8Array(90), { partition: 0, key: "0123456789" })),
    ),
  );
  const terminal = fakeTerminal({ transport });
  expect(await run(["stat", "night", "--json", "--count", "1", "--interval", "10ms"], terminal)).toBe(0);
  const row: unknown = JSON.parse(terminal.out());
  expect(row).toEqual({
    timestamp: expect.any(Number),
    topic: "night",
    partitions: 2,
    messagesPerSecond: expect.any(Number),
    bytesPerSecond: expect.any(Number),
    ageMs: expect.any(Number),
    end: 43,
  });
  const { messagesPerSecond, bytesPerSecond, ageMs } = row as Record<string, number>;
  // Two records of 30 bytes at the first look, two of 100 at the second.
  expect((bytesPerSecond ?? 0) / (messagesPerSecond ?? 1)).toBeCloseTo(65, 1);
  expect(ageMs).toBeLessThan(hour);
});

test("topics come and go while it looks", async () => {
  const log = await nightLog();
  await using admin = new DataQueueAdmin(log);
  const changes = [() => admin.createTopics(["dawn"]), () => admin.deleteTopics("night"), async () => undefined];
  const transport = between(log, async () => changes.shift()?.());
  const terminal = fakeTerminal({ transport });
  expect(await run(["stat", "dawn", "night", "--count", "2", "--interval", "10ms"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    [
      "topic  partitions  messages/s  ~bytes/s  age  end\n",
      "dawn            1           -         -    -    0\n",
      "night           2           0       0 B  3 h    3\n",
      "\n",
      "topic  partitions  messages/s  ~bytes/s  age  end\n",
      "dawn            1           0       0 B    -    0\n",
      "night           0           -         -    -    -  does not exist\n",
    ].join(""),
  );
});

test("a log that goes away is waited for, and the rates go on from the last look", async () => {
  const log = await nightLog();
  let looks = 0;
  const transport = between(log, async () => {
    if (looks++ > 0) return;
    log.faults.refuse({ times: 2 });
    log.faults.disconnect();
  });
  const terminal = fakeTerminal({ transport });
  expect(await run(["stat", "night", "--count", "1", "--interval", "10ms"], terminal)).toBe(0);
  expect(terminal.out()).toContain("night           2           0       0 B  3 h    3\n");
  expect(terminal.err()).toMatch(/^memory does not answer: .+\. It is asked again\nmemory answers again\n$/);
});

test("on a terminal the last table stays while the log is away, with a line below it that says since when", async () => {
  const log = await nightLog();
  const transport = between(log, async () => {
    log.faults.refuse();
    log.faults.disconnect();
  });
  const stop = new AbortController();
  const terminal = fakeTerminal({ transport, columns: 80, signal: stop.signal });
  const running = run(["stat", "night", "--interval", "10ms"], terminal);
  const outage = /\bnight +2 +- +- +3 h +3\nsince \d\d:\d\d:\d\d UTC memory does not answer: /;
  await vi.waitFor(() => expect(stripVTControlCharacters(terminal.out())).toMatch(outage), { timeout: 10_000 });
  stop.abort();
  expect(await running).toBe(0);
  expect(terminal.err()).toBe("");
});

test("a log that never answers is an error", async () => {
  const transport = memory();
  transport.faults.refuse();
  const terminal = fakeTerminal({ transport });
  expect(await run(["stat"], terminal)).toBe(1);
  expect(terminal.out()).toBe("");
  expect(terminal.err()).toMatch(/^dataqueues: /);
});

test("on a terminal the table is there at once, is drawn again in place, and stays after Ctrl-C", async () => {
  const stop = new AbortController();
  const terminal = fakeTerminal({ transport: await nightLog(), columns: 80, signal: stop.signal });
  const running = run(["stat", "--interval", "20ms"], terminal);
  await vi.waitFor(() => expect(terminal.out().split("night").length).toBeGreaterThan(2), { timeout: 10_000 });
  stop.abort();
  expect(await running).toBe(0);
  expect(terminal.out()).toContain("night           2           -         -  3 h    3");
  expect(terminal.out()).toContain("night           2           0       0 B  3 h    3");
  expect(terminal.out()).toContain("\x1b[3A");
});

test("a host without groups, such as a gateway, is named with what to do", async () => {
  const log = memory();
  const transport = { ...log, name: "ws://display.example", capabilities: { ...log.capabilities, groups: false } };
  const terminal = fakeTerminal({ transport });
  expect(await run(["stat", "--group", "averager"], terminal)).toBe(2);
  expect(terminal.err()).toContain(
    "ws://display.example has no groups: leave --group out, or name Kafka itself with --host",
  );
});

test("that there are no topics is said once, and not on stdout", async () => {
  const terminal = fakeTerminal({ transport: await nightLog() });
  expect(await run(["stat", "/^day/", "--count", "2", "--interval", "10ms"], terminal)).toBe(0);
  expect(terminal.out()).toBe("");
  expect(terminal.err()).toBe("memory has no such topics yet\n");
});

test("options that make no sense are named", async () => {
  for (const [args, message] of [
    [["--interval", "soon"], '--interval is a time such as 500ms, 2s, 1m or 1h, not "soon"'],
    [["--count", "0"], '--count is a whole number from 1 on, not "0"'],
    [["/(/"], "/(/ is no regular expression"],
  ] as const) {
    const terminal = fakeTerminal({ transport: memory() });
    expect(await run(["stat", ...args], terminal)).toBe(2);
    expect(terminal.err()).toContain(message);
  }
});
