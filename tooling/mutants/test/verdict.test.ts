import { expect, test } from "vitest";

import type { Mutant, Report } from "../src/try-package.ts";
import { scoreOf, verdictOf } from "../src/verdict.ts";
import type { Equivalent } from "../src/verdict.ts";

const source = `export function first(items) {
  if (items.length > 0) return items[0];
  return undefined;
}
`;

/** A mutant of the comparison in line 2, columns 7 to 23. */
function changed(status: string, replacement: string): Mutant {
  const location = { start: { line: 2, column: 7 }, end: { line: 2, column: 23 } };
  return { mutatorName: "EqualityOperator", replacement, location, status };
}

function reportOf(...mutants: Mutant[]): Report {
  return { files: { "packages/some/src/first.ts": { source, mutants } } };
}

const known: Equivalent = {
  file: "first.ts",
  line: "if (items.length > 0) return items[0];",
  mutator: "EqualityOperator",
  replacement: "items.length >= 0",
  why: "the first item of an empty list is undefined as well",
};

test("the score is the share of killed and timed-out changes among these, survivors and changes that no test reaches", () => {
  const report = reportOf(
    changed("Killed", "items.length < 0"),
    changed("Timeout", "true"),
    changed("Survived", "items.length >= 0"),
    changed("NoCoverage", "false"),
  );
  const { counts } = verdictOf("some", report, []);
  expect(counts).toEqual([{ file: "first.ts", killed: 1, timeout: 1, equivalent: 0, survived: 2 }]);
  expect(scoreOf(counts)).toBe(50);
});

test("changes that cannot run or are ignored do not count", () => {
  const report = reportOf(
    changed("Killed", "false"),
    changed("RuntimeError", "x"),
    changed("CompileError", "y"),
    changed("Ignored", "z"),
  );
  expect(scoreOf(verdictOf("some", report, []).counts)).toBe(100);
});

test("a survivor has its position, its line, the original text and the replacement", () => {
  const { survivors } = verdictOf("some", reportOf(changed("Survived", "items.length >= 0")), []);
  const { why, ...survivor } = known;
  expect(why).not.toBe("");
  expect(survivors).toEqual([{ ...survivor, at: "2:7", original: "items.length > 0" }]);
});

test("a change that is known to have no effect does not count, even if its line has moved", () => {
  const moved = { files: { "packages/some/src/first.ts": { source: `\n${source}`, mutants: [below()] } } };
  for (const report of [reportOf(changed("Survived", "items.length >= 0")), moved]) {
    const verdict = verdictOf("some", report, [known]);
    expect(verdict).toMatchObject({ survivors: [], explained: [known], stale: [] });
    expect(verdict.counts).toMatchObject([{ equivalent: 1, survived: 0 }]);
    expect(scoreOf(verdict.counts)).toBe(100);
  }
});

test.each([
  ["for another file", { file: "last.ts" }],
  ["for another line", { line: "if (items.length > 0) return items[1];" }],
  ["for another mutator", { mutator: "ConditionalExpression" }],
  ["for another replacement", { replacement: "items.length === 0" }],
])("an explanation %s explains nothing and is reported as stale", (_what, other) => {
  const explanation = { ...known, ...other };
  const verdict = verdictOf("some", reportOf(changed("Survived", "items.length >= 0")), [explanation]);
  expect(verdict).toMatchObject({ survivors: [{ line: known.line }], explained: [], stale: [explanation] });
});

test("an explanation is reported as stale if a test notices its change", () => {
  expect(verdictOf("some", reportOf(changed("Killed", "items.length >= 0")), [known]).stale).toEqual([known]);
});

function below(): Mutant {
  const { location, ...mutant } = changed("Survived", "items.length >= 0");
  const { start, end } = location;
  return { ...mutant, location: { start: { ...start, line: 3 }, end: { ...end, line: 3 } } };
}
