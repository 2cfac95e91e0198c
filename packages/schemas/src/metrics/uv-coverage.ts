import * as z from "zod";

import { baseline, polarisation } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { anyNumber } from "./numbers.ts";

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
