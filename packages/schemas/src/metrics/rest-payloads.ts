import * as z from "zod";

import { metric } from "./metric.ts";
import { lengthOf, numberRows, numbers } from "./numbers.ts";

/** The masked channels: frequencies in Hz, and for each of them 0 (masked) or 1. It comes over REST, not on a topic. */
export const Mask = metric({
  name: "mask",
  knownBy: ["data"],
  payload: z.strictObject({
    data: z
      .tuple([numbers(), numbers({ finite: true })])
      .refine(([frequencies, mask]) => lengthOf(frequencies) === lengthOf(mask), {
        error: "there are not as many masks as frequencies",
        params: { code: "wrong_length" },
      }),
  }),
});

export type Mask = z.infer<typeof Mask.payload>;

/** The thumbnail of a waterfall, times by channels. It comes over REST, not on a topic. */
export const Waterfall = metric({ name: "waterfall", payload: numberRows() });

export type Waterfall = z.infer<typeof Waterfall.payload>;
