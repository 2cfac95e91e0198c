import { describe, expect, test } from "vitest";

import { baselines, dishes, hourAngle, siderealTime, source, uvwOf } from "../src/generator/dishes.ts";

const latitude = (-(30 + 42 / 60 + 39.8 / 3600) * Math.PI) / 180;

/** The direction to the source by spherical trigonometry, in the local east, north and up. */
function directionAt(angle: number): { east: number; north: number; up: number } {
  const { declination } = source;
  return {
    east: -Math.cos(declination) * Math.sin(angle),
    north: Math.sin(declination) * Math.cos(latitude) - Math.cos(declination) * Math.sin(latitude) * Math.cos(angle),
    up: Math.sin(declination) * Math.sin(latitude) + Math.cos(declination) * Math.cos(latitude) * Math.cos(angle),
  };
}

describe("dishes and the turning sky", () => {
  test("six dishes make 21 baselines, each dish with itself among them", () => {
    expect(dishes).toHaveLength(6);
    expect(baselines).toHaveLength(21);
    const names = baselines.map(({ name }) => name.replace("_", " "));
    expect(names.slice(0, 7).join()).toBe("m033 m033,m033 m034,m033 m035,m033 m036,m033 m037,m033 m038,m034 m034");
  });

  test("the sidereal time is that of the example in Meeus' book", () => {
    // Example 12.b: 1987 April 10, 19:21:00 UT is 8h 34m 57.0896s in Greenwich.
    const expected = (8 + 34 / 60 + 57.0896 / 3600) * 15;
    expect(siderealTime(Date.UTC(1987, 3, 10, 19, 21))).toBeCloseTo(expected, 4);
  });

  test("the sky turns once in a sidereal day of 86,164.0905 s", () => {
    const time = Date.UTC(2026, 10, 27);
    const turned = hourAngle(time + 86_164_090.5) - hourAngle(time);
    expect(Math.cos(turned)).toBeCloseTo(1, 9);
    expect(Math.cos(hourAngle(time + 43_082_045) - hourAngle(time))).toBeCloseTo(-1, 9);
  });

  test.each([-2.4, -1, 0, 0.3, 1.9, 3.1])(
    "at the hour angle %d, w is the part of the baseline towards the source",
    (angle) => {
      const direction = directionAt(angle);
      for (const { vector } of baselines) {
        const { u, v, w } = uvwOf(vector, angle);
        const along = vector.east * direction.east + vector.north * direction.north + vector.up * direction.up;
        expect(w).toBeCloseTo(along, 6);
        expect(Math.hypot(u, v, w)).toBeCloseTo(Math.hypot(vector.east, vector.north, vector.up), 6);
        // u lies in the plane of the equator, to the east as seen from the source.
        const east = -Math.sin(angle) * Math.sin(latitude) * vector.north + Math.cos(angle) * vector.east;
        expect(u).toBeCloseTo(east + Math.sin(angle) * Math.cos(latitude) * vector.up, 6);
      }
    },
  );

  test("the source never sets", () => {
    for (let angle = -Math.PI; angle < Math.PI; angle += 0.1) expect(directionAt(angle).up).toBeGreaterThan(0);
  });
});
