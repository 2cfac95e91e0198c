import { expect, test } from "vitest";

import { viridis, viridisPixels, viridisStep } from "../../src/page/viridis.ts";

/** Colours of matplotlib's `_viridis_data`, red, green and blue from 0 to 1, by their place among 256. */
const published = [
  [0, 0.267004, 0.004874, 0.329415],
  [1, 0.26851, 0.009605, 0.335427],
  [16, 0.282327, 0.094955, 0.417331],
  [32, 0.278826, 0.17549, 0.483397],
  [48, 0.258965, 0.251537, 0.524736],
  [64, 0.229739, 0.322361, 0.545706],
  [80, 0.19943, 0.387607, 0.554642],
  [96, 0.172719, 0.448791, 0.557885],
  [112, 0.149039, 0.508051, 0.55725],
  [128, 0.127568, 0.566949, 0.550556],
  [144, 0.120638, 0.625828, 0.533488],
  [160, 0.157851, 0.683765, 0.501686],
  [176, 0.24607, 0.73891, 0.452024],
  [192, 0.369214, 0.788888, 0.382914],
  [208, 0.515992, 0.831158, 0.294279],
  [224, 0.678489, 0.863742, 0.189503],
  [240, 0.845561, 0.887322, 0.099702],
  [255, 0.993248, 0.906157, 0.143936],
] as const;

test.each(published)("colour %i is that of the published colour map", (step, red, green, blue) => {
  const [r, g, b] = viridis(step);
  expect(Math.abs(r - red * 255)).toBeLessThanOrEqual(1);
  expect(Math.abs(g - green * 255)).toBeLessThanOrEqual(1);
  expect(Math.abs(b - blue * 255)).toBeLessThanOrEqual(1);
});

test("it grows lighter from step to step", () => {
  const lightness = Array.from({ length: 256 }, (_step, step) => {
    const [red, green, blue] = viridis(step);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  for (let step = 4; step < 256; step += 1) {
    expect(lightness[step]).toBeGreaterThan(lightness[step - 4] ?? Infinity);
  }
});

test("pixels are opaque, in the order of a canvas", () => {
  const bytes = new Uint8Array(viridisPixels().buffer);
  expect(Array.from(bytes.slice(0, 4))).toEqual([0x44, 0x01, 0x54, 0xff]);
  expect(bytes.slice(-4)[3]).toBe(255);
});

test("a scale uses all steps, and what lies outside has the nearer end's colour", () => {
  expect([20, 26, 31.99, 32].map((value) => viridisStep(value, 20, 32))).toEqual([0, 128, 255, 255]);
  expect([-100, 100].map((value) => viridisStep(value, 20, 32))).toEqual([0, 255]);
});
