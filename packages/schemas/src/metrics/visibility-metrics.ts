import * as z from "zod";

import { baseline, polarisation, timestamp } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { anyNumber, numbers } from "./numbers.ts";

/**
 * Visibility amplitudes of each baseline: `data` is the absolute value, `component` the real part, for each channel.
 */
export const Amplitude = metric({
  name: "amplitude",
  dataTypes: ["amplitude"],
  payload: metricEnvelope(
    ["amplitude"],
    z.strictObject({ baseline, polarisation, data: numbers(), component: numbers() }),
    ["data", "component"],
  ),
  formerly: { amplitudes: "data" },
});

export type Amplitude = z.infer<typeof Amplitude.payload>;

/** Visibility phases of each baseline: `data` in radians, `component` the imaginary part, for each channel. */
export const Phase = metric({
  name: "phase",
  dataTypes: ["phase"],
  payload: metricEnvelope(
    ["phase"],
    z.strictObject({ baseline, polarisation, data: numbers(), component: numbers() }),
    ["data", "component"],
  ),
  formerly: { phases: "data" },
});

export type Phase = z.infer<typeof Phase.payload>;

/** A standard deviation: one number for all channels, or one for each. */
const deviation = z.union([anyNumber, numbers()], { error: "a number or numbers are needed" });

/** Power and phase angle of the autocorrelations, one for each channel; `angle` may be empty. */
export const Spectrum = metric({
  name: "spectrum",
  dataTypes: ["spectrum"],
  payload: metricEnvelope(
    ["spectrum"],
    z.strictObject({ polarisation, power: numbers(), power_std: deviation, angle: numbers(), angle_std: deviation }),
    ["power"],
  ),
  formerly: { polarisations: "data", channels: "spectral_window", sd_l: "power_std", sd_u: "power_std" },
});

export type Spectrum = z.infer<typeof Spectrum.payload>;

/** One new row of each baseline's spectrogram in each message. It often has the topic of the phases. */
export const Spectrogram = metric({
  name: "spectrograms",
  dataTypes: ["spectrograms", "spectrogram"],
  payload: metricEnvelope(
    ["spectrograms", "spectrogram"],
    z.strictObject({ baseline, polarisation, data: numbers(), component: numbers().optional() }),
    ["data", "component"],
  ),
});

export type Spectrogram = z.infer<typeof Spectrogram.payload>;

/** Delays of each baseline; lag `i` of `n` is `(i - n / 2) * n / (freq_max - freq_min)`. */
export const LagPlot = metric({
  name: "lagplot",
  dataTypes: ["lagplot", "lag_plot"],
  payload: metricEnvelope(
    ["lagplot", "lag_plot"],
    z.strictObject({ baseline, polarisation, data: numbers(), component: numbers().optional() }),
  ),
});

export type LagPlot = z.infer<typeof LagPlot.payload>;

/** Where each baseline lies in the uv plane, and its weight from 0 to 1. Autocorrelations lie at 0. */
export const UvCoverage = metric({
  name: "uvcoverage",
  dataTypes: ["uvcoverage", "uv_coverage"],
  payload: metricEnvelope(
    ["uvcoverage", "uv_coverage"],
    z.strictObject({
      baseline,
      polarisation,
      weight: z.number().min(0).max(1),
      u: anyNumber,
      v: anyNumber,
      w: anyNumber,
    }),
  ),
});

export type UvCoverage = z.infer<typeof UvCoverage.payload>;

/** Cross-correlations averaged over the band: one number for each baseline and polarisation. */
export const BandAveraged = metric({
  name: "bandaveragedxcorr",
  knownBy: ["timestamp", "data"],
  payload: z.strictObject({
    timestamp,
    data: z.array(z.strictObject({ baseline, polarisation, data: anyNumber })),
  }),
});

export type BandAveraged = z.infer<typeof BandAveraged.payload>;
