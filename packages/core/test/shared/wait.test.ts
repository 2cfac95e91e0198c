import { describe, expect, test, vi } from "vitest";

import { delay, settleWithin, startTimer, unlessAborted } from "../../src/shared/wait.ts";
import { useFakeClock } from "../fake-clock.ts";
import { noResponse } from "../scripted-log.ts";
import { now } from "./network-client-of.ts";
import { expectNothingLeft, month, watch } from "./waiting.ts";

/** Node and browsers keep a timer's time in 31 bits: some 24.8 days. */
const longest = 2 ** 31 - 1;

useFakeClock();

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

  test("with Infinity never ends, and sets no timer", async () => {
    const stop = new AbortController();
    const { state } = watch(delay(Infinity, stop.signal));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ error: "enough" });
  });

  test("that is longer than a timer can be lasts as long as a timer can, instead of no time", async () => {
    const { state } = watch(delay(longest + 1, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(longest - 1);
    expect(state()).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toEqual({ value: undefined });
  });
});

describe("settleWithin", () => {
  const timeoutError = (): Error => new Error("late");

  test("gives the promise's value, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    await expect(now(settleWithin(Promise.resolve(7), 100, timeoutError, signal))).resolves.toBe(7);
    expectNothingLeft(signal);
  });

  test("gives the promise's error, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    await expect(now(settleWithin(Promise.reject(new Error("bad")), 100, timeoutError, signal))).rejects.toThrow("bad");
    expectNothingLeft(signal);
  });

  test("rejects with `timeoutError()` once the time has passed", async () => {
    const { signal } = new AbortController();
    const why = vi.fn(timeoutError);
    const { state } = watch(settleWithin(noResponse(), 100, why, signal));
    await vi.advanceTimersByTimeAsync(99);
    expect(state()).toBe("waiting");
    // Making the error has effects, such as dropping a connection: it must not be made before.
    expect(why).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(state()).toEqual({ error: timeoutError() });
    expect(why).toHaveBeenCalledOnce();
    expectNothingLeft(signal);
  });

  test("rejects with the signal's reason as soon as it aborts", async () => {
    const stop = new AbortController();
    const { state } = watch(settleWithin(noResponse(), 100, timeoutError, stop.signal));
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ error: "enough" });
    expectNothingLeft(stop.signal);
  });

  test("works without a signal", async () => {
    await expect(now(settleWithin(Promise.resolve(7), 100, timeoutError))).resolves.toBe(7);
    const { state } = watch(settleWithin(noResponse(), 100, timeoutError));
    await vi.advanceTimersByTimeAsync(100);
    expect(state()).toEqual({ error: timeoutError() });
  });

  test("does not wait when the signal is aborted already, and handles the failure of the promise", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const signal = AbortSignal.abort("before");
    const failing = Promise.reject(new Error("bad"));
    await expect(now(settleWithin(failing, 100, timeoutError, signal))).rejects.toBe("before");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expectNothingLeft(signal);
  });

  test("with Infinity waits as long as it takes", async () => {
    const { state } = watch(settleWithin(noResponse(), Infinity, timeoutError));
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
  });
});

describe("startTimer", () => {
  test("calls once, after its time", async () => {
    const call = vi.fn();
    startTimer(100, call);
    await vi.advanceTimersByTimeAsync(99);
    expect(call).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(call).toHaveBeenCalledOnce();
  });

  test("sets no timer for Infinity", () => {
    expect(startTimer(Infinity, () => undefined)).toBeUndefined();
    expectNothingLeft();
  });
});

describe("unlessAborted", () => {
  test("settles as the promise does, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    await expect(now(unlessAborted(Promise.resolve(7), signal))).resolves.toBe(7);
    await expect(now(unlessAborted(Promise.reject(new Error("bad")), signal))).rejects.toThrow("bad");
    expectNothingLeft(signal);
  });

  test("waits as long as it takes, without a timer", async () => {
    const stop = new AbortController();
    const { state } = watch(unlessAborted(noResponse(), stop.signal));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
    stop.abort("enough");
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ error: "enough" });
    expectNothingLeft(stop.signal);
  });

  test("rejects at once when the signal is aborted already, also for a promise that has settled", async () => {
    await expect(now(unlessAborted(Promise.resolve(7), AbortSignal.abort("before")))).rejects.toBe("before");
  });
});
