import { DataQueueAdmin } from "@dataqueues/admin";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import type { FakeTerminal } from "../fake-terminal.ts";
import { exampleLog, readOnly } from "./example-log.ts";

test("topics are created, grown and left, each with a line", async () => {
  const transport = await exampleLog();
  const terminal = fakeTerminal({ transport });
  expect(await run(["create", "pointing:5", "night:3", "empty", "beam"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    [
      "created pointing with 5 partitions\n",
      "grew night to 3 partitions\n",
      "left empty as it was, with 1 partition\n",
      "created beam with 1 partition\n",
    ].join(""),
  );
  await using admin = new DataQueueAdmin(transport);
  expect(await admin.listTopics()).toEqual(["beam", "empty", "night", "pointing"]);
  const [pointing] = await admin.describeTopics("pointing");
  expect(pointing?.partitions).toHaveLength(5);
});

test("settings are those of the topics that are created", async () => {
  const transport = memory();
  const settings = ["-c", "retention.ms=60000", "--topic-config", "cleanup.policy=compact,delete"];
  expect(await run(["create", "scan:1", ...settings], fakeTerminal({ transport }))).toBe(0);
  await using admin = new DataQueueAdmin(transport);
  const [scan] = await admin.describeConfigs("scan");
  expect(scan?.configs).toMatchObject({
    "retention.ms": { value: "60000" },
    "cleanup.policy": { value: "compact,delete" },
  });
});

test("a topic that is refused has its reason, and the others are created", async () => {
  const terminal = fakeTerminal({ transport: memory() });
  expect(await run(["create", "good", "no/good"], terminal)).toBe(3);
  expect(terminal.out()).toBe("created good with 1 partition\n");
  expect(terminal.err()).toBe(
    "dataqueues: cannot create topic no/good: topic no/good: INVALID_TOPIC_EXCEPTION\n" +
      "dataqueues: 1 of 2 topics failed\n",
  );
});

test.for([
  [["create", "a:0"], '"a:0" is no topic with partitions: write NAME or NAME:5'],
  [["create", "a:x"], '"a:x" is no topic with partitions: write NAME or NAME:5'],
  [["create", ":3"], '":3" is no topic with partitions: write NAME or NAME:5'],
  [["create", "a:1.5"], '"a:1.5" is no topic with partitions: write NAME or NAME:5'],
  [["create", "a:2147483648"], '"a:2147483648" is no topic with partitions: write NAME or NAME:5'],
  [["create", "a", "--replication-factor", "0"], '--replication-factor is a whole number from 1 to 32767, not "0"'],
  [["create", "a", "-c", "compact"], '"compact" is no setting: write NAME=VALUE, such as retention.ms=3600000'],
] as const)("%j is refused, and nothing is created", async ([args, message]) => {
  const transport = memory();
  const terminal = fakeTerminal({ transport });
  expect(await run(args, terminal)).toBe(2);
  expect(terminal.err()).toBe(`dataqueues: ${message}. Try: dataqueues create --help\n`);
  await using admin = new DataQueueAdmin(transport);
  expect(await admin.listTopics()).toEqual([]);
});

test("nothing can be created in a recording", async () => {
  const terminal = fakeTerminal({ transport: readOnly(await exampleLog()) });
  expect(await run(["create", "a"], terminal)).toBe(1);
  expect(terminal.err()).toBe("dataqueues: night.mcap can only be read: give the address of Kafka with --host\n");
});

test("--yes deletes without a question", async () => {
  const transport = await exampleLog();
  const terminal = fakeTerminal({ transport, stdin: "" });
  expect(await run(["delete", "night", "--yes"], terminal)).toBe(0);
  expect([terminal.out(), terminal.err()]).toEqual(["deleted night\n", ""]);
  await using admin = new DataQueueAdmin(transport);
  expect(await admin.listTopics()).toEqual(["empty"]);
});

test("a pattern deletes what it matches", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["delete", "*", "-y"], terminal)).toBe(0);
  expect(terminal.out()).toBe("deleted empty\ndeleted night\n");
});

/** A terminal whose person gives an answer to the question. */
function answering(transport: Transport, answer: string | null): FakeTerminal {
  const terminal = fakeTerminal({ transport });
  if (answer !== null) terminal.stdin.push(answer);
  terminal.stdin.push(null);
  return terminal;
}

test.for(["y\n", "Yes\n", " yes \n", "y"])("a person who answers %j deletes", async (answer) => {
  const terminal = answering(await exampleLog(), answer);
  expect(await run(["delete", "night"], terminal)).toBe(0);
  expect(terminal.err()).toBe("Delete night at memory, with all records? [y/N] ");
  expect(terminal.out()).toBe("deleted night\n");
});

test.for(["\n", "n\n", "yesterday\n", "no\nyes\n", null])("a person who answers %j does not delete", async (answer) => {
  const transport = await exampleLog();
  const terminal = answering(transport, answer);
  expect(await run(["delete", "night", "empty"], terminal)).toBe(1);
  expect(terminal.err()).toBe(
    "Delete empty, night at memory, with all records? [y/N] dataqueues: nothing was deleted\n",
  );
  await using admin = new DataQueueAdmin(transport);
  expect(await admin.listTopics()).toEqual(["empty", "night"]);
});

test("Ctrl-C at the question deletes nothing", async () => {
  const stop = new AbortController();
  const transport = await exampleLog();
  const terminal = fakeTerminal({ transport, signal: stop.signal });
  const running = run(["delete", "night"], terminal);
  await expect.poll(() => terminal.err(), { timeout: 10_000 }).toContain("[y/N]");
  stop.abort();
  expect(await running).toBe(130);
  await using admin = new DataQueueAdmin(transport);
  expect(await admin.listTopics()).toEqual(["empty", "night"]);
});

test("a question about many topics names some and counts the others", async () => {
  const transport = memory();
  await using admin = new DataQueueAdmin(transport);
  await admin.createTopics(Array.from({ length: 30 }, (_, index) => `t${100 + index}`));
  const terminal = answering(transport, "y\n");
  expect(await run(["delete", "t1*"], terminal)).toBe(0);
  expect(terminal.err()).toMatch(/^Delete t100, .*, t119 and 10 more at memory, with all records\? \[y\/N\] $/);
  expect(terminal.out().split("\n")).toHaveLength(31);
  expect(await admin.listTopics()).toEqual([]);
});

test("a host that does not answer ends the work, and what was not tried is counted", async () => {
  const transport = memory();
  transport.faults.fail("COORDINATOR_LOAD_IN_PROGRESS", { request: "createTopics", topic: "t3" });
  const terminal = fakeTerminal({ transport });
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  try {
    const running = run(["create", ...Array.from({ length: 20 }, (_, index) => `t${index}`)], terminal);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await running).toBe(3);
  } finally {
    vi.useRealTimers();
  }
  expect(terminal.out().trim().split("\n")).toHaveLength(7);
  expect(terminal.err()).toMatch(/^dataqueues: .*t3.*not settled within 30000 ms/);
  expect(terminal.err()).toMatch(/dataqueues: 1 of 20 topics failed, and 12 were not tried\n$/);
});

test("Ctrl-C while topics are created ends the work, and is no failure of a topic", async () => {
  const transport = memory();
  transport.faults.fail("COORDINATOR_LOAD_IN_PROGRESS", { request: "createTopics", topic: "slow" });
  const stop = new AbortController();
  const terminal = fakeTerminal({ transport, signal: stop.signal });
  const running = run(["create", "slow", "fast"], terminal);
  await using admin = new DataQueueAdmin(transport);
  await expect.poll(() => admin.listTopics(), { timeout: 10_000 }).toEqual(["fast"]);
  stop.abort();
  expect(await running).toBe(130);
  expect(terminal.err()).toBe("dataqueues: interrupted\n");
});

test("where nobody can be asked, --yes is needed", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog(), stdin: "yes\n" });
  expect(await run(["delete", "night"], terminal)).toBe(2);
  expect(terminal.err()).toBe(
    "dataqueues: nothing was deleted, as nobody can be asked here: add --yes to delete night. Try: dataqueues delete --help\n",
  );
});

test("a topic that does not exist says so, and the others are deleted", async () => {
  const transport = await exampleLog();
  const terminal = fakeTerminal({ transport });
  expect(await run(["delete", "absent", "night", "--yes"], terminal)).toBe(3);
  expect(terminal.out()).toBe("deleted night\n");
  expect(terminal.err()).toBe(
    "dataqueues: memory has no topic absent; dataqueues topics lists those there are\n" +
      "dataqueues: 1 of 2 topics failed\n",
  );
  const again = fakeTerminal({ transport });
  expect(await run(["delete", "absent", "--yes"], again)).toBe(1);
  expect(again.err()).toBe("dataqueues: memory has no topic absent; dataqueues topics lists those there are\n");
});
