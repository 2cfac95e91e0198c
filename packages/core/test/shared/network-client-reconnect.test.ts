import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ClosedError } from "../../src/contract/errors.ts";
import type { NetworkClientOptions } from "../../src/shared/network-client.ts";
import { useFakeClock } from "../fake-clock.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";
import { clientOf, errorOf, now } from "./network-client-of.ts";

useFakeClock({ leavesNoTimer: true });

// Without jitter, unless a test says otherwise.
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));
afterEach(() => void vi.restoreAllMocks());

describe("the pause before another attempt to connect", () => {
  /** The times of the attempts that a caller makes who tries again at once, while every attempt fails. */
  async function attemptTimes(count: number, options: Partial<NetworkClientOptions> = {}): Promise<number[]> {
    const { log, client } = clientOf(new ScriptedLog(), options);
    const begin = performance.now();
    const times: number[] = [];
    log.on.open = () => {
      times.push(performance.now() - begin);
      return Promise.reject(failure("NETWORK_EXCEPTION"));
    };
    while (times.length < count) {
      const error = errorOf(client.connect());
      await vi.advanceTimersToNextTimerAsync();
      expect(await now(error)).toMatchObject({ code: "NETWORK_EXCEPTION" });
    }
    return times.map((time, index) => Math.round(time - (times[index - 1] ?? 0)));
  }

  test("is none before the first, then 50 ms, and doubles up to a second", async () => {
    expect(await attemptTimes(8)).toEqual([0, 50, 100, 200, 400, 800, 1_000, 1_000]);
  });

  test("is as the options say", async () => {
    const options = { reconnectBackoffMs: 7, reconnectBackoffMaxMs: 20 };
    expect(await attemptTimes(5, options)).toEqual([0, 7, 14, 20, 20]);
  });

  test("is a millisecond at least, so that no attempts are made in a tight loop", async () => {
    expect(await attemptTimes(4, { reconnectBackoffMs: 0, reconnectBackoffMaxMs: 2 })).toEqual([0, 1, 2, 2]);
  });

  test.each([
    ["shorter", 0, [0, 40, 80, 160, 320, 640, 800]],
    ["longer, also than the longest pause", 1 - 2 ** -53, [0, 60, 120, 240, 480, 960, 1_200]],
  ])("may be a fifth %s", async (_, random, times) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    expect(await attemptTimes(7)).toEqual(times);
  });

  test("counts from the failure, so that a caller who comes later does not wait", async () => {
    const { log, client } = clientOf();
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    await now(errorOf(client.connect()));
    delete log.on.open;
    await vi.advanceTimersByTimeAsync(30);
    const connected = client.connect();
    await vi.advanceTimersByTimeAsync(19);
    expect(log.opened).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await now(connected);
    client.drop("moved");
    // A connection that was lost is replaced at once.
    await now(client.connect());
    expect(log.opened).toBe(2);
  });

  test("begins anew after an attempt that succeeded", async () => {
    const { log, client } = clientOf();
    const refuse = (): Promise<never> => Promise.reject(failure("NETWORK_EXCEPTION"));
    log.on.open = refuse;
    for (const pause of [50, 100]) {
      await now(errorOf(client.connect()));
      await vi.advanceTimersByTimeAsync(pause);
    }
    delete log.on.open;
    await now(client.connect());
    client.drop("moved");
    log.on.open = refuse;
    await now(errorOf(client.connect()));
    delete log.on.open;
    await vi.advanceTimersByTimeAsync(50);
    await now(client.connect());
    expect(log.opened).toBe(2);
  });

  test("is shared by all who ask meanwhile, who get one connection", async () => {
    const { log, client } = clientOf();
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    await now(errorOf(client.connect()));
    delete log.on.open;
    const connections = Promise.all([client.connect(), client.connect()]);
    await vi.advanceTimersByTimeAsync(50);
    const [first, second] = await now(connections);
    expect([first === second, log.opened]).toEqual([true, 1]);
  });

  test("ends when the client is closed, with the reason and without an attempt", async () => {
    const { log, client } = clientOf();
    const open = vi.fn(() => Promise.reject(failure("NETWORK_EXCEPTION")));
    log.on.open = open;
    await now(errorOf(client.connect()));
    const error = errorOf(client.connect());
    const reason = new ClosedError("enough");
    client.close(reason);
    expect(await now(error)).toBe(reason);
    expect(open).toHaveBeenCalledOnce();
  });
});
