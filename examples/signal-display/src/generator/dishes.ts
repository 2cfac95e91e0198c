/** A position relative to the array's centre, in metres. */
export interface Position {
  readonly east: number;
  readonly north: number;
  readonly up: number;
}

/** Where a baseline lies as seen from a source, in metres: u to the east, v to the north, w towards the source. */
export interface Uvw {
  readonly u: number;
  readonly v: number;
  readonly w: number;
}

/** Two dishes, or one with itself: an autocorrelation. */
export interface Baseline {
  /** As in the metrics: "m033_m038". */
  readonly name: string;
  readonly first: number;
  readonly second: number;
  /** From the first dish to the second. */
  readonly vector: Position;
}

/** Dishes of MeerKAT with their positions as its observers' scripts have them. */
export const dishes: readonly { readonly name: string; readonly position: Position }[] = [
  { name: "m033", position: { east: 580.678, north: 863.959, up: 3.6 } },
  { name: "m034", position: { east: 357.811, north: -28.308, up: 8.972 } },
  { name: "m035", position: { east: 386.152, north: -180.894, up: 10.29 } },
  { name: "m036", position: { east: 388.257, north: -290.759, up: 10.812 } },
  { name: "m037", position: { east: 380.286, north: -459.309, up: 12.172 } },
  { name: "m038", position: { east: 213.308, north: -569.08, up: 11.946 } },
];

/** All pairs of dishes, each dish with itself among them, in the order of the metrics. */
export const baselines: readonly Baseline[] = dishes.flatMap((one, first) =>
  dishes.slice(first).map((other, index) => ({
    name: `${one.name}_${other.name}`,
    first,
    second: first + index,
    vector: {
      east: other.position.east - one.position.east,
      north: other.position.north - one.position.north,
      up: other.position.up - one.position.up,
    },
  })),
);

const radians = Math.PI / 180;
/** The centre of the array, 30°42'39.8" south, 21°26'38.0" east. */
const latitude = -(30 + 42 / 60 + 39.8 / 3600) * radians;
const longitudeDegrees = 21 + 26 / 60 + 38 / 3600;
/**
 * PKS 1934-638 (J2000), the flux calibrator of the southern sky. At this latitude it never sets.
 */
export const source: { readonly rightAscension: number; readonly declination: number } = {
  rightAscension: (19 + 39 / 60 + 25.03 / 3600) * 15 * radians,
  declination: -(63 + 42 / 60 + 45.6 / 3600) * radians,
};

/**
 * Greenwich mean sidereal time in degrees, from 0 to 360. Source: Meeus, Astronomical Algorithms (2nd edition), formula 12.4,
 * without the terms of the century.
 *
 * @param time - ms since 1970
 */
export function siderealTime(time: number): number {
  const days = time / 86_400_000 + 2_440_587.5 - 2_451_545;
  return (((280.46061837 + 360.98564736629 * days) % 360) + 360) % 360;
}

/**
 * The hour angle of the source at the array, in radians: how far the sky has turned since the source was due north.
 *
 * @param time - ms since 1970
 */
export function hourAngle(time: number): number {
  return (siderealTime(time) + longitudeDegrees) * radians - source.rightAscension;
}

/**
 * A baseline as seen from the source. Source: Thompson, Moran and Swenson, Interferometry and Synthesis in Radio Astronomy (3rd
 * edition), formulas 4.1 and 4.4: the baseline in the axes of the equator, then turned by hour angle and declination.
 *
 * @param angle - the hour angle in radians
 */
export function uvwOf({ east, north, up }: Position, angle: number): Uvw {
  const x = -Math.sin(latitude) * north + Math.cos(latitude) * up;
  const z = Math.cos(latitude) * north + Math.sin(latitude) * up;
  const [sinH, cosH] = [Math.sin(angle), Math.cos(angle)];
  const [sinD, cosD] = [Math.sin(source.declination), Math.cos(source.declination)];
  return {
    u: sinH * x + cosH * east,
    v: -sinD * cosH * x + sinD * sinH * east + cosD * z,
    w: cosD * cosH * x - cosD * sinH * east + sinD * z,
  };
}
