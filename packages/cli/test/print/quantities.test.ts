import { expect, test } from "vitest";

import { formatBytes, formatCount } from "../../src/print/quantities.ts";

test.each([
  [0, "0 B"],
  [0.5, "0.5 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [1_536, "1.5 kB"],
  [99_949, "99.9 kB"],
  [99_951, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [1_000_000_000n, "1.0 GB"],
  [2.5e18, "2500 PB"],
  [-1_500, "-1.5 kB"],
  [Number.NaN, "–"],
  [Infinity, "–"],
])("%s bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [7, "7"],
  [12_345, "12.3 k"],
  [999.7, "1.0 k"],
  [5_000_000n, "5.0 M"],
])("a count of %s is %s", (count, text) => {
  expect(formatCount(count)).toBe(text);
});
