import { expect, test } from "vitest";

import type { StatRow } from "../../src/stat/stat-rows.ts";
import { statTable } from "../../src/stat/stat-text.ts";

const row: StatRow = {
  topic: "gains",
  partition: undefined,
  partitions: 1,
  messagesPerSecond: 0,
  bytesPerSecond: 0,
  newest: undefined,
  end: 0n,
  lag: [],
  problem: undefined,
};

test("slow rates have a digit behind the point, fast ones a unit", () => {
  const rates = [0, 0.1, 12.34, 99.94, 123.4, 12_345, 1_234_567];
  const rows = rates.map((messagesPerSecond) => ({ ...row, messagesPerSecond }));
  const lines = statTable(rows, { partitions: false, groups: [] }, 0).trimEnd().split("\n").slice(1);
  expect(lines.map((line) => line.split(/ {2,}/)[2])).toEqual(["0", "0.1", "12.3", "99.9", "123", "12.3 k", "1.2 M"]);
});

test("ages are in their largest unit", () => {
  const ages = [-200, 40, 9_940, 30_000, 600_000, 10_800_000, 259_200_000];
  const rows = ages.map((age) => ({ ...row, newest: 1_000_000_000 - age }));
  const lines = statTable(rows, { partitions: false, groups: [] }, 1_000_000_000).trimEnd().split("\n").slice(1);
  expect(lines.map((line) => line.split(/ {2,}/)[4])).toEqual([
    "-0.2 s",
    "0.0 s",
    "9.9 s",
    "30 s",
    "10 min",
    "3 h",
    "3 d",
  ]);
});

test("a topic's name cannot move the cursor", () => {
  expect(statTable([{ ...row, topic: "\x1b[2Jgains" }], { partitions: false, groups: [] }, 0)).toContain(
    "\\x1b[2Jgains",
  );
});
