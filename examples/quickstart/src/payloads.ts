import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { RecordArray } from "@dataqueues/arrays";
import { check, PointingNumpyArray, Spectrum } from "@dataqueues/schemas";
import type { PointingOffsets, SpectralWindow } from "@dataqueues/schemas";

/** Reads a real payload of the SKA signal display; the licence is in the same folder. */
function read(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "..", "payloads", file), "utf8"));
}

/** Pointing offsets as the pointing pipeline sends them: a row for each antenna, NaN for a failed fit. */
export function pointingOffsets(): RecordArray {
  const file = read("pointingOffsets.json") as Readonly<Record<keyof PointingOffsets, readonly (string | number)[]>>;
  const numbers = (field: keyof PointingOffsets): Float64Array => Float64Array.from(file[field], Number);
  return new PointingNumpyArray({
    antenna_name: file.antennas.map(String),
    last_scan_index: new Float64Array(file.antennas.length).fill(9),
    xel_offset: numbers("crossElevationOffset"),
    xel_offset_std: numbers("crossElevationOffsetStandardDeviation"),
    el_offset: numbers("elevationOffset"),
    el_offset_std: numbers("elevationOffsetStandardDeviation"),
    expected_width_h: numbers("crossElevationExpectedWidth"),
    expected_width_v: numbers("elevationExpectedWidth"),
    fitted_width_h: numbers("crossElevationFittedWidth"),
    fitted_width_h_std: numbers("crossElevationFittedWidthStandardDeviation"),
    fitted_width_v: numbers("elevationFittedWidth"),
    fitted_width_v_std: numbers("elevationFittedWidthStandardDeviation"),
    fitted_height: numbers("fittedHeight"),
    fitted_height_std: numbers("fittedHeightStandardDeviation"),
  }).toNumpy();
}

/** The spectrum of the whole band: 1024 channels, averaged in groups of 16. */
export function averagedSpectrum(): Spectrum {
  return spectrum({ start: 0, count: 64, stride: 16 });
}

/** A window of the spectrum: 128 channels in full resolution. */
export function spectrumWindow(): Spectrum {
  return spectrum({ start: 256, count: 128, stride: 1 });
}

type Channels = Pick<SpectralWindow, "start" | "count" | "stride">;

/** Some channels of the spectrum, with powers as typed arrays, as receive processes send them. */
function spectrum(channels: Channels): Spectrum {
  const { spectral_window, data, ...file } = check(Spectrum, read("spectrum.json"));
  const { start, count, stride } = channels;
  const { freq_min, freq_max } = spectral_window;
  const frequencyOf = (channel: number): number => freq_min + (channel * (freq_max - freq_min)) / spectral_window.count;
  return {
    ...file,
    spectral_window: {
      ...spectral_window,
      ...channels,
      freq_min: frequencyOf(start),
      freq_max: frequencyOf(start + count * stride),
    },
    data: data.map((entry) => ({ ...entry, power: averages(entry.power as readonly number[], channels) })),
  };
}

/** Averages of `stride` channels each, rounded to three decimals. */
function averages(power: readonly number[], { start, count, stride }: Channels): Float64Array {
  return Float64Array.from({ length: count }, (_average, index) => {
    const from = start + index * stride;
    const sum = power.slice(from, from + stride).reduce((total, value) => total + value, 0);
    return Math.round((1000 * sum) / stride) / 1000;
  });
}
