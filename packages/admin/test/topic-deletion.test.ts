import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

describe("deleting topics", () => {
  test("gives the topics that existed, each once and in the order asked for, after the log no longer shows them", async () => {
    const log = new ScriptedLog({ a: 1, b: 1, c: 1 });
    const deleted = new DataQueueAdmin(log).deleteTopics(["b", "missing", "a", "b"]);
    expect(await resultOf(deleted)).toEqual(["b", "a"]);
    expect([...log.topics.keys()]).toEqual(["c"]);
    expect(log.requests).toEqual([
      ["metadata", ["b", "missing", "a"]],
      ["deleteTopics", ["b", "a"]],
      ["metadata", ["b", "missing", "a"]],
    ]);
  });

  test("deletes nothing when no topic exists or none is named", async () => {
    const log = new ScriptedLog({ a: 1 });
    expect(await resultOf(new DataQueueAdmin(log).deleteTopics("b"))).toEqual([]);
    expect(await resultOf(new DataQueueAdmin(log).deleteTopics([]))).toEqual([]);
    expect(log.names).toEqual(["metadata"]);
  });

  test.each(["metadata", "deleteTopics"] as const)("rejects for a topic that the log refuses in %s", async (name) => {
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

  test("retries retriable errors, and waits until the log no longer shows the topic", async () => {
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
    await resultOf(deleted);
    expect(settled).toHaveBeenCalledWith(["a"]);
  });

  test("gives a topic that is gone although the response was lost", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.on.deleteTopics = async () => {
      log.topics.delete("a");
      throw failure("NETWORK_EXCEPTION");
    };
    const deleted = new DataQueueAdmin(log).deleteTopics("a");
    expect(await resultOf(deleted)).toEqual(["a"]);
  });

  test("keeps a topic that was created again after it was deleted", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.topicIds.set("a", "old");
    log.on.deleteTopics = async () => {
      log.topicIds.set("a", "new");
      return [{ topic: "a" }];
    };
    const deleted = new DataQueueAdmin(log).deleteTopics("a");
    expect(await resultOf(deleted)).toEqual(["a"]);
    expect(log.names).toEqual(["metadata", "deleteTopics", "metadata"]);
  });

  test("keeps it, too, when another topic must be tried again", async () => {
    const log = new ScriptedLog({ a: 1, b: 1 });
    log.topicIds.set("b", "old");
    log.on.deleteTopics = async () => {
      log.topicIds.set("b", "new");
      delete log.on.deleteTopics;
      return [{ topic: "a", error: failure("NOT_CONTROLLER") }, { topic: "b" }];
    };
    expect(await resultOf(new DataQueueAdmin(log).deleteTopics(["a", "b"]))).toEqual(["a", "b"]);
    expect([...log.topics.keys()]).toEqual(["b"]);
  });

  test("refuses what is no topic by its index", async () => {
    const log = new ScriptedLog({ a: 1 });
    expect(await errorOf(new DataQueueAdmin(log).deleteTopics(["a", ""]))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^topics\[1\] must be/u),
    });
    expect(log.opened).toBe(0);
  });

  test("deletes a topic that was created again before it could be deleted", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.topicIds.set("a", "old");
    log.on.deleteTopics = async () => {
      log.topicIds.set("a", "new");
      delete log.on.deleteTopics;
      return [{ topic: "a", error: failure("UNKNOWN_TOPIC_OR_PARTITION") }];
    };
    const deleted = new DataQueueAdmin(log).deleteTopics("a");
    expect(await resultOf(deleted)).toEqual(["a"]);
    expect(log.topics.size).toBe(0);
  });
});
