import { expect, test } from "vitest";

import { BaselineMatrix } from "../../src/page/baseline-matrix.ts";
import { CoverageTracks } from "../../src/page/coverage-tracks.ts";
import { flaggedBands } from "../../src/page/flagged-bands.ts";
import { InputRate } from "../../src/page/input-rate.ts";

function point(time: number): { time: number; u: Float64Array; v: Float64Array } {
  return { time, u: Float64Array.of(time), v: Float64Array.of(-time) };
}

test("tracks that are too long lose every second point, and keep the newest", () => {
  const tracks = new CoverageTracks(4);
  for (let time = 1; time <= 5; time += 1) tracks.add(["a_b"], point(time));
  expect(tracks.points.map(({ time }) => time)).toEqual([1, 3, 5]);
});

test("tracks of other baselines begin anew", () => {
  const tracks = new CoverageTracks(4);
  tracks.add(["a_b"], point(1));
  tracks.add(["a_c"], point(2));
  expect(tracks.points.map(({ time }) => time)).toEqual([2]);
  expect(tracks.baselines).toEqual(["a_c"]);
});

test("a point that is known already is not added again", () => {
  const tracks = new CoverageTracks(4);
  for (const time of [2, 1, 2, 1]) tracks.add(["a_b"], point(time));
  expect(tracks.points.map(({ time }) => time)).toEqual([1, 2]);
});

test("rates of a receiver that starts again are not known for a moment", () => {
  const input = new InputRate(10);
  for (const [time, megabytes] of [
    [0, 0],
    [1000, 400],
    [3000, 1200],
    [4000, 10],
    [5000, 20],
  ] as const) {
    input.add(time, megabytes);
  }
  expect(input.rates()).toEqual([400, 400, NaN, 10]);
});

test("rates have a bound, and a sum that came twice counts once", () => {
  const input = new InputRate(3);
  for (let second = 0; second < 9; second += 1) {
    input.add(second * 1000, second * second);
    input.add(second * 1000, 0);
  }
  expect(input.rates()).toEqual([13, 15]);
});

test("channels are flagged where no row has a value", () => {
  const rows = [
    [NaN, 1, NaN, NaN, 5, NaN],
    [NaN, NaN, 3, NaN, NaN, NaN],
  ];
  expect(flaggedBands(Float32Array.from(rows.flat()), 6)).toEqual([
    { first: 0, last: 0 },
    { first: 3, last: 3 },
    { first: 5, last: 5 },
  ]);
  expect(flaggedBands(new Float32Array(0), 0)).toEqual([]);
  expect(flaggedBands(new Float32Array(0), 3)).toEqual([]);
});

const names = ["m1_m1", "m1_m2", "m1_m3", "m2_m2", "m2_m3", "m3_m3"];

test("baselines are a square with phases in the lower triangle", () => {
  const { antennas, cells } = new BaselineMatrix(names);
  expect(antennas).toEqual(["m1", "m2", "m3"]);
  expect(cells.map(({ baseline }) => baseline)).toEqual([
    "m1_m1",
    "m1_m2",
    "m1_m3",
    "m1_m2",
    "m2_m2",
    "m2_m3",
    "m1_m3",
    "m2_m3",
    "m3_m3",
  ]);
  expect(cells.map(({ kind }) => kind[0]).join("")).toBe("aaapaappa");
  expect(cells.filter(({ kind }) => kind === "autocorrelation")).toHaveLength(3);
});

test("a baseline that is missing has an empty cell", () => {
  const { cells } = new BaselineMatrix(["m1_m2"]);
  expect(cells.map(({ baseline }) => baseline)).toEqual([undefined, "m1_m2", "m1_m2", undefined]);
});

test("keys move within the square", () => {
  const matrix = new BaselineMatrix(names);
  const keys = { ArrowUp: 1, ArrowDown: 7, ArrowLeft: 3, ArrowRight: 5, Home: 3, End: 5 };
  for (const [key, to] of Object.entries(keys)) expect(matrix.move(4, key)).toBe(to);
  expect(["ArrowUp", "ArrowLeft"].map((key) => matrix.move(0, key))).toEqual([0, 0]);
  expect(["ArrowDown", "ArrowRight"].map((key) => matrix.move(8, key))).toEqual([8, 8]);
  expect(matrix.move(4, "a")).toBeUndefined();
});

test("the cell of a baseline is the one with the amplitude", () => {
  expect(new BaselineMatrix(names).cellOf("m1_m3")).toMatchObject({ row: 0, column: 2, kind: "amplitude" });
});
