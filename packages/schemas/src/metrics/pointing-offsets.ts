import * as z from "zod";

import { metric } from "./metric.ts";
import { lengthOf, numbers } from "./numbers.ts";

/** Pointing offsets as the display takes them: a list of antennas, and as many numbers in every other field. */
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
