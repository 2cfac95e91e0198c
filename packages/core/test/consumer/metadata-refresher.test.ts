import { expect, test, vi } from "vitest";

import { MetadataRefresher } from "../../src/consumer/metadata-refresher.ts";
import { pass, useFakeClock } from "../fake-clock.ts";

useFakeClock({ atMs: 5_000 });

/** A refresher whose state a test sets, with the times of its refreshes. */
function refresherOf(maxAgeMs = 10_000): {
  state: { settled: boolean; refresh: () => Promise<void> };
  refreshes: number[];
  failures: { error: unknown; attempt: number; since: number }[];
  refresher: MetadataRefresher;
  closing: AbortController;
} {
  const begin = performance.now();
  const refreshes: number[] = [];
  const failures: { error: unknown; attempt: number; since: number }[] = [];
  const state = { settled: true, refresh: () => Promise.resolve() };
  const closing = new AbortController();
  const refresher = new MetadataRefresher({
    maxAgeMs,
    signal: closing.signal,
    isSettled: () => state.settled,
    refresh: () => {
      refreshes.push(Math.round(performance.now() - begin));
      return state.refresh();
    },
    onRefreshError: (error, attempt, since) => void failures.push({ error, attempt, since: Math.round(since - begin) }),
  });
  return { state, refreshes, failures, refresher, closing };
}

test("metadata is refreshed once in maxAgeMs while all is well, from the start on", async () => {
  const { refresher, refreshes } = refresherOf(700);
  await pass(2_000);
  expect(refreshes).toEqual([]);
  refresher.start();
  await pass(2_100);
  expect(refreshes).toEqual([2_700, 3_400, 4_100]);
});

test("metadata is refreshed soon, and then twice a second, while something is wrong", async () => {
  const { state, refresher, refreshes } = refresherOf();
  state.settled = false;
  refresher.start();
  await pass(2_250);
  expect(refreshes).toEqual([50, 150, 350, 750, 1_250, 1_750, 2_250]);
});

test("the pauses begin anew once all is well again", async () => {
  const { state, refresher, refreshes } = refresherOf(1_000);
  state.settled = false;
  refresher.start();
  await pass(750);
  state.settled = true;
  // The pause that has begun is still a short one.
  await pass(1_500);
  expect(refreshes).toEqual([50, 150, 350, 750, 1_250, 2_250]);
  state.settled = false;
  await pass(1_150);
  expect(refreshes.slice(6)).toEqual([3_250, 3_300, 3_400]);
});

test("a refresh that fails is reported with its error, the failures in a row and its start, and repeated soon", async () => {
  const { state, refresher, refreshes, failures } = refresherOf(1_000);
  const error = new Error("no");
  state.refresh = async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    throw error;
  };
  refresher.start();
  await pass(1_200);
  expect(failures).toEqual([
    { error, attempt: 0, since: 1_000 },
    { error, attempt: 1, since: 1_060 },
    { error, attempt: 2, since: 1_170 },
  ]);
  state.refresh = () => Promise.resolve();
  await pass(2_000);
  // One refresh that succeeds is enough to be calm.
  expect(refreshes.slice(3)).toEqual([1_380, 2_380]);
  state.refresh = () => Promise.reject(error);
  await pass(200);
  expect(failures.slice(3)).toMatchObject([{ attempt: 0, since: 3_380 }]);
});

test("refreshNow refreshes at once", async () => {
  const { refresher, refreshes } = refresherOf();
  refresher.start();
  await pass(100);
  refresher.refreshNow();
  await pass(0);
  expect(refreshes).toEqual([100]);
});

test("a second start refreshes at once if something is wrong, and never doubles the refreshes", async () => {
  const { state, refresher, refreshes } = refresherOf(1_000);
  refresher.start();
  refresher.start();
  await pass(2_500);
  expect(refreshes).toEqual([1_000, 2_000]);
  state.settled = false;
  refresher.start();
  await pass(0);
  expect(refreshes).toEqual([1_000, 2_000, 2_500]);
});

test("refreshing ends with the signal, also during a pause", async () => {
  const { state, refresher, refreshes, closing } = refresherOf();
  state.settled = false;
  refresher.start();
  await pass(60);
  closing.abort();
  await pass(60_000);
  expect(refreshes).toEqual([50]);
  expect(vi.getTimerCount()).toBe(0);
});

test("refreshing ends with the signal, also when it aborts during a refresh", async () => {
  const { state, refresher, refreshes, closing } = refresherOf();
  state.settled = false;
  state.refresh = () => {
    closing.abort();
    return Promise.resolve();
  };
  refresher.start();
  await pass(60_000);
  expect(refreshes).toEqual([50]);
});
