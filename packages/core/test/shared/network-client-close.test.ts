import { describe, expect, test, vi } from "vitest";

import { ClosedError } from "../../src/contract/errors.ts";
import { useFakeClock } from "../fake-clock.ts";
import { noResponse } from "../scripted-log.ts";
import { clientOf, errorOf, hello, now } from "./network-client-of.ts";

useFakeClock({ leavesNoTimer: true });

describe("closing a client", () => {
  test("ends its connection and rejects everything pending at once, with the reason", async () => {
    const { log, client, events } = clientOf();
    log.on.metadata = noResponse;
    const request = errorOf(client.request("metadata", hello));
    const reconnecting = errorOf(client.requestOrReconnect("metadata", hello));
    const pause = errorOf(client.pause(1_000));
    await vi.advanceTimersByTimeAsync(0);
    const reason = new ClosedError("the consumer is closed");
    client.close(reason);
    for (const error of [await now(request), await now(reconnecting), await now(pause), client.signal.reason])
      expect(error).toBe(reason);
    expect([log.closed, client.signal.aborted]).toEqual([1, true]);
    // There is no disconnected event, because the caller did it.
    expect(events.map(({ type }) => type)).toEqual(["connected"]);
  });

  test("says that the connection is closed when no reason is given", async () => {
    const { client } = clientOf();
    client.close();
    expect(client.signal.reason).toBeInstanceOf(ClosedError);
    expect(client.signal.reason).toMatchObject({ code: "CLOSED", message: "the connection is closed" });
  });

  test("is final: no connection is opened any more", async () => {
    const { log, client } = clientOf();
    const reason = new ClosedError("the admin is closed");
    client.close(reason);
    expect(await now(errorOf(client.connect()))).toBe(reason);
    expect(await now(errorOf(client.request("metadata", hello)))).toBe(reason);
    expect(await now(errorOf(client.requestOrReconnect("metadata", hello)))).toBe(reason);
    expect(await now(errorOf(client.pause(1)))).toBe(reason);
    expect(log.opened).toBe(0);
  });

  test("twice changes nothing, and a connection whose close throws does not matter", async () => {
    const { log, client } = clientOf();
    log.on.close = () => {
      throw new Error("stuck");
    };
    const close = vi.spyOn(await now(client.connect()), "close");
    const reason = new ClosedError("first");
    client.close(reason);
    client.close(new ClosedError("second"));
    expect(client.signal.reason).toBe(reason);
    expect(close).toHaveBeenCalledOnce();
  });

  test("while a connection opens aborts that, without an event", async () => {
    const { log, client, events } = clientOf();
    let signal: AbortSignal | undefined;
    log.on.open = (_role, options) => {
      signal = options.signal;
      return new Promise((resolve) => setTimeout(resolve, 20));
    };
    const error = errorOf(client.connect());
    await vi.advanceTimersByTimeAsync(10);
    const reason = new ClosedError("enough");
    client.close(reason);
    expect(await now(error)).toBe(reason);
    expect(signal?.reason).toBe(reason);
    await vi.advanceTimersByTimeAsync(10);
    expect([log.opened, log.closed, events]).toEqual([1, 1, []]);
  });

  test("at any moment while a connection opens leaves none open", async () => {
    for (let moment = 0; moment < 12; moment += 1) {
      const { log, client } = clientOf();
      const connected = client.connect().catch(() => undefined);
      // Each await is one step of connecting.
      for (let step = 0; step < moment; step += 1) await Promise.resolve();
      client.close();
      await now(connected);
      await vi.advanceTimersByTimeAsync(0);
      expect(log.closed, `closed after ${moment} steps`).toBe(log.opened);
    }
  });

  test("rejects everything pending with the reason, also when it is no error of the library", async () => {
    const { log, client } = clientOf();
    const reason = new DOMException("The user left", "AbortError");
    log.on.metadata = noResponse;
    await now(client.connect());
    const pending = [
      client.request("metadata", hello),
      client.requestOrReconnect("metadata", hello),
      client.pause(1_000),
    ];
    const errors = Promise.all(pending.map(errorOf));
    await vi.advanceTimersByTimeAsync(0);
    client.close(reason);
    for (const error of await now(errors)) expect(error).toBe(reason);
    const { client: opening } = clientOf();
    const connected = errorOf(opening.connect());
    opening.close(reason);
    expect(await now(connected)).toBe(reason);
  });
});
