import * as z from "zod";

import { baseline, polarisation } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { numbers } from "./numbers.ts";

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
