import { expect, test } from "vitest";

import { PartitionState } from "../../src/consumer/partition-state.ts";
import { failure } from "../scripted-log.ts";

test("a new partition knows its name and where to start, and has no place, leader or records yet", () => {
  expect(new PartitionState("a", 3, "latest")).toEqual({
    topic: "a",
    partition: 3,
    key: "a/3",
    leader: -1,
    leaderless: undefined,
    led: -1,
    position: undefined,
    start: "latest",
    restarts: 0,
    outOfRange: undefined,
    active: true,
    failures: 0,
    retryAt: 0,
    shown: undefined,
    slices: [],
    bufferedBytes: 0,
  });
});

test("a new leader is asked at once, the same one keeps its pause, and none is remembered by the last", () => {
  const reader = new PartitionState("a", 0, 0n);
  reader.setLeader(0);
  reader.retryAt = 500;
  reader.leaderless = failure("LEADER_NOT_AVAILABLE");
  reader.setLeader(0);
  expect(reader).toMatchObject({ leader: 0, led: 0, retryAt: 500, leaderless: undefined });
  reader.setLeader(-1);
  expect(reader).toMatchObject({ leader: -1, led: 0, retryAt: 500 });
  reader.setLeader(2);
  expect(reader).toMatchObject({ leader: 2, led: 2, retryAt: 0 });
});

test.each([
  ["an offset is its place", 5n, 5n],
  ["the beginning must be looked for", "earliest", undefined],
  ["a time must be looked for", { timestamp: 5 }, undefined],
] as const)("where it starts again: %s", (_, start, position) => {
  const reader = new PartitionState("a", 0, "latest");
  reader.position = 9n;
  reader.outOfRange = 9n;
  reader.restart(start);
  expect(reader).toMatchObject({ position, start, restarts: 1, outOfRange: undefined });
});
