import * as z from "zod";

import { identifier, integer } from "./fields.ts";
import { metric } from "./metric.ts";
import { anyNumber } from "./numbers.ts";

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
