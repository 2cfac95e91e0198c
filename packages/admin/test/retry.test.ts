import { DataQueueError } from "@dataqueues/core";
import type { TransportErrorCode } from "@dataqueues/core";
import { describe, expect, test, vi } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import type { AdminOptions } from "../src/index.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { useFakeClock } from "./fake-clock.ts";
import { failure, refusal, ScriptedLog, noResponse } from "./scripted-log.ts";

useFakeClock();

interface Failed {
  /** When it failed, in ms after the call. */
  readonly at: number;
  readonly error: unknown;
}

/** The time and the error with which a call of a connected admin rejects. */
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

describe("a retriable error that stays", () => {
  test("is retried with pauses that double from 10 ms to half a second, until timeoutMs", async () => {
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

  test("rejects as soon as the next try would come after timeoutMs", async () => {
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

  test("is retried for 30 s by default", async () => {
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

  test("gives an error that says what was not settled, without a cause where no request failed", async () => {
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

  test("gives an error that names the deletion", async () => {
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

describe("a log that does not respond", () => {
  test("rejects the call and closes the connection after timeoutMs", async () => {
    const log = new ScriptedLog();
    const { at, error } = await failed(log, { timeoutMs: 700 }, () => (log.on.metadata = noResponse));
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
  ])("gives an error that names the request without a response: %s", async (name, call) => {
    const log = new ScriptedLog({ a: 1 });
    const { error } = await failed(log, { timeoutMs: 700 }, () => (log.on[name] = noResponse), call);
    expect(error).toMatchObject({ message: expect.stringContaining(`scripted: no answer to ${name} within 700 ms`) });
  });

  test("is asked again on a new connection", async () => {
    const log = new ScriptedLog({ a: 1 });
    const admin = new DataQueueAdmin(log);
    log.on.metadata = async () => {
      delete log.on.metadata;
      throw failure("NETWORK_EXCEPTION");
    };
    const listed = admin.listTopics();
    expect(await resultOf(listed)).toEqual(["a"]);
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });
});

describe("a log that cannot be reached", () => {
  const cut = (log: ScriptedLog) => (): void => {
    log.on.metadata = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
  };

  /** Attempts to connect follow the admin's own pauses. */
  const atOnce = { reconnectBackoffMs: 0, reconnectBackoffMaxMs: 0 };

  test("is not connected to before the pause of reconnectBackoffMs is over", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    const log = new ScriptedLog();
    const { at } = await failed(log, { connectTimeoutMs: 2_000 }, cut(log));
    random.mockRestore();
    // Attempts to connect at 10, 60, 160, 360, 760 and 1,560 ms; the next try, at 2,060 ms, would come too late.
    expect(at).toBe(1_560);
  });

  test("rejects the call after connectTimeoutMs", async () => {
    const log = new ScriptedLog();
    const { at, error } = await failed(log, { connectTimeoutMs: 2_000, ...atOnce }, cut(log));
    // Pauses as above: the next try, at 2,130 ms, would come too late.
    expect(at).toBe(1_630);
    expect(error).toMatchObject({
      code: "NETWORK_EXCEPTION",
      retriable: true,
      message: "the list of topics: not settled within 2000 ms: NETWORK_EXCEPTION says the log",
      cause: { code: "NETWORK_EXCEPTION" },
    });
  });

  test("rejects the call after 15 s by default", async () => {
    const log = new ScriptedLog();
    const { at, error } = await failed(log, atOnce, cut(log));
    expect(at).toBe(14_630);
    expect(error).toMatchObject({ message: expect.stringContaining("not settled within 15000 ms") });
  });

  test("also shows by requests that get no response in time", async () => {
    const log = new ScriptedLog();
    const fail = (): void => void (log.on.metadata = () => Promise.reject(failure("REQUEST_TIMED_OUT")));
    const { at, error } = await failed(log, { connectTimeoutMs: 600 }, fail);
    // The next try, at 630 ms, would come too late.
    expect(at).toBe(310);
    expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", cause: { code: "REQUEST_TIMED_OUT" } });
  });

  test("is waited for from the first failure after the last response, which may be an error", async () => {
    const log = new ScriptedLog();
    // It cannot be reached at 0 and 10 ms, responds at 30 ms that a leader is missing, and cannot be reached after that.
    const answers: TransportErrorCode[] = ["NETWORK_EXCEPTION", "REQUEST_TIMED_OUT", "LEADER_NOT_AVAILABLE"];
    log.on.metadata = async () => {
      throw failure(answers.shift() ?? "NETWORK_EXCEPTION");
    };
    const { at } = await failed(log, { connectTimeoutMs: 600 }, () => undefined);
    // Not reached from 70 ms on: the try at 630 ms comes within 600 ms of that, the one at 1,130 ms does not.
    expect(at).toBe(630);
  });

  test("is waited for from the first failure after the last metadata", async () => {
    const log = new ScriptedLog();
    log.topics.set("a", [{ partition: 0, leader: -1 }]);
    let requests = 0;
    log.on.metadata = async () => {
      requests += 1;
      // It is reached at 30 ms only.
      if (requests !== 3) throw failure("NETWORK_EXCEPTION");
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

  test("rejects the call as soon as the next try would come after connectTimeoutMs", async () => {
    const log = new ScriptedLog();
    const { at } = await failed(log, { connectTimeoutMs: 30 }, cut(log));
    expect(at).toBe(10);
  });

  test("rejects at once when it was never reached", async () => {
    const log = new ScriptedLog();
    log.on.open = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    log.on.open = vi.fn(log.on.open);
    expect(await errorOf(new DataQueueAdmin(log).listTopics())).toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(log.on.open).toHaveBeenCalledOnce();
  });

  test("rejects connect after connectTimeoutMs", async () => {
    const log = new ScriptedLog();
    log.on.open = noResponse;
    const connected = new DataQueueAdmin(log, { connectTimeoutMs: 70 }).connect();
    const message = "scripted: no connection within 70 ms";
    expect(await errorOf(connected)).toMatchObject({ code: "REQUEST_TIMED_OUT", message });
  });
});

test.each([
  ["refuses", refusal("CLUSTER_AUTHORIZATION_FAILED")],
  ["fails with an error that is no TransportError", new DataQueueError("odd", { code: "ODD" })],
])("a log that %s is not asked again", async (_, error) => {
  const log = new ScriptedLog();
  log.on.metadata = () => Promise.reject(error);
  const { at, error: reported } = await failed(log, {}, () => undefined);
  expect([at, reported]).toEqual([0, error]);
  expect(log.names).toEqual(["metadata"]);
});
