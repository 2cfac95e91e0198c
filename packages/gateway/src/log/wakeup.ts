/** The longest that a timer waits. */
const longestMs = 2 ** 31 - 1;

/** A wait that others end. What wakes it while nobody waits ends the next wait at once. One wait at a time. */
export class Wakeup {
  #isWoken = false;
  #end: (() => void) | undefined;

  /** The same function each time, so that it can be added to sets and listeners, and removed. */
  readonly wake: () => void = () => {
    this.#isWoken = true;
    this.#end?.();
  };

  /** Resolves when it is woken, or after `ms`; it never rejects. */
  async wait(ms: number): Promise<void> {
    if (!this.#isWoken && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, longestMs));
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#end = undefined;
    this.#isWoken = false;
  }
}
