import { expect, test } from "vitest";

import { LeaderDoubts } from "../src/leader-doubts.ts";
import type { CheckedPartition, MetadataSource } from "../src/leader-doubts.ts";
import type { DescribedTopic } from "../src/protocol/metadata.ts";

/** Topic a, whose partition 3 broker 1 leads. */
function told(leaderEpoch: number, { topicId, leader = 1, errorCode = 0 }: Partial<Told> = {}): DescribedTopic {
  const partition = { errorCode: 0, partition: 3, leader, leaderEpoch, replicas: [1], inSyncReplicas: [1] };
  return { errorCode, topic: "a", topicId, isInternal: false, partitions: [partition] };
}

interface Told {
  readonly topicId: string;
  readonly leader: number;
  readonly errorCode: number;
}

const from = (broker: number | undefined, alone = false): MetadataSource => ({ broker, alone });

/** Leader and epoch of partition 3 as they may be believed. */
function checked(doubts: LeaderDoubts, topic: DescribedTopic, source: MetadataSource): unknown[] {
  return doubts
    .check(topic, source)
    .partitions.map(({ leader, leaderEpoch }) => [leader, leaderEpoch])
    .flat();
}

const withheld = [-1, -1];

test("without a doubt every broker is believed, also the leader itself", () => {
  const doubts = new LeaderDoubts();
  for (const epoch of [7, 6]) expect(checked(doubts, told(epoch), from(1))).toEqual([1, epoch]);
});

test("a doubted leader is withheld, with the reason, until another broker confirms it", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  const [partition]: readonly CheckedPartition[] = doubts.check(told(0), from(1)).partitions;
  expect(partition).toMatchObject({
    partition: 3,
    leader: -1,
    leaderEpoch: -1,
    errorCode: 5,
    why: "no other broker confirms the leader yet",
    replicas: [1],
  });
  expect(checked(doubts, told(0), from(2))).toEqual([1, 0]);
  expect(checked(doubts, told(0), from(1))).toEqual([1, 0]);
});

test("once another broker confirmed an epoch, the leader's own word counts from that epoch on", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  expect(checked(doubts, told(4), from(2))).toEqual([1, 4]);
  for (const [epoch, expected] of [
    [3, withheld],
    [4, [1, 4]],
    [5, [1, 5]],
  ] as const) {
    expect(checked(doubts, told(epoch), from(1))).toEqual(expected);
  }
  // A new doubt begins again.
  doubts.doubt(1, "a", 3);
  expect(checked(doubts, told(4), from(1))).toEqual(withheld);
});

test("a broker that claims to lead confirms nothing, nor does one whose id is not known", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  expect(checked(doubts, told(0, { leader: 2 }), from(2))).toEqual(withheld);
  expect(checked(doubts, told(0), from(undefined))).toEqual(withheld);
  expect(checked(doubts, told(0), from(2))).toEqual([1, 0]);
});

test("a broker whose leader was withheld is not asked next", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  expect(doubts.doubtedBroker).toBe(1);
  doubts.doubtedBroker = undefined;
  checked(doubts, told(0, { leader: 2 }), from(2));
  expect(doubts.doubtedBroker).toBe(2);
});

test("a broker that is alone is believed", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  expect(checked(doubts, told(0), from(1, true))).toEqual([1, 0]);
});

test("a doubt is about one partition of one topic", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 2);
  doubts.doubt(1, "b", 3);
  expect(checked(doubts, told(0), from(1))).toEqual([1, 0]);
});

test("with a topic id nothing is withheld, because the id tells a new topic, and nothing is confirmed", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  expect(checked(doubts, told(6, { topicId: "first" }), from(1))).toEqual([1, 6]);
  expect(checked(doubts, told(6, { topicId: "first" }), from(2))).toEqual([1, 6]);
  expect(checked(doubts, told(6), from(1))).toEqual(withheld);
});

test("a partition without a leader stays as it is, and confirms nothing", () => {
  const doubts = new LeaderDoubts();
  doubts.doubt(1, "a", 3);
  expect(checked(doubts, told(6, { leader: -1 }), from(2))).toEqual([-1, 6]);
  expect(checked(doubts, told(6), from(1))).toEqual(withheld);
});
