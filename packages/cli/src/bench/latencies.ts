import { createHistogram } from "node:perf_hooks";
import type { RecordableHistogram } from "node:perf_hooks";

/** Latencies in milliseconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const nanosecondsPerMs = 1e6;

/** Counts latencies in a histogram with three digits, so that memory does not grow with their number. */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 3_600_000_000_000, figures: 3 });

  /** @param ms - a difference of two `performance.now()` */
  add(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * nanosecondsPerMs)));
  }

  get count(): number {
    return this.#histogram.count;
  }

  summary(): LatencySummary {
    const at = (percentile: number): number => this.#histogram.percentile(percentile) / nanosecondsPerMs;
    return { p50: at(50), p95: at(95), p99: at(99), max: this.#histogram.max / nanosecondsPerMs };
  }
}
