import { describe, expect, test, vi } from "vitest";

import { DataQueueError } from "../../src/contract/errors.ts";
import { useFakeClock } from "../fake-clock.ts";
import { clientOf, errorOf, hello, now } from "./network-client-of.ts";
import { month } from "./waiting.ts";
import { failure, ScriptedLog, noResponse } from "../scripted-log.ts";

useFakeClock({ leavesNoTimer: true });

describe("a request", () => {
  test("is made on the connection, which stays open", async () => {
    const { log, client } = clientOf();
    const result = await now(client.request("metadata", (connection) => connection.metadata(["a"])));
    expect(result).toEqual([{ topic: "a", topicId: undefined, partitions: [{ partition: 0, leader: 1 }] }]);
    await now(client.requestOrReconnect("metadata", hello));
    expect([log.opened, log.closed]).toEqual([1, 0]);
  });

  test("without a response in time is given up with its connection, which is replaced", async () => {
    const { log, client, events } = clientOf();
    log.on.metadata = noResponse;
    const error = errorOf(client.request("metadata", hello));
    await vi.advanceTimersByTimeAsync(49);
    expect(log.closed).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    const message = "scripted: no answer to metadata within 50 ms";
    expect(await now(error)).toMatchObject({
      name: "TransportError",
      code: "REQUEST_TIMED_OUT",
      retriable: true,
      message,
    });
    expect([log.opened, log.closed]).toEqual([1, 1]);
    const common = { role: "read", transport: "scripted" };
    expect(events.slice(1)).toEqual([{ type: "disconnected", ...common, reason: await now(error) }]);
    delete log.on.metadata;
    await now(client.request("metadata", hello));
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });

  test("may have a timeout of its own", async () => {
    const { log, client } = clientOf();
    log.on.fetch = noResponse;
    const limits = { maxWaitMs: 300, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
    const error = errorOf(client.request("fetch", (connection) => connection.fetch(1, [], limits), 350));
    await vi.advanceTimersByTimeAsync(349);
    expect(log.closed).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await now(error)).toMatchObject({ message: "scripted: no answer to fetch within 350 ms" });
  });

  test("has no time limit with Infinity", async () => {
    const { log, client } = clientOf(new ScriptedLog(), { requestTimeoutMs: Infinity });
    log.on.listOffsets = () => new Promise((resolve) => setTimeout(resolve, month / 2, []));
    const result = client.request("listOffsets", (connection) => connection.listOffsets(1, []));
    await vi.advanceTimersByTimeAsync(month / 2);
    await expect(result).resolves.toEqual([]);
  });

  test("that times out on an old connection leaves the new one open", async () => {
    const { log, client, events } = clientOf();
    log.on.metadata = noResponse;
    const first = errorOf(client.request("metadata", hello, 50));
    const second = errorOf(client.request("metadata", hello, 80));
    await vi.advanceTimersByTimeAsync(50);
    expect(await now(first)).toMatchObject({ code: "REQUEST_TIMED_OUT" });
    const fresh = await now(client.connect());
    await vi.advanceTimersByTimeAsync(30);
    expect(await now(second)).toMatchObject({ code: "REQUEST_TIMED_OUT" });
    expect(await now(client.connect())).toBe(fresh);
    expect(events.map(({ type }) => type)).toEqual(["connected", "disconnected", "connected"]);
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });

  test("that the log refuses rejects with the error as it is, and the connection stays open", async () => {
    const { log, client, events } = clientOf();
    const refused = failure("CLUSTER_AUTHORIZATION_FAILED", { retriable: false });
    log.on.metadata = () => Promise.reject(refused);
    expect(await now(errorOf(client.request("metadata", hello)))).toBe(refused);
    const other = new DataQueueError("not a transport error", { code: "OTHER" });
    log.on.metadata = () => Promise.reject(other);
    expect(await now(errorOf(client.request("metadata", hello)))).toBe(other);
    expect([log.closed, events.length]).toEqual([0, 1]);
  });

  test.each([
    [
      "rejects with",
      async (reason: Error) => {
        throw reason;
      },
    ],
    [
      "throws",
      (error: Error) => {
        throw error;
      },
    ],
  ])("fails with a TransportError when the transport %s another error", async (_, fail) => {
    const { client } = clientOf();
    const cause = new TypeError("undefined is no function");
    const error = await now(errorOf(client.request("produce", () => fail(cause))));
    const message = "scripted: produce failed: undefined is no function";
    expect(error).toMatchObject({ name: "TransportError", code: "NETWORK_EXCEPTION", retriable: true, message, cause });
  });

  test("fails when no connection can be opened", async () => {
    const { log, client } = clientOf();
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    const make = vi.fn(hello);
    expect(await now(errorOf(client.request("metadata", make)))).toMatchObject({ code: "NETWORK_EXCEPTION" });
    const again = errorOf(client.requestOrReconnect("metadata", make));
    await vi.advanceTimersByTimeAsync(60);
    expect(await now(again)).toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(make).not.toHaveBeenCalled();
  });
});

describe("requestOrReconnect", () => {
  test("ends the connection on which the request failed", async () => {
    const { log, client, events } = clientOf();
    const refused = failure("NETWORK_EXCEPTION");
    log.on.metadata = () => Promise.reject(refused);
    expect(await now(errorOf(client.requestOrReconnect("metadata", hello)))).toBe(refused);
    expect([log.opened, log.closed]).toEqual([1, 1]);
    expect(events.slice(1)).toMatchObject([{ type: "disconnected", reason: refused }]);
    delete log.on.metadata;
    await now(client.requestOrReconnect("metadata", hello));
    expect(log.opened).toBe(2);
  });

  test("leaves a newer connection open when an old request fails", async () => {
    const { log, client } = clientOf();
    log.on.metadata = () => new Promise((_, reject) => setTimeout(reject, 40, failure("NETWORK_EXCEPTION")));
    const error = errorOf(client.requestOrReconnect("metadata", hello));
    await vi.advanceTimersByTimeAsync(0);
    client.drop("moved");
    const fresh = await now(client.connect());
    await vi.advanceTimersByTimeAsync(40);
    expect(await now(error)).toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(await now(client.connect())).toBe(fresh);
    expect(log.closed).toBe(1);
  });

  test("times out after requestTimeoutMs with an error that names the request", async () => {
    const { log, client } = clientOf();
    log.on.metadata = noResponse;
    const error = errorOf(client.requestOrReconnect("any request", hello));
    await vi.advanceTimersByTimeAsync(50);
    expect(await now(error)).toMatchObject({ message: "scripted: no answer to any request within 50 ms" });
  });
});
