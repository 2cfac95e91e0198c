import { partitionKey } from "@dataqueues/core";
import { expect, test } from "vitest";

import { groupLags } from "../../src/topics/group-lags.ts";
import type { PartitionFacts } from "../../src/topics/partition-facts.ts";

function partition(number: number, end: bigint | undefined): PartitionFacts {
  const unknown = { begin: undefined, messages: undefined, bytes: undefined, problem: undefined };
  return { topic: "night", partition: number, leader: 1, end, ...unknown };
}

function committed(offsets: Readonly<Record<number, bigint>>): Map<string, bigint> {
  return new Map(Object.entries(offsets).map(([number, offset]) => [partitionKey("night", Number(number)), offset]));
}

test("a group's lag is the sum over the partitions in which it has offsets, the slowest group first", () => {
  const partitions = [partition(0, 10n), partition(1, 20n), partition(2, undefined)];
  const groups = new Map([
    ["ahead", committed({ 0: 10n })],
    ["slow", committed({ 0: 1n, 1: 5n, 2: 3n })],
    // The topic was created again: the group is after the end of one partition, which makes up for nothing.
    ["stale", committed({ 0: 100n, 1: 19n })],
    ["elsewhere", new Map([[partitionKey("other", 0), 1n]])],
    ["unknown", committed({ 2: 3n })],
  ]);
  expect(groupLags(partitions, groups)).toEqual([
    { group: "slow", lag: 24n },
    { group: "stale", lag: 1n },
    { group: "ahead", lag: 0n },
  ]);
});
