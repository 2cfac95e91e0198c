import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ReplayClock } from "../src/replay-clock.ts";

const { signal } = new AbortController();

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** When records with these timestamps are due, in ms after the first one. */
async function dueTimes(speed: number, timestamps: readonly number[]): Promise<number[]> {
  const clock = new ReplayClock(speed);
  const start = performance.now();
  const times: number[] = [];
  const waiting = (async () => {
    for (const timestamp of timestamps) {
      await clock.due(timestamp, signal);
      times.push(performance.now() - start);
    }
  })();
  await vi.runAllTimersAsync();
  await waiting;
  return times;
}

test.each([
  ["as they were recorded", 1, [5_000, 5_500, 7_000], [0, 500, 2_000]],
  ["ten times as fast", 10, [5_000, 5_500, 7_000], [0, 50, 200]],
  ["ten times as slow", 0.1, [5_000, 5_500, 7_000], [0, 5_000, 20_000]],
  ["older ones at once", 1, [5_000, 7_000, 6_000, 7_500], [0, 2_000, 2_000, 2_500]],
  ["those without a time at once", 1, [0, -1, 5_000, 0, 6_000], [0, 0, 0, 0, 1_000]],
  // A timer waits for 2 ** 31 - 1 ms at most.
  ["after more than a timer's time", 1, [1, 3_000_000_001], [0, 3_000_000_000]],
])("records are due %s", async (_, speed, timestamps, times) => {
  expect(await dueTimes(speed, timestamps)).toEqual(times);
});

test("a record that is late is due at once, and the next one at its own time", async () => {
  const clock = new ReplayClock(1);
  await clock.due(1_000, signal);
  vi.advanceTimersByTime(700);
  await clock.due(1_500, signal);
  let isDue = false;
  const due = clock.due(2_000, signal).then(() => (isDue = true));
  await vi.advanceTimersByTimeAsync(299);
  expect(isDue).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isDue).toBe(true);
  await due;
});
