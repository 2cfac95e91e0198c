import type { SpectralWindow } from "@dataqueues/schemas";

import amplitudePayload from "../../payloads/amplitude.m033_m038.json" with { type: "json" };
import spectrumPayload from "../../payloads/spectrum.json" with { type: "json" };

/** The polarisations of a metric, in their order. */
export const polarisations = ["XX", "XY", "YX", "YY"] as const;

export type Polarisation = (typeof polarisations)[number];

/** Channels of each metric. */
export const channelCount = 1024;

/** How many channels of full resolution the averaged stream has in one of its own. */
const averaged = 8;

/** The whole band, in Hz. */
const { freq_min: bandStart, freq_max: bandEnd } = spectrumPayload.spectral_window;

/** The first channel, in full resolution, of the windows on partitions 1 to 5. */
const windowStarts = [512, 2048, 3584, 5120, 6656];

/** How many partitions the topics of metrics have: the averaged stream, and a window on each of the others. */
export const partitionCount: number = 1 + windowStarts.length;

/** Frequencies in Hz that are never of use: channels there are flagged in every metric. */
const flagged: readonly (readonly [from: number, to: number])[] = [
  [742e6, 756e6],
  [1169e6, 1178e6],
  [1369e6, 1381e6],
];

/** A window's channels: their envelope as in the metrics, their frequencies, and the shapes of the real payloads there. */
export interface Channels {
  readonly window: SpectralWindow;
  readonly frequencies: Float64Array;
  /** Whether a channel is flagged: 1 or 0. */
  readonly flags: Uint8Array;
  /** Power of an autocorrelation. */
  readonly power: Float64Array;
  /** Amplitude between two dishes, of XX and of YY. */
  readonly amplitude: { readonly XX: Float64Array; readonly YY: Float64Array };
}

/**
 * The channels of one partition. Partition 0 has the whole band, averaged; the others a part of it in full resolution.
 *
 * @param partition - from 0 to 5
 */
export function channelsOf(partition: number): Channels {
  const start = partition === 0 ? 0 : (windowStarts[partition - 1] ?? 0);
  const stride = partition === 0 ? averaged : 1;
  const frequencyAt = (channel: number): number =>
    bandStart + (channel * (bandEnd - bandStart)) / (channelCount * averaged);
  const window = {
    freq_min: frequencyAt(start),
    freq_max: frequencyAt(start + channelCount * stride),
    count: channelCount,
    channels_id: 0,
    spectral_window_id: partition,
    start,
    stride,
  };
  const frequencies = Float64Array.from({ length: channelCount }, (_frequency, index) =>
    frequencyAt(start + index * stride),
  );
  const shapeOf = (payload: readonly number[]): Float64Array =>
    frequencies.map((frequency) => valueAt(payload, ((frequency - bandStart) / (bandEnd - bandStart)) * channelCount));
  return {
    window,
    frequencies,
    flags: Uint8Array.from(frequencies, (hz) => (flagged.some(([from, to]) => hz >= from && hz < to) ? 1 : 0)),
    power: shapeOf(withoutFirst(spectrumPayload.data[0]?.power ?? [])),
    amplitude: {
      XX: shapeOf(withoutFirst(amplitudePayload.data[0]?.data ?? [])),
      YY: shapeOf(withoutFirst(amplitudePayload.data[1]?.data ?? [])),
    },
  };
}

/** The first channel of the payloads has the sum of the band's offset in it: the second stands in its place. */
function withoutFirst([, second = 0, ...others]: readonly number[]): readonly number[] {
  return [second, second, ...others];
}

/** The value between two channels. */
function valueAt(values: readonly number[], channel: number): number {
  const below = Math.min(Math.floor(channel), values.length - 2);
  const [first = 0, second = 0] = values.slice(below, below + 2);
  return first + (second - first) * Math.min(channel - below, 1);
}
