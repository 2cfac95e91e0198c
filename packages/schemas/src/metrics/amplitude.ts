import * as z from "zod";

import { baseline, polarisation } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { numbers } from "./numbers.ts";

/** Visibility amplitudes of each baseline: `data` is the absolute value, `component` the real part, one each a channel. */
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
