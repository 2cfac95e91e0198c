import { expect, test } from "vitest";

import { parsePartitions } from "../../src/arguments/parse-partitions.ts";
import { atPartitions, parseFrom, parseUntil } from "../../src/arguments/read-range.ts";
import { parseTopics } from "../../src/arguments/topic-selection.ts";
import { topicsSpec } from "../../src/arguments/topics-spec.ts";
import { UsageError } from "../../src/usage-error.ts";

const now = Date.UTC(2026, 10, 27, 12);

test("reading starts at a word, an offset, the newest records or a time", () => {
  expect(parseFrom("earliest")).toBe("earliest");
  expect(parseFrom("latest")).toBe("latest");
  expect(parseFrom("-10")).toEqual({ last: 10 });
  expect(parseFrom("0")).toBe(0n);
  expect(parseFrom("99999999999")).toBe(99_999_999_999n);
  expect(parseFrom("1764201600000")).toEqual(new Date("2025-11-27T00:00:00Z"));
  expect(parseFrom("-15m", now)).toEqual(new Date("2026-11-27T11:45:00Z"));
  expect(parseFrom("2026-11-27T10:00Z")).toEqual(new Date("2026-11-27T10:00:00Z"));
});

test("reading stops at the end, before an offset or before a time", () => {
  expect(parseUntil("end")).toBe("end");
  expect(parseUntil("250")).toBe(250n);
  expect(parseUntil("now", now)).toEqual(new Date(now));
});

test.each(["", "begin", "-0", "1.5", "-1x", "1e3", "beginning", "end"])("--from %j is refused", (text) => {
  expect(() => parseFrom(text)).toThrow(UsageError);
});

test.each(["", "earliest", "latest", "-10", "0x10"])("--until %j is refused", (text) => {
  expect(() => parseUntil(text)).toThrow(UsageError);
});

test("an offset stands for every partition, and other places for themselves", () => {
  const partitions = [
    ["a", 0],
    ["a", 1],
  ] as const;
  expect(atPartitions(7n, partitions)).toEqual([
    ["a", 0, 7n],
    ["a", 1, 7n],
  ]);
  expect(atPartitions("earliest", partitions)).toBe("earliest");
});

test("partitions are numbers and ranges, each once and in order", () => {
  expect(parsePartitions("0")).toEqual([0]);
  expect(parsePartitions("7, 0-3,2")).toEqual([0, 1, 2, 3, 7]);
});

test.each(["", "a", "1-", "-1", "3-1", "1;2", "0-9999999", "1.5"])("partitions %j are refused", (text) => {
  expect(() => parsePartitions(text)).toThrow(UsageError);
});

test("names stay names, and with a pattern all are one pattern", () => {
  expect(topicsSpec(parseTopics(["b", "a"]))).toEqual(["b", "a"]);
  const spec = topicsSpec(parseTopics(["a.b", "qa-*", "/^met/"]));
  const matches = ["a.b", "axb", "a.bc", "qa-1", "xqa-1", "metrics", "smet"].filter(
    (topic) => spec instanceof RegExp && spec.test(topic),
  );
  expect(matches).toEqual(["a.b", "qa-1", "metrics"]);
});

test("patterns of which only some ignore case are refused", () => {
  expect(() => topicsSpec(parseTopics(["/a/i", "/b/"]))).toThrow(UsageError);
});
