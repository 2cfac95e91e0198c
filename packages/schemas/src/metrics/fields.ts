import * as z from "zod";

import { isRecord } from "../recognise.ts";
import { checkedBy } from "./checked-by.ts";

/** An integer that is exact as a JavaScript number. */
export const integer: z.ZodType<number> = checkedBy((value) =>
  Number.isSafeInteger(value) ? undefined : { code: "wrong_type", message: "an integer is needed", expected: "int" },
);

/** An identifier that some programs write as a number and others as text. */
export const identifier: z.ZodType<number | string> = checkedBy((value) =>
  typeof value === "string" || Number.isSafeInteger(value)
    ? undefined
    : { code: "wrong_type", message: "an integer or a text is needed", expected: ["int", "str"] },
);

/** Products of two linear receptors. */
export const polarisation = z.enum(["XX", "XY", "YX", "YY"], { error: "this is no polarisation: XX, XY, YX or YY" });

const twoReceptors = /^[^\s_]+_[^\s_]+$/;

/** Two receptors joined by an underscore: `m033_m034`. */
export const baseline: z.ZodType<string> = checkedBy((value) => {
  if (typeof value !== "string") return { code: "wrong_type", message: "a baseline is a text", expected: "string" };
  if (twoReceptors.test(value)) return undefined;
  return { code: "bad_format", message: "a baseline is two receptors joined by an underscore", expected: "m033_m034" };
});

/** ISO 8601 with an offset: `2023-05-25T13:28:15.442543+00:00`. */
export const timestamp = z.iso.datetime({ offset: true, error: "an ISO 8601 time with an offset is needed" });

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
    // Checked even if there are other issues, so that all are reported together.
    when: ({ value }) => isRecord(value),
  });

/** The channels of a metric; frequencies in Hz. */
export type SpectralWindow = z.infer<typeof spectralWindow>;
