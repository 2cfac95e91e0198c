import { DataQueueAdmin } from "@dataqueues/admin";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { telling } from "../telling.ts";
import { exampleLog, readOnly } from "./example-log.ts";

test("a topic is shown with its partitions, the settings of its own, and its groups", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["describe", "night", "empty"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    `empty: 1 partition, 0 messages, 0 B

partition  leader  replicas  in sync  begin  end  messages  size
        0       1  1         -            0    0         0   0 B

night: 2 partitions, 5 messages, 4.0 kB

partition  leader  replicas  in sync  begin  end  messages    size
        0       1  1         -            0    3         3  3.0 kB
        1       2  2         -            0    2         2  1.0 kB

setting       value    set by
retention.ms  3600000  topic

group     lag
averager    3
display     0
`,
  );
  expect(terminal.err()).toBe("");
});

test("--all-configs shows Kafka's defaults too", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["describe", "night", "--all-configs"], terminal)).toBe(0);
  expect(terminal.out()).toMatch(/^cleanup\.policy +delete +default$/m);
  expect(terminal.out()).toMatch(/^retention\.ms +3600000 +topic$/m);
});

test("--json has one object a line", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["describe", "night", "--json"], terminal)).toBe(0);
  expect(terminal.out()).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(terminal.out())).toEqual({
    topic: "night",
    topicId: expect.any(String),
    messages: 5,
    bytes: 4_000,
    partitions: [
      { partition: 0, leader: 1, replicas: [1], inSyncReplicas: null, begin: 0, end: 3, bytes: 3_000 },
      { partition: 1, leader: 2, replicas: [2], inSyncReplicas: null, begin: 0, end: 2, bytes: 1_000 },
    ],
    configs: { "retention.ms": "3600000" },
    lag: { averager: 3, display: 0 },
  });
});

test("a partition without leader is shown as it is", async () => {
  const transport = await exampleLog();
  transport.moveLeader("night", 0, -1);
  const terminal = fakeTerminal({ transport });
  expect(await run(["describe", "night"], terminal)).toBe(0);
  expect(terminal.out()).toContain("night: 2 partitions, - messages, -\n");
  expect(terminal.out()).toMatch(/^ +0 +none +- +- +- +- +- +- +no leader$/m);
});

test("a hundred partitions are in the order of their numbers", async () => {
  const transport = memory();
  await using admin = new DataQueueAdmin(transport);
  await admin.createTopics([["wide", 100]]);
  // A log may tell them in any order.
  const reversed = telling(transport, (found) => {
    return found.error === undefined ? { ...found, partitions: found.partitions.toReversed() } : found;
  });
  const terminal = fakeTerminal({ transport: reversed });
  expect(await run(["describe", "wide"], terminal)).toBe(0);
  const numbers = [...terminal.out().matchAll(/^ +(\d+) +1 /gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test("where only reading is allowed, partitions and offsets are shown", async () => {
  const terminal = fakeTerminal({ transport: readOnly(await exampleLog()) });
  expect(await run(["describe", "night"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    `night: 2 partitions, 5 messages, -

partition  leader  replicas  in sync  begin  end  messages  size
        0       1  1         -            0    3         3     -
        1       2  2         -            0    2         2     -
`,
  );
});

test.for([
  [[], 2, "dataqueues: name a topic, or several, or '*' for all. Try: dataqueues describe --help\n"],
  [["a", "b"], 1, "dataqueues: memory has no topics a, b; dataqueues topics lists those there are\n"],
  [["x*"], 1, "dataqueues: memory has no topic that matches x*\n"],
] as const)("what names no topic says so: %j", async ([words, code, message]) => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["describe", ...words], terminal)).toBe(code);
  expect([terminal.out(), terminal.err()]).toEqual(["", message]);
});

test("a topic that the log refuses to show is its error, and is not said to be missing", async () => {
  const transport = await exampleLog();
  transport.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "metadata", topic: "night" });
  const terminal = fakeTerminal({ transport });
  expect(await run(["describe", "night"], terminal)).toBe(1);
  expect(terminal.out()).toBe("");
  expect(terminal.err()).toMatch(/TOPIC_AUTHORIZATION_FAILED.*Whoever runs Kafka grants the right for this topic/);
});
