import { RandomNumbers } from "./random-numbers.ts";

/**
 * What interference adds to the power of each channel, as a multiple of the undisturbed power. It depends on the time and the seed
 * only, so that windows agree and history can be made afterwards:
 * - a mobile network at 938 MHz, on for 5 of 40 seconds
 * - a carrier that drifts from 1,060 to 1,150 MHz within 90 of every 240 seconds
 * - bursts of a radar near 1,220 MHz, at random, for up to half a minute
 * - a flash over the whole band, a second long, about every 100 seconds
 *
 * @param time - ms since 1970
 * @param channelWidth - in Hz; what is narrower is spread over one channel
 */
export function interferenceAt(
  time: number,
  frequencies: Float64Array,
  channelWidth: number,
  seed: number,
): Float64Array {
  const seconds = time / 1000;
  const added = new Float64Array(frequencies.length);
  const add = (centre: number, width: number, strength: number): void => {
    const sigma = Math.max(width, channelWidth) / 2;
    frequencies.forEach((frequency, index) => {
      const distance = (frequency - centre) / sigma;
      if (Math.abs(distance) < 5) added[index] = (added[index] ?? 0) + strength * Math.exp((-distance * distance) / 2);
    });
  };
  if (seconds % 40 < 5) add(938e6, 8e6, 1.6);
  const drift = seconds % 240;
  if (drift < 90) add(1060e6 + (drift / 90) * 90e6, 0.5e6, 3);
  const minute = Math.floor(seconds / 60);
  const random = new RandomNumbers(seed, minute);
  const [begins, lasts, isOn] = [random.uniform() * 30, 8 + random.uniform() * 22, random.uniform() < 0.5];
  const sinceMinute = seconds - minute * 60;
  if (isOn && sinceMinute >= begins && sinceMinute < begins + lasts) add(1220e6, 16e6, 0.9);
  const flash = Math.floor(new RandomNumbers(seed, Math.floor(seconds / 100), 1).uniform() * 100);
  return Math.floor(seconds % 100) === flash ? added.map((value) => value + 0.25) : added;
}
