import * as z from "zod";

import { identifier, integer } from "./fields.ts";
import { metric } from "./metric.ts";
import { anyNumber } from "./numbers.ts";

/** How a processing block gets on; `time` in seconds since 1970. */
export const ProcessingStats = metric({
  name: "stats",
  knownBy: ["payloads_received"],
  payload: z.strictObject({
    type: z.literal("visibility_receive").optional(),
    state: z.string(),
    time: z.number(),
    processing_block_id: z.string(),
    execution_block_id: z.string(),
    subarray_id: identifier,
    scan_id: identifier,
    payloads_received: integer,
    time_slices: integer,
    time_since_last_payload: anyNumber,
  }),
});

export type ProcessingStats = z.infer<typeof ProcessingStats.payload>;
