import { z } from "zod";

/** An identifier that some programs write as a number and others as text. */
export const identifier = z.union([z.int(), z.string()], { error: "an integer or a text is needed" });

/** Products of two linear receptors. */
export const polarisation = z.enum(["XX", "XY", "YX", "YY"], { error: "this is no polarisation: XX, XY, YX or YY" });

/** Two receptors joined by an underscore: `m033_m034`. */
export const baseline = z
  .string()
  .regex(/^[^\s_]+_[^\s_]+$/, { error: "a baseline is two receptors joined by an underscore" });

/** ISO 8601 with an offset: `2023-05-25T13:28:15.442543+00:00`. */
export const timestamp = z.iso.datetime({ offset: true, error: "an ISO 8601 time with an offset is needed" });
