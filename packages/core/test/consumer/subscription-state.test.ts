import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import type { TransportError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import { SubscriptionState } from "../../src/consumer/subscription-state.ts";
import type { OffsetSpec } from "../../src/consumer/offset-spec.ts";
import type { PartitionMetadata, TopicMetadata } from "../../src/contract/transport.ts";
import { failure, led } from "../scripted-log.ts";

const unknown = (topic: string): TopicMetadata => ({ topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic }) });
const there = (topic: string, partitions: readonly PartitionMetadata[], topicId?: string): TopicMetadata => ({
  topic,
  partitions,
  topicId,
});

/** A set that is changed as a reader does it: additions, replace, apply. */
function setOf(): {
  set: SubscriptionState;
  events: DataQueueEvent[];
  errors: TransportError[];
  assign: (next: Assignment | string, answers: readonly TopicMetadata[], from?: OffsetSpec) => PartitionState[];
  state: () => string[];
  at: (topic: string, partition?: number) => PartitionState | undefined;
} {
  const events: DataQueueEvent[] = [];
  const errors: TransportError[] = [];
  const set = new SubscriptionState(
    (event) => events.push(event),
    (error) => errors.push(error),
  );
  return {
    set,
    events,
    errors,
    assign: (next, answers, from = "earliest") => {
      const assignment = typeof next === "string" ? Assignment.ofTopics(next.split(" ")) : next;
      const removed = set.replace(assignment, set.additions(assignment, answers, from));
      set.apply(answers);
      return removed;
    },
    state: () =>
      [...set].map(
        ({ key, leader, start }) =>
          `${key} led by ${leader} from ${typeof start === "object" ? start.timestamp : start}`,
      ),
    at: (topic, partition = 0) => [...set].find((one) => one.topic === topic && one.partition === partition),
  };
}

test("an empty set has no topics, no partitions and nothing amiss", () => {
  const { set } = setOf();
  expect([set.topics, [...set], set.settled]).toEqual([[], [], true]);
});

test("what an assignment adds has its leader and its start, and nothing changes before it is taken over", () => {
  const { set, state, assign } = setOf();
  const next = Assignment.ofTopics(["a", "b"]);
  const answers = [
    there("a", [
      { partition: 0, leader: 1 },
      { partition: 1, leader: 2 },
    ]),
    there("b", led(1, 3)),
  ];
  const added = set.additions(next, answers, [["a", 1, 7n]]);
  expect(added.map(({ key, leader, start }) => [key, leader, start])).toEqual([
    ["a/0", 1, "earliest"],
    ["a/1", 2, 7n],
    ["b/0", 3, "earliest"],
  ]);
  expect([...set]).toEqual([]);
  assign(next, answers, [["a", 1, 7n]]);
  expect(state()).toEqual(["a/0 led by 1 from earliest", "a/1 led by 2 from 7", "b/0 led by 3 from earliest"]);
  expect(set.topics).toEqual(["a", "b"]);
});

test("of exact partitions only those are read, now and when the topic is looked at again", () => {
  const { set, state, assign } = setOf();
  assign(
    Assignment.ofPartitions([
      ["a", 2],
      ["a", 0],
    ]),
    [there("a", led(4))],
    "latest",
  );
  expect(state()).toEqual(["a/0 led by 1 from latest", "a/2 led by 1 from latest"]);
  set.apply([there("a", led(5))]);
  expect(state()).toHaveLength(2);
});

test("what stays is the same as before, and what goes is given back and not wanted any more", () => {
  const { assign, at } = setOf();
  const both = [there("a", led(1)), there("b", led(2))];
  assign("a b", both);
  const [a, b] = [at("a"), at("b")];
  expect(a?.active).toBe(true);
  const removed = assign("a", [there("a", led(1))], "latest");
  expect(removed.map(({ key, active }) => [key, active])).toEqual([
    ["b/0", false],
    ["b/1", false],
  ]);
  expect(at("a")).toBe(a);
  expect([a?.active, at("b")]).toEqual([true, undefined]);
  assign("a b", both);
  expect(at("a")).toBe(a);
  expect(at("b")).not.toBe(b);
});

test("a partition that appears in a topic that is read starts at its beginning, whatever from says", () => {
  const { set, state, assign } = setOf();
  assign("a", [there("a", led(1))], "latest");
  set.apply([there("a", led(2))]);
  expect(state()).toEqual(["a/0 led by 1 from latest", "a/1 led by 1 from earliest"]);
});

test("a topic or partition that was waited for starts at its beginning, also when the next assignment finds it", () => {
  const { state, assign, events } = setOf();
  assign(
    Assignment.ofPartitions([
      ["a", 1],
      ["b", 0],
    ]),
    [there("a", led(1)), unknown("b")],
    "latest",
  );
  assign("a b c", [there("a", led(2)), there("b", led(1)), there("c", led(1))], "latest");
  expect(state()).toEqual([
    // Only a/1 was waited for.
    "a/0 led by 1 from latest",
    "a/1 led by 1 from earliest",
    "b/0 led by 1 from earliest",
    "c/0 led by 1 from latest",
  ]);
  expect(events).toEqual([
    { type: "topicMissing", topic: "b" },
    { type: "partitionMissing", topic: "a", partition: 1 },
  ]);
});

test("a topic that is missing is told once, and again when it is asked for anew", () => {
  const { set, events, assign } = setOf();
  assign("a b", [unknown("a"), unknown("b")]);
  set.apply([unknown("a"), unknown("b")]);
  const missing = (topic: string): DataQueueEvent => ({ type: "topicMissing", topic });
  expect(events).toEqual([missing("a"), missing("b")]);
  assign("b", [unknown("b")]);
  expect(events).toHaveLength(2);
  assign("a b", [unknown("a"), unknown("b")]);
  expect(events.slice(2)).toEqual([missing("a")]);
});

test("a topic that never was there has not come again", () => {
  const { events, assign, set, state } = setOf();
  assign("a b", [unknown("a"), unknown("b")]);
  assign("a b", [there("a", led(1)), unknown("b")], "latest");
  set.apply([there("a", led(1)), there("b", led(1))]);
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicMissing"]);
  expect(state()).toEqual(["a/0 led by 1 from earliest", "b/0 led by 1 from earliest"]);
});

test("a topic that goes has no leader, keeps its place, and starts again when it was made again", () => {
  const { set, events, assign, at } = setOf();
  assign("a b", [there("a", led(1)), there("b", led(1))]);
  const [a, b] = [at("a"), at("b")];
  for (const reader of [a, b]) if (reader !== undefined) reader.position = 5n;
  set.apply([unknown("a"), there("b", led(1))]);
  expect(a).toMatchObject({ leader: -1, position: 5n });
  expect(b).toMatchObject({ leader: 1, position: 5n });
  set.apply([there("a", led(1)), there("b", led(1))]);
  expect(a).toMatchObject({ leader: 1, position: undefined, start: "earliest" });
  expect(b).toMatchObject({ leader: 1, position: 5n });
  expect(events).toEqual([
    { type: "topicMissing", topic: "a" },
    { type: "topicRecreated", topic: "a" },
  ]);
  // It is told again when it goes again.
  set.apply([unknown("a")]);
  expect(events.slice(2)).toEqual([{ type: "topicMissing", topic: "a" }]);
});

test("a topic that is found again by the next assignment, with another partition, has come again too", () => {
  const { set, events, assign, at } = setOf();
  assign("a", [there("a", led(1))]);
  const a = at("a");
  if (a !== undefined) a.position = 5n;
  set.apply([unknown("a")]);
  assign("a b", [there("a", led(2)), there("b", led(1))]);
  expect(a).toMatchObject({ leader: 1, position: undefined, start: "earliest" });
  expect(events.slice(1)).toEqual([{ type: "topicRecreated", topic: "a" }]);
});

test("ids tell a topic that was made again between two looks, and one that only was not seen for a while", () => {
  const { set, events, assign, at } = setOf();
  assign("a", [there("a", led(1), "one")]);
  const a = at("a");
  const place = (): void => void (a !== undefined && (a.position = 5n));
  place();
  set.apply([there("a", led(1), "one")]);
  set.apply([unknown("a")]);
  set.apply([there("a", led(1), "one")]);
  expect(a).toMatchObject({ leader: 1, position: 5n });
  set.apply([there("a", led(1), "two")]);
  expect(a).toMatchObject({ position: undefined, start: "earliest" });
  place();
  // Once there is no id it is known no better.
  set.apply([there("a", led(1))]);
  expect(a?.position).toBe(5n);
  set.apply([there("a", led(1), "two")]);
  expect(a?.position).toBe(5n);
  set.apply([there("a", led(1))]);
  set.apply([there("a", led(1), "three")]);
  expect(a?.position).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicRecreated", "topicRecreated"]);
});

test("a topic that was missing before its id was known has come again", () => {
  const { set, events, assign, at } = setOf();
  assign("a", [there("a", led(1))]);
  const a = at("a");
  if (a !== undefined) a.position = 5n;
  set.apply([unknown("a")]);
  set.apply([there("a", led(1), "one")]);
  expect(a?.position).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicRecreated"]);
});

test("a topic that was let go and is asked for again is not compared with what it was", () => {
  const { events, assign, state } = setOf();
  assign("a b", [there("a", led(1), "one"), there("b", led(1), "b")]);
  assign("b", [there("b", led(1), "b")]);
  assign("a b", [there("a", led(1), "two"), there("b", led(1), "b")], "latest");
  expect(events).toEqual([]);
  expect(state()).toContain("a/0 led by 1 from latest");
  assign("b", [there("b", led(1), "other")]);
  expect(events).toEqual([{ type: "topicRecreated", topic: "b" }]);
});

test("a leader that moved is told with the old and the new one, also when there was none in between", () => {
  const { set, events, assign, at } = setOf();
  assign("a", [
    there("a", [
      { partition: 0, leader: 0 },
      { partition: 1, leader: 1 },
    ]),
  ]);
  const leaders = (zero: number, one: number): void =>
    set.apply([
      there("a", [
        { partition: 0, leader: zero },
        { partition: 1, leader: one },
      ]),
    ]);
  leaders(0, 2);
  expect(events).toEqual([{ type: "leaderChanged", topic: "a", partition: 1, from: 1, to: 2 }]);
  leaders(-1, 2);
  leaders(0, 2);
  expect(events).toHaveLength(1);
  leaders(-1, 2);
  leaders(3, 0);
  expect(events.slice(1)).toEqual([
    { type: "leaderChanged", topic: "a", partition: 0, from: 0, to: 3 },
    { type: "leaderChanged", topic: "a", partition: 1, from: 2, to: 0 },
  ]);
  expect([at("a", 0)?.leader, at("a", 1)?.leader]).toEqual([3, 0]);
});

test("why nobody leads a partition is kept until somebody does", () => {
  const { set, assign, at } = setOf();
  assign("a", [there("a", led(1))]);
  const error = failure("LEADER_NOT_AVAILABLE");
  set.apply([there("a", [{ partition: 0, leader: -1, error }])]);
  expect(at("a")).toMatchObject({ leader: -1, leaderless: error });
  set.apply([there("a", led(1))]);
  expect(at("a")).toMatchObject({ leader: 1, leaderless: undefined });
});

test("nobody leads the partitions that a topic has lost", () => {
  const { set, assign, at } = setOf();
  assign("a b", [there("a", led(3)), there("b", led(2))]);
  set.apply([there("a", led(2))]);
  expect([0, 1, 2].map((partition) => at("a", partition)?.leader)).toEqual([1, 1, -1]);
  expect(at("b", 1)?.leader).toBe(1);
});

test("a partition that its topic does not have is told once for each assignment, and read from its beginning later", () => {
  const { set, events, assign, state } = setOf();
  const next = Assignment.ofPartitions([
    ["a", 0],
    ["a", 4],
    ["b", 1],
    ["c", 9],
  ]);
  const answers = [there("a", led(1)), unknown("b"), { topic: "c", error: failure("LEADER_NOT_AVAILABLE") }];
  const missing = { type: "partitionMissing", topic: "a", partition: 4 };
  assign(next, answers, "latest");
  set.apply(answers);
  // Of a topic that is missing itself, or that the log says nothing of, no partition is told.
  expect(events).toEqual([{ type: "topicMissing", topic: "b" }, missing]);
  assign(next, answers, "latest");
  expect(events.slice(2)).toEqual([missing]);
  set.apply([there("a", led(5))]);
  expect(state()).toEqual(["a/0 led by 1 from latest", "a/4 led by 1 from earliest"]);
});

test("a topic that is refused is an error once for each code, until it is allowed again or not asked for", () => {
  const { set, errors, assign } = setOf();
  const refused = (code: string): TopicMetadata => ({
    topic: "a",
    error: failure(code, { topic: "a", retriable: false }),
  });
  const denied = refused("TOPIC_AUTHORIZATION_FAILED");
  const invalid = refused("INVALID_TOPIC_EXCEPTION");
  assign("a b", [denied, there("b", led(1))]);
  set.apply([denied]);
  expect(errors).toEqual([denied.error]);
  set.apply([invalid]);
  set.apply([denied]);
  expect(errors).toEqual([denied.error, invalid.error, denied.error]);
  set.apply([there("a", led(1))]);
  set.apply([denied]);
  expect(errors).toHaveLength(4);
  assign("b", [there("b", led(1))]);
  assign("a", [denied]);
  expect(errors).toHaveLength(5);
});

test("an error of a topic that passes by itself changes and tells nothing", () => {
  const { set, errors, events, assign, at } = setOf();
  assign("a", [there("a", led(1))]);
  set.apply([{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }]);
  expect([errors, events, at("a")?.leader]).toEqual([[], [], 1]);
});

test("what the log says of topics that are not read is left aside", () => {
  const { set, errors, events, assign, state } = setOf();
  assign("a", [there("a", led(1))]);
  set.apply([
    unknown("b"),
    there("c", led(1)),
    { topic: "d", error: failure("INVALID_TOPIC_EXCEPTION", { retriable: false }) },
  ]);
  expect([errors, events, state(), set.settled]).toEqual([[], [], ["a/0 led by 1 from earliest"], false]);
});

test("all is well when every partition has a leader and a place, fails not, and none is missing", () => {
  const { set, assign, at } = setOf();
  assign("a", [there("a", led(1, 0))]);
  const a = at("a");
  expect(set.settled).toBe(false);
  if (a !== undefined) a.position = 0n;
  expect(set.settled).toBe(true);
  if (a !== undefined) a.failures = 1;
  expect(set.settled).toBe(false);
  if (a !== undefined) a.failures = 0;
  a?.setLeader(-1);
  expect(set.settled).toBe(false);
  a?.setLeader(0);
  expect(set.settled).toBe(true);
  assign(
    Assignment.ofPartitions([
      ["a", 0],
      ["a", 1],
    ]),
    [there("a", led(1, 0))],
  );
  expect(set.settled).toBe(false);
  assign("a b", [there("a", led(1, 0)), unknown("b")]);
  expect(set.settled).toBe(false);
  assign("a", [there("a", led(1, 0))]);
  expect(set.settled).toBe(true);
});
