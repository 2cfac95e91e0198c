import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { TransportError, UnsupportedError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
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
        message: `the transport little cannot ${role === "write" ? "write" : "change topics"}, as its capabilities say`,
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
