import { afterEach, beforeEach, vi } from "vitest";

/** The clock of a file's tests. */
export interface FakeClockOptions {
  /** The time at which each test begins; a wrong sign in the code would not show with a clock at 0. */
  readonly atMs?: number;
  /** Whether a test that leaves a timer behind fails. */
  readonly leavesNoTimer?: boolean;
  /** Whether `Date` goes by this clock too; it then begins at this time, in milliseconds since 1970. */
  readonly dateMs?: number;
}

/** Time passes in the tests of a file only by {@link pass}. */
export function useFakeClock({ atMs = 0, leavesNoTimer = false, dateMs }: FakeClockOptions = {}): void {
  beforeEach(() => {
    const timers = ["setTimeout", "clearTimeout", "performance"] as const;
    if (dateMs === undefined) vi.useFakeTimers({ toFake: [...timers] });
    else vi.useFakeTimers({ toFake: [...timers, "Date"], now: dateMs });
    vi.advanceTimersByTime(atMs);
  });
  afterEach(() => {
    const left = vi.getTimerCount();
    vi.useRealTimers();
    if (leavesNoTimer && left > 0) throw new Error(`${left} timers are left behind`);
  });
}

/** Lets time pass, and runs the timers that are due. */
export function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}
