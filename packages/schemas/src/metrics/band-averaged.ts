import * as z from "zod";

import { baseline, polarisation, timestamp } from "./fields.ts";
import { metric } from "./metric.ts";
import { anyNumber } from "./numbers.ts";

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
