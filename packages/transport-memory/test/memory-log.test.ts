import { getEventListeners } from "node:events";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { errorAt, MemoryLog } from "../src/memory-log.ts";
import { within } from "./requests.ts";

const settings = {
  nodes: 2,
  defaultPartitions: 1,
  maxMessageBytes: 100,
  firstOffset: 7n,
  autoCreateTopicsEnable: true,
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("ids are given once", () => {
  const log = new MemoryLog(settings);
  expect([log.nextId(), log.nextId(), log.nextId()]).toEqual([1, 2, 3]);
});

test("a partition is found by its topic and number", () => {
  const log = new MemoryLog(settings);
  log.createTopic("a", 2);
  expect(log.partition("a", 1)).toBe(log.topics.get("a")?.partitions[1]);
  expect(log.partition("a", 1)).toMatchObject({ leader: 2, logStartOffset: 7n });
  expect([log.partition("a", 2), log.partition("a", -1), log.partition("b", 0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ["at the next change", (log: MemoryLog) => log.changed()],
  ["after its time", () => vi.advanceTimersByTime(100)],
  ["when its connection ends", (_: MemoryLog, ended: AbortController) => ended.abort()],
])("a wait ends %s and leaves nothing behind", async (_, wake) => {
  const log = new MemoryLog(settings);
  const ended = new AbortController();
  const woken = vi.fn();
  const waits = [log.nextChange(100, ended.signal).then(woken), log.nextChange(100, ended.signal).then(woken)];
  await vi.advanceTimersByTimeAsync(99);
  expect(woken).not.toHaveBeenCalled();
  wake(log, ended);
  await within(0, Promise.all(waits));
  expect(woken).toHaveBeenCalledTimes(2);
  expect([vi.getTimerCount(), getEventListeners(ended.signal, "abort")]).toEqual([0, []]);
});

describe("an error", () => {
  test.each([
    "UNKNOWN_SERVER_ERROR",
    "CORRUPT_MESSAGE",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "LEADER_NOT_AVAILABLE",
    "NOT_LEADER_OR_FOLLOWER",
    "REQUEST_TIMED_OUT",
    "BROKER_NOT_AVAILABLE",
    "REPLICA_NOT_AVAILABLE",
    "NETWORK_EXCEPTION",
    "COORDINATOR_LOAD_IN_PROGRESS",
    "COORDINATOR_NOT_AVAILABLE",
    "NOT_COORDINATOR",
    "NOT_ENOUGH_REPLICAS",
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
    "NOT_CONTROLLER",
    "CONCURRENT_TRANSACTIONS",
    "KAFKA_STORAGE_ERROR",
    "FETCH_SESSION_ID_NOT_FOUND",
    "INVALID_FETCH_SESSION_EPOCH",
    "LISTENER_NOT_FOUND",
    "FENCED_LEADER_EPOCH",
    "UNKNOWN_LEADER_EPOCH",
    "OFFSET_NOT_AVAILABLE",
    "PREFERRED_LEADER_NOT_AVAILABLE",
    "THROTTLING_QUOTA_EXCEEDED",
    "UNKNOWN_TOPIC_ID",
    "INCONSISTENT_TOPIC_ID",
  ] as const)("%s is retriable", (code) => {
    expect(errorAt(code)).toMatchObject({ name: "TransportError", code, retriable: true });
  });

  test.each([
    "OFFSET_OUT_OF_RANGE",
    "RECORD_TOO_LARGE",
    "INVALID_RECORD",
    "TOPIC_AUTHORIZATION_FAILED",
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "INVALID_PRODUCER_EPOCH",
    "TOPIC_ALREADY_EXISTS",
    "KAFKA_ERROR_999",
    "ABORTED",
  ] as const)("%s is not retriable", (code) => {
    expect(errorAt(code)).toMatchObject({ name: "TransportError", code, retriable: false });
  });

  test.each([
    [[], "the log: INVALID_CONFIG", undefined, undefined],
    [["a"], "topic a: INVALID_CONFIG", "a", undefined],
    [["a", 0], "a[0]: INVALID_CONFIG", "a", 0],
    [["a", 3, "its key is odd"], "a[3]: INVALID_CONFIG: its key is odd", "a", 3],
  ] as const)("names its place: %o", (place, message, topic, partition) => {
    expect(Reflect.apply(errorAt, undefined, ["INVALID_CONFIG", ...place])).toMatchObject({
      message,
      topic,
      partition,
    });
  });
});
