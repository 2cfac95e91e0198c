import { expect, test } from "vitest";

import { parseTime } from "../../src/arguments/parse-time.ts";
import { UsageError } from "../../src/usage-error.ts";

const now = Date.UTC(2026, 10, 27, 12);

/** Each time was computed by GNU date: `date -u -d "…" +%s%3N`. */
test.for([
  ["2026-11-27T10:00Z", 1_795_773_600_000],
  ["2026-11-27T10:00", 1_795_773_600_000],
  ["2026-11-27 10:00:00", 1_795_773_600_000],
  ["2026-11-27", 1_795_737_600_000],
  ["2026-11-27T10:00:00.25+02:00", 1_795_766_400_250],
  ["2026-11-27T10:00:00.123456+0000", 1_795_773_600_123],
  ["2026-11-27 10:00:00 -01", 1_795_777_200_000],
  ["2026-11-27t10:00z", 1_795_773_600_000],
  ["0099-01-01", -59_042_995_200_000],
  ["@1700000000", 1_700_000_000_000],
  ["@1700000000.5", 1_700_000_000_500],
  ["@0", 0],
  ["1700000000000", 1_700_000_000_000],
  [" 1700000000000 ", 1_700_000_000_000],
  ["now", now],
  ["-15m", now - 900_000],
  ["-1h30m", now - 5_400_000],
  ["-1.5h", now - 5_400_000],
  ["-500ms", now - 500],
  ["-2w1d", now - 15 * 86_400_000],
  ["+5s", now + 5_000],
] as const)("%s is a time", ([text, ms]) => {
  expect(parseTime(text, now).getTime()).toBe(ms);
});

test.for([
  "",
  "yesterday",
  "2026-02-30",
  "2026-13-01",
  "2026-11-27T25:00",
  "2026-11-27T10",
  "15m",
  "-15",
  "-m",
  "-15 m",
  "@",
  "@-5",
  "1e12",
  "99999999999999999999",
])("%j is refused with what to write", (text) => {
  expect(() => parseTime(text, now)).toThrow(UsageError);
  expect(() => parseTime(text, now)).toThrow("is no time: write 2026-11-27T10:00Z, -15m (before now)");
});

test("seconds that look like milliseconds are refused with what to write", () => {
  expect(() => parseTime("1700000000", now)).toThrow(
    new UsageError("1700000000 ms would be in 1970: write @1700000000 for seconds since 1970"),
  );
});
