import type { LatencySummary } from "./latencies.ts";

/** What was measured of one kind of work. */
export interface Measurement {
  readonly work: "send" | "receive";
  /** Whether each record waits for the one before it, or there are as many at once as fit. */
  readonly load: "one at a time" | "full";
  readonly records: number;
  /** Of the values. */
  readonly bytes: number;
  /** Undefined one at a time, which is no throughput. */
  readonly seconds?: number | undefined;
  readonly latency?: LatencySummary | undefined;
}
