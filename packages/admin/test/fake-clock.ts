import { afterEach, beforeEach, vi } from "vitest";

/** Time passes in the tests of a file only as each test says, and a test that leaves a timer behind fails. */
export function useFakeClock(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => {
    const left = vi.getTimerCount();
    vi.useRealTimers();
    if (left > 0) throw new Error(`${left} timers are left behind`);
  });
}
