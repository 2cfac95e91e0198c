import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ReconnectDelay } from "../src/reconnect-delay.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** How long the next wait is at most: twice what it is with a random number of a half. 0: no wait. */
async function limitOf(delay: ReconnectDelay, mostMs = Infinity): Promise<number> {
  let ended = false;
  const waiting = delay.wait(mostMs, new AbortController().signal).then(() => (ended = true));
  await Promise.resolve();
  await Promise.resolve();
  const start = Date.now();
  while (!ended) await vi.advanceTimersToNextTimerAsync();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
  return 2 * (Date.now() - start);
}

describe("opening waits a random time", () => {
  test("not at all at first, and at most a second after a loss", async () => {
    const delay = new ReconnectDelay(5_000);
    expect(await limitOf(delay)).toBe(0);
    delay.opened();
    expect(await limitOf(delay)).toBe(0);
    delay.lost(60_000);
    expect(await limitOf(delay)).toBe(1_000);
    delay.opened();
    expect(await limitOf(delay)).toBe(0);
  });

  test("from none of the limit to all of it", async () => {
    const delay = new ReconnectDelay(5_000);
    delay.lost(60_000);
    const waits: number[] = [];
    for (const random of [0, 0.25, 0.999]) {
      vi.mocked(Math.random).mockReturnValue(random);
      waits.push((await limitOf(delay)) / 2);
    }
    expect(waits).toEqual([0, 250, 999]);
  });

  test("up to twice as long after each failure, but not longer than its limit", async () => {
    const delay = new ReconnectDelay(5_000);
    delay.lost(60_000);
    const limits: number[] = [];
    for (let attempt = 0; attempt < 40; attempt++) {
      limits.push(await limitOf(delay));
      delay.failed();
    }
    expect(limits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 5_000]);
    expect(new Set(limits.slice(3))).toEqual(new Set([5_000]));
  });

  test("shorter again after a connection that lasted, but not after one that was lost at once", async () => {
    const delay = new ReconnectDelay(5_000);
    for (let attempt = 0; attempt < 3; attempt++) delay.failed();
    delay.opened();
    delay.lost(5_000);
    expect(await limitOf(delay)).toBe(5_000);
    delay.opened();
    delay.lost(5_001);
    expect(await limitOf(delay)).toBe(1_000);
  });

  test("as long as a gateway that stops asks for, at most a minute", async () => {
    const delay = new ReconnectDelay(5_000);
    delay.lost(60_000, "reconnect within 20000 ms");
    expect(await limitOf(delay)).toBe(20_000);
    delay.lost(60_000, "reconnect within 999999999 ms");
    expect(await limitOf(delay)).toBe(60_000);
    delay.lost(60_000, "reconnect within 0 ms");
    expect(await limitOf(delay)).toBe(0);
    for (const reason of [
      "reconnect within 9999999999 ms",
      "reconnect within -1 ms",
      "reconnect within 1e3 ms",
      "later",
    ]) {
      delay.lost(60_000, reason);
      expect(await limitOf(delay)).toBe(1_000);
    }
  });

  test("up to its limit after a refusal", async () => {
    const delay = new ReconnectDelay(5_000);
    delay.refused();
    expect(await limitOf(delay)).toBe(5_000);
  });

  test("never longer than the caller allows", async () => {
    const delay = new ReconnectDelay(5_000);
    delay.refused();
    expect(await limitOf(delay, 300)).toBe(300);
  });

  test("not at all with a limit of 0", async () => {
    const delay = new ReconnectDelay(0);
    delay.refused();
    delay.lost(0);
    expect(await limitOf(delay)).toBe(0);
  });

  test("until its signal aborts, and leaves no timer", async () => {
    const delay = new ReconnectDelay(5_000);
    delay.refused();
    const abort = new AbortController();
    const waiting = delay.wait(Infinity, abort.signal);
    abort.abort(new Error("the page was closed"));
    await expect(waiting).rejects.toThrow("the page was closed");
    expect(vi.getTimerCount()).toBe(0);
  });
});
