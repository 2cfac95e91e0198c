import * as z from "zod";

import { isRecord } from "../recognise.ts";
import { checkedBy } from "./checked-by.ts";
import { identifier, integer } from "./fields.ts";

const count: z.ZodType<number> = checkedBy((value) =>
  Number.isSafeInteger(value) && Number(value) >= 0
    ? undefined
    : { code: "wrong_type", message: "a number of channels is needed", expected: "int" },
);

/**
 * The channels of a metric. Frequencies are in Hz; programs from before mid-2024 wrote MHz, and no field says which.
 * `channels_id` and `spectral_window_id` are numbers or text on the wire.
 */
export const spectralWindow = z
  .strictObject({
    freq_min: z.number(),
    freq_max: z.number(),
    count,
    channels_id: identifier,
    spectral_window_id: identifier,
    start: integer,
    stride: integer,
  })
  .refine(({ freq_min, freq_max }) => !(freq_max < freq_min), {
    error: "freq_max is below freq_min",
    path: ["freq_max"],
    params: { code: "out_of_range", expected: "freq_max >= freq_min" },
    // Also beside other issues, so that all are reported together.
    when: ({ value }) => isRecord(value),
  });

/** The channels of a metric; frequencies in Hz. */
export type SpectralWindow = z.infer<typeof spectralWindow>;
