import type { TopicPartition } from "@dataqueues/core";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { expect, test } from "vitest";

import { cooperativeStickyAssignor } from "../src/assignors/cooperative-sticky.ts";
import { rangeAssignor } from "../src/assignors/range.ts";
import type { Subscription } from "../src/assignors/subscription.ts";
// Shared by Kafka's own Java classes, see JavaAssignments.java.
import java from "./java-assignments.json" with { type: "json" };

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

type Assigned = ReadonlyMap<string, readonly TopicPartition[]>;

const keyOf = ([topic, partition]: TopicPartition): string => `${topic}-${partition}`;

const groups = java.groups.map(({ partitionCounts, members, range, settled }, index) => ({
  index,
  counts: new Map(Object.entries(partitionCounts)),
  members: members.map((member): Subscription => ({ ...member, owned: member.owned.map(pair) })),
  range: assignedOf(range),
  settled: assignedOf(settled),
}));

function pair([topic, partition]: (string | number)[]): TopicPartition {
  return [String(topic), Number(partition)];
}

function assignedOf(byMember: Readonly<Record<string, readonly (string | number)[][] | undefined>>): Assigned {
  return new Map(Object.entries(byMember).map(([memberId, own = []]) => [memberId, own.map(pair)]));
}

/** Each member's partitions in an order that does not depend on who wrote them. */
function sorted(assigned: Assigned): Record<string, string[]> {
  return Object.fromEntries([...assigned].map(([memberId, own]) => [memberId, own.map(keyOf).sort()]));
}

/** What everybody owns once they have joined again until nothing changes. */
function settle(members: readonly Subscription[], counts: ReadonlyMap<string, number>): Assigned {
  let now = members;
  for (let generation = 50; generation < 60; generation++) {
    const assigned = cooperativeStickyAssignor(now, counts);
    checkOwners(now, counts, assigned);
    const next = now.map((member) => ({ ...member, generation, owned: assigned.get(member.memberId) ?? [] }));
    const isSettled = now.every(({ memberId, owned }) => {
      const own = new Set((assigned.get(memberId) ?? []).map(keyOf));
      return own.size === owned.length && owned.every((one) => own.has(keyOf(one)));
    });
    if (isSettled) return assigned;
    now = next;
  }
  throw new Error("it never settled");
}

/** Each partition has at most one owner, who wants its topic, and nobody gets what another still says that it owns. */
function checkOwners(members: readonly Subscription[], counts: ReadonlyMap<string, number>, assigned: Assigned): void {
  const seen = new Set<string>();
  for (const { memberId, topics, owned, generation } of members) {
    const before = new Set(owned.map(keyOf));
    for (const one of assigned.get(memberId) ?? []) {
      const [topic, partition] = one;
      const key = keyOf(one);
      const others = members.filter(
        (other) => other.memberId !== memberId && other.owned.some((o) => keyOf(o) === key),
      );
      if (seen.has(key)) throw new Error(`${key} has two owners`);
      if (!topics.includes(topic)) throw new Error(`${memberId} does not want ${topic}`);
      if (partition < 0 || partition >= (counts.get(topic) ?? 0)) throw new Error(`there is no ${key}`);
      if (!before.has(key) && others.length > 0) throw new Error(`another one still owns ${key}`);
      if (others.some((other) => other.generation >= generation)) throw new Error(`${key} is another one's`);
      seen.add(key);
    }
  }
}

const loadsOf = (assigned: Assigned): number[] => [...assigned.values()].map((own) => own.length).sort((a, b) => a - b);

/** The least possible when the loads are even. */
const unevenness = (assigned: Assigned): number => loadsOf(assigned).reduce((sum, load) => sum + load ** 2, 0);

/** How many partitions stayed where they were. */
const kept = (members: readonly Subscription[], assigned: Assigned): number =>
  members.reduce((sum, { memberId, owned }) => {
    const own = new Set((assigned.get(memberId) ?? []).map(keyOf));
    return sum + owned.filter((one) => own.has(keyOf(one))).length;
  }, 0);

test.each(groups)("group $index: range shares as Java's RangeAssignor does", ({ members, counts, range }) => {
  expect(sorted(rangeAssignor(members, counts))).toEqual(sorted(range));
});

test.each(groups)(
  "group $index: cooperative-sticky is at least as even as Java's, and then keeps at least as much",
  ({ members, counts, settled }) => {
    const own = settle(members, counts);
    expect(unevenness(own)).toBeLessThanOrEqual(unevenness(settled));
    if (unevenness(own) === unevenness(settled)) {
      expect(kept(members, own)).toBeGreaterThanOrEqual(kept(members, settled));
    }
    // Nothing is left over that somebody wants.
    expect([...own.values()].flat().length).toBe([...settled.values()].flat().length);
  },
);

/** A member of a group of the topic "t". */
function member(memberId: string, owned: readonly number[], generation = 5, topics = ["t"]): Subscription {
  return { memberId, topics, owned: owned.map((partition) => ["t", partition]), generation };
}

const partitionsOf = (members: readonly Subscription[], count: number): Record<string, number[]> =>
  Object.fromEntries(
    [...cooperativeStickyAssignor(members, new Map([["t", count]]))].map(([memberId, own]) => [
      memberId,
      own.map(([, partition]) => partition),
    ]),
  );

test("a newcomer gets nothing until the owner has given something up", () => {
  expect(partitionsOf([member("a", [0, 1, 2, 3]), member("b", [], -1)], 4)).toEqual({
    a: [0, 1, 2].slice(0, 2),
    b: [],
  });
  expect(partitionsOf([member("a", [0, 1], 6), member("b", [], 6)], 4)).toEqual({ a: [0, 1], b: [2, 3] });
});

test("of two members with the same partition the one of the higher generation keeps it, of the same generation none", () => {
  expect(partitionsOf([member("a", [0], 4), member("b", [0], 5)], 1)).toEqual({ a: [], b: [0] });
  expect(partitionsOf([member("a", [0], 5), member("b", [0], 4)], 1)).toEqual({ a: [0], b: [] });
  expect(partitionsOf([member("a", [0], 5), member("b", [0], 5)], 1)).toEqual({ a: [], b: [] });
  expect(partitionsOf([member("a", [0], 5), member("b", [0], 5), member("c", [0], 6)], 1)).toMatchObject({ c: [0] });
});

test("a partition that a member says twice is owned once", () => {
  expect(partitionsOf([member("a", [0, 0, 1]), member("b", [2])], 3)).toEqual({ a: [0, 1], b: [2] });
});

test("partitions that there are not, and topics that the member does not want, are not owned", () => {
  expect(partitionsOf([member("a", [-1, 7, 0]), member("b", [2 ** 31 - 1])], 2)).toEqual({ a: [0], b: [1] });
  // It still reads partition 0, and has to give it up first.
  expect(partitionsOf([member("a", [0], 5, ["other"]), member("b", [])], 2)).toEqual({ a: [], b: [1] });
});

test("a partition of a member that has left goes to the one that has least", () => {
  expect(partitionsOf([member("a", [0, 1]), member("b", [2])], 4)).toEqual({ a: [0, 1], b: [2, 3] });
});

test("partitions reach a member by way of another one, if their topics leave no other way", () => {
  const members: Subscription[] = [
    { memberId: "a", topics: ["x"], owned: [], generation: -1 },
    { memberId: "b", topics: ["x", "y"], owned: [], generation: -1 },
    { memberId: "c", topics: ["y"], owned: [], generation: -1 },
  ];
  for (const [x, y] of [
    [7, 2],
    [2, 7],
    [8, 1],
  ] as const) {
    const assigned = cooperativeStickyAssignor(
      members,
      new Map([
        ["x", x],
        ["y", y],
      ]),
    );
    const loads = loadsOf(assigned);
    // Of 8 and 1, a can have 4 or 5 of x, and c only the one of y.
    expect(loads).toEqual(x === 8 ? [1, 4, 4] : [2, 3, 4]);
  }
});

test("nobody shares nothing, and topics that do not exist are of no consequence", () => {
  expect(cooperativeStickyAssignor([], new Map([["t", 3]]))).toEqual(new Map());
  expect(partitionsOf([member("a", [0])], 0)).toEqual({ a: [] });
  expect(rangeAssignor([member("a", [0])], new Map())).toEqual(new Map([["a", []]]));
});

test("ten thousand partitions of a hundred members with different topics are shared in a few seconds", () => {
  const counts = new Map(Array.from({ length: 100 }, (_, index): [string, number] => [`t${index}`, 100]));
  const members = Array.from({ length: 100 }, (_, index) => ({
    memberId: `m${index}`,
    topics: [...counts.keys()].filter((_topic, topic) => topic % 10 <= index % 10),
    owned: [],
    generation: -1,
  }));
  const assigned = cooperativeStickyAssignor(members, counts);
  checkOwners(members, counts, assigned);
  expect(loadsOf(assigned)).toEqual(Array.from({ length: 100 }, () => 100));
}, 20_000);

test(`groups at random: everything has one owner, loads differ by one, and little moves (DATAQUEUES_SEED=${seed})`, () => {
  const generator = mersenne(seed);
  const random = (below: number): number => uniformInt(generator, 0, below - 1);
  for (let round = 0; round < 300; round++) {
    const counts = new Map(Array.from({ length: 1 + random(3) }, (_, index) => [`t${index}`, 1 + random(9)] as const));
    const topics = [...counts.keys()];
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const newcomers = Array.from({ length: 2 + random(5) }, (_, index): Subscription => {
      return { memberId: `m${index}`, topics, owned: [], generation: -1 };
    });
    const first = settle(newcomers, counts);
    const joined = newcomers.map((one) => ({ ...one, owned: first.get(one.memberId) ?? [], generation: 60 }));
    // One leaves, or one comes.
    const left = random(2) === 0;
    const now = left ? joined.slice(1) : [...joined, { memberId: "m9", topics, owned: [], generation: -1 }];
    const second = settle(now, counts);
    for (const assigned of [first, second]) {
      const loads = loadsOf(assigned);
      expect((loads.at(-1) ?? 0) - (loads[0] ?? 0)).toBeLessThanOrEqual(1);
      expect([...assigned.values()].flat().length).toBe(total);
    }
    // All that those who stay had is kept, but for what a newcomer takes: its fair part.
    const had = now.reduce((sum, { owned }) => sum + owned.length, 0);
    expect(kept(now, second)).toBeGreaterThanOrEqual(left ? had : had - Math.ceil(total / now.length));
    // What members say at random: they lie, but nobody gets what another one says.
    const liars = now.map((one) => ({
      ...one,
      generation: random(3),
      owned: Array.from({ length: random(6) }, (): TopicPartition => [
        topics[random(topics.length)] ?? "",
        random(11) - 1,
      ]),
    }));
    const assigned = cooperativeStickyAssignor(liars, counts);
    checkOwners(liars, counts, assigned);
    expect([...settle(liars, counts).values()].flat().length).toBe(total);
  }
});
