import { expect, test, vi } from "vitest";

import { MetadataRefresher } from "../../src/consumer/metadata-refresher.ts";
import { useFakeClock } from "../fake-clock.ts";

useFakeClock({ atMs: 5_000 });

/** A watch over something whose state a test sets, with the times at which it was looked at. */
function watched(maxAgeMs = 10_000): {
  state: { settled: boolean; look: () => Promise<void> };
  looks: number[];
  failures: { error: unknown; attempt: number; since: number }[];
  watch: MetadataRefresher;
  closing: AbortController;
} {
  const begin = performance.now();
  const now = (): number => Math.round(performance.now() - begin);
  const looks: number[] = [];
  const failures: { error: unknown; attempt: number; since: number }[] = [];
  const state = { settled: true, look: () => Promise.resolve() };
  const closing = new AbortController();
  const one = {
    isSettled: () => state.settled,
    look: () => {
      looks.push(now());
      return state.look();
    },
    lookFailed: (error: unknown, attempt: number, since: number) =>
      void failures.push({ error, attempt, since: Math.round(since - begin) }),
  };
  return { state, looks, failures, watch: new MetadataRefresher(one, maxAgeMs, closing.signal), closing };
}

test("while all is well it is looked at once in maxAgeMs, from the start on", async () => {
  const { watch, looks } = watched(700);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(looks).toEqual([]);
  watch.start();
  await vi.advanceTimersByTimeAsync(2_100);
  expect(looks).toEqual([2_700, 3_400, 4_100]);
});

test("while something is amiss it is looked at soon, and then twice a second", async () => {
  const { state, watch, looks } = watched();
  state.settled = false;
  watch.start();
  await vi.advanceTimersByTimeAsync(2_250);
  expect(looks).toEqual([50, 150, 350, 750, 1_250, 1_750, 2_250]);
});

test("once all is well again the pauses begin anew", async () => {
  const { state, watch, looks } = watched(1_000);
  state.settled = false;
  watch.start();
  await vi.advanceTimersByTimeAsync(750);
  state.settled = true;
  // The wait that was begun is still a short one.
  await vi.advanceTimersByTimeAsync(1_500);
  expect(looks).toEqual([50, 150, 350, 750, 1_250, 2_250]);
  state.settled = false;
  await vi.advanceTimersByTimeAsync(1_150);
  expect(looks.slice(6)).toEqual([3_250, 3_300, 3_400]);
});

test("a look that fails is told with its error, the failures in a row and its beginning, and looked again soon", async () => {
  const { state, watch, looks, failures } = watched(1_000);
  const error = new Error("no");
  state.look = async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    throw error;
  };
  watch.start();
  await vi.advanceTimersByTimeAsync(1_200);
  expect(failures).toEqual([
    { error, attempt: 0, since: 1_000 },
    { error, attempt: 1, since: 1_060 },
    { error, attempt: 2, since: 1_170 },
  ]);
  state.look = () => Promise.resolve();
  await vi.advanceTimersByTimeAsync(2_000);
  // One look that succeeds is enough to be calm.
  expect(looks.slice(3)).toEqual([1_380, 2_380]);
  state.look = () => Promise.reject(error);
  await vi.advanceTimersByTimeAsync(200);
  expect(failures.slice(3)).toMatchObject([{ attempt: 0, since: 3_380 }]);
});

test("a hurry looks at once", async () => {
  const { watch, looks } = watched();
  watch.start();
  await vi.advanceTimersByTimeAsync(100);
  watch.hurry();
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toEqual([100]);
});

test("started again it does not look twice as often, and looks at once only if something is amiss", async () => {
  const { state, watch, looks } = watched(1_000);
  watch.start();
  watch.start();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(looks).toEqual([1_000, 2_000]);
  state.settled = false;
  watch.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toEqual([1_000, 2_000, 2_500]);
});

test("it ends with the signal: in a pause, and before it began", async () => {
  const { state, watch, looks, closing } = watched();
  state.settled = false;
  watch.start();
  await vi.advanceTimersByTimeAsync(60);
  closing.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toEqual([50]);
  expect(vi.getTimerCount()).toBe(0);
});

test("it ends with the signal also when that comes during a look", async () => {
  const { state, watch, looks, closing } = watched();
  state.settled = false;
  state.look = () => {
    closing.abort();
    return Promise.resolve();
  };
  watch.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toEqual([50]);
});
