import { expect, test } from "vitest";

import { FetchFailures } from "../../src/consumer/fetch-failures.ts";
import { DataQueueError, TransportError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure } from "../scripted-log.ts";
import { stateOf } from "./fetching.ts";

useFakeClock({ atMs: 5_000 });

interface Scene {
  readonly failures: FetchFailures;
  readonly events: DataQueueEvent[];
  readonly errors: DataQueueError[];
  /** How often metadata were asked for at once. */
  readonly refreshes: () => number;
}

/** Failures that are reported when they have lasted for a second. */
function scene(): Scene {
  const events: DataQueueEvent[] = [];
  const errors: DataQueueError[] = [];
  let refreshes = 0;
  const failures = new FetchFailures({
    reportAfterMs: 1_000,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
    refreshNow: () => (refreshes += 1),
  });
  return { failures, events, errors, refreshes: () => refreshes };
}

test("a request that fails is an event each time, and an error once that has lasted", async () => {
  const { failures, events, errors, refreshes } = scene();
  const since = performance.now();
  const error = failure("NETWORK_EXCEPTION");
  await pass(400);
  for (const attempt of [0, 1]) failures.requestFailed("metadata", "metadata", error, attempt, since);
  expect(events).toEqual([0, 1].map((attempt) => ({ type: "retry", request: "metadata", attempt, reason: error })));
  await pass(599);
  expect(errors).toEqual([]);
  await pass(1);
  expect(errors).toMatchObject([{ code: "NETWORK_EXCEPTION", retriable: true, cause: error }]);
  // Nothing says that leaders have moved.
  expect(refreshes()).toBe(0);
});

test.each([
  ["the log refuses", failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false })],
  ["fails without a word of the log", new DataQueueError("odd", { code: "ODD" })],
])("a request that %s is an error at once, as it is", (_, error) => {
  const { failures, events, errors } = scene();
  failures.requestFailed("metadata", "metadata", error, 0, performance.now());
  expect(errors).toEqual([error]);
  expect(errors[0]).toBe(error);
  expect(events).toHaveLength(1);
});

test("what is no error of the library is an event only", async () => {
  const { failures, events, errors } = scene();
  const reason = new TypeError("records is undefined");
  failures.requestFailed("leader 1", "fetch", reason, 0, performance.now());
  await pass(60_000);
  expect(events).toEqual([{ type: "retry", request: "fetch", attempt: 0, reason }]);
  expect(errors).toEqual([]);
});

test("a leader that fails makes metadata be asked for at once", async () => {
  const { failures, events, errors, refreshes } = scene();
  const error = failure("NETWORK_EXCEPTION");
  failures.leaderFailed("leader 1", error, 3, performance.now());
  expect(events).toEqual([{ type: "retry", request: "fetch", attempt: 3, reason: error }]);
  expect(refreshes()).toBe(1);
  await pass(1_000);
  expect(errors).toMatchObject([{ code: "NETWORK_EXCEPTION" }]);
});

test("a partition that fails pauses, is an event with its place, and makes metadata be asked for at once", async () => {
  const { failures, events, errors, refreshes } = scene();
  const state = stateOf("a", 3, 7n);
  state.failures = 2;
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  failures.partitionFailed(state, "fetch", error, performance.now());
  expect(state).toMatchObject({ failures: 3, retryAt: performance.now() + 200, position: 7n });
  expect(events).toEqual([{ type: "retry", request: "fetch", topic: "a", partition: 3, attempt: 2, reason: error }]);
  expect(refreshes()).toBe(1);
  await pass(1_000);
  const place = { topic: "a", partition: 3 };
  expect(errors).toMatchObject([
    {
      ...place,
      code: "NOT_LEADER_OR_FOLLOWER",
      message: "not read for 1000 ms, still trying: cannot read a[3] at offset 7: NOT_LEADER_OR_FOLLOWER",
      cause: { ...place, offset: 7n, code: "NOT_LEADER_OR_FOLLOWER", retriable: true, cause: error },
    },
  ]);
});

test("a partition whose position is not known yet is named without an offset", () => {
  const { failures, errors } = scene();
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  failures.partitionFailed(stateOf("a", 3), "listOffsets", error, performance.now());
  expect(errors).toMatchObject([{ message: "cannot read a[3]: TOPIC_AUTHORIZATION_FAILED", offset: undefined }]);
});

test("a partition that the log refuses is an error once for each code and position, until it can be read", () => {
  const { failures, events, errors } = scene();
  const state = stateOf("a", 0, 7n);
  const refuse = (code: "TOPIC_AUTHORIZATION_FAILED" | "CORRUPT_MESSAGE"): void =>
    failures.partitionFailed(state, "fetch", failure(code, { retriable: false }), performance.now());
  refuse("TOPIC_AUTHORIZATION_FAILED");
  refuse("TOPIC_AUTHORIZATION_FAILED");
  expect(errors).toMatchObject([{ code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, offset: 7n }]);
  expect(errors[0]).toBeInstanceOf(TransportError);
  refuse("CORRUPT_MESSAGE");
  expect(errors).toHaveLength(2);
  state.position = 8n;
  refuse("CORRUPT_MESSAGE");
  expect(errors).toHaveLength(3);
  state.advance(8n, 8n);
  refuse("CORRUPT_MESSAGE");
  expect(errors).toHaveLength(4);
  expect(events).toHaveLength(5);
});

test("an offset that is out of range is neither an event nor an error: its new position is looked up", async () => {
  const { failures, events, errors, refreshes } = scene();
  const state = stateOf("a", 0, 7n);
  failures.partitionFailed(state, "fetch", failure("OFFSET_OUT_OF_RANGE", { retriable: false }), performance.now());
  expect(state).toMatchObject({ position: undefined, outOfRange: 7n, failures: 1 });
  await pass(60_000);
  expect([events, errors, refreshes()]).toEqual([[], [], 1]);
});

test("OFFSET_OUT_OF_RANGE for a position that is not known yet is a failure as any other", () => {
  const { failures, events } = scene();
  const state = stateOf("a", 0);
  failures.partitionFailed(state, "listOffsets", failure("OFFSET_OUT_OF_RANGE"), performance.now());
  expect(state).toMatchObject({ outOfRange: undefined, failures: 1, retryAt: performance.now() + 50 });
  expect(events).toMatchObject([{ type: "retry", request: "listOffsets", attempt: 0 }]);
});

test("a missing leader is an error once it lasts, without an event", async () => {
  const { failures, events, errors } = scene();
  const state = stateOf("a", 0, 7n, -1);
  const since = performance.now();
  await pass(100);
  failures.leaderMissing(state, failure("LEADER_NOT_AVAILABLE"), since);
  await pass(899);
  expect(errors).toEqual([]);
  await pass(1);
  expect(errors).toMatchObject([
    { code: "LEADER_NOT_AVAILABLE", message: expect.stringContaining("cannot read a[0] at offset 7") },
  ]);
  expect(events).toEqual([]);
});

test("what works again in time is no error", async () => {
  const { failures, errors } = scene();
  const state = stateOf("a", 0, 7n);
  failures.partitionFailed(state, "fetch", failure("NOT_LEADER_OR_FOLLOWER"), performance.now());
  failures.leaderFailed("leader 1", failure("NETWORK_EXCEPTION"), 0, performance.now());
  failures.leaderMissing(stateOf("b"), failure("LEADER_NOT_AVAILABLE"), performance.now());
  await pass(999);
  for (const key of ["a/0", "leader 1", "b/0"]) failures.ended(key);
  await pass(60_000);
  expect(errors).toEqual([]);
});
