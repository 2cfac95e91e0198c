import { expect, test } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { exampleLog, readOnly } from "./example-log.ts";

test("partitions are shown with where they begin and end", async () => {
  const transport = await exampleLog();
  transport.truncate("night", 0, { before: 1n });
  const terminal = fakeTerminal({ transport });
  expect(await run(["offsets", "*"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    [
      "topic  partition  begin  end\n",
      "empty          0      0    0\n",
      "night          0      1    3\n",
      "night          1      0    2\n",
    ].join(""),
  );
});

test.for([
  ["1970-01-01T01:00Z", ["0", "0"]],
  ["1970-01-01T01:00:00.001Z", ["1", "0"]],
  ["@7200", ["1", "0"]],
  ["-1m", ["-", "0"]],
  ["+1h", ["-", "-"]],
] as const)("--at %s shows the first offset from then on", async ([time, expected]) => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["offsets", "night", "--at", time], terminal)).toBe(0);
  const rows = terminal.out().trim().split("\n");
  expect(rows[0]).toMatch(/begin +end +at$/);
  expect(rows.slice(1).map((row) => row.split(/ +/).at(-1))).toEqual(expected);
});

test("--json has an object for each partition, also of a log that can only be read", async () => {
  const terminal = fakeTerminal({ transport: readOnly(await exampleLog()) });
  expect(await run(["offsets", "night", "--at", "-1m", "--json"], terminal)).toBe(0);
  expect(terminal.out()).toBe(
    '{"topic":"night","partition":0,"begin":0,"end":3,"at":null}\n' +
      '{"topic":"night","partition":1,"begin":0,"end":2,"at":0}\n',
  );
});

test("a partition whose leader does not answer is an error beside the others", async () => {
  const transport = await exampleLog();
  transport.moveLeader("night", 1, -1);
  const terminal = fakeTerminal({ transport });
  expect(await run(["offsets", "night"], terminal)).toBe(3);
  expect(terminal.out()).toMatch(/^night +0 +0 +3\nnight +1 +- +-$/m);
  expect(terminal.err()).toMatch(/^dataqueues: night\[1\].*LEADER_NOT_AVAILABLE/);
  expect(terminal.err()).toMatch(/dataqueues: 1 of 2 partitions failed\n$/);
});

test("a time that is none is refused", async () => {
  const terminal = fakeTerminal({ transport: await exampleLog() });
  expect(await run(["offsets", "night", "--at", "noon"], terminal)).toBe(2);
  expect(terminal.err()).toContain('"noon" is no time: write 2026-11-27T10:00Z');
});
