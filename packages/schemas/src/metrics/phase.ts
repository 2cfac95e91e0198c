import * as z from "zod";

import { baseline, polarisation } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { numbers } from "./numbers.ts";

/** Visibility phases of each baseline: `data` in radians, `component` the imaginary part, one each a channel. */
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
