import { getEventListeners } from "node:events";

import { expect, vi } from "vitest";

/** A month in milliseconds: longer than any timer can wait. */
export const month: number = 30 * 24 * 3_600_000;

/** How a promise stands: "waiting", or an object with its value or its error. */
export function watch(promise: Promise<unknown>): { readonly state: () => unknown } {
  let state: unknown = "waiting";
  promise.then(
    (value) => (state = { value }),
    (error: unknown) => (state = { error }),
  );
  return { state: () => state };
}

/** Checks that no timer and no listener of the signal is left behind. */
export function expectNothingLeft(signal?: AbortSignal): void {
  expect(vi.getTimerCount()).toBe(0);
  if (signal !== undefined) expect(getEventListeners(signal, "abort")).toEqual([]);
}
