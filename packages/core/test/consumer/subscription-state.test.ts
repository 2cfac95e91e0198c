import { describe, expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import type { TransportError } from "../../src/contract/errors.ts";
import type { TransportErrorCode } from "../../src/contract/kafka-errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import { SubscriptionState } from "../../src/consumer/subscription-state.ts";
import type { OffsetSpec } from "../../src/consumer/offset-spec.ts";
import type { PartitionMetadata, TopicMetadata } from "../../src/contract/transport.ts";
import { failure, partitionMetadata } from "../scripted-log.ts";

const unknown = (topic: string): TopicMetadata => ({ topic, error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic }) });
const there = (topic: string, partitions: readonly PartitionMetadata[], topicId?: string): TopicMetadata => ({
  topic,
  partitions,
  topicId,
});

/** A subscription that is changed as the fetcher does it: additions, replace, apply. */
function subscriptionOf(): {
  subscription: SubscriptionState;
  events: DataQueueEvent[];
  errors: TransportError[];
  assign: (next: Assignment | string, answers: readonly TopicMetadata[], from?: OffsetSpec) => PartitionState[];
  described: () => string[];
  at: (topic: string, partition?: number) => PartitionState | undefined;
} {
  const events: DataQueueEvent[] = [];
  const errors: TransportError[] = [];
  const subscription = new SubscriptionState(
    (event) => events.push(event),
    (error) => errors.push(error),
  );
  return {
    subscription,
    events,
    errors,
    assign: (next, answers, from = "earliest") => {
      const assignment = typeof next === "string" ? Assignment.ofTopics(next.split(" ")) : next;
      const removed = subscription.replace(assignment, subscription.additions(assignment, answers, from));
      subscription.apply(answers);
      return removed;
    },
    described: () =>
      [...subscription].map(
        ({ key, leader, start }) =>
          `${key} led by ${leader} from ${typeof start === "object" ? start.timestamp : start}`,
      ),
    at: (topic, partition = 0) => [...subscription].find((one) => one.topic === topic && one.partition === partition),
  };
}

test("an empty set has no topics, no partitions and nothing amiss", () => {
  const { subscription } = subscriptionOf();
  expect([subscription.topics, [...subscription], subscription.settled]).toEqual([[], [], true]);
});

test("what an assignment adds has its leader and its start, and nothing changes before it is taken over", () => {
  const { subscription, described, assign } = subscriptionOf();
  const next = Assignment.ofTopics(["a", "b"]);
  const answers = [
    there("a", [
      { partition: 0, leader: 1 },
      { partition: 1, leader: 2 },
    ]),
    there("b", partitionMetadata(1, 3)),
  ];
  const added = subscription.additions(next, answers, [["a", 1, 7n]]);
  expect(added.map(({ key, leader, start }) => [key, leader, start])).toEqual([
    ["a/0", 1, "earliest"],
    ["a/1", 2, 7n],
    ["b/0", 3, "earliest"],
  ]);
  expect([...subscription]).toEqual([]);
  assign(next, answers, [["a", 1, 7n]]);
  expect(described()).toEqual(["a/0 led by 1 from earliest", "a/1 led by 2 from 7", "b/0 led by 3 from earliest"]);
  expect(subscription.topics).toEqual(["a", "b"]);
});

test("of exact partitions only those are read, now and when the topic is looked at again", () => {
  const { subscription, described, assign } = subscriptionOf();
  assign(
    Assignment.ofPartitions([
      ["a", 2],
      ["a", 0],
    ]),
    [there("a", partitionMetadata(4))],
    "latest",
  );
  expect(described()).toEqual(["a/0 led by 1 from latest", "a/2 led by 1 from latest"]);
  subscription.apply([there("a", partitionMetadata(5))]);
  expect(described()).toHaveLength(2);
});

test("what stays is the same as before, and what goes is given back and not wanted any more", () => {
  const { assign, at } = subscriptionOf();
  const both = [there("a", partitionMetadata(1)), there("b", partitionMetadata(2))];
  assign("a b", both);
  const [a, b] = [at("a"), at("b")];
  expect(a?.active).toBe(true);
  const removed = assign("a", [there("a", partitionMetadata(1))], "latest");
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
  const { subscription, described, assign } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1))], "latest");
  subscription.apply([there("a", partitionMetadata(2))]);
  expect(described()).toEqual(["a/0 led by 1 from latest", "a/1 led by 1 from earliest"]);
});

test("a topic or partition that was waited for starts at its beginning, also when the next assignment finds it", () => {
  const { described, assign, events } = subscriptionOf();
  assign(
    Assignment.ofPartitions([
      ["a", 1],
      ["b", 0],
    ]),
    [there("a", partitionMetadata(1)), unknown("b")],
    "latest",
  );
  assign(
    "a b c",
    [there("a", partitionMetadata(2)), there("b", partitionMetadata(1)), there("c", partitionMetadata(1))],
    "latest",
  );
  expect(described()).toEqual([
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
  const { subscription, events, assign } = subscriptionOf();
  assign("a b", [unknown("a"), unknown("b")]);
  subscription.apply([unknown("a"), unknown("b")]);
  const missing = (topic: string): DataQueueEvent => ({ type: "topicMissing", topic });
  expect(events).toEqual([missing("a"), missing("b")]);
  assign("b", [unknown("b")]);
  expect(events).toHaveLength(2);
  assign("a b", [unknown("a"), unknown("b")]);
  expect(events.slice(2)).toEqual([missing("a")]);
});

test("a topic that never was there has not come again", () => {
  const { events, assign, subscription, described } = subscriptionOf();
  assign("a b", [unknown("a"), unknown("b")]);
  assign("a b", [there("a", partitionMetadata(1)), unknown("b")], "latest");
  subscription.apply([there("a", partitionMetadata(1)), there("b", partitionMetadata(1))]);
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicMissing"]);
  expect(described()).toEqual(["a/0 led by 1 from earliest", "b/0 led by 1 from earliest"]);
});

test("a topic that goes has no leader, keeps its place, and starts again when it was made again", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a b", [there("a", partitionMetadata(1)), there("b", partitionMetadata(1))]);
  const [a, b] = [at("a"), at("b")];
  for (const one of [a, b]) one?.resumeAt(5n);
  subscription.apply([unknown("a"), there("b", partitionMetadata(1))]);
  expect(a).toMatchObject({ leader: -1, position: 5n });
  expect(b).toMatchObject({ leader: 1, position: 5n });
  subscription.apply([there("a", partitionMetadata(1)), there("b", partitionMetadata(1))]);
  expect(a).toMatchObject({ leader: 1, position: undefined, start: "earliest" });
  expect(b).toMatchObject({ leader: 1, position: 5n });
  expect(events).toEqual([
    { type: "topicMissing", topic: "a" },
    { type: "topicRecreated", topic: "a" },
  ]);
  // It is told again when it goes again.
  subscription.apply([unknown("a")]);
  expect(events.slice(2)).toEqual([{ type: "topicMissing", topic: "a" }]);
});

test("a topic that is found again by the next assignment, with another partition, has come again too", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1))]);
  const a = at("a");
  a?.resumeAt(5n);
  subscription.apply([unknown("a")]);
  assign("a b", [there("a", partitionMetadata(2)), there("b", partitionMetadata(1))]);
  expect(a).toMatchObject({ leader: 1, position: undefined, start: "earliest" });
  expect(events.slice(1)).toEqual([{ type: "topicRecreated", topic: "a" }]);
});

test("ids tell a topic that was made again between two looks, and one that only was not seen for a while", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1), "one")]);
  const a = at("a");
  const place = (): void => a?.resumeAt(5n);
  place();
  subscription.apply([there("a", partitionMetadata(1), "one")]);
  subscription.apply([unknown("a")]);
  subscription.apply([there("a", partitionMetadata(1), "one")]);
  expect(a).toMatchObject({ leader: 1, position: 5n });
  subscription.apply([there("a", partitionMetadata(1), "two")]);
  expect(a).toMatchObject({ position: undefined, start: "earliest" });
  place();
  // Once there is no id it is known no better.
  subscription.apply([there("a", partitionMetadata(1))]);
  expect(a?.position).toBe(5n);
  subscription.apply([there("a", partitionMetadata(1), "two")]);
  expect(a?.position).toBe(5n);
  subscription.apply([there("a", partitionMetadata(1))]);
  subscription.apply([there("a", partitionMetadata(1), "three")]);
  expect(a?.position).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicRecreated", "topicRecreated"]);
});

test("a topic that was missing before its id was known has come again", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1))]);
  const a = at("a");
  a?.resumeAt(5n);
  subscription.apply([unknown("a")]);
  subscription.apply([there("a", partitionMetadata(1), "one")]);
  expect(a?.position).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicRecreated"]);
});

test("a topic that was let go and is asked for again is not compared with what it was", () => {
  const { events, assign, described } = subscriptionOf();
  assign("a b", [there("a", partitionMetadata(1), "one"), there("b", partitionMetadata(1), "b")]);
  assign("b", [there("b", partitionMetadata(1), "b")]);
  assign("a b", [there("a", partitionMetadata(1), "two"), there("b", partitionMetadata(1), "b")], "latest");
  expect(events).toEqual([]);
  expect(described()).toContain("a/0 led by 1 from latest");
  assign("b", [there("b", partitionMetadata(1), "other")]);
  expect(events).toEqual([{ type: "topicRecreated", topic: "b" }]);
});

test("a leader that moved is told with the old and the new one, also when there was none in between", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [
    there("a", [
      { partition: 0, leader: 0 },
      { partition: 1, leader: 1 },
    ]),
  ]);
  const leaders = (zero: number, one: number): void =>
    subscription.apply([
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
  const { subscription, assign, at } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1))]);
  const error = failure("LEADER_NOT_AVAILABLE");
  subscription.apply([there("a", [{ partition: 0, leader: -1, error }])]);
  expect(at("a")).toMatchObject({ leader: -1, leaderError: error });
  subscription.apply([there("a", partitionMetadata(1))]);
  expect(at("a")).toMatchObject({ leader: 1, leaderError: undefined });
});

test("nobody leads the partitions that a topic has lost", () => {
  const { subscription, assign, at } = subscriptionOf();
  assign("a b", [there("a", partitionMetadata(3)), there("b", partitionMetadata(2))]);
  subscription.apply([there("a", partitionMetadata(2))]);
  expect([0, 1, 2].map((partition) => at("a", partition)?.leader)).toEqual([1, 1, -1]);
  expect(at("b", 1)?.leader).toBe(1);
});

test("a partition that its topic does not have is told once for each assignment, and read from its beginning later", () => {
  const { subscription, events, assign, described } = subscriptionOf();
  const next = Assignment.ofPartitions([
    ["a", 0],
    ["a", 4],
    ["b", 1],
    ["c", 9],
  ]);
  const answers = [
    there("a", partitionMetadata(1)),
    unknown("b"),
    { topic: "c", error: failure("LEADER_NOT_AVAILABLE") },
  ];
  const missing = { type: "partitionMissing", topic: "a", partition: 4 };
  assign(next, answers, "latest");
  subscription.apply(answers);
  // Of a topic that is missing itself, or that the log says nothing of, no partition is told.
  expect(events).toEqual([{ type: "topicMissing", topic: "b" }, missing]);
  assign(next, answers, "latest");
  expect(events.slice(2)).toEqual([missing]);
  subscription.apply([there("a", partitionMetadata(5))]);
  expect(described()).toEqual(["a/0 led by 1 from latest", "a/4 led by 1 from earliest"]);
});

test("a topic that is refused is an error once for each code, until it is allowed again or not asked for", () => {
  const { subscription, errors, assign } = subscriptionOf();
  const refused = (code: TransportErrorCode): TopicMetadata => ({
    topic: "a",
    error: failure(code, { topic: "a", retriable: false }),
  });
  const denied = refused("TOPIC_AUTHORIZATION_FAILED");
  const invalid = refused("INVALID_TOPIC_EXCEPTION");
  assign("a b", [denied, there("b", partitionMetadata(1))]);
  subscription.apply([denied]);
  expect(errors).toEqual([denied.error]);
  subscription.apply([invalid]);
  subscription.apply([denied]);
  expect(errors).toEqual([denied.error, invalid.error, denied.error]);
  subscription.apply([there("a", partitionMetadata(1))]);
  subscription.apply([denied]);
  expect(errors).toHaveLength(4);
  assign("b", [there("b", partitionMetadata(1))]);
  assign("a", [denied]);
  expect(errors).toHaveLength(5);
});

test("an error of a topic that passes by itself changes and tells nothing", () => {
  const { subscription, errors, events, assign, at } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1))]);
  subscription.apply([{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }]);
  expect([errors, events, at("a")?.leader]).toEqual([[], [], 1]);
});

test("what the log says of topics that are not read is left aside", () => {
  const { subscription, errors, events, assign, described } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1))]);
  subscription.apply([
    unknown("b"),
    there("c", partitionMetadata(1)),
    { topic: "d", error: failure("INVALID_TOPIC_EXCEPTION", { retriable: false }) },
  ]);
  expect([errors, events, described(), subscription.settled]).toEqual([[], [], ["a/0 led by 1 from earliest"], false]);
});

test("all is well when every partition has a leader and a place, fails not, and none is missing", () => {
  const { subscription, assign, at } = subscriptionOf();
  assign("a", [there("a", partitionMetadata(1, 0))]);
  const a = at("a");
  expect(subscription.settled).toBe(false);
  a?.resumeAt(0n);
  expect(subscription.settled).toBe(true);
  if (a !== undefined) a.failures = 1;
  expect(subscription.settled).toBe(false);
  if (a !== undefined) a.failures = 0;
  a?.setLeader({ leader: -1 });
  expect(subscription.settled).toBe(false);
  a?.setLeader({ leader: 0 });
  expect(subscription.settled).toBe(true);
  assign(
    Assignment.ofPartitions([
      ["a", 0],
      ["a", 1],
    ]),
    [there("a", partitionMetadata(1, 0))],
  );
  expect(subscription.settled).toBe(false);
  assign("a b", [there("a", partitionMetadata(1, 0)), unknown("b")]);
  expect(subscription.settled).toBe(false);
  assign("a", [there("a", partitionMetadata(1, 0))]);
  expect(subscription.settled).toBe(true);
});

describe("leader epochs", () => {
  const epochOf = (leaderEpoch: number): PartitionMetadata[] => [{ partition: 0, leader: 1, leaderEpoch }];

  test("are those of metadata, and never go back while the topic stays", () => {
    for (const topicId of [undefined, "one"]) {
      const { subscription, assign, at } = subscriptionOf();
      assign("a", [there("a", epochOf(4), topicId)]);
      expect(at("a")?.leaderEpoch).toBe(4);
      subscription.apply([there("a", epochOf(6), topicId)]);
      subscription.apply([there("a", epochOf(5), topicId)]);
      subscription.apply([there("a", partitionMetadata(1), topicId)]);
      expect(at("a")?.leaderEpoch).toBe(6);
    }
  });

  test("count anew for a topic that was created again", () => {
    for (const ids of [["one", "two"], []]) {
      const { subscription, assign, at, events } = subscriptionOf();
      assign("a", [there("a", epochOf(4), ids[0])]);
      // Without ids only a topic that was missing meanwhile is known to be another one.
      if (ids.length === 0) subscription.apply([unknown("a")]);
      subscription.apply([there("a", epochOf(0), ids[1])]);
      expect(at("a")?.leaderEpoch).toBe(0);
      expect(events.at(-1)).toEqual({ type: "topicRecreated", topic: "a" });
    }
  });

  test("go back without topic ids once a leader did not know the epoch: the topic may be another one", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [there("a", epochOf(4))]);
    at("a")?.fail(failure("UNKNOWN_LEADER_EPOCH"));
    subscription.apply([there("a", epochOf(1))]);
    expect(at("a")).toMatchObject({ leaderEpoch: 1, epochDoubted: false });
    // There is no doubt any more.
    subscription.apply([there("a", epochOf(0))]);
    expect(at("a")?.leaderEpoch).toBe(1);
  });

  test("never go back with the same topic id, also when a leader did not know the epoch: it was cut off", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [there("a", epochOf(4), "one")]);
    at("a")?.fail(failure("UNKNOWN_LEADER_EPOCH"));
    subscription.apply([there("a", epochOf(1), "one")]);
    expect(at("a")?.leaderEpoch).toBe(4);
  });

  test("are known of a partition that appears later", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [there("a", epochOf(4))]);
    subscription.apply([there("a", [...epochOf(4), { partition: 1, leader: 2, leaderEpoch: 9 }])]);
    expect(at("a", 1)).toMatchObject({ leader: 2, leaderEpoch: 9 });
  });
});
