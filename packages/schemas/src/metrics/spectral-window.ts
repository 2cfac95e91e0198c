import { z } from "zod";

import { identifier } from "./fields.ts";

/**
 * The channels of a metric. Frequencies are in Hz; programs from before mid-2024 wrote MHz, and no field says which.
 * `channels_id` and `spectral_window_id` are numbers or text on the wire.
 */
export const spectralWindow = z
  .strictObject({
    freq_min: z.number(),
    freq_max: z.number(),
    count: z.int().nonnegative(),
    channels_id: identifier,
    spectral_window_id: identifier,
    start: z.int(),
    stride: z.int(),
  })
  .refine(({ freq_min, freq_max }) => freq_max >= freq_min, {
    error: "freq_max is below freq_min",
    path: ["freq_max"],
    params: { code: "out_of_range", expected: "freq_max >= freq_min" },
    when: ({ value }) => hasFrequencies(value),
  });

export type SpectralWindow = z.infer<typeof spectralWindow>;

function hasFrequencies(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("freq_min" in value) || !("freq_max" in value)) return false;
  return typeof value.freq_min === "number" && typeof value.freq_max === "number";
}
