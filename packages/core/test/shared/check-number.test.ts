import { describe, expect, test } from "vitest";

import {
  checkNumber,
  checkNumbers,
  longestMs,
  pauseLimit,
  sizeLimit,
  timeLimit,
} from "../../src/shared/check-number.ts";
import type { NumberLimits } from "../../src/shared/check-number.ts";

/** The largest whole number that a double holds exactly, and the largest of 31 bits. */
const [exact, bits31] = [9_007_199_254_740_991, 2_147_483_647];

test("the longest time is the longest of a timer and of Kafka's int32", () => {
  expect(longestMs).toBe(bits31);
});

/** Values that are accepted, values that are refused, and the range as the error names it. */
const ranges: Readonly<
  Record<string, readonly [NumberLimits | undefined, readonly number[], readonly number[], string]>
> = {
  "without limits": [undefined, [0, 1, bits31], [-1, bits31 + 1, Infinity], "from 0 to 2147483647"],
  "with a least": [{ least: 5 }, [5, 6], [4, 0, Infinity], "from 5 to 2147483647"],
  "with a negative least": [{ least: -1 }, [-1, 0], [-2], "from -1 to 2147483647"],
  "with a most": [{ most: 9 }, [0, 9], [10, Infinity], "from 0 to 9"],
  "with Infinity": [{ infinity: true, most: 9 }, [9, Infinity], [10, -Infinity], "from 0 to 9 or Infinity"],
  "for a time limit": [timeLimit, [1, bits31, Infinity], [0, bits31 + 1], "from 1 to 2147483647 or Infinity"],
  "for a pause": [pauseLimit, [0, bits31], [-1, bits31 + 1, Infinity], "from 0 to 2147483647"],
  "for a size": [sizeLimit, [1, exact, Infinity], [0, exact + 1], `from 1 to ${exact} or Infinity`],
};

describe.for(Object.entries(ranges))("a number %s", ([, [limits, good, bad, range]]) => {
  test("is accepted within its range", () => {
    for (const value of good) expect(checkNumber("n", value, limits)).toBe(value);
  });

  test("is refused outside of it, with its name and range", () => {
    for (const value of bad) {
      expect(() => checkNumber("n", value, limits)).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          message: `n must be a whole number ${range}, not ${value}`,
        }),
      );
    }
  });
});

test.each([
  [Number.NaN, "NaN"],
  [0.5, "0.5"],
  ["5", '"5"'],
  [5n, "5n"],
  [true, "true"],
  [null, "null"],
  [undefined, "undefined"],
  [[5], "a list"],
  [new Number(5), "a Number"],
  // These cannot even be compared with a number.
  [Symbol("five"), "a symbol"],
  [Object.create(null), "a object"],
])("what is no whole number is refused: %o", (value, shown) => {
  expect(() => checkNumber("lingerMs", value, { infinity: true })).toThrow(
    `lingerMs must be a whole number from 0 to 2147483647 or Infinity, not ${shown}`,
  );
});

describe("options that are numbers", () => {
  const table = { first: [7, timeLimit], second: [0, pauseLimit] } as const;

  test("have their defaults when they are left out or undefined", () => {
    expect({ ...checkNumbers({}, table) }).toEqual({ first: 7, second: 0 });
    expect({ ...checkNumbers({ first: undefined }, table) }).toEqual({ first: 7, second: 0 });
  });

  test("are kept as given, and other options are left out", () => {
    expect({ ...checkNumbers({ first: 1, second: 2, third: 3 }, table) }).toEqual({ first: 1, second: 2 });
  });

  test("are each checked by their own limits, and refused with their names", () => {
    expect(() => checkNumbers({ second: 1.5 }, table)).toThrow(/^second must be/u);
    expect(() => checkNumbers({ first: 0, second: 0 }, table)).toThrow(/^first must be/u);
    expect(() => checkNumbers({ first: Infinity, second: Infinity }, table)).toThrow(/^second must be/u);
  });
});
