import type * as z from "zod";

import { metric } from "./metric.ts";
import { numberRows } from "./number-rows.ts";

/** A waterfall's thumbnail, times by channels. It comes over REST, not on a topic. */
export const Waterfall = metric({ name: "waterfall", payload: numberRows() });

export type Waterfall = z.infer<typeof Waterfall.payload>;
