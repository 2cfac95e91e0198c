import { expect, test } from "vitest";

import {
  formatBaseline,
  formatClock,
  formatCount,
  formatDuration,
  formatFixed,
  formatSi,
  formatTopic,
} from "../../src/page/format.ts";

test("numbers have a fixed count of decimals and the true minus sign", () => {
  expect(formatFixed(27.44, 1)).toBe("27.4");
  expect(formatFixed(-149, 0)).toBe("\u2212149");
  expect(formatFixed(1086.25, 2)).toBe("1086.25");
});

test("what is rounded to zero has no minus sign", () => {
  expect(formatFixed(-0.04, 1)).toBe("0.0");
  expect(formatFixed(-0.06, 1)).toBe("\u22120.1");
  expect(formatCount(-0.2)).toBe("0");
});

test("a missing number is a dash", () => {
  for (const value of [NaN, Infinity, undefined]) {
    expect(formatFixed(value, 1)).toBe("–");
    expect(formatCount(value)).toBe("–");
    expect(formatSi(value, "B")).toEqual({ figure: "–", unit: "B" });
  }
});

test("whole numbers stand in groups of three digits", () => {
  expect(formatCount(2418)).toBe("2,418");
  expect(formatCount(-12_345_678)).toBe("\u221212,345,678");
});

test("a prefix leaves three digits", () => {
  expect(formatSi(1_240_000)).toEqual({ figure: "1.24", unit: "M" });
  expect(formatSi(10_040_000_000, "B")).toEqual({ figure: "10.0", unit: "GB" });
  expect(formatSi(412)).toEqual({ figure: "412", unit: "" });
  expect(formatSi(999_700, "B")).toEqual({ figure: "1.00", unit: "MB" });
  expect(formatSi(99_960)).toEqual({ figure: "100", unit: "k" });
  expect(formatSi(0, "B")).toEqual({ figure: "0", unit: "B" });
});

test("a duration has one or two units", () => {
  expect(formatDuration(3_900)).toBe("3 s");
  expect(formatDuration(12 * 60_000 + 59_999)).toBe("12 min");
  expect(formatDuration(65 * 60_000)).toBe("1 h 05 min");
  expect(formatDuration(72 * 3_600_000)).toBe("3 days");
  expect(formatDuration(-5)).toBe("0 s");
});

test("a time of day is in UTC, and a dash for no time", () => {
  expect(formatClock(Date.UTC(2026, 10, 27, 13, 28, 15, 900))).toBe("13:28:15");
  expect(formatClock(NaN)).toBe("–");
  expect(formatClock(9e15)).toBe("–");
});

test("names are as people write them", () => {
  expect(formatBaseline("m033_m038")).toBe("m033 – m038");
  expect(formatTopic("metrics-amplitude-01", "01")).toBe("amplitude");
  expect(formatTopic("pointing_offset", "01")).toBe("pointing_offset");
  expect(formatTopic("metrics-phase-02", "01")).toBe("phase-02");
});
