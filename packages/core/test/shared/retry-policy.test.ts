import { afterEach, describe, expect, test, vi } from "vitest";

import {
  backoff,
  maxProduceBackoffMs,
  maxTopicBackoffMs,
  retryPolicy,
  withJitter,
} from "../../src/shared/retry-policy.ts";

describe("backoff", () => {
  test.each([
    // Attempts count from 0, and each doubles the pause.
    [0, 50, 1_000, 50],
    [1, 50, 1_000, 100],
    [2, 50, 1_000, 200],
    [4, 50, 1_000, 800],
    [5, 50, 1_000, 1_000],
    // The limit also holds for the first pause.
    [0, 5_000, 1_000, 1_000],
    // Without a pause a log that fails at once would be asked in a tight loop.
    [0, 0, 1_000, 1],
    [3, 0, 1_000, 8],
    // 2 ** 20 ms are some 17 minutes; it does not grow for ever.
    [20, 1, Infinity, 2 ** 20],
    [21, 1, Infinity, 2 ** 20],
    [5_000, 1, 30_000, 30_000],
  ])("after attempt %d, from %d ms up to %d ms, waits %d ms", (attempt, first, most, wait) => {
    expect(backoff(attempt, { first, most })).toBe(wait);
  });
});

describe("withJitter", () => {
  afterEach(() => void vi.restoreAllMocks());

  test.each([
    [0, 80],
    [0.5, 100],
    [0.75, 110],
    // Math.random is always below 1.
    [1 - 2 ** -53, 120],
  ])("gives a fifth less to a fifth more: for Math.random() = %d of 100 ms %d ms", (random, ms) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    expect(withJitter(100)).toBeCloseTo(ms, 10);
  });
});

test("the pauses of each policy double up to its limit", () => {
  const pauses = Object.entries(retryPolicy).map(([name, policy]) => [
    name,
    ...Array.from({ length: 7 }, (_, attempt) => backoff(attempt, policy)),
  ]);
  expect(pauses).toEqual([
    ["request", 50, 100, 200, 400, 500, 500, 500],
    ["partition", 50, 100, 200, 400, 800, 1_000, 1_000],
    ["refusedPartition", 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000],
    ["emptyFetch", 5, 10, 20, 40, 80, 100, 100],
  ]);
  expect([maxProduceBackoffMs, maxTopicBackoffMs]).toEqual([500, 1_000]);
});
