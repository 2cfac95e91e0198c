import { expect, test } from "vitest";

import { parseDuration } from "../../src/arguments/parse-duration.ts";
import { parseInteger } from "../../src/arguments/parse-integer.ts";
import { parseSize } from "../../src/arguments/parse-size.ts";
import { UsageError } from "../../src/usage-error.ts";

test.for([
  ["1s", 1_000],
  ["500ms", 500],
  ["2.5s", 2_500],
  ["1m", 60_000],
  ["1 min", 60_000],
  ["24h", 86_400_000],
  [" 3 ", 3_000],
] as const)("%s is %i milliseconds", ([text, ms]) => {
  expect(parseDuration("--interval", text)).toBe(ms);
});

test.for(["", "s", "0", "0.5ms", "-1s", "1e3", "1 day", "25d", "600h"])("%j is no time", (text) => {
  expect(() => parseDuration("--interval", text)).toThrow(
    new UsageError(`--interval is a time such as 500ms, 2s, 1m or 1h, not ${JSON.stringify(text)}`),
  );
});

test.for([
  ["500", 500],
  ["10k", 10_000],
  ["10kB", 10_000],
  ["1.1M", 1_100_000],
  ["2G", 2_000_000_000],
  ["4MiB", 4_194_304],
  ["0.5Ki", 512],
  ["16b", 16],
] as const)("%s is a size of %i", ([text, size]) => {
  expect(parseSize("--size", text)).toBe(size);
});

test.for(["", "k", "-1", "1.5", "0.0001k", "1T", "ten", "9999999G"])("%j is no size", (text) => {
  expect(() => parseSize("--size", text)).toThrow(
    new UsageError(`--size is a whole number such as 500, 10k, 1M or 4Mi, not ${JSON.stringify(text)}`),
  );
});

test("whole numbers have limits that errors tell", () => {
  expect(parseInteger("--count", "7", 1, 10)).toBe(7);
  expect(() => parseInteger("--count", "11", 1, 10)).toThrow(
    new UsageError('--count is a whole number from 1 to 10, not "11"'),
  );
  for (const text of ["0", "1.5", "-1", "", "x", "0x10"]) {
    expect(() => parseInteger("--count", text, 1, Number.MAX_SAFE_INTEGER)).toThrow("a whole number from 1 on, not");
  }
});
