import { afterEach, beforeEach, vi } from "vitest";

/** In every test of the file time passes only as the test says, and a test that leaves a timer behind fails. */
export function useFakeClock(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => {
    const left = vi.getTimerCount();
    vi.useRealTimers();
    if (left > 0) throw new Error(`${left} timers are left behind`);
  });
}
