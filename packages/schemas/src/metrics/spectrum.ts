import * as z from "zod";

import { polarisation } from "./fields.ts";
import { metricEnvelope } from "./metric-envelope.ts";
import { metric } from "./metric.ts";
import { anyNumber, numbers } from "./numbers.ts";

/** A standard deviation: one number for all channels, or one for each. */
const deviation = z.union([anyNumber, numbers()], { error: "a number or numbers are needed" });

/** Power and phase angle of the autocorrelations, one for each channel; `angle` may be empty. */
export const Spectrum = metric({
  name: "spectrum",
  dataTypes: ["spectrum"],
  payload: metricEnvelope(
    ["spectrum"],
    z.strictObject({ polarisation, power: numbers(), power_std: deviation, angle: numbers(), angle_std: deviation }),
    ["power"],
  ),
  formerly: { polarisations: "data", channels: "spectral_window", sd_l: "power_std", sd_u: "power_std" },
});

export type Spectrum = z.infer<typeof Spectrum.payload>;
