import * as z from "zod";

import { identifier, integer } from "./fields.ts";
import { metric } from "./metric.ts";
import { anyNumber } from "./numbers.ts";

/** The progress of a processing block; `time` in seconds since 1970. */
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

/** What a receiver has received; `time` in seconds since 1970, `duration` in seconds. */
export const ReceiverStats = metric({
  name: "receiverstats",
  knownBy: ["num_heaps"],
  payload: z.strictObject({
    time: z.number(),
    scan_id: identifier,
    state: z.string(),
    total_megabytes: anyNumber,
    num_heaps: integer,
    num_incomplete: integer,
    duration: anyNumber,
    streams: z.array(z.unknown()),
  }),
});

export type ReceiverStats = z.infer<typeof ReceiverStats.payload>;
