import { longestMs } from "./check-number.ts";

/** A timer; none for Infinity. Waits longer than timers allow (24 days) end after that time, not at once. */
export function startTimer(ms: number, call: () => void): ReturnType<typeof setTimeout> | undefined {
  return ms === Infinity ? undefined : setTimeout(call, Math.min(ms, longestMs));
}

/** Resolves once timers and sockets have had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // A timer would wait for a millisecond, in a browser for four.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = startTimer(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Settles as `promise` does, but rejects with `timeoutError()` once `ms` have passed, or with the signal's reason when it aborts. */
export function settleWithin<T>(
  promise: Promise<T>,
  ms: number,
  timeoutError: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      promise.catch(() => undefined);
      return reject(signal.reason);
    }
    const abort = (): void => finish(() => reject(signal?.reason));
    const timer = startTimer(ms, () => finish(() => reject(timeoutError())));
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

/** Settles as `promise` does, but rejects with the signal's reason as soon as that aborts. Nothing ends the work behind it. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return settleWithin(promise, Infinity, () => new Error("unreachable"), signal);
}
