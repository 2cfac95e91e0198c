import { DataQueueAdmin } from "@dataqueues/admin";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { counting, exampleLog, readOnly } from "./example-log.ts";

test("topics are listed by name with partitions, messages, size, rate and the slowest group", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["topics"], terminal)).toBe(0);
  // Two records came in the last minute: 0.03 a second.
  expect(terminal.out()).toBe(
    [
      "topic  partitions  messages    size  messages/s  lag  slowest group\n",
      "empty           1         0     0 B           0    -  -\n",
      "night           2         5  4.0 kB        0.03    3  averager (of 2)\n",
    ].join(""),
  );
  expect(terminal.err()).toBe("");
});

test("--json has one object a line, with exact numbers and all groups", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["topics", "--json"], terminal)).toBe(0);
  expect(
    terminal
      .out()
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { topic: "empty", partitions: 1, messages: 0, bytes: 0, messagesPerSecond: 0, lag: {}, internal: false },
    {
      topic: "night",
      partitions: 2,
      messages: 5,
      bytes: 4_000,
      messagesPerSecond: 0.033,
      lag: { averager: 3, display: 0 },
      internal: false,
    },
  ]);
});

describe.for([
  ["a pattern of a shell", ["n*"], ["night"]],
  ["a regular expression", ["/t$|y/"], ["empty", "night"]],
  ["names", ["night", "empty"], ["empty", "night"]],
] as const)("%s chooses topics", ([, words, expected]) => {
  test(words.join(" "), async () => {
    const terminal = fakeTerminal({ transport: await exampleLog() });
    expect(await run(["topics", ...words], terminal)).toBe(0);
    const rows = terminal.out().trim().split("\n").slice(1);
    expect(rows.map((row) => row.split(" ")[0])).toEqual(expected);
  });
});

test("a topic that does not exist is an error that names it", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["topics", "nigt", "night"], terminal)).toBe(1);
  expect(terminal.out()).toBe("");
  expect(terminal.err()).toBe("dataqueues: memory has no topic nigt; did you mean night?\n");
});

test("a log without topics has nothing on stdout, and says so", async () => {
  const terminal = fakeTerminal({ transport: memory() });
  expect(await run(["topics"], terminal)).toBe(0);
  expect(terminal.out()).toBe("");
  expect(terminal.err()).toBe("memory has no topics\n");
});

test("a partition without leader leaves its own topic unknown, and no other", async () => {
  const transport = await exampleLog();
  transport.moveLeader("night", 1, -1);
  const terminal = fakeTerminal({ transport });
  expect(await run(["topics"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    [
      "topic  partitions  messages  size  messages/s  lag  slowest group\n",
      "empty           1         0   0 B           0    -  -\n",
      "night           2         -     -           -    2  averager (of 2)  no leader (partition 1)\n",
    ].join(""),
  );
});

test("a leader that does not answer leaves its own partitions unknown", async () => {
  const transport = await exampleLog();
  transport.faults.fail("NETWORK_EXCEPTION", { request: "listOffsets", topic: "night", partition: 0 });
  const terminal = fakeTerminal({ transport });
  expect(await run(["topics", "night", "--json"], terminal)).toBe(0);
  expect(JSON.parse(terminal.out())).toMatchObject({
    messages: null,
    bytes: 4_000,
    problem: "NETWORK_EXCEPTION (partition 0)",
  });
});

test("where only reading is allowed, sizes and groups are not known and the rest is", async () => {
  const terminal = fakeTerminal({ transport: readOnly(await exampleLog()) });
  expect(await run(["topics", "night"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    [
      "topic  partitions  messages  size  messages/s  lag  slowest group\n",
      "night           2         5     -        0.03    -  -\n",
    ].join(""),
  );
});

test("three thousand partitions take two requests for each kind of offset, not one a topic", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(Array.from({ length: 1_500 }, (_, index) => [`t${index}`, 2] as const));
  const counts = new Map<string, number>();
  const terminal = fakeTerminal({ transport: counting(log, counts) });
  expect(await run(["topics"], terminal)).toBe(0);
  expect(terminal.out().split("\n")).toHaveLength(1_502);
  expect(Object.fromEntries(counts)).toEqual({
    metadata: 1,
    // First, latest, and of the last minute; at most 2,000 partitions each.
    listOffsets: 6,
    describeLogDirs: 2,
    listGroups: 1,
    close: 1,
  });
});

test("names that would move the cursor are escaped", async () => {
  const log = await exampleLog();
  await using admin = new DataQueueAdmin(log);
  await admin.resetOffsets("\x1b[2Jevil", [["night", 0, 0n]]);
  const terminal = fakeTerminal({ transport: log });
  expect(await run(["topics", "night"], terminal)).toBe(0);
  expect(terminal.out()).toContain(String.raw`\x1b[2Jevil (of 3)`);
  expect(terminal.out()).not.toContain("\x1b");
});

test.each([["topics"], ["describe", "night"], ["offsets", "night"]])(
  "%s takes no longer to connect than --timeout says, and tells of it with --verbose",
  async (...args) => {
    const log = await exampleLog();
    const timeouts: unknown[] = [];
    const open: typeof log.open = (role, options = {}) => {
      timeouts.push(options.connectTimeoutMs);
      return log.open(role, options);
    };
    const terminal = fakeTerminal({ transport: { ...log, open } });
    expect(await run([...args, "--verbose"], terminal)).toBe(0);
    // The default, which docs and help name: 10 s.
    expect(timeouts).toEqual([10_000]);
    expect(terminal.err()).toContain("dataqueues: connected role=admin");
  },
);
