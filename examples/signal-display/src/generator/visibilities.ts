import { channelCount, polarisations } from "./band.ts";
import type { Channels, Polarisation } from "./band.ts";
import { baselines, dishes, hourAngle, uvwOf } from "./dishes.ts";
import type { Baseline } from "./dishes.ts";
import { RandomNumbers } from "./random-numbers.ts";

/** Complex visibilities of one baseline and polarisation, for each channel. */
export interface Visibility {
  readonly baseline: string;
  readonly polarisation: Polarisation;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Where and when visibilities are made. */
export interface VisibilityConditions {
  /** Ms since 1970. */
  readonly time: number;
  readonly channels: Channels;
  /** What interference adds; see `interferenceAt`. */
  readonly interference: Float64Array;
  readonly random: RandomNumbers;
}

const speedOfLight = 299_792_458;
/** How far the source is from the centre of the field, to the east and to the north, in radians: about 2 and 1.4 minutes of arc. */
const offset = { l: 6e-4, m: 4e-4 };
/** Of each dish: the factor of its amplitude, and delays of X and Y that no calibration took out, in ns. */
const receivers = dishes.map((_dish, index) => {
  const random = new RandomNumbers(1934, index);
  return { gain: 1 + 0.12 * random.normal(), delayX: 0.35 * random.normal(), delayY: 0.35 * random.normal() };
});

/** What stands between two dishes, of each polarisation: how much of it is the source, and noise in units of the payload. */
const cross = {
  XX: { shape: "XX", share: 1, noise: 0.35 },
  XY: { shape: "XX", share: 0.04, noise: 0.35 },
  YX: { shape: "YY", share: 0.04, noise: 0.35 },
  YY: { shape: "YY", share: 1, noise: 0.35 },
} as const;
/** How strong an autocorrelation is, of each polarisation, as a part of XX. */
export const autoShare: Readonly<Record<Polarisation, number>> = { XX: 1, XY: 0.12, YX: 0.09, YY: 0.88 };

/** What the dishes measure of the source, all baselines and polarisations. */
export function visibilitiesAt(conditions: VisibilityConditions): Visibility[] {
  const angle = hourAngle(conditions.time);
  return baselines.flatMap((baseline) =>
    polarisations.map((polarisation) =>
      baseline.first === baseline.second
        ? autocorrelation(baseline, polarisation, conditions)
        : correlation(baseline, polarisation, angle, conditions),
    ),
  );
}

/** The power of one dish: a real number for XX and YY. */
function autocorrelation(
  { name, first }: Baseline,
  polarisation: Polarisation,
  { channels, interference, random }: VisibilityConditions,
): Visibility {
  const gain = receivers[first]?.gain ?? 1;
  const isCrossHand = polarisation === "XY" || polarisation === "YX";
  const real = new Float64Array(channelCount);
  const imaginary = new Float64Array(channelCount);
  for (let channel = 0; channel < channelCount; channel += 1) {
    const power = (channels.power[channel] ?? 0) * (1 + (interference[channel] ?? 0));
    const value = power * gain * gain * autoShare[polarisation] * (1 + 0.01 * random.normal());
    const phase = isCrossHand ? 0.6 + 0.3 * random.normal() : 0;
    real[channel] = value * Math.cos(phase);
    imaginary[channel] = value * Math.sin(phase);
  }
  return { baseline: name, polarisation, real, imaginary };
}

/**
 * The fringes of a point source off the field's centre, with thermal noise. Source: Thompson, Moran and Swenson (3rd edition),
 * formula 3.7: the phase is `-2 π (u l + v m + w (n - 1))` with u, v, w in wavelengths, so it turns with the frequency, and over
 * hours with the earth.
 */
function correlation(
  { name, vector, first, second }: Baseline,
  polarisation: Polarisation,
  angle: number,
  { channels, interference, random }: VisibilityConditions,
): Visibility {
  const { u, v, w } = uvwOf(vector, angle);
  const n = Math.sqrt(1 - offset.l ** 2 - offset.m ** 2);
  const [one, other] = [receivers[first], receivers[second]];
  const delayOf = (receiver: (typeof receivers)[number] | undefined, feed: string | undefined): number =>
    ((feed === "X" ? receiver?.delayX : receiver?.delayY) ?? 0) * 1e-9;
  const path = (u * offset.l + v * offset.m + w * (n - 1)) / speedOfLight;
  const delay = path + delayOf(one, polarisation[0]) - delayOf(other, polarisation[1]);
  const constant = polarisation === "YY" ? 0.5 : 0;
  const { shape, share, noise } = cross[polarisation];
  const gain = (one?.gain ?? 1) * (other?.gain ?? 1) * share;
  const real = new Float64Array(channelCount);
  const imaginary = new Float64Array(channelCount);
  for (let channel = 0; channel < channelCount; channel += 1) {
    const amplitude = (channels.amplitude[shape][channel] ?? 0) * gain;
    const phase = -2 * Math.PI * (channels.frequencies[channel] ?? 0) * delay + constant;
    // Interference comes through the side lobes: it is noise for the correlator.
    const deviation = noise * (1 + 4 * (interference[channel] ?? 0)) + 0.02 * amplitude;
    real[channel] = amplitude * Math.cos(phase) + deviation * random.normal();
    imaginary[channel] = amplitude * Math.sin(phase) + deviation * random.normal();
  }
  return { baseline: name, polarisation, real, imaginary };
}
