import * as z from "zod";

import { baseline, polarisation } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { numbers } from "./numbers.ts";

/** One new row of each baseline's spectrogram a message; the topic of phases is often used for it. */
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
