import { afterEach, beforeEach, vi } from "vitest";

/** How the clock of a file's tests is. */
export interface FakeClockOptions {
  /** What the clock shows when a test begins: a sign that is wrong hides behind a clock at 0. */
  readonly atMs?: number;
  /** Whether a test that leaves a timer behind fails. */
  readonly leavesNoTimer?: boolean;
}

/** In every test of the file time passes only as the test says, by {@link pass}. */
export function useFakeClock({ atMs = 0, leavesNoTimer = false }: FakeClockOptions = {}): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    vi.advanceTimersByTime(atMs);
  });
  afterEach(() => {
    const left = vi.getTimerCount();
    vi.useRealTimers();
    if (leavesNoTimer && left > 0) throw new Error(`${left} timers are left behind`);
  });
}

/** Lets time pass, and what is due happen. */
export function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}
