import * as z from "zod";

import { metric } from "./metric.ts";
import { numberRows } from "./number-rows.ts";
import { lengthOf, numbers } from "./numbers.ts";

/** Gains and phases of each antenna, four a row: the first is H, the last V. */
export const GainCalibration = metric({
  name: "gaincalibration",
  knownBy: ["gains"],
  payload: z
    .strictObject({ time: numbers(), gains: numberRows(4), phases: numberRows(4) })
    .refine(({ gains, phases }) => lengthOf(gains) === lengthOf(phases), {
      error: "gains and phases have different numbers of antennas",
      path: ["phases"],
      params: { code: "wrong_length" },
    }),
  formerly: {
    times: "time",
    amplitudeH: "gains",
    amplitudeV: "gains",
    phaseH: "phases",
    phaseV: "phases",
  },
});

export type GainCalibration = z.infer<typeof GainCalibration.payload>;
