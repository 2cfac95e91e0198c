import { expect, test } from "vitest";

import { LeaderEpochs } from "../src/leader-epochs.ts";
import type { DescribedTopic } from "../src/protocol/metadata.ts";

function told(topicId: string | undefined, leaderEpoch: number, errorCode = 0): DescribedTopic {
  const partition = { errorCode: 0, partition: 3, leader: 1, leaderEpoch, replicas: [1], inSyncReplicas: [1] };
  return { errorCode, topic: "a", topicId, partitions: [partition] };
}

/** Who tells is the leader, node 1, itself; or node 2. */
const leader = (led: number): boolean => led !== 1;
const other = (led: number): boolean => led !== 2;

test("the newest epoch of a leader counts, whoever tells of an older one later", () => {
  const epochs = new LeaderEpochs();
  expect(epochs.of("a", 3)).toBe(-1);
  for (const epoch of [5, 7, 6]) epochs.learn(told("first", epoch), other);
  epochs.learn(told("first", 9, 3), other);
  expect([epochs.of("a", 3), epochs.of("a", 2), epochs.of("b", 3)]).toEqual([7, -1, -1]);
});

test("a topic that was made again begins with its own epochs", () => {
  const epochs = new LeaderEpochs();
  epochs.learn(told("first", 7), other);
  epochs.learn(told("second", 0), other);
  expect(epochs.of("a", 3)).toBe(0);
});

test("without topic ids it does so once its leader was doubted and another node says the same", () => {
  const epochs = new LeaderEpochs();
  epochs.learn(told(undefined, 7), other);
  epochs.learn(told(undefined, 0), other);
  expect(epochs.of("a", 3)).toBe(7);
  epochs.doubt("a", 3);
  // The leader may be cut off: its own word is not enough.
  epochs.learn(told(undefined, 0), leader);
  expect(epochs.of("a", 3)).toBe(7);
  epochs.learn(told(undefined, 0), other);
  expect(epochs.of("a", 3)).toBe(0);
  // The doubt was for once.
  epochs.learn(told(undefined, 4), other);
  epochs.learn(told(undefined, 3), other);
  expect(epochs.of("a", 3)).toBe(4);
});

test("with topic ids a doubted leader's lower epoch is never taken over, and a node that tells no ids changes nothing", () => {
  const epochs = new LeaderEpochs();
  epochs.learn(told("first", 7), other);
  epochs.doubt("a", 3);
  epochs.learn(told("first", 6), other);
  expect(epochs.of("a", 3)).toBe(7);
  epochs.learn(told(undefined, 7), leader);
  epochs.learn(told("first", 6), other);
  expect(epochs.of("a", 3)).toBe(7);
});
