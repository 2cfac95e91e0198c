import { expect, test } from "vitest";

import { ProgressLine } from "../../src/terminal/progress.ts";
import { fakeTerminal } from "../fake-terminal.ts";

/** A line on a terminal with a clock that a test sets. */
function watched(columns?: number): {
  readonly line: ProgressLine;
  readonly clock: { now: number };
  readonly shown: () => string[];
} {
  const terminal = fakeTerminal(columns === undefined ? {} : { columns });
  const clock = { now: 1_000 };
  const line = new ProgressLine(terminal.stderr, "sent", () => clock.now);
  return { line, clock, shown: () => terminal.err().split("\r").slice(1) };
}

test("the line has records, bytes, the rate, a bar and the time that is left", () => {
  const { line, clock, shown } = watched(120);
  clock.now += 2_000;
  line.update({ records: 1_500, bytes: 3_000_000, part: 0.25 });
  expect(shown()).toEqual(["sent 1.5 k records, 3.0 MB, 1.5 MB/s [#####···············] 25 %, 6 s left\x1b[K"]);
});

test("without a known end there is no bar", () => {
  const { line, clock, shown } = watched(120);
  clock.now += 1_000;
  line.update({ records: 7, bytes: 500 });
  expect(shown()).toEqual(["sent 7 records, 500 B, 500 B/s\x1b[K"]);
});

test("the rate is that of the last five seconds", () => {
  const { line, clock, shown } = watched(120);
  for (let second = 1; second <= 20; second++) {
    clock.now += 1_000;
    // 1 MB a second at first, and nothing any more later on.
    line.update({ records: second, bytes: Math.min(second, 10) * 1_000_000 });
  }
  expect(shown().at(9)).toContain("1.0 MB/s");
  expect(shown().at(19)).toContain("0 B/s");
});

test("it is drawn ten times a second at most", () => {
  const { line, clock, shown } = watched(120);
  for (let i = 0; i < 1_000; i++) {
    clock.now += 1;
    line.update({ records: i, bytes: i });
  }
  expect(shown()).toHaveLength(10);
});

test("it is never wider than the terminal, so that it can be taken away", () => {
  const { line, shown } = watched(20);
  line.update({ records: 1, bytes: 1, part: 0 });
  line.clear();
  line.clear();
  expect(shown()).toEqual(["sent 1 records, 1 …\x1b[K", "\x1b[K"]);
});

test("after it was taken away it comes again at once", () => {
  const { line, shown } = watched(120);
  line.update({ records: 1, bytes: 500 });
  line.clear();
  line.update({ records: 2, bytes: 500 });
  expect(shown().at(-1)).toMatch(/^sent 2 records/);
});

test("where no terminal is nothing is written", () => {
  const { line, shown } = watched();
  line.update({ records: 1, bytes: 1 });
  line.clear();
  expect(shown()).toEqual([]);
});
