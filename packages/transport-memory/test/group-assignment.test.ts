import type { TopicPartition } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { keyOf, rangeAssignment, stickyAssignment } from "../src/group-assignment.ts";
import type { Subscriber } from "../src/group-assignment.ts";

function partitionsOf(counts: Readonly<Record<string, number>>): TopicPartition[] {
  return Object.entries(counts).flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => [topic, partition] as const),
  );
}

/** A member that wants topics, and had some partitions before. */
function subscriber(topics: string, ...target: readonly TopicPartition[]): Subscriber {
  return { topics: topics.split(","), target: new Map(target.map((one) => [keyOf(one), one])) };
}

const keys = (shares: readonly ReadonlyMap<string, unknown>[]): string[] =>
  shares.map((share) => [...share.keys()].toSorted().join(" "));

describe("stickyAssignment", () => {
  test("shares the partitions of all topics evenly", () => {
    const members = [subscriber("a,b"), subscriber("a,b"), subscriber("a,b")];
    const shares = stickyAssignment(members, partitionsOf({ a: 4, b: 3 }));
    expect(shares.map(({ size }) => size).toSorted()).toEqual([2, 2, 3]);
    expect(shares.flatMap((share) => [...share.keys()]).toSorted()).toEqual("a/0 a/1 a/2 a/3 b/0 b/1 b/2".split(" "));
  });

  test("moves no more partitions than a new member needs", () => {
    const before = [subscriber("a", ["a", 0], ["a", 1], ["a", 2]), subscriber("a", ["a", 3], ["a", 4], ["a", 5])];
    const shares = stickyAssignment([...before, subscriber("a")], partitionsOf({ a: 6 }));
    expect(shares.map(({ size }) => size)).toEqual([2, 2, 2]);
    for (const [index, { target }] of before.entries()) {
      expect([...target.keys()]).toEqual(expect.arrayContaining([...(shares[index]?.keys() ?? [])]));
    }
  });

  test("leaves partitions where they are when they are even", () => {
    const members = [subscriber("a", ["a", 3], ["a", 1]), subscriber("a", ["a", 0], ["a", 2])];
    expect(keys(stickyAssignment(members, partitionsOf({ a: 4 })))).toEqual(["a/1 a/3", "a/0 a/2"]);
    // One more of five is even, too.
    expect(keys(stickyAssignment(members, partitionsOf({ a: 5 })))).toEqual(["a/1 a/3 a/4", "a/0 a/2"]);
  });

  test("gives what a member had before to those that still want the topic, and to nobody if there is none", () => {
    const members = [subscriber("b", ["a", 0], ["a", 1], ["b", 0]), subscriber("a")];
    expect(keys(stickyAssignment(members, partitionsOf({ a: 2, b: 1, c: 1 })))).toEqual(["b/0", "a/0 a/1"]);
  });

  test("drops partitions that are not there any more", () => {
    expect(keys(stickyAssignment([subscriber("a", ["a", 0], ["a", 7])], partitionsOf({ a: 1 })))).toEqual(["a/0"]);
  });

  test("gives a partition that two had to one of them", () => {
    const members = [subscriber("a", ["a", 0]), subscriber("a", ["a", 0])];
    expect(keys(stickyAssignment(members, partitionsOf({ a: 1 })))).toEqual(["a/0", ""]);
  });

  test("leaves some members without partitions where there are too few", () => {
    const shares = stickyAssignment([subscriber("a"), subscriber("a"), subscriber("a")], partitionsOf({ a: 2 }));
    expect(shares.map(({ size }) => size).toSorted()).toEqual([0, 1, 1]);
    expect(stickyAssignment([], partitionsOf({ a: 2 }))).toEqual([]);
  });
});

describe("rangeAssignment", () => {
  // Kafka's documentation of RangeAssignor: two consumers, topics t0 and t1 with three partitions each.
  test("gives each member a range of each topic, as Kafka's documentation shows", () => {
    const members = [subscriber("t0,t1"), subscriber("t0,t1")];
    expect(keys(rangeAssignment(members, partitionsOf({ t0: 3, t1: 3 })))).toEqual([
      "t0/0 t0/1 t1/0 t1/1",
      "t0/2 t1/2",
    ]);
  });

  test("counts for each topic only those that want it", () => {
    const members = [subscriber("a"), subscriber("a,b"), subscriber("b")];
    expect(keys(rangeAssignment(members, partitionsOf({ a: 5, b: 1 })))).toEqual(["a/0 a/1 a/2", "a/3 a/4 b/0", ""]);
  });
});
