import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { exampleLog, readOnly } from "../topics/example-log.ts";

/** The committed offsets of a group: topic, partition and offset of each. */
async function offsetsOf(transport: Transport, group: string): Promise<unknown[]> {
  await using admin = new DataQueueAdmin(transport);
  return (await admin.groupOffsets(group)).map(({ topic, partition, offset }) => [topic, partition, offset]);
}

test("groups are listed by name", async () => {
  const transport = await exampleLog();
  const terminal = fakeTerminal({ transport });
  expect(await run(["groups"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    ["group     type     state  used by\n", "averager  classic  Empty  -\n", "display   classic  Empty  -\n"].join(""),
  );
  const json = fakeTerminal({ transport });
  expect(await run(["groups", "--json"], json)).toBe(0);
  expect(json.out()).toBe(
    '{"group":"averager","type":"classic","state":"Empty","protocolType":""}\n' +
      '{"group":"display","type":"classic","state":"Empty","protocolType":""}\n',
  );
});

test("a log without groups says so", async () => {
  const terminal = fakeTerminal({ transport: memory() });
  expect(await run(["groups", "list"], terminal)).toBe(0);
  expect([terminal.out(), terminal.err()]).toEqual(["", "memory has no groups\n"]);
});

test.for([
  [["groups"]],
  [["groups", "describe", "averager"]],
  [["groups", "reset", "averager", "--to", "latest"]],
  [["groups", "delete", "averager"]],
] as const)("%j says what to use where there are no groups", async ([args]) => {
  const log = await exampleLog();
  const recording = fakeTerminal({ transport: readOnly(log) });
  expect(await run(args, recording)).toBe(1);
  expect(recording.err()).toBe("dataqueues: night.mcap can only be read: give the address of Kafka with --host\n");
  const gateway = { ...log, name: "ws://gate", capabilities: { ...log.capabilities, groups: false } };
  const terminal = fakeTerminal({ transport: gateway });
  expect(await run(args, terminal)).toBe(1);
  expect(terminal.err()).toBe(
    "dataqueues: ws://gate tells nothing of groups, as gateways do not: give the address of Kafka with --host\n",
  );
});

describe("groups describe", () => {
  test("shows offsets and lag of groups without members", async () => {
    const terminal = fakeTerminal({ transport: await exampleLog() });
    expect(await run(["groups", "describe", "averager", "display"], terminal)).toBe(0);
    expect(terminal.out()).toBe(
      `averager: Empty, 0 members (classic)

topic  partition  offset  end  lag  member
night          0       1    3    2  -
night          1       1    2    1  -

display: Empty, 0 members (classic)

topic  partition  offset  end  lag  member
night          0       3    3    0  -
`,
    );
  });

  test("shows members with their partitions", async () => {
    const transport = await exampleLog();
    await using consumer = new DataQueueConsumer(transport, {
      topics: ["night", "empty"],
      group: "averager",
      groupInstanceId: "one",
      from: "earliest",
    });
    for await (const _ of consumer) break;
    const terminal = fakeTerminal({ transport });
    expect(await run(["groups", "describe", "averager"], terminal)).toBe(0);
    expect(terminal.out()).toMatch(/^averager: Stable, 1 member \(consumer, \w+\)\n/);
    expect(terminal.out()).toMatch(/^one +\S+ +\S+ +empty 0 night 0,1$/m);
    expect(terminal.out()).toMatch(/^night +0 +\d +3 +\d +one$/m);

    const json = fakeTerminal({ transport });
    expect(await run(["groups", "describe", "averager", "--json"], json)).toBe(0);
    const described: unknown = JSON.parse(json.out());
    expect(described).toMatchObject({
      group: "averager",
      state: "Stable",
      members: [{ instanceId: "one", assignment: expect.arrayContaining([["night", 1]]) }],
      offsets: expect.arrayContaining([expect.objectContaining({ topic: "night", partition: 1, end: 2 })]),
    });
  });

  test("of a group that does not exist says so, beside the others", async () => {
    const terminal = fakeTerminal({ transport: await exampleLog() });
    expect(await run(["groups", "describe", "absent", "display"], terminal)).toBe(3);
    expect(terminal.out()).toMatch(/^display: /);
    expect(terminal.err()).toBe(
      "dataqueues: memory has no group absent; dataqueues groups lists those there are\n" +
        "dataqueues: 1 of 2 groups failed\n",
    );
  });
});

describe("groups reset", () => {
  test("shows the new offsets beside the old ones, and commits them", async () => {
    const transport = await exampleLog();
    const terminal = fakeTerminal({ transport });
    expect(await run(["groups", "reset", "averager", "--to", "latest", "--yes"], terminal)).toBe(0);
    expect(terminal.out()).toBe(
      [
        "topic  partition  offset  new offset\n",
        "night          0       1           3\n",
        "night          1       1           2\n",
      ].join(""),
    );
    expect(terminal.err()).toBe("reset 2 offsets\n");
    expect(await offsetsOf(transport, "averager")).toEqual([
      ["night", 0, 3n],
      ["night", 1, 2n],
    ]);
  });

  test.for([
    ["earliest", [1n, 0n]],
    ["latest", [3n, 2n]],
    ["2", [2n, 2n]],
    // Offsets beyond the ends become the nearer end, as with kafka-consumer-groups --to-offset.
    ["0", [1n, 0n]],
    ["99", [3n, 2n]],
    ["1970-01-01T02:30Z", [2n, 0n]],
    // After the last record of partition 0.
    ["-1m", [3n, 0n]],
  ] as const)("--to %s", async ([to, expected]) => {
    const transport = await exampleLog();
    transport.truncate("night", 0, { before: 1n });
    const terminal = fakeTerminal({ transport });
    expect(await run(["groups", "reset", "fresh", "night", "--to", to, "-y"], terminal)).toBe(0);
    const shown = [...terminal.out().matchAll(/^night +\d +- +(\d+)$/gm)].map(([, offset = ""]) => BigInt(offset));
    expect(shown).toEqual(expected);
    expect(await offsetsOf(transport, "fresh")).toEqual(
      expected.map((offset, partition) => ["night", partition, offset]),
    );
  });

  test("--partition leaves the others as they are", async () => {
    const transport = await exampleLog();
    const args = ["groups", "reset", "averager", "night", "--partition", "1", "--to", "0", "--yes", "--json"];
    const terminal = fakeTerminal({ transport });
    expect(await run(args, terminal)).toBe(0);
    expect(terminal.out()).toBe('{"topic":"night","partition":1,"offset":1,"newOffset":0}\n');
    expect(await offsetsOf(transport, "averager")).toEqual([
      ["night", 0, 1n],
      ["night", 1, 0n],
    ]);
  });

  test.for([
    ["--dry-run", ["--dry-run"], "", 0, ""],
    [
      "a pipe without --yes",
      [],
      "",
      2,
      "dataqueues: nothing was changed, as nobody can be asked here: add --yes to reset the offsets, or --dry-run to see them only. Try: dataqueues groups --help\n",
    ],
    [
      "a person who says no",
      [],
      undefined,
      1,
      "Reset offsets of group averager? [y/N] dataqueues: nothing was changed\n",
    ],
  ] as const)("%s shows the plan and changes nothing", async ([, args, stdin, code, message]) => {
    const transport = await exampleLog();
    const terminal = fakeTerminal({ transport, ...(stdin === undefined ? {} : { stdin }) });
    if (stdin === undefined) terminal.stdin.push("n\n");
    expect(await run(["groups", "reset", "averager", "--to", "latest", ...args], terminal)).toBe(code);
    expect(terminal.out()).toMatch(/^night +1 +1 +2$/m);
    expect(terminal.err()).toBe(message);
    expect(await offsetsOf(transport, "averager")).toEqual([
      ["night", 0, 1n],
      ["night", 1, 1n],
    ]);
  });

  test("of a group that has members is refused before anything is asked", async () => {
    const transport = await exampleLog();
    await using consumer = new DataQueueConsumer(transport, { topics: "night", group: "averager" });
    for await (const _ of consumer) break;
    const terminal = fakeTerminal({ transport });
    expect(await run(["groups", "reset", "averager", "--to", "latest"], terminal)).toBe(1);
    expect([terminal.out(), terminal.err()]).toEqual([
      "",
      "dataqueues: group averager has 1 member, which would go on from their own places: stop them first\n",
    ]);
  });

  test.for([
    [["averager", "--to", "never"], '"never" is no place to go on: write earliest, latest, an offset, or a time'],
    [["averager"], "required option '--to <place>' not specified"],
    [["fresh", "--to", "latest"], "group fresh has committed no offsets: name the topics of which it shall get some"],
    [["averager", "--to", "0", "-p", "1"], "--partition wants one topic"],
    [["averager", "night", "empty", "--to", "0", "-p", "1"], "--partition wants one topic"],
    [["averager", "night", "--to", "0", "-p", "x"], '--partition is a whole number from 0 to 2147483647, not "x"'],
  ] as const)("%j is refused", async ([args, message]) => {
    const terminal = fakeTerminal({ transport: await exampleLog() });
    expect(await run(["groups", "reset", ...args], terminal)).toBe(2);
    expect(terminal.err()).toContain(message);
    expect(terminal.out()).toBe("");
  });
});

test("groups delete deletes what is there, and says what is not", async () => {
  const transport = await exampleLog();
  const terminal = fakeTerminal({ transport });
  expect(await run(["groups", "delete", "averager", "absent", "--yes"], terminal)).toBe(3);
  expect(terminal.out()).toBe("deleted group averager\n");
  expect(terminal.err()).toBe(
    "dataqueues: memory has no group absent; dataqueues groups lists those there are\ndataqueues: 1 of 2 groups failed\n",
  );
  await using admin = new DataQueueAdmin(transport);
  expect(await admin.listGroups()).toMatchObject([{ group: "display" }]);
});

test("groups delete asks first", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  terminal.stdin.push("y\n");
  expect(await run(["groups", "delete", "averager"], terminal)).toBe(0);
  expect(terminal.err()).toBe("Delete group averager at memory, with the committed offsets? [y/N] ");
  expect(terminal.out()).toBe("deleted group averager\n");
});
