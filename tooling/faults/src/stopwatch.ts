/** The longest time in which nothing happened. */
export class Stopwatch {
  #last = performance.now();
  #longestMs = 0;

  /** Something happened. */
  tick(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#last);
    this.#last = now;
  }

  /** Milliseconds; the time since the last tick counts too. */
  get longestMs(): number {
    return Math.round(Math.max(this.#longestMs, performance.now() - this.#last));
  }
}
