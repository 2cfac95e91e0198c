import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ClosedError, TransportError, UnsupportedError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import type { NetworkClientOptions } from "../../src/shared/network-client.ts";
import type { OpenOptions, Role, Transport } from "../../src/contract/transport.ts";
import { useFakeClock } from "../fake-clock.ts";
import { clientOf, errorOf, hello, now } from "./network-client-of.ts";
import { month } from "./waiting.ts";
import { failure, ScriptedLog, noResponse } from "../scripted-log.ts";

useFakeClock({ leavesNoTimer: true });

// Without jitter, unless a test says otherwise.
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));
afterEach(() => void vi.restoreAllMocks());

describe("connecting", () => {
  test("opens one connection for concurrent calls", async () => {
    const { log, client, events } = clientOf();
    expect([client.reached, client.signal.aborted]).toEqual([false, false]);
    const [first, second] = await Promise.all([client.connect(), client.connect()]);
    expect(second).toBe(first);
    expect(await now(client.connect())).toBe(first);
    expect([log.opened, client.reached]).toEqual([1, true]);
    expect(events).toEqual([{ type: "connected", role: "read", transport: "scripted", attempt: 0 }]);
  });

  test.each<Role>(["read", "write", "admin"])("gives the role to the transport and the events: %s", async (role) => {
    const { log, events } = clientOf();
    const opened: [Role, OpenOptions][] = [];
    log.on.open = (...args) => void opened.push(args);
    const onEvent = (event: DataQueueEvent): void => void events.push(event);
    const client = new NetworkClient(log, role, { connectTimeoutMs: 70, requestTimeoutMs: 50, onEvent });
    await now(client.connect());
    client.drop("moved");
    expect(opened).toEqual([[role, { connectTimeoutMs: 70, signal: expect.any(AbortSignal) }]]);
    expect(opened[0]?.[1].signal?.aborted).toBe(false);
    expect(events.map((event) => ("role" in event ? event.role : undefined))).toEqual([role, role]);
  });

  test("fails with the log's error, and the next call tries again", async () => {
    const { log, client, events } = clientOf();
    const refused = failure("SASL_AUTHENTICATION_FAILED", { retriable: false });
    log.on.open = () => Promise.reject(refused);
    expect(await now(errorOf(client.connect()))).toBe(refused);
    await vi.advanceTimersByTimeAsync(50);
    expect(await now(errorOf(client.connect()))).toBe(refused);
    expect(client.reached).toBe(false);
    delete log.on.open;
    await vi.advanceTimersByTimeAsync(100);
    await now(client.connect());
    client.drop("moved");
    await now(client.connect());
    const common = { role: "read", transport: "scripted" };
    expect(events).toEqual([
      { type: "connectFailed", ...common, attempt: 0, reason: refused },
      { type: "connectFailed", ...common, attempt: 1, reason: refused },
      { type: "connected", ...common, attempt: 2 },
      { type: "disconnected", ...common, reason: "moved" },
      { type: "connected", ...common, attempt: 0 },
    ]);
  });

  test.each([
    ["an Error", new RangeError("bad port"), "scripted: no connection: bad port"],
    ["what is no Error", "no route", "scripted: no connection: no route"],
    ["nothing at all", undefined, "scripted: no connection: undefined"],
  ])("fails with a TransportError when a transport rejects with %s", async (_, reason, message) => {
    const { log, client, events } = clientOf();
    log.on.open = () => Promise.reject(reason);
    const error = await now(errorOf(client.connect()));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true, message });
    expect((error as Error).cause).toBe(reason);
    expect(events).toMatchObject([{ type: "connectFailed", reason }]);
  });

  test("rejects when a transport throws at once", async () => {
    const transport: Transport = {
      name: "throwing",
      capabilities: { write: true, admin: true, idempotence: true, groups: false },
      open: () => {
        throw new TypeError("at once");
      },
    };
    const client = new NetworkClient(transport, "read", { connectTimeoutMs: 100, requestTimeoutMs: 50 });
    const error = await now(errorOf(client.connect()));
    expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", message: "throwing: no connection: at once" });
  });
});

describe("a connection that takes too long to open", () => {
  test("is aborted after connectTimeoutMs, and the error says so", async () => {
    const { log, client, events } = clientOf();
    let signal: AbortSignal | undefined;
    log.on.open = (_role, options) => {
      signal = options.signal;
      return noResponse();
    };
    const error = errorOf(client.connect());
    await vi.advanceTimersByTimeAsync(99);
    expect([signal?.aborted, events]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(1);
    const message = "scripted: no connection within 100 ms";
    expect(await now(error)).toMatchObject({
      name: "TransportError",
      code: "REQUEST_TIMED_OUT",
      retriable: true,
      message,
    });
    expect(signal?.reason).toBe(await now(error));
    expect(events).toMatchObject([{ type: "connectFailed", attempt: 0, reason: await now(error) }]);
  });

  test("is closed if it opens later, and the next request opens another", async () => {
    const { log, client } = clientOf();
    log.on.open = () => new Promise((resolve) => setTimeout(resolve, 150));
    const error = errorOf(client.connect());
    await vi.advanceTimersByTimeAsync(100);
    expect(await now(error)).toMatchObject({ code: "REQUEST_TIMED_OUT" });
    delete log.on.open;
    const request = client.request("metadata", hello);
    await vi.advanceTimersByTimeAsync(50);
    await now(request);
    expect([log.opened, log.closed]).toEqual([2, 1]);
    await now(client.request("metadata", hello));
    expect(log.opened).toBe(2);
  });

  test("may fail later, or fail to close, without an unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    for (const later of ["fails", "does not close"]) {
      const { log, client } = clientOf();
      log.on.open = () =>
        new Promise((resolve, reject) =>
          setTimeout(() => (later === "fails" ? reject(new Error("later")) : resolve()), 150),
        );
      log.on.close = () => {
        throw new Error("stuck");
      };
      const error = errorOf(client.connect());
      await vi.advanceTimersByTimeAsync(150);
      expect(await now(error)).toMatchObject({ code: "REQUEST_TIMED_OUT" });
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("has no time limit with Infinity", async () => {
    const { log, client } = clientOf(new ScriptedLog(), { connectTimeoutMs: Infinity });
    log.on.open = () => new Promise((resolve) => setTimeout(resolve, month / 2));
    const connected = client.connect();
    await vi.advanceTimersByTimeAsync(month / 2);
    await now(connected);
    expect(client.reached).toBe(true);
  });
});

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

describe("the capabilities of a transport", () => {
  const limits = { connectTimeoutMs: 100, requestTimeoutMs: 50 };
  const capable = (capabilities: object): Transport =>
    Object.assign(new ScriptedLog(), { name: "little", capabilities: { ...everything, ...capabilities } });
  const everything = { write: true, admin: true, idempotence: true, groups: false };

  test.each(["write", "admin"] as const)("refuse the role %s, naming transport and role", (role) => {
    const transport = capable({ [role]: false });
    const refused = (): unknown => new NetworkClient(transport, role, limits);
    expect(refused).toThrow(UnsupportedError);
    expect(refused).toThrow(
      expect.objectContaining({
        code: "UNSUPPORTED",
        message: `the transport little has no connection to ${role}: see its capabilities`,
      }),
    );
  });

  test("allow every other role", () => {
    expect(new NetworkClient(capable({ write: false, admin: false }), "read", limits)).toBeDefined();
    expect(new NetworkClient(capable({ write: false }), "admin", limits)).toBeDefined();
    expect(new NetworkClient(capable({ admin: false }), "write", limits)).toBeDefined();
  });

  test.each<Role>(["read", "write", "admin"])("may be missing, as in a plug-in without types: %s", async (role) => {
    const log = new ScriptedLog();
    const transport = { name: "untyped", open: () => log.open(role) };
    const client: NetworkClient = Reflect.construct(NetworkClient, [transport, role, limits]);
    await now(client.connect());
    expect(log.opened).toBe(1);
  });
});

describe("dropping a connection", () => {
  test("does nothing when there is none, or when it was replaced", async () => {
    const { log, client, events } = clientOf();
    client.drop("nothing there");
    const old = await now(client.connect());
    client.drop("moved");
    const fresh = await now(client.connect());
    client.drop("again", old);
    expect(await now(client.connect())).toBe(fresh);
    expect(events.map(({ type }) => type)).toEqual(["connected", "disconnected", "connected"]);
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });

  test("closes it, also when its close throws", async () => {
    const { log, client, events } = clientOf();
    log.on.close = () => {
      throw new Error("stuck");
    };
    await now(client.connect());
    client.drop("moved");
    expect(events.at(-1)).toEqual({ type: "disconnected", role: "read", transport: "scripted", reason: "moved" });
    await now(client.connect());
    expect([log.opened, log.closed, client.reached]).toEqual([2, 1, true]);
  });
});

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

test("a pause ends after its time", async () => {
  const { client } = clientOf();
  const ended = vi.fn();
  const pause = client.pause(30).then(ended);
  await vi.advanceTimersByTimeAsync(29);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await now(pause);
  expect(ended).toHaveBeenCalledOnce();
});

describe("the arguments of a client", () => {
  const good = { connectTimeoutMs: 1, requestTimeoutMs: 1 };
  const transport = "transport must be a transport, such as memory() or kafkajs(host)";
  const ms = "must be a whole number from 1 to 2147483647 or Infinity";
  const pause = "must be a whole number from 0 to 2147483647";
  test.each([
    [undefined, good, `${transport}, not undefined`],
    [null, good, `${transport}, not null`],
    [{}, good, `${transport}, not a Object`],
    [{ open: true }, good, `${transport}, not a Object`],
    [new ScriptedLog(), { ...good, connectTimeoutMs: 0 }, `connectTimeoutMs ${ms}, not 0`],
    [new ScriptedLog(), { ...good, requestTimeoutMs: 0.5 }, `requestTimeoutMs ${ms}, not 0.5`],
    [new ScriptedLog(), { ...good, reconnectBackoffMs: -1 }, `reconnectBackoffMs ${pause}, not -1`],
    [new ScriptedLog(), { ...good, reconnectBackoffMaxMs: Infinity }, `reconnectBackoffMaxMs ${pause}, not Infinity`],
  ])("are refused with their names: %o, %o", (given, options, message) => {
    expect(() => Reflect.construct(NetworkClient, [given, "read", options])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
  });

  test("need not have a listener", async () => {
    const client = new NetworkClient(new ScriptedLog(), "read", good);
    await now(client.connect());
    expect(client.onEvent({ type: "topicMissing", topic: "a" })).toBeUndefined();
  });
});

test("a listener that throws breaks neither connections nor callers of onEvent", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const onEvent = vi.fn(() => {
    throw new Error("mine");
  });
  const { client } = clientOf(new ScriptedLog(), { onEvent });
  await now(client.request("metadata", hello));
  client.onEvent({ type: "topicMissing", topic: "a" });
  expect(onEvent.mock.calls).toMatchObject([[{ type: "connected" }], [{ type: "topicMissing" }]]);
  expect(logged).toHaveBeenCalledTimes(2);
  logged.mockRestore();
});
