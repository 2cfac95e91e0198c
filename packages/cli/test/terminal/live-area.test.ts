import { PassThrough } from "node:stream";
import { expect, test } from "vitest";

import { LiveArea } from "../../src/terminal/live-area.ts";
import { Output } from "../../src/terminal/output.ts";

function terminalOf(size: { columns?: number; rows?: number }): {
  readonly area: LiveArea;
  readonly read: () => string;
} {
  const stream = Object.assign(new PassThrough(), { isTTY: true }, size);
  return { area: new LiveArea(new Output(stream, {})), read: () => String(stream.read() ?? "") };
}

test("lines are drawn in the place of those before, and what is left of these goes away", async () => {
  const { area, read } = terminalOf({ columns: 20, rows: 10 });
  await area.update(["first", "second"]);
  expect(read()).toBe("\rfirst\x1b[K\nsecond\x1b[K\n\x1b[J");
  await area.update(["third"]);
  expect(read()).toBe("\x1b[2A\rthird\x1b[K\n\x1b[J");
  area.end();
  await area.update(["below"]);
  expect(read()).toBe("\rbelow\x1b[K\n\x1b[J");
});

test("what is wider or higher than the terminal is cut", async () => {
  const { area, read } = terminalOf({ columns: 5, rows: 4 });
  await area.update(["123456", "2", "3"]);
  expect(read()).toBe("\r1234…\x1b[K\n2\x1b[K\n3\x1b[K\n\x1b[J");
  await area.update(["1", "2", "3", "4", "5"]);
  expect(read()).toBe("\x1b[3A\r1\x1b[K\n2\x1b[K\n… 3 …\x1b[K\n\x1b[J");
});

test("lines that a narrower terminal has wrapped are drawn over too", async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 12, rows: 20 });
  const area = new LiveArea(new Output(stream, {}));
  await area.update(["123456789012", "", "1"]);
  stream.read();
  stream.columns = 5;
  await area.update(["x"]);
  // Three lines of the first, one of the empty one and one of the last.
  expect(String(stream.read())).toBe("\x1b[5A\rx\x1b[K\n\x1b[J");
});

test("where no terminal is, lines follow each other as they are", async () => {
  const stream = new PassThrough();
  const area = new LiveArea(new Output(stream, {}));
  await area.update(["1", "2"]);
  await area.update(["3"]);
  expect(String(stream.read())).toBe("1\n2\n3\n");
});
