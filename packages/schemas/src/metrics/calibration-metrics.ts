import * as z from "zod";

import { metric } from "./metric.ts";
import { lengthOf, numberRows, numbers } from "./numbers.ts";

/** Gains and phases of each antenna in rows of four, of which the first is H and the last V. */
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

/** Pointing offsets in the form of the display: a list of antennas, and as many numbers in every other field. */
export const PointingOffsets = metric({
  name: "pointingoffsets",
  knownBy: ["antennas"],
  payload: z
    .strictObject({
      antennas: z.array(z.string()),
      crossElevationOffset: numbers(),
      crossElevationOffsetStandardDeviation: numbers(),
      crossElevationFittedWidth: numbers(),
      crossElevationFittedWidthStandardDeviation: numbers(),
      crossElevationExpectedWidth: numbers(),
      elevationOffset: numbers(),
      elevationOffsetStandardDeviation: numbers(),
      elevationFittedWidth: numbers(),
      elevationFittedWidthStandardDeviation: numbers(),
      elevationExpectedWidth: numbers(),
      fittedHeight: numbers(),
      fittedHeightStandardDeviation: numbers(),
    })
    .check(({ value, issues }) => {
      const { antennas, ...columns } = value;
      for (const [field, column] of Object.entries(columns)) {
        if (lengthOf(column) === antennas.length) continue;
        const message = `${lengthOf(column)} numbers for ${antennas.length} antennas`;
        const params = { code: "wrong_length", expected: antennas.length };
        issues.push({ code: "custom", message, path: [field], params, input: value });
      }
    }),
});

export type PointingOffsets = z.infer<typeof PointingOffsets.payload>;
