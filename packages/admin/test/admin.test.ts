import { getEventListeners } from "node:events";

import { ClosedError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { ends, errorOf } from "./ends.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, led, refusal, ScriptedLog, silence } from "./scripted-log.ts";

useFakeClock();

describe("listing topics", () => {
  test("gives the names of all, sorted", async () => {
    const log = new ScriptedLog({ b: 1, a: 2, Z: 1, "10": 1, "9": 1 });
    expect(await ends(new DataQueueAdmin(log).listTopics())).toEqual(["10", "9", "Z", "a", "b"]);
    expect(log.made).toEqual([["metadata", undefined]]);
  });

  test("of a log without topics gives none", async () => {
    expect(await ends(new DataQueueAdmin(new ScriptedLog()).listTopics())).toEqual([]);
  });
});

describe("describing topics", () => {
  test("gives their partitions as the log tells them, in the order asked for", async () => {
    const log = new ScriptedLog({ a: 2 });
    const partitions = [{ partition: 0, leader: 3, replicas: [3, 1], inSyncReplicas: [3] }];
    log.topics.set("b", partitions);
    expect(await ends(new DataQueueAdmin(log).describeTopics(new Set(["b", "a"])))).toEqual([
      { topic: "b", partitions },
      { topic: "a", partitions: led(2) },
    ]);
    expect(await ends(new DataQueueAdmin(log).describeTopics("b"))).toEqual([{ topic: "b", partitions }]);
  });

  test("tells of a topic that does not exist, at once", async () => {
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

  test("tells of a topic that the log refuses", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async () => [{ topic: "a", error: refusal("TOPIC_AUTHORIZATION_FAILED") }];
    expect(await errorOf(new DataQueueAdmin(log).describeTopics("a"))).toMatchObject({
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "a",
    });
  });

  test("tells of a topic that the log leaves out of its answer", async () => {
    const log = new ScriptedLog();
    log.on.metadata = async () => [{ topic: "b", partitions: led(1) }];
    const error = await errorOf(new DataQueueAdmin(log).describeTopics("a"));
    expect(error).not.toHaveProperty("cause");
    expect(error).toMatchObject({
      message: "cannot describe topic a: the log did not answer for it",
      code: "UNKNOWN_SERVER_ERROR",
      retriable: false,
      topic: "a",
    });
  });

  test("waits while an error passes", async () => {
    const log = new ScriptedLog({ a: 1, b: 1 });
    log.on.metadata = async () => {
      delete log.on.metadata;
      return [
        { topic: "a", partitions: led(1) },
        { topic: "b", error: failure("LEADER_NOT_AVAILABLE") },
      ];
    };
    const described = new DataQueueAdmin(log).describeTopics(["a", "b"]);
    expect(await ends(described)).toHaveLength(2);
  });

  test("of none asks nothing; what is no topic is refused by its place", async () => {
    const log = new ScriptedLog();
    const admin = new DataQueueAdmin(log);
    expect(await ends(admin.describeTopics([]))).toEqual([]);
    expect(await errorOf(admin.describeTopics(["a", ""]))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^topics\[1\]/u),
    });
    expect(log.opened).toBe(0);
  });
});

describe("deleting topics", () => {
  test("gives those that were there, once each and in the order asked for, and looks that they are gone", async () => {
    const log = new ScriptedLog({ a: 1, b: 1, c: 1 });
    const deleted = new DataQueueAdmin(log).deleteTopics(["b", "missing", "a", "b"]);
    expect(await ends(deleted)).toEqual(["b", "a"]);
    expect([...log.topics.keys()]).toEqual(["c"]);
    expect(log.made).toEqual([
      ["metadata", ["b", "missing", "a"]],
      ["deleteTopics", ["b", "a"]],
      ["metadata", ["b", "missing", "a"]],
    ]);
  });

  test("that do not exist, or none, deletes nothing", async () => {
    const log = new ScriptedLog({ a: 1 });
    expect(await ends(new DataQueueAdmin(log).deleteTopics("b"))).toEqual([]);
    expect(await ends(new DataQueueAdmin(log).deleteTopics([]))).toEqual([]);
    expect(log.names).toEqual(["metadata"]);
  });

  test.each(["metadata", "deleteTopics"] as const)("tells of a topic that the log refuses in %s", async (name) => {
    const log = new ScriptedLog({ a: 1, b: 1 });
    const refused = refusal("TOPIC_AUTHORIZATION_FAILED");
    log.on[name] = async () => [{ topic: "b", error: refused }];
    expect(await errorOf(new DataQueueAdmin(log).deleteTopics(["a", "b"]))).toMatchObject({
      message: "cannot delete topic b: TOPIC_AUTHORIZATION_FAILED says the log",
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "b",
      cause: refused,
    });
  });

  test("tries again what passes, and waits until the log shows the topic no more", async () => {
    const log = new ScriptedLog({ a: 1 });
    let tries = 0;
    log.on.deleteTopics = async () => {
      tries += 1;
      if (tries < 3) return [{ topic: "a", error: failure("NOT_CONTROLLER") }];
      setTimeout(() => log.topics.delete("a"), 1_000);
      return [{ topic: "a" }];
    };
    const settled = vi.fn();
    const deleted = new DataQueueAdmin(log).deleteTopics("a").then(settled);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([tries >= 3, settled.mock.calls]).toEqual([true, []]);
    await ends(deleted);
    expect(settled).toHaveBeenCalledWith(["a"]);
  });

  test("counts a topic that was there and is gone though the answer got lost", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.deleteTopics = async () => {
      log.topics.delete("a");
      throw failure("NETWORK_EXCEPTION");
    };
    const deleted = new DataQueueAdmin(log).deleteTopics("a");
    expect(await ends(deleted)).toEqual(["a"]);
  });

  test("leaves a topic alone that is made again meanwhile", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.topicIds.set("a", "old");
    log.on.deleteTopics = async () => {
      log.topicIds.set("a", "new");
      return [{ topic: "a" }];
    };
    const deleted = new DataQueueAdmin(log).deleteTopics("a");
    expect(await ends(deleted)).toEqual(["a"]);
    expect(log.names).toEqual(["metadata", "deleteTopics", "metadata"]);
  });

  test("leaves it alone, too, when another one beside it must be tried again", async () => {
    const log = new ScriptedLog({ a: 1, b: 1 });
    log.topicIds.set("b", "old");
    log.on.deleteTopics = async () => {
      log.topicIds.set("b", "new");
      delete log.on.deleteTopics;
      return [{ topic: "a", error: failure("NOT_CONTROLLER") }, { topic: "b" }];
    };
    expect(await ends(new DataQueueAdmin(log).deleteTopics(["a", "b"]))).toEqual(["a", "b"]);
    expect([...log.topics.keys()]).toEqual(["b"]);
  });

  test("refuses what is no topic by its place", async () => {
    const log = new ScriptedLog({ a: 1 });
    expect(await errorOf(new DataQueueAdmin(log).deleteTopics(["a", ""]))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^topics\[1\] must be/u),
    });
    expect(log.opened).toBe(0);
  });

  test("deletes a topic that was made again before it could be deleted", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.topicIds.set("a", "old");
    log.on.deleteTopics = async () => {
      log.topicIds.set("a", "new");
      delete log.on.deleteTopics;
      return [{ topic: "a", error: failure("UNKNOWN_TOPIC_OR_PARTITION") }];
    };
    const deleted = new DataQueueAdmin(log).deleteTopics("a");
    expect(await ends(deleted)).toEqual(["a"]);
    expect(log.topics.size).toBe(0);
  });
});

describe("an admin", () => {
  test("connects for administration on first use, or before", async () => {
    const log = new ScriptedLog();
    const events: DataQueueEvent[] = [];
    const admin = new DataQueueAdmin(log, { onEvent: (event) => void events.push(event) });
    expect(log.opened).toBe(0);
    expect(await ends(admin.connect())).toBeUndefined();
    await ends(admin.listTopics());
    expect(log.opened).toBe(1);
    expect(events).toEqual([{ type: "connected", role: "admin", transport: "scripted", attempt: 0 }]);
  });

  test("refuses what is no transport and options that make no sense", () => {
    expect(() => Reflect.construct(DataQueueAdmin, [{}])).toThrow(/^transport must be a transport/u);
    expect(() => new DataQueueAdmin(new ScriptedLog(), { timeoutMs: 0 })).toThrow(/^timeoutMs must be/u);
  });

  test("that is closed rejects what waits and what comes, at once", async () => {
    const log = new ScriptedLog();
    const admin = new DataQueueAdmin(log);
    log.on.metadata = silence;
    const waiting = admin.listTopics();
    await vi.advanceTimersByTimeAsync(0);
    await admin.close();
    const error = await errorOf(waiting);
    expect(error).toBeInstanceOf(ClosedError);
    expect(error).toMatchObject({ code: "CLOSED", message: "the admin is closed" });
    const calls = [admin.connect(), admin.listTopics(), admin.createTopics("a"), admin.deleteTopics("a")];
    for (const settled of await ends(Promise.allSettled(calls))) {
      expect(settled.status === "rejected" && settled.reason).toBe(error);
    }
    await admin.close();
    expect([log.opened, log.closed]).toEqual([1, 1]);
  });

  test("closes at the end of its block", async () => {
    const log = new ScriptedLog();
    const admin = new DataQueueAdmin(log);
    await ends(admin.listTopics());
    expect(log.closed).toBe(0);
    await admin[Symbol.asyncDispose]();
    expect(log.closed).toBe(1);
  });
});

describe("the signal of an admin", () => {
  test.each(["metadata", "open"] as const)("rejects what waits for %s with its reason", async (name) => {
    const log = new ScriptedLog();
    const stop = new AbortController();
    const admin = new DataQueueAdmin(log, { signal: stop.signal });
    log.on[name] = silence;
    const waiting = admin.listTopics();
    await vi.advanceTimersByTimeAsync(100);
    const reason = new DOMException("The user left", "AbortError");
    stop.abort(reason);
    expect(await errorOf(waiting)).toBe(reason);
    expect(await errorOf(admin.listTopics())).toBe(reason);
    expect(log.closed).toBe(log.opened);
  });

  test("rejects with its reason what waits to try again", async () => {
    const log = new ScriptedLog();
    const stop = new AbortController();
    const admin = new DataQueueAdmin(log, { signal: stop.signal });
    log.on.metadata = async () => [{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }];
    const waiting = admin.describeTopics("a");
    await vi.advanceTimersByTimeAsync(100);
    stop.abort("enough");
    expect(await errorOf(waiting)).toBe("enough");
  });

  test("that is aborted already lets nothing begin", async () => {
    const log = new ScriptedLog();
    const signal = AbortSignal.abort("before");
    const admin = new DataQueueAdmin(log, { signal });
    expect(await errorOf(admin.connect())).toBe("before");
    expect(await errorOf(admin.listTopics())).toBe("before");
    expect(log.opened).toBe(0);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("is not listened to any more when the admin is closed", async () => {
    const { signal } = new AbortController();
    const admins = [1, 2].map(() => new DataQueueAdmin(new ScriptedLog(), { signal }));
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    for (const admin of admins) await admin.close();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
