import { expect, test } from "vitest";

import { parseResetTarget } from "../../src/arguments/parse-reset-target.ts";
import { parseSetting } from "../../src/arguments/parse-setting.ts";
import { parseTopicRequest } from "../../src/arguments/parse-topic-request.ts";

test("a topic may have its least number of partitions behind the last colon", () => {
  expect(["pointing", "pointing:5", "a:b:12"].map(parseTopicRequest)).toEqual([
    "pointing",
    ["pointing", 5],
    ["a:b", 12],
  ]);
});

test("settings are collected, and the value may have an equals sign", () => {
  const first = parseSetting("retention.ms=1000");
  expect(parseSetting("a.b=c=d", first)).toEqual({ "retention.ms": "1000", "a.b": "c=d" });
  expect(parseSetting("cleanup.policy=")).toEqual({ "cleanup.policy": "" });
});

test("a group goes on at an end, an offset or a time", () => {
  expect(["earliest", "latest", "0", "9223372036854775807"].map(parseResetTarget)).toEqual([
    "earliest",
    "latest",
    0n,
    2n ** 63n - 1n,
  ]);
  expect(parseResetTarget("@1700000000")).toEqual(new Date(1_700_000_000_000));
});
