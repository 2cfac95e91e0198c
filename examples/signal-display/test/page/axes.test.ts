import { describe, expect, test } from "vitest";

import { spreadLabels } from "../../src/page/spread-labels.ts";
import { SteadyRange } from "../../src/page/steady-range.ts";
import { linearScale, niceStep, niceTicks } from "../../src/page/ticks.ts";

describe("ticks", () => {
  test("stand at round numbers within the axis", () => {
    expect(niceTicks(715, 1456, 8).values).toEqual([800, 900, 1000, 1100, 1200, 1300, 1400]);
    expect(niceTicks(-10, 35, 4).values).toEqual([0, 20]);
    expect(niceTicks(0, 5, 6).values).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("say how many decimals they need", () => {
    expect(niceTicks(0, 1, 5)).toEqual({ values: [0, 0.2, 0.4, 0.6, 0.8, 1], decimals: 1 });
    expect(niceTicks(0, 0.003, 3)).toEqual({ values: [0, 0.001, 0.002, 0.003], decimals: 3 });
    expect(niceTicks(0, 1000, 4)).toEqual({ values: [0, 500, 1000], decimals: 0 });
  });

  test("have no rounding errors, and zero has no sign", () => {
    const { values } = niceTicks(-0.3, 0.3, 6);
    expect(values.map(String)).toEqual(["-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3"]);
  });

  test("are none where there is no axis", () => {
    for (const [min, max, most] of [
      [1, 1, 5],
      [2, 1, 5],
      [NaN, 1, 5],
      [0, Infinity, 5],
      [0, 1, 0],
    ] as const) {
      expect(niceTicks(min, max, most).values).toEqual([]);
    }
  });

  test("are 1, 2 or 5 times a power of ten apart", () => {
    expect([0.11, 0.2, 0.21, 1, 3, 6, 51].map(niceStep)).toEqual([0.2, 0.2, 0.5, 1, 5, 10, 100]);
  });

  test("a scale maps both ends, also downwards", () => {
    const yOf = linearScale(-180, 180, 100, 0);
    expect([yOf(-180), yOf(0), yOf(180)]).toEqual([100, 50, 0]);
  });
});

describe("a steady range", () => {
  const options = { step: 5, below: 0, above: 0 };

  test("has ends at multiples of the step around the values", () => {
    expect(new SteadyRange(options).follow(Float32Array.of(11, 33))).toEqual({ min: 10, max: 35 });
    expect(new SteadyRange(options).follow(Float32Array.of(-3, -3))).toEqual({ min: -5, max: 0 });
    expect(new SteadyRange(options).follow(Float32Array.of(10, 10))).toEqual({ min: 10, max: 15 });
  });

  test("grows at once, and shrinks only by half", () => {
    const range = new SteadyRange(options);
    range.follow(Float32Array.of(0, 20));
    expect(range.follow(Float32Array.of(1, 14))).toEqual({ min: 0, max: 20 });
    expect(range.follow(Float32Array.of(0, 21))).toEqual({ min: 0, max: 25 });
    expect(range.follow(Float32Array.of(6, 9))).toEqual({ min: 5, max: 10 });
  });

  test("leaves out the share of values that may lie outside", () => {
    const values = Float32Array.from({ length: 101 }, (_value, index) => (index === 100 ? 1e6 : index / 10));
    expect(new SteadyRange({ step: 1, below: 0, above: 0.02 }).follow(values)).toEqual({ min: 0, max: 10 });
    const low = values.map((value) => 100 - value);
    expect(new SteadyRange({ step: 1, below: 0.02, above: 0 }).follow(low)).toEqual({ min: 90, max: 100 });
  });

  test("ignores NaN and infinity, and stays while there is nothing else", () => {
    const range = new SteadyRange(options);
    expect(range.follow(Float32Array.of(NaN))).toBeUndefined();
    expect(range.follow(Float32Array.of(NaN, 2, Infinity, 8))).toEqual({ min: 0, max: 10 });
    expect(range.follow(Float32Array.of(NaN, -Infinity))).toEqual({ min: 0, max: 10 });
  });
});

describe("labels", () => {
  test("that do not meet stay where they are", () => {
    expect(spreadLabels([80, 10, 40], 16, 0, 100)).toEqual([80, 10, 40]);
  });

  test("that meet are moved apart in their order", () => {
    expect(spreadLabels([50, 52], 16, 0, 100)).toEqual([50, 66]);
    expect(spreadLabels([52, 50], 16, 0, 100)).toEqual([66, 50]);
  });

  test("stay within the plot", () => {
    expect(spreadLabels([98, 99, 100], 16, 0, 100)).toEqual([68, 84, 100]);
    expect(spreadLabels([-20], 16, 5, 100)).toEqual([5]);
  });

  test("of what is not drawn stay NaN", () => {
    expect(spreadLabels([NaN, 30], 16, 0, 100)).toEqual([NaN, 30]);
  });
});
