import { startTimer } from "./wait.ts";

/**
 * Carries out a task again and again, each time `pauseMs` after the last time, until the signal aborts. The task must not reject.
 */
export async function repeat(
  pauseMs: () => number,
  signal: AbortSignal,
  task: () => void | Promise<void>,
): Promise<void> {
  const pause = new Pause();
  while (!signal.aborted) {
    await pause.wait(pauseMs(), signal);
    if (!signal.aborted) await task();
  }
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
      const timer = startTimer(ms, end);
      signal.addEventListener("abort", end);
      this.#end = end;
    });
    this.#end = undefined;
  }

  end(): void {
    this.#end?.();
  }
}
