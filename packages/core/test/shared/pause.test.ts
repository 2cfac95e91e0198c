import { describe, expect, test, vi } from "vitest";

import { Pause } from "../../src/shared/pause.ts";
import { useFakeClock } from "../fake-clock.ts";
import { now } from "./network-client-of.ts";
import { expectNothingLeft, month, watch } from "./waiting.ts";

useFakeClock();

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

  test("ends when end is called, and its timer with it: a process need not wait for it", async () => {
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

  test("with Infinity ends only when end is called", async () => {
    const pause = new Pause();
    const { state } = watch(pause.wait(Infinity, new AbortController().signal));
    await vi.advanceTimersByTimeAsync(month);
    expect(state()).toBe("waiting");
    pause.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ value: undefined });
  });

  test("can be ended when nothing waits, and waits again afterwards", async () => {
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
