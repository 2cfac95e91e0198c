import { describe, expect, test } from "vitest";

import { DataArray, NdArray, NaT } from "../src/index.ts";
import type { Labels, Values } from "../src/index.ts";

/** The positions of labels in a coordinate. */
function found(coordinate: Values, wanted: Labels): unknown {
  const { size } = new DataArray(coordinate, { dims: "x" });
  const array = new DataArray(NdArray.from(Int32Array.from({ length: size }, (_, index) => index)), {
    dims: "x",
    coords: { x: ["x", coordinate] },
  });
  return array.sel({ x: wanted }).data.toList();
}

const second = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("labels are found", () => {
  test.each<readonly [string, Values, Labels, unknown]>([
    ["text", ["a", "b", "c"], "b", 1],
    ["a list, in its order and as often as wanted", ["a", "b", "c"], ["c", "a", "c"], [2, 0, 2]],
    ["none", ["a", "b"], [], []],
    ["number", [1.5, 2.5], 2.5, 1],
    ["zero of either sign", [1, 0], -0, 1],
    ["NaN", [1, NaN], NaN, 1],
    ["whole number of bigints", [5n, 6n], 6, 1],
    ["bigint of numbers", [5, 6], 6n, 1],
    ["bigint that no number holds", [2n ** 60n, 2n ** 60n + 1n], 2n ** 60n + 1n, 1],
    ["boolean", [false, true], true, 1],
    ["Date in seconds", NdArray.from([0n, BigInt(second / 1000)], "<M8[s]"), new Date(second), 1],
    ["Date in milliseconds", [new Date(0), new Date(second + 7)], new Date(second + 7), 1],
    ["Date in microseconds", NdArray.from([0n, BigInt(second) * 1000n], "<M8[us]"), new Date(second), 1],
    ["Date in nanoseconds", NdArray.from([0n, BigInt(second) * 1_000_000n], "<M8[ns]"), new Date(second), 1],
    ["Dates", [new Date(1), new Date(2)], [new Date(2), new Date(1)], [1, 0]],
    ["count of a time", NdArray.from([5n, 6n], "<M8[ns]"), 6n, 1],
    ["NaT", NdArray.from([5n, NaT], "<M8[ns]"), NaT, 1],
  ])("%s", (_, coordinate, wanted, position) => {
    expect(found(coordinate, wanted)).toEqual(position);
  });
});

describe("labels that a coordinate does not have exactly once are refused by name", () => {
  test.each<readonly [string, Values, Labels, string]>([
    ["text", ["a", "b"], "c", "coordinate 'x' has no label 'c'"],
    ["one of a list", ["a", "b"], ["a", "c"], "coordinate 'x' has no label 'c'"],
    ["number for text", ["1"], 1, "coordinate 'x' has no label 1"],
    ["fraction of bigints", [5n], 5.5, "coordinate 'x' has no label 5.5"],
    ["bigint", [5], 6n, "coordinate 'x' has no label 6"],
    ["number that is near a bigint", [2n ** 60n + 1n], 2 ** 60, `coordinate 'x' has no label ${2 ** 60}`],
    ["boolean", [1], true, "coordinate 'x' has no label true"],
    ["Date", [new Date(0)], new Date(second), "coordinate 'x' has no label 2026-01-02T03:04:05.000Z"],
    ["Date that is between two seconds", NdArray.from([0n, 1n], "<M8[s]"), new Date(500), "coordinate 'x' has no label 1970-01-01T00:00:00.500Z"], // prettier-ignore
    ["Date of other units", NdArray.from([0n], "<M8[D]"), new Date(0), "coordinate 'x' has no label 1970-01-01T00:00:00.000Z"], // prettier-ignore
    ["Date of no times", [0, 1], new Date(0), "coordinate 'x' has no label 1970-01-01T00:00:00.000Z"],
    ["Date of durations", NdArray.from([0n], "<m8[ms]"), new Date(0), "coordinate 'x' has no label 1970-01-01T00:00:00.000Z"], // prettier-ignore
    ["invalid Date", [new Date(NaN)], new Date(NaN), "coordinate 'x' has no label an invalid Date"],
    ["twice", ["a", "b", "a"], "a", "coordinate 'x' has 'a' 2 times"],
    ["three times", [7, 7, 7], 7n, "coordinate 'x' has 7 3 times"],
  ])("%s", (_, coordinate, wanted, message) => {
    expect(() => found(coordinate, wanted)).toThrow(new RangeError(message));
  });

  test("a dimension needs a coordinate along it", () => {
    const array = new DataArray([[1, 2]], { dims: ["x", "y"], coords: { late: ["x", [5]], single: 5 } });
    for (const name of ["x", "y", "late", "single", "nothing"]) {
      expect(() => array.sel({ [name]: 5 })).toThrow(
        new RangeError(`there is no coordinate along a dimension '${name}' to find labels in; isel takes positions`),
      );
    }
  });

  test("a coordinate with two dimensions has no labels", () => {
    const array = new DataArray([[1, 2]], { dims: ["x", "y"], coords: { pair: [["x", "y"], [[3, 4]]] } });
    expect(() => array.sel({ pair: 3 })).toThrow(RangeError);
  });
});
