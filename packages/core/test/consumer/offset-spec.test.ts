import { describe, expect, test } from "vitest";

import { checkFrom, checkUntil, isMoving, seekTargets, startOf } from "../../src/consumer/offset-spec.ts";
import type { OffsetSpec, UntilSpec } from "../../src/consumer/offset-spec.ts";

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

describe("where to stop", () => {
  test.each<{ until: UntilSpec }>([
    { until: "end" },
    { until: new Date(-1) },
    { until: new Date(8.64e15) },
    { until: [] },
    { until: [["a", 0, 0]] },
    { until: [["a", 2_147_483_647, largest]] },
  ])("is kept as it is: $until", ({ until }) => {
    expect(checkUntil(until)).toBe(until);
  });

  const places = '"end", a Date, or a list of topic, partition and offset';
  test.each([
    ["latest", `until must be ${places}, not "latest"`],
    [null, `until must be ${places}, not null`],
    [100n, `until must be ${places}, not 100n`],
    [{ last: 3 }, `until must be ${places}, not a Object`],
    [new Date("yesterday"), `until must be ${places}, not an invalid Date`],
    [[["a", 0]], "until[0][2] must be an offset, a whole number from 0 on, not undefined"],
    [
      [
        ["a", 0, 1],
        ["a", "0", 1],
      ],
      'until[1][1] must be a whole number from 0 to 2147483647, not "0"',
    ],
    [[["a", 0, new Date(0)]], "until[0][2] must be an offset, a whole number from 0 on, not 1970-01-01T00:00:00.000Z"],
  ])("is refused with its name when it makes no sense: %o", (until, message) => {
    expect(() => Reflect.apply(checkUntil, undefined, [until])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
  });
});

describe("the newest n records", () => {
  test.each([0, 1, 2_147_483_647])("can be %i", (last) => {
    expect(checkFrom({ last })).toEqual({ last });
    expect(startOf({ last }, "a", 0)).toEqual({ last });
  });

  test.each([-1, 1.5, Number.NaN, Infinity, 2 ** 31, "3", 3n, undefined, null])("cannot be %s", (last) => {
    expect(() => Reflect.apply(checkFrom, undefined, [{ last }])).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(/^from\.last must be a whole number from 0 to 2147483647, not /u),
      }),
    );
  });
});

describe("places to seek", () => {
  test("are offsets, ends, times and numbers of records, in any kind of list", () => {
    const given = [
      ["a", 0, 5],
      ["a", 1, largest],
      ["b", 0, "earliest"],
      ["b", 1, "latest"],
      ["c", 0, new Date("1970-01-01T00:00:01.500Z")],
      ["c", 1, { last: 10 }],
    ] as const;
    const wanted = [
      { partition: ["a", 0], to: 5n },
      { partition: ["a", 1], to: largest },
      { partition: ["b", 0], to: "earliest" },
      { partition: ["b", 1], to: "latest" },
      { partition: ["c", 0], to: { timestamp: 1_500 } },
      { partition: ["c", 1], to: { last: 10 } },
    ];
    expect(seekTargets(given)).toEqual(wanted);
    expect(seekTargets(new Set(given))).toEqual(wanted);
    // A generator can be read once only.
    expect(seekTargets(given.values())).toEqual(wanted);
    expect(seekTargets([])).toEqual([]);
  });

  test("of one partition several times are the last of them", () => {
    expect(
      seekTargets([
        ["a", 0, "latest"],
        ["a", 1, 3],
        ["a", 0, 7n],
      ]),
    ).toEqual([
      { partition: ["a", 0], to: 7n },
      { partition: ["a", 1], to: 3n },
    ]);
  });

  const place = 'an offset, "earliest", "latest", a Date, or { last: n }';
  test.each([
    [undefined, "targets must be a list of pairs of topic and partition, not undefined"],
    ["a", 'targets must be a list of pairs of topic and partition, not "a"'],
    [["a", 0, 5n], 'targets[0] must be a pair of topic and partition, not "a"'],
    [[["", 0, 5n]], 'targets[0][0] must be a topic\'s name, not ""'],
    [[["a", 0.5, 5n]], "targets[0][1] must be a whole number from 0 to 2147483647, not 0.5"],
    [[["a", 0]], `targets[0][2] must be ${place}, not undefined`],
    [[["a", 0, "end"]], `targets[0][2] must be ${place}, not "end"`],
    [[["a", 0, -1]], `targets[0][2] must be ${place}, not -1`],
    [[["a", 0, 2 ** 53]], `targets[0][2] must be ${place}, not 9007199254740992`],
    [[["a", 0, largest + 1n]], `targets[0][2] must be ${place}, not 9223372036854775808n`],
    [[["a", 0, new Date(Number.NaN)]], `targets[0][2] must be ${place}, not an invalid Date`],
    [[["a", 0, { last: -1 }]], "targets[0][2].last must be a whole number from 0 to 2147483647, not -1"],
    [
      [
        ["a", 0, 1],
        ["a", 1, null],
      ],
      `targets[1][2] must be ${place}, not null`,
    ],
  ])("are refused with their name when they make no sense: %o", (targets, message) => {
    expect(() => Reflect.apply(seekTargets, undefined, [targets])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
  });
});

test("only places that are other ones later are moving", () => {
  expect((["latest", { last: 3 }, "earliest", { timestamp: 5 }, 5n] as const).map(isMoving)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
