import { describe, expect, test } from "vitest";

import { checkFrom, startOf } from "../../src/consumer/offset-spec.ts";
import type { OffsetSpec } from "../../src/consumer/offset-spec.ts";

/** The largest offset of Kafka, an int64. */
const largest = 9_223_372_036_854_775_807n;

describe("where to start", () => {
  test.each<{ from: OffsetSpec }>([
    { from: "earliest" },
    { from: "latest" },
    { from: new Date(0) },
    { from: [] },
    { from: [["a", 0, 0]] },
    { from: [["a", 0, 0n]] },
    { from: [["a", 1, Number.MAX_SAFE_INTEGER]] },
    { from: [["a", 1, largest]] },
  ])("is kept as it is: $from", ({ from }) => {
    expect(checkFrom(from)).toBe(from);
  });

  const places = '"earliest", "latest", a Date, { last: n }, or a list of topic, partition and offset';
  const offset = "an offset, a whole number from 0 on";
  test.each([
    ["start", `from must be ${places}, not "start"`],
    [undefined, `from must be ${places}, not undefined`],
    [5, `from must be ${places}, not 5`],
    [new Date(Number.NaN), `from must be ${places}, not an invalid Date`],
    [new Set([["a", 0, 0n]]), `from must be ${places}, not a Set`],
    [["a", 0, 7n], 'from[0] must be a pair of topic and partition, not "a"'],
    [[["", 0, 7n]], 'from[0][0] must be a topic\'s name, not ""'],
    [[["a", -1, 7n]], "from[0][1] must be a whole number from 0 to 2147483647, not -1"],
    [[["a", 0]], `from[0][2] must be ${offset}, not undefined`],
    [[["a", 0, -1n]], `from[0][2] must be ${offset}, not -1n`],
    [[["a", 0, -1]], `from[0][2] must be ${offset}, not -1`],
    [[["a", 0, 0.5]], `from[0][2] must be ${offset}, not 0.5`],
    [[["a", 0, "7"]], `from[0][2] must be ${offset}, not "7"`],
    [[["a", 0, 2 ** 53]], `from[0][2] must be ${offset}, not 9007199254740992`],
    [
      [
        ["a", 0, 0n],
        ["a", 1, largest + 1n],
      ],
      `from[1][2] must be ${offset}, not 9223372036854775808n`,
    ],
  ])("is refused with its name when it makes no sense: %o", (from, message) => {
    expect(() => Reflect.apply(checkFrom, undefined, [from])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
  });
});

describe("a partition's start", () => {
  test.each(["earliest", "latest"] as const)("is %s when `from` is", (from) => {
    expect(startOf(from, "a", 0)).toBe(from);
  });

  test("is a time in milliseconds for a Date", () => {
    expect(startOf(new Date("1970-01-01T00:00:01.500Z"), "a", 0)).toEqual({ timestamp: 1_500 });
  });

  test("is its own offset in a list, and the first record when the list does not have it", () => {
    const from: OffsetSpec = [
      ["a", 1, 7],
      ["b", 1, 8n],
      ["a", 2, 0],
    ];
    expect(startOf(from, "a", 1)).toBe(7n);
    expect(startOf(from, "b", 1)).toBe(8n);
    expect(startOf(from, "a", 2)).toBe(0n);
    expect(startOf(from, "a", 0)).toBe("earliest");
    expect(startOf(from, "c", 1)).toBe("earliest");
  });
});
