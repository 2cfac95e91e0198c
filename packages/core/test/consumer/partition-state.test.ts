import { expect, test } from "vitest";

import { PartitionState } from "../../src/consumer/partition-state.ts";
import { SkipAhead } from "../../src/consumer/skip-ahead.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });

test("a new partition knows its name and where to start, and has no position and no leader yet", () => {
  expect(new PartitionState("a", 3, "latest")).toEqual({
    topic: "a",
    partition: 3,
    key: "a/3",
    leader: -1,
    leaderEpoch: undefined,
    leaderError: undefined,
    lastLeader: -1,
    epochDoubted: false,
    position: undefined,
    start: "latest",
    highWatermark: undefined,
    restarts: 0,
    outOfRange: undefined,
    active: true,
    atEnd: false,
    paused: false,
    skipAhead: expect.any(SkipAhead),
    until: undefined,
    failures: 0,
    retryAt: 0,
    reportedError: undefined,
  });
});

test("a new leader is asked at once, the same leader keeps its pause, and a lost leader is remembered", () => {
  const state = new PartitionState("a", 0, 0n);
  state.setLeader({ leader: 0 });
  state.retryAt = 500;
  state.setLeader({ leader: 0 });
  expect(state).toMatchObject({ leader: 0, lastLeader: 0, retryAt: 500 });
  state.setLeader({ leader: -1 });
  expect(state).toMatchObject({ leader: -1, lastLeader: 0, retryAt: 500 });
  state.setLeader({ leader: 2 });
  expect(state).toMatchObject({ leader: 2, lastLeader: 2, retryAt: 0 });
});

test("the log's reason for a missing leader is kept until metadata no longer gives one", () => {
  const state = new PartitionState("a", 0, 0n);
  const error = failure("LEADER_NOT_AVAILABLE");
  state.setLeader({ leader: -1, error });
  expect(state.leaderError).toBe(error);
  state.loseLeader();
  expect(state).toMatchObject({ leader: -1, leaderError: undefined });
  state.setLeader({ leader: 0, error });
  state.setLeader({ leader: 0 });
  expect(state.leaderError).toBeUndefined();
});

test("a partition that loses its leader has none, and remembers it", () => {
  const state = new PartitionState("a", 0, 0n);
  state.setLeader({ leader: 3, leaderEpoch: 4 });
  state.loseLeader();
  expect(state).toMatchObject({ leader: -1, lastLeader: 3, leaderEpoch: 4 });
});

test("the leader epoch is the highest of all metadata: a broker that was cut off gives a lower one", () => {
  const state = new PartitionState("a", 0, 0n);
  const apply = (leaderEpoch: number | undefined): number | undefined => {
    state.setLeader({ leader: 1, leaderEpoch });
    return state.leaderEpoch;
  };
  expect([undefined, 0, 7, 5, 7, 8, undefined].map(apply)).toEqual([undefined, 0, 7, 7, 7, 8, 8]);
});

test("an epoch that a leader did not know is in doubt until metadata has one", () => {
  const state = new PartitionState("a", 0, 0n);
  state.setLeader({ leader: 1, leaderEpoch: 7 });
  state.fail(failure("FENCED_LEADER_EPOCH"));
  expect(state.epochDoubted).toBe(false);
  state.fail(failure("UNKNOWN_LEADER_EPOCH"));
  expect(state.epochDoubted).toBe(true);
  state.fail(failure("NOT_LEADER_OR_FOLLOWER"));
  state.setLeader({ leader: 1 });
  expect(state).toMatchObject({ epochDoubted: true, leaderEpoch: 7 });
  state.setLeader({ leader: 1, leaderEpoch: 3 });
  expect(state).toMatchObject({ epochDoubted: false, leaderEpoch: 7 });
});

test("a lower epoch is taken once the epoch was forgotten", () => {
  const state = new PartitionState("a", 0, 0n);
  state.setLeader({ leader: 1, leaderEpoch: 7 });
  state.forgetEpoch();
  expect(state.leaderEpoch).toBeUndefined();
  state.setLeader({ leader: 1, leaderEpoch: 0 });
  expect(state.leaderEpoch).toBe(0);
});

test.each([
  ["an offset is its position", 5n, 5n],
  ["the beginning must be looked up", "earliest", undefined],
  ["a time must be looked up", { timestamp: 5 }, undefined],
] as const)("a partition starts again elsewhere: %s", (_, start, position) => {
  const state = new PartitionState("a", 0, "latest");
  state.position = 9n;
  state.outOfRange = 9n;
  state.restart(start);
  expect(state).toMatchObject({ position, start, restarts: 1, outOfRange: undefined });
});

test("the offset that was looked up is the position, and no restart", () => {
  const state = new PartitionState("a", 0, "latest");
  state.resumeAt(0n);
  expect(state).toMatchObject({ position: 0n, start: "latest", restarts: 0 });
});

test("a fetch that succeeds moves the position, keeps the high watermark and ends the failures", () => {
  const state = new PartitionState("a", 0, "earliest");
  state.resumeAt(3n);
  state.fail(failure("NOT_LEADER_OR_FOLLOWER"));
  state.reportedError = "CODE 3";
  state.advance(8n, 12n);
  expect(state).toMatchObject({ position: 8n, highWatermark: 12n, failures: 0, reportedError: undefined, restarts: 0 });
});

test("an offset that the log does not have is remembered while the next one is looked up", () => {
  const state = new PartitionState("a", 0, 3n);
  state.resumeAt(3n);
  state.loseOffset();
  expect(state).toMatchObject({ position: undefined, outOfRange: 3n, failures: 1, retryAt: 0 });
});

test.each([
  ["passes", true, [50, 100, 200, 400, 800, 1_000, 1_000]],
  ["the log refuses", false, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]],
])("the pause after each failure in a row grows when it is one that %s", async (_, retriable, pauses) => {
  const state = new PartitionState("a", 0, 3n);
  await pass(123);
  const found = pauses.map(() => {
    state.fail(failure("CORRUPT_MESSAGE", { retriable }));
    return state.retryAt - performance.now();
  });
  expect(found).toEqual(pauses);
  expect(state.failures).toBe(7);
  state.advance(3n, 3n);
  state.fail(failure("CORRUPT_MESSAGE", { retriable }));
  expect(state.retryAt - performance.now()).toBe(pauses[0]);
});

test("a pause on its own is as long as after a failure that passes", () => {
  const state = new PartitionState("a", 0, 3n);
  state.loseOffset();
  state.loseOffset();
  state.backOff();
  expect(state.retryAt - performance.now()).toBe(100);
});

test("a partition that is retired is not active", () => {
  const state = new PartitionState("a", 0, 3n);
  state.retire();
  expect(state.active).toBe(false);
});

test("a paused partition goes on at the first record that was forgotten, and drops what is in flight", () => {
  const state = new PartitionState("a", 0, "earliest");
  state.setLeader({ leader: 1 });
  state.resumeAt(3n);
  state.advance(8n, 8n);
  state.pause(5n);
  expect(state).toMatchObject({ paused: true, position: 5n, restarts: 1, atEnd: false, fetchable: false });
  state.resume();
  expect(state).toMatchObject({ paused: false, position: 5n, restarts: 1, fetchable: true });
  state.pause(undefined);
  expect(state).toMatchObject({ position: 5n, restarts: 2 });
});

test("a partition that is paused while its start is looked up keeps it", () => {
  const state = new PartitionState("a", 0, "latest");
  // What waits is of an older topic of the same name.
  state.pause(5n);
  expect(state).toMatchObject({ position: undefined, start: "latest", restarts: 0 });
  state.resumeAt(0n);
  state.pause(5n);
  expect(state).toMatchObject({ position: 0n, restarts: 1 });
});

test("a partition that lost its offset goes on at what was forgotten when it is paused, so that the loss is reported", () => {
  const state = new PartitionState("a", 0, "earliest");
  state.resumeAt(8n);
  state.loseOffset();
  state.pause(undefined);
  expect(state).toMatchObject({ position: undefined, outOfRange: 8n, restarts: 0 });
  state.pause(6n);
  expect(state).toMatchObject({ position: 6n, outOfRange: undefined, restarts: 1 });
});

test("a pause does not forget what was passed over for the newest record, and a seek does", () => {
  const state = new PartitionState("a", 0, "earliest");
  state.resumeAt(0n);
  const fetched = { topic: "a", partition: 0, records: [], nextOffset: 10n, highWatermark: 100n };
  state.advance(state.skipAhead.nextOffset(0n, fetched, 100n), 100n);
  state.pause(undefined);
  expect(state.skipAhead.passedFrom(99n)).toBe(10n);
  state.seek(99n);
  expect(state.skipAhead.passedFrom(99n)).toBe(99n);
});

test("a seek ends pauses after failures, and what was reported is reported again", () => {
  const state = new PartitionState("a", 0, 3n);
  state.resumeAt(3n);
  state.fail(failure("CORRUPT_MESSAGE"));
  expect([state.markReported(failure("CORRUPT_MESSAGE")), state.markReported(failure("CORRUPT_MESSAGE"))]).toEqual([
    true,
    false,
  ]);
  state.seek(3n);
  expect(state).toMatchObject({ position: 3n, failures: 0, retryAt: 0, restarts: 1, reportedError: undefined });
});

test.each<[string, bigint | undefined, bigint | undefined, boolean]>([
  ["there is no bound", 5n, undefined, false],
  ["its position is before the bound", 4n, 5n, false],
  ["it is at the bound", 5n, 5n, true],
  ["it is behind the bound", 6n, 5n, true],
  ["its position is not known", undefined, 5n, false],
  ["it stops before its first offset, whatever its position", undefined, 0n, true],
])("whether a partition is done: %s", (_, position, until, isDone) => {
  const state = new PartitionState("a", 0, "earliest");
  state.setLeader({ leader: 1 });
  state.position = position;
  state.readUntil(until);
  expect(state.done).toBe(isDone);
  expect(state.fetchable).toBe(position !== undefined && !isDone);
});

test.each<[string, bigint, bigint, boolean, boolean]>([
  ["more is to be read", 5n, 9n, false, false],
  ["the position is the end", 9n, 9n, false, true],
  ["nothing was found, although the end is further on", 5n, 9n, true, true],
])("whether a partition is at its end: %s", (_, next, end, foundNothing, atEnd) => {
  const state = new PartitionState("a", 0, "earliest");
  state.advance(next, end, foundNothing);
  expect(state.atEnd).toBe(atEnd);
  state.loseOffset();
  expect(state.atEnd).toBe(false);
});
