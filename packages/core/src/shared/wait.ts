import { longestMs } from "./check-number.ts";

/** A timer; Infinity is never. A longer wait than a timer's longest would end at once. */
function after(ms: number, call: () => void): ReturnType<typeof setTimeout> | undefined {
  return ms === Infinity ? undefined : setTimeout(call, Math.min(ms, longestMs));
}

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
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
    const timer = after(ms, () => finish(() => reject(late())));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
    };
    signal?.addEventListener("abort", abort);
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
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = after(ms, end);
      signal.addEventListener("abort", end);
      this.#end = end;
    });
    this.#end = undefined;
  }

  end(): void {
    this.#end?.();
  }
}
