import { DataQueueError } from "@dataqueues/core";
import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import type { AdminOptions } from "../src/index.ts";
import { ends, errorOf } from "./ends.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, refusal, ScriptedLog, silence } from "./scripted-log.ts";

useFakeClock();

interface Failed {
  /** When it failed, in ms after the call. */
  readonly at: number;
  readonly error: unknown;
}

/** A connected admin, and how its call ends: when and with what. */
async function failed(
  log: ScriptedLog,
  options: AdminOptions,
  fail: () => void,
  call: (admin: DataQueueAdmin) => Promise<unknown> = (admin) => admin.listTopics(),
): Promise<Failed> {
  const admin = new DataQueueAdmin(log, options);
  await admin.connect();
  fail();
  const start = performance.now();
  let ended: Failed | undefined;
  call(admin).catch((error: unknown) => (ended = { at: performance.now() - start, error }));
  await vi.advanceTimersByTimeAsync(100_000);
  expect(vi.getTimerCount()).toBe(0);
  return ended ?? expect.unreachable("still waiting after 100 s");
}

/** When each request was made, in ms since the start. */
function timesOf(log: ScriptedLog): number[] {
  const start = performance.now();
  const times: number[] = [];
  log.on.metadata = async () => {
    times.push(performance.now() - start);
    return [{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }];
  };
  return times;
}

describe("an error that never passes", () => {
  test("is tried over in pauses that double from 10 ms to half a second, until timeoutMs", async () => {
    const log = new ScriptedLog();
    const times = timesOf(log);
    const { at, error } = await failed(
      log,
      { timeoutMs: 3_000 },
      () => undefined,
      (admin) => admin.describeTopics("a"),
    );
    expect(times).toEqual([0, 10, 30, 70, 150, 310, 630, 1_130, 1_630, 2_130, 2_630]);
    // Another try would come too late.
    expect(at).toBe(2_630);
    expect(error).toMatchObject({
      name: "TransportError",
      code: "REQUEST_TIMED_OUT",
      retriable: true,
      message:
        "a description of a: not settled within 3000 ms: cannot describe topic a: LEADER_NOT_AVAILABLE says the log",
      cause: { code: "LEADER_NOT_AVAILABLE", topic: "a", cause: { code: "LEADER_NOT_AVAILABLE" } },
    });
  });

  test("is not waited for to the very end of timeoutMs, when the next try would be due", async () => {
    const log = new ScriptedLog();
    const times = timesOf(log);
    const { at } = await failed(
      log,
      { timeoutMs: 30 },
      () => undefined,
      (admin) => admin.describeTopics("a"),
    );
    expect([times, at]).toEqual([[0, 10], 10]);
  });

  test("is given 30 s by default", async () => {
    const log = new ScriptedLog();
    timesOf(log);
    const { at, error } = await failed(
      log,
      {},
      () => undefined,
      (admin) => admin.describeTopics("a"),
    );
    expect(at).toBeGreaterThanOrEqual(29_500);
    expect(error).toMatchObject({ message: expect.stringContaining("not settled within 30000 ms") });
  });

  test("says what was to be done, and nothing of errors where there were none", async () => {
    const log = new ScriptedLog({ a: 1 });
    log.topics.set("b", [{ partition: 0, leader: -1 }]);
    const { error } = await failed(
      log,
      { timeoutMs: 1_000 },
      () => undefined,
      (admin) => admin.createTopics(["a", "b"]),
    );
    expect(error).toMatchObject({ message: "topics a, b: not settled within 1000 ms" });
    expect(error).not.toHaveProperty("cause");
  });

  test("says that it was a deletion", async () => {
    const log = new ScriptedLog({ a: 1, b: 1 });
    log.on.deleteTopics = async () => [];
    const { error } = await failed(
      log,
      { timeoutMs: 1_000 },
      () => undefined,
      (admin) => admin.deleteTopics(["a", "b"]),
    );
    expect(error).toMatchObject({ message: "the deletion of a, b: not settled within 1000 ms" });
  });
});

describe("a log that does not answer", () => {
  test("is given up after timeoutMs, and its connection with it", async () => {
    const log = new ScriptedLog();
    const { at, error } = await failed(log, { timeoutMs: 700 }, () => (log.on.metadata = silence));
    expect(at).toBe(700);
    expect(error).toMatchObject({
      code: "REQUEST_TIMED_OUT",
      message: "the list of topics: not settled within 700 ms: scripted: no answer to metadata within 700 ms",
    });
    expect(log.closed).toBe(1);
  });

  test.each<
    ["metadata" | "createTopics" | "createPartitions" | "deleteTopics", (admin: DataQueueAdmin) => Promise<unknown>]
  >([
    ["metadata", (admin) => admin.describeTopics("a")],
    ["createTopics", (admin) => admin.createTopics("new")],
    ["createPartitions", (admin) => admin.createTopics([["a", 2]])],
    ["deleteTopics", (admin) => admin.deleteTopics("a")],
  ])("is told of with the request that it does not answer: %s", async (name, call) => {
    const log = new ScriptedLog({ a: 1 });
    const { error } = await failed(log, { timeoutMs: 700 }, () => (log.on[name] = silence), call);
    expect(error).toMatchObject({ message: expect.stringContaining(`scripted: no answer to ${name} within 700 ms`) });
  });

  test("that answers again is asked on a new connection", async () => {
    const log = new ScriptedLog({ a: 1 });
    const admin = new DataQueueAdmin(log);
    log.on.metadata = async () => {
      delete log.on.metadata;
      throw failure("NETWORK_EXCEPTION");
    };
    const listed = admin.listTopics();
    expect(await ends(listed)).toEqual(["a"]);
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });
});

describe("a log out of reach", () => {
  const cut = (log: ScriptedLog) => (): void => {
    log.on.metadata = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
  };

  test("is given up after connectTimeoutMs", async () => {
    const log = new ScriptedLog();
    const { at, error } = await failed(log, { connectTimeoutMs: 2_000 }, cut(log));
    // Pauses as above: the next try, at 2,130 ms, would come too late.
    expect(at).toBe(1_630);
    expect(error).toMatchObject({
      code: "NETWORK_EXCEPTION",
      retriable: true,
      message: "the list of topics: not settled within 2000 ms: NETWORK_EXCEPTION says the log",
      cause: { code: "NETWORK_EXCEPTION" },
    });
  });

  test("is given 15 s by default", async () => {
    const log = new ScriptedLog();
    const { at, error } = await failed(log, {}, cut(log));
    expect(at).toBe(14_630);
    expect(error).toMatchObject({ message: expect.stringContaining("not settled within 15000 ms") });
  });

  test("shows by requests that are not answered in time, too", async () => {
    const log = new ScriptedLog();
    const fail = (): void => void (log.on.metadata = () => Promise.reject(failure("REQUEST_TIMED_OUT")));
    const { at, error } = await failed(log, { connectTimeoutMs: 600 }, fail);
    // The next try, at 630 ms, would come too late.
    expect(at).toBe(310);
    expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", cause: { code: "REQUEST_TIMED_OUT" } });
  });

  test("counts from the last time that it was in reach", async () => {
    const log = new ScriptedLog();
    // At 0 and 10 ms it is out of reach, at 30 ms it answers that a leader is missing, and then it is gone.
    const answers = ["NETWORK_EXCEPTION", "REQUEST_TIMED_OUT", "LEADER_NOT_AVAILABLE"];
    log.on.metadata = async () => {
      throw failure(answers.shift() ?? "NETWORK_EXCEPTION");
    };
    const { at } = await failed(log, { connectTimeoutMs: 600 }, () => undefined);
    // Out of reach from 70 ms on: the try of 630 ms comes within 600 ms of it, the one of 1,130 ms does not.
    expect(at).toBe(630);
  });

  test("counts from the last look that brought an answer, too", async () => {
    const log = new ScriptedLog();
    log.topics.set("a", [{ partition: 0, leader: -1 }]);
    let looks = 0;
    log.on.metadata = async () => {
      looks += 1;
      // In reach at 30 ms only.
      if (looks !== 3) throw failure("NETWORK_EXCEPTION");
      return [{ topic: "a", partitions: [{ partition: 0, leader: -1 }] }];
    };
    const { at } = await failed(
      log,
      { connectTimeoutMs: 600 },
      () => undefined,
      (admin) => admin.createTopics("a"),
    );
    expect(at).toBe(630);
  });

  test("does not wait up to the very end of connectTimeoutMs, when the next try would be due", async () => {
    const log = new ScriptedLog();
    const { at } = await failed(log, { connectTimeoutMs: 30 }, cut(log));
    expect(at).toBe(10);
  });

  test("from the beginning fails at once: nothing says that it will ever be there", async () => {
    const log = new ScriptedLog();
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    log.on.open = vi.fn(log.on.open);
    expect(await errorOf(new DataQueueAdmin(log).listTopics())).toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(log.on.open).toHaveBeenCalledOnce();
  });

  test("is not connected to for longer than connectTimeoutMs", async () => {
    const log = new ScriptedLog();
    log.on.open = silence;
    const connected = new DataQueueAdmin(log, { connectTimeoutMs: 70 }).connect();
    const message = "scripted: no connection within 70 ms";
    expect(await errorOf(connected)).toMatchObject({ code: "REQUEST_TIMED_OUT", message });
  });
});

test.each([
  ["refuses for good", refusal("CLUSTER_AUTHORIZATION_FAILED")],
  ["fails with an error of the library that is none of the log's", new DataQueueError("odd", { code: "ODD" })],
])("a log that %s is not asked again", async (_, error) => {
  const log = new ScriptedLog();
  log.on.metadata = () => Promise.reject(error);
  const { at, error: told } = await failed(log, {}, () => undefined);
  expect([at, told]).toEqual([0, error]);
  expect(log.names).toEqual(["metadata"]);
});
