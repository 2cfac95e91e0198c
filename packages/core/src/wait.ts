/** The longest that a timer can wait, some 24 days; a longer wait would end at once. */
const longestMs = 2 ** 31 - 1;

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(ms, longestMs),
    );
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Settles as `promise` does, but rejects with `late()` once `ms` have passed, or with the signal's reason when it aborts. */
export function settleWithin<T>(promise: Promise<T>, ms: number, late: () => Error, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      promise.catch(() => undefined);
      return reject(signal.reason);
    }
    const abort = (): void => finish(() => reject(signal?.reason));
    const timer = setTimeout(() => finish(() => reject(late())), Math.min(ms, longestMs));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
    };
    signal?.addEventListener("abort", abort, { once: true });
    promise.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}

/** Milliseconds to wait before attempt number `attempt` (from 0): doubles from `first` up to `most`, never nothing. */
export function backoff(attempt: number, first: number, most: number): number {
  return Math.min(most, Math.max(1, first) * 2 ** Math.min(attempt, 20));
}

/** A wait that can be ended early. */
export class Pause {
  #end: (() => void) | undefined;

  /** Waits `ms`, or until `end` is called or the signal aborts; it never rejects. One wait at a time. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, Math.min(ms, longestMs));
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener("abort", this.#end, { once: true });
    });
    if (this.#end !== undefined) signal.removeEventListener("abort", this.#end);
    this.#end = undefined;
  }

  end(): void {
    this.#end?.();
  }
}
