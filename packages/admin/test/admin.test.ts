import { getEventListeners } from "node:events";

import { ClosedError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, partitionMetadata, refusal, ScriptedLog, noResponse } from "./scripted-log.ts";

useFakeClock();

describe("listing topics", () => {
  test("gives the sorted names of all topics", async () => {
    const log = new ScriptedLog({ b: 1, a: 2, Z: 1, "10": 1, "9": 1 });
    expect(await resultOf(new DataQueueAdmin(log).listTopics())).toEqual(["10", "9", "Z", "a", "b"]);
    expect(log.requests).toEqual([["metadata", undefined]]);
  });

  test("gives nothing for a log without topics", async () => {
    expect(await resultOf(new DataQueueAdmin(new ScriptedLog()).listTopics())).toEqual([]);
  });
});

describe("describing topics", () => {
  test("gives their partitions as in the log's metadata, in the order asked for", async () => {
    const log = new ScriptedLog({ a: 2 });
    const partitions = [{ partition: 0, leader: 3, replicas: [3, 1], inSyncReplicas: [3] }];
    log.topics.set("b", partitions);
    expect(await resultOf(new DataQueueAdmin(log).describeTopics(new Set(["b", "a"])))).toEqual([
      { topic: "b", partitions },
      { topic: "a", partitions: partitionMetadata(2) },
    ]);
    expect(await resultOf(new DataQueueAdmin(log).describeTopics("b"))).toEqual([{ topic: "b", partitions }]);
  });

  test("rejects at once for a topic that does not exist", async () => {
    const log = new ScriptedLog({ a: 1 });
    expect(await errorOf(new DataQueueAdmin(log).describeTopics(["a", "b"]))).toMatchObject({
      name: "TransportError",
      message: "cannot describe topic b: UNKNOWN_TOPIC_OR_PARTITION says the log",
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      topic: "b",
      cause: { code: "UNKNOWN_TOPIC_OR_PARTITION" },
    });
    expect(log.names).toEqual(["metadata"]);
  });

  test("rejects for a topic that the log refuses", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async () => [{ topic: "a", error: refusal("TOPIC_AUTHORIZATION_FAILED") }];
    expect(await errorOf(new DataQueueAdmin(log).describeTopics("a"))).toMatchObject({
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "a",
    });
  });

  test("rejects for a topic that the log leaves out of its response", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async () => [{ topic: "b", partitions: partitionMetadata(1) }];
    const error = await errorOf(new DataQueueAdmin(log).describeTopics("a"));
    expect(error).not.toHaveProperty("cause");
    expect(error).toMatchObject({
      message: "cannot describe topic a: the log did not answer for it",
      code: "UNKNOWN_SERVER_ERROR",
      retriable: false,
      topic: "a",
    });
  });

  test("tries again after a retriable error", async () => {
    const log = new ScriptedLog({ a: 1, b: 1 });
    log.on.metadata = async () => {
      delete log.on.metadata;
      return [
        { topic: "a", partitions: partitionMetadata(1) },
        { topic: "b", error: failure("LEADER_NOT_AVAILABLE") },
      ];
    };
    const described = new DataQueueAdmin(log).describeTopics(["a", "b"]);
    expect(await resultOf(described)).toHaveLength(2);
  });

  test("makes no request for an empty list, and refuses what is no topic by its index", async () => {
    const log = new ScriptedLog();
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.describeTopics([]))).toEqual([]);
    expect(await errorOf(admin.describeTopics(["a", ""]))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^topics\[1\]/u),
    });
    expect(log.opened).toBe(0);
  });
});

describe("an admin", () => {
  test("connects as an admin on first use, or when connect is called", async () => {
    const log = new ScriptedLog();
    const events: DataQueueEvent[] = [];
    const admin = new DataQueueAdmin(log, { onEvent: (event) => void events.push(event) });
    expect(log.opened).toBe(0);
    expect(await resultOf(admin.connect())).toBeUndefined();
    await resultOf(admin.listTopics());
    expect(log.opened).toBe(1);
    expect(events).toEqual([{ type: "connected", role: "admin", transport: "scripted", attempt: 0 }]);
  });

  test("refuses what is no transport, and options that make no sense", () => {
    expect(() => Reflect.construct(DataQueueAdmin, [{}])).toThrow(/^transport must be a transport/u);
    expect(() => new DataQueueAdmin(new ScriptedLog(), { timeoutMs: 0 })).toThrow(/^timeoutMs must be/u);
  });

  test("is refused on a transport without administration, by the names of both", () => {
    const log = Object.assign(new ScriptedLog(), { capabilities: { admin: false } });
    expect(() => new DataQueueAdmin(log)).toThrow("the transport scripted cannot change topics");
  });

  test("rejects pending and later calls at once when it is closed", async () => {
    const log = new ScriptedLog();
    const admin = new DataQueueAdmin(log);
    log.on.metadata = noResponse;
    const waiting = admin.listTopics();
    await vi.advanceTimersByTimeAsync(0);
    await admin.close();
    const error = await errorOf(waiting);
    expect(error).toBeInstanceOf(ClosedError);
    expect(error).toMatchObject({ code: "CLOSED", message: "the admin is closed" });
    const calls = [admin.connect(), admin.listTopics(), admin.createTopics("a"), admin.deleteTopics("a")];
    for (const settled of await resultOf(Promise.allSettled(calls))) {
      expect(settled.status === "rejected" && settled.reason).toBe(error);
    }
    await admin.close();
    expect([log.opened, log.closed]).toEqual([1, 1]);
  });

  test("closes at the end of an `await using` block", async () => {
    const log = new ScriptedLog();
    const admin = new DataQueueAdmin(log);
    await resultOf(admin.listTopics());
    expect(log.closed).toBe(0);
    await admin[Symbol.asyncDispose]();
    expect(log.closed).toBe(1);
  });
});

describe("the signal of an admin", () => {
  test.each(["metadata", "open"] as const)("rejects calls that wait for %s with its reason", async (name) => {
    const log = new ScriptedLog();
    const stop = new AbortController();
    const admin = new DataQueueAdmin(log, { signal: stop.signal });
    log.on[name] = noResponse;
    const waiting = admin.listTopics();
    await vi.advanceTimersByTimeAsync(100);
    const reason = new DOMException("The user left", "AbortError");
    stop.abort(reason);
    expect(await errorOf(waiting)).toBe(reason);
    expect(await errorOf(admin.listTopics())).toBe(reason);
    expect(log.closed).toBe(log.opened);
  });

  test("rejects calls that wait to try again with its reason", async () => {
    const log = new ScriptedLog();
    const stop = new AbortController();
    const admin = new DataQueueAdmin(log, { signal: stop.signal });
    log.on.metadata = async () => [{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }];
    const waiting = admin.describeTopics("a");
    await vi.advanceTimersByTimeAsync(100);
    stop.abort("enough");
    expect(await errorOf(waiting)).toBe("enough");
  });

  test("keeps anything from being opened when it is aborted already", async () => {
    const log = new ScriptedLog();
    const signal = AbortSignal.abort("before");
    const admin = new DataQueueAdmin(log, { signal });
    expect(await errorOf(admin.connect())).toBe("before");
    expect(await errorOf(admin.listTopics())).toBe("before");
    expect(log.opened).toBe(0);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("has no listener of the admin left once the admin is closed", async () => {
    const { signal } = new AbortController();
    const admins = [1, 2].map(() => new DataQueueAdmin(new ScriptedLog(), { signal }));
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    for (const admin of admins) await admin.close();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
