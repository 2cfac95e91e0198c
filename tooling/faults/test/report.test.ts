import { expect, test } from "vitest";

import type { NemesisResult } from "../src/nemesis.ts";
import { groupTable } from "../src/report.ts";

const result: NemesisResult = {
  nemesis: "leader-killed",
  cycles: 1_000,
  acknowledged: 10,
  rejected: 0,
  lost: 0,
  duplicated: 0,
  outOfOrder: 0,
  notes: [],
  broken: [],
};

test("the table of groups has a row for each protocol of each nemesis that had groups", () => {
  const outcome = { protocol: "range", handled: 12_345, lost: 0, duplicated: 3, causes: { killed: 3 }, pauseMs: 5_649 };
  const groups = [outcome, { ...outcome, protocol: "consumer", lost: 2 }];
  expect(
    groupTable([result, { ...result, nemesis: "member-killed", groups }])
      .split("\n")
      .slice(2),
  ).toEqual([
    "| member-killed, range | 1,000 | 12,345 | 0 | 3 | 5.6 s |",
    "| member-killed, consumer | 1,000 | 12,345 | 2 | 3 | 5.6 s |",
  ]);
  expect(groupTable([result])).toBe("");
});
