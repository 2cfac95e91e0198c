/** Counts what happens, and measures the longest time in which nothing did. */
export class Stopwatch {
  readonly #started = performance.now();
  #last = this.#started;
  #longestMs = 0;
  #ticks = 0;

  /** Something happened. */
  tick(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#last);
    this.#last = now;
    this.#ticks += 1;
  }

  /** How often something happened. */
  get ticks(): number {
    return this.#ticks;
  }

  /** How often it happens in a second, on average until now. */
  get perSecond(): number {
    return (1_000 * this.#ticks) / (performance.now() - this.#started);
  }

  /** Milliseconds; the time since the last tick counts too. */
  get longestMs(): number {
    return Math.round(Math.max(this.#longestMs, performance.now() - this.#last));
  }
}
