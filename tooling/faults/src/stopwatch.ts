/** Counts events, and measures the longest time without one. */
export class Stopwatch {
  readonly #started = performance.now();
  #last = this.#started;
  #longestMs = 0;
  #ticks = 0;

  /** Counts one event. */
  tick(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#last);
    this.#last = now;
    this.#ticks += 1;
  }

  /** How many events there were. */
  get ticks(): number {
    return this.#ticks;
  }

  /** Events per second, on average since the start. */
  get perSecond(): number {
    return (1_000 * this.#ticks) / (performance.now() - this.#started);
  }

  /** The longest time without an event, in milliseconds. The time since the last event counts too. */
  get longestMs(): number {
    return Math.round(Math.max(this.#longestMs, performance.now() - this.#last));
  }
}

/** A stopwatch for each partition that somebody asked to measure. */
export class PartitionStopwatches {
  readonly #watches = new Map<string, Stopwatch>();

  /** Starts a new stopwatch for a partition; it replaces the one before. */
  start(topic: string, partition: number): Stopwatch {
    const watch = new Stopwatch();
    this.#watches.set(`${topic} ${partition}`, watch);
    return watch;
  }

  /** Counts one event in a partition. */
  tick(topic: string, partition: number): void {
    this.#watches.get(`${topic} ${partition}`)?.tick();
  }
}
