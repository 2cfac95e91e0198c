import { Stopwatch } from "./stopwatch.ts";

/** Stopwatches by topic and partition. */
export class PartitionWatches {
  readonly #watches = new Map<string, Stopwatch>();

  /** A stopwatch of a partition that starts now, in place of the one before. */
  start(topic: string, partition: number): Stopwatch {
    const watch = new Stopwatch();
    this.#watches.set(`${topic} ${partition}`, watch);
    return watch;
  }

  /** Something happened in a partition. */
  tick(topic: string, partition: number): void {
    this.#watches.get(`${topic} ${partition}`)?.tick();
  }
}
