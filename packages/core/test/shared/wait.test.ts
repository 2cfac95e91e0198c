import { getEventListeners } from "node:events";

import { describe, expect, test, vi } from "vitest";

import { backoff, delay, Pause, settleWithin } from "../../src/shared/wait.ts";
import { useFakeClock } from "../fake-clock.ts";
import { now } from "./network-client-of.ts";
import { silence } from "../scripted-log.ts";

const month = 30 * 24 * 3_600_000;
/** Node and browsers keep a timer's time in 31 bits: some 24.8 days. */
const longest = 2 ** 31 - 1;

useFakeClock();

/** How a promise stands. */
function watch(promise: Promise<unknown>): { readonly state: () => unknown } {
  let state: unknown = "waiting";
  promise.then(
    (value) => (state = { value }),
    (error: unknown) => (state = { error }),
  );
  return { state: () => state };
}

/** That neither a timer nor somebody who listens to the signal is left behind. */
function expectNothingLeft(signal?: AbortSignal): void {
  expect(vi.getTimerCount()).toBe(0);
  if (signal !== undefined) expect(getEventListeners(signal, "abort")).toEqual([]);
}

describe("delay", () => {
  test("ends after its time, not before", async () => {
    const { signal } = new AbortController();
    const { state } = watch(delay(100, signal));
    await vi.advanceTimersByTimeAsync(99);
    expect(state()).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toEqual({ value: undefined });
    expectNothingLeft(signal);
  });

  test("rejects with the signal's reason as soon as it aborts", async () => {
    const stop = new AbortController();
    const { state } = watch(delay(100, stop.signal));
    await vi.advanceTimersByTimeAsync(50);
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ error: "enough" });
    expectNothingLeft(stop.signal);
  });

  test("does not begin when the signal is aborted already", async () => {
    const signal = AbortSignal.abort("before");
    await expect(now(delay(100, signal))).rejects.toBe("before");
    expectNothingLeft(signal);
  });

  test("of Infinity never ends, and sets no timer", async () => {
    const stop = new AbortController();
    const { state } = watch(delay(Infinity, stop.signal));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ error: "enough" });
  });

  test("longer than a timer can be lasts as long as one can, rather than no time at all", async () => {
    const { state } = watch(delay(longest + 1, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(longest - 1);
    expect(state()).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toEqual({ value: undefined });
  });
});

describe("settleWithin", () => {
  const late = (): Error => new Error("late");

  test("gives the promise's value, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    await expect(now(settleWithin(Promise.resolve(7), 100, late, signal))).resolves.toBe(7);
    expectNothingLeft(signal);
  });

  test("gives the promise's error, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    await expect(now(settleWithin(Promise.reject(new Error("bad")), 100, late, signal))).rejects.toThrow("bad");
    expectNothingLeft(signal);
  });

  test("rejects with what `late` gives once the time has passed", async () => {
    const { signal } = new AbortController();
    const why = vi.fn(late);
    const { state } = watch(settleWithin(silence(), 100, why, signal));
    await vi.advanceTimersByTimeAsync(99);
    expect(state()).toBe("waiting");
    // It has effects, as dropping a connection: it is asked only when it is true.
    expect(why).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toEqual({ error: late() });
    expect(why).toHaveBeenCalledOnce();
    expectNothingLeft(signal);
  });

  test("rejects with the signal's reason as soon as it aborts", async () => {
    const stop = new AbortController();
    const { state } = watch(settleWithin(silence(), 100, late, stop.signal));
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ error: "enough" });
    expectNothingLeft(stop.signal);
  });

  test("works without a signal", async () => {
    await expect(now(settleWithin(Promise.resolve(7), 100, late))).resolves.toBe(7);
    const { state } = watch(settleWithin(silence(), 100, late));
    await vi.advanceTimersByTimeAsync(100);
    expect(state()).toEqual({ error: late() });
  });

  test("does not wait when the signal is aborted already; a promise that fails then is nobody's business", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const signal = AbortSignal.abort("before");
    const failing = Promise.reject(new Error("bad"));
    await expect(now(settleWithin(failing, 100, late, signal))).rejects.toBe("before");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expectNothingLeft(signal);
  });

  test("with Infinity waits as long as it takes", async () => {
    const { state } = watch(settleWithin(silence(), Infinity, late));
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
  });
});

describe("backoff", () => {
  test.each([
    // Attempts count from 0, and each doubles the wait.
    [0, 50, 1_000, 50],
    [1, 50, 1_000, 100],
    [2, 50, 1_000, 200],
    [4, 50, 1_000, 800],
    [5, 50, 1_000, 1_000],
    // The cap also holds for the first.
    [0, 5_000, 1_000, 1_000],
    // Without a pause a log that fails at once would be asked in a hot loop.
    [0, 0, 1_000, 1],
    [3, 0, 1_000, 8],
    // 2 ** 20 ms are some 17 minutes; it does not grow for ever.
    [20, 1, Infinity, 2 ** 20],
    [21, 1, Infinity, 2 ** 20],
    [5_000, 1, 30_000, 30_000],
  ])("before attempt %d, from %d ms up to %d ms, waits %d ms", (attempt, first, most, wait) => {
    expect(backoff(attempt, first, most)).toBe(wait);
  });
});

describe("a Pause", () => {
  test("ends after its time, not before", async () => {
    const { signal } = new AbortController();
    const { state } = watch(new Pause().wait(100, signal));
    await vi.advanceTimersByTimeAsync(99);
    expect(state()).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toEqual({ value: undefined });
    expectNothingLeft(signal);
  });

  test("ends when it is told to, and its timer with it: a process need not wait for it", async () => {
    const { signal } = new AbortController();
    const pause = new Pause();
    const { state } = watch(pause.wait(10_000, signal));
    pause.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ value: undefined });
    expectNothingLeft(signal);
  });

  test("ends without an error when the signal aborts, and its timer with it", async () => {
    const stop = new AbortController();
    const { state } = watch(new Pause().wait(10_000, stop.signal));
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ value: undefined });
    expectNothingLeft(stop.signal);
  });

  test("does not begin when the signal is aborted already", async () => {
    const signal = AbortSignal.abort("before");
    expect(await now(new Pause().wait(10_000, signal))).toBeUndefined();
    expectNothingLeft(signal);
  });

  test("of Infinity ends only when it is told to", async () => {
    const pause = new Pause();
    const { state } = watch(pause.wait(Infinity, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
    pause.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ value: undefined });
  });

  test("can be ended when nobody waits, and waits again afterwards", async () => {
    const { signal } = new AbortController();
    const pause = new Pause();
    pause.end();
    for (const _ of [1, 2]) {
      const { state } = watch(pause.wait(100, signal));
      await vi.advanceTimersByTimeAsync(99);
      expect(state()).toBe("waiting");
      pause.end();
      await vi.advanceTimersByTimeAsync(0);
      expect(state()).toEqual({ value: undefined });
      pause.end();
    }
  });
});
