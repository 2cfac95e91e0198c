import { setTimeout as delay } from "node:timers/promises";

/**
 * A budget that grows by `perSecond`, and holds at most one second's. More can be taken than is there: what is owed has to be
 * waited for before the next.
 */
export class RateLimit {
  readonly #perSecond: number;
  #available: number;
  #filledAt: number = performance.now();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#available = perSecond;
  }

  take(amount: number): void {
    this.#fill();
    this.#available -= amount;
  }

  /** How long until nothing is owed, in milliseconds. */
  get waitMs(): number {
    this.#fill();
    return this.#available >= 0 ? 0 : (-this.#available / this.#perSecond) * 1_000;
  }

  /** Resolves when nothing is owed, or the signal aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    for (let ms = this.waitMs; ms > 0 && !signal.aborted; ms = this.waitMs) await pause(ms, signal);
  }

  #fill(): void {
    const now = performance.now();
    // Infinity times 0 is no number.
    if (this.#perSecond !== Infinity) {
      const grown = this.#available + ((now - this.#filledAt) / 1_000) * this.#perSecond;
      this.#available = Math.min(this.#perSecond, grown);
    }
    this.#filledAt = now;
  }
}

/** Waits, or until the signal aborts; it never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.ceil(ms), undefined, { signal }).catch(() => undefined);
}
