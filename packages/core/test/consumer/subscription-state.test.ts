import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import type { TransportErrorCode } from "../../src/contract/kafka-errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { TopicMetadata } from "../../src/contract/transport.ts";
import { failure, partitionMetadata } from "../scripted-log.ts";
import { present, subscriptionOf, unknown } from "./subscription-of.ts";

test("an empty subscription has no topics and no partitions, and is settled", () => {
  const { subscription } = subscriptionOf();
  expect([subscription.assignment.topics, [...subscription], subscription.settled]).toEqual([[], [], true]);
});

test("added partitions have their leader and start, and nothing changes before replace", () => {
  const { subscription, described, assign } = subscriptionOf();
  const next = Assignment.ofTopics(["a", "b"]);
  const metadata = [
    present("a", [
      { partition: 0, leader: 1 },
      { partition: 1, leader: 2 },
    ]),
    present("b", partitionMetadata(1, 3)),
  ];
  const added = subscription.additions(next, metadata, [["a", 1, 7n]]);
  expect(added.map(({ key, leader, start }) => [key, leader, start])).toEqual([
    ["a/0", 1, "earliest"],
    ["a/1", 2, 7n],
    ["b/0", 3, "earliest"],
  ]);
  expect([...subscription]).toEqual([]);
  assign(next, metadata, [["a", 1, 7n]]);
  expect(described()).toEqual(["a/0 led by 1 from earliest", "a/1 led by 2 from 7", "b/0 led by 3 from earliest"]);
  expect(subscription.assignment.topics).toEqual(["a", "b"]);
});

test("an assignment of partitions reads only those, also after the topic grows", () => {
  const { subscription, described, assign } = subscriptionOf();
  assign(
    Assignment.ofPartitions([
      ["a", 2],
      ["a", 0],
    ]),
    [present("a", partitionMetadata(4))],
    "latest",
  );
  expect(described()).toEqual(["a/0 led by 1 from latest", "a/2 led by 1 from latest"]);
  subscription.apply([present("a", partitionMetadata(5))]);
  expect(described()).toHaveLength(2);
});

test("partitions that stay keep their state, and removed ones are given back as not active", () => {
  const { assign, at } = subscriptionOf();
  const both = [present("a", partitionMetadata(1)), present("b", partitionMetadata(2))];
  assign("a b", both);
  const [a, b] = [at("a"), at("b")];
  expect(a?.active).toBe(true);
  const removed = assign("a", [present("a", partitionMetadata(1))], "latest");
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

test("a partition that appears later starts at its beginning, whatever `from` says", () => {
  const { subscription, described, assign } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1))], "latest");
  subscription.apply([present("a", partitionMetadata(2))]);
  expect(described()).toEqual(["a/0 led by 1 from latest", "a/1 led by 1 from earliest"]);
});

test("a topic or partition that was waited for starts at its beginning, also if the next assignment finds it", () => {
  const { described, assign, events } = subscriptionOf();
  assign(
    Assignment.ofPartitions([
      ["a", 1],
      ["b", 0],
    ]),
    [present("a", partitionMetadata(1)), unknown("b")],
    "latest",
  );
  assign(
    "a b c",
    [present("a", partitionMetadata(2)), present("b", partitionMetadata(1)), present("c", partitionMetadata(1))],
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

test("a missing topic is one event, and another one when it is assigned again", () => {
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

test("a topic that appears for the first time was not created again", () => {
  const { events, assign, subscription, described } = subscriptionOf();
  assign("a b", [unknown("a"), unknown("b")]);
  assign("a b", [present("a", partitionMetadata(1)), unknown("b")], "latest");
  subscription.apply([present("a", partitionMetadata(1)), present("b", partitionMetadata(1))]);
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicMissing"]);
  expect(described()).toEqual(["a/0 led by 1 from earliest", "b/0 led by 1 from earliest"]);
});

test("the partitions of a topic that disappears keep their positions, and start again once it is created again", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a b", [present("a", partitionMetadata(1)), present("b", partitionMetadata(1))]);
  const [a, b] = [at("a"), at("b")];
  for (const one of [a, b]) one?.resumeAt(5n);
  subscription.apply([unknown("a"), present("b", partitionMetadata(1))]);
  expect(a).toMatchObject({ leader: -1, position: 5n });
  expect(b).toMatchObject({ leader: 1, position: 5n });
  subscription.apply([present("a", partitionMetadata(1)), present("b", partitionMetadata(1))]);
  expect(a).toMatchObject({ leader: 1, position: undefined, start: "earliest" });
  expect(b).toMatchObject({ leader: 1, position: 5n });
  expect(events).toEqual([
    { type: "topicMissing", topic: "a" },
    { type: "topicRecreated", topic: "a" },
  ]);
  // It is an event again when the topic disappears again.
  subscription.apply([unknown("a")]);
  expect(events.slice(2)).toEqual([{ type: "topicMissing", topic: "a" }]);
});

test("a topic that the next assignment finds again, with another partition, was created again too", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1))]);
  const a = at("a");
  a?.resumeAt(5n);
  subscription.apply([unknown("a")]);
  assign("a b", [present("a", partitionMetadata(2)), present("b", partitionMetadata(1))]);
  expect(a).toMatchObject({ leader: 1, position: undefined, start: "earliest" });
  expect(events.slice(1)).toEqual([{ type: "topicRecreated", topic: "a" }]);
});

test("topic ids distinguish a topic that was created again from one that only was not visible for a while", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1), "one")]);
  const a = at("a");
  const setPosition = (): void => a?.resumeAt(5n);
  setPosition();
  subscription.apply([present("a", partitionMetadata(1), "one")]);
  subscription.apply([unknown("a")]);
  subscription.apply([present("a", partitionMetadata(1), "one")]);
  expect(a).toMatchObject({ leader: 1, position: 5n });
  subscription.apply([present("a", partitionMetadata(1), "two")]);
  expect(a).toMatchObject({ position: undefined, start: "earliest" });
  setPosition();
  // Without an id it cannot be known.
  subscription.apply([present("a", partitionMetadata(1))]);
  expect(a?.position).toBe(5n);
  subscription.apply([present("a", partitionMetadata(1), "two")]);
  expect(a?.position).toBe(5n);
  subscription.apply([present("a", partitionMetadata(1))]);
  subscription.apply([present("a", partitionMetadata(1), "three")]);
  expect(a?.position).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicRecreated", "topicRecreated"]);
});

test("a topic that was missing before its id was known was created again", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1))]);
  const a = at("a");
  a?.resumeAt(5n);
  subscription.apply([unknown("a")]);
  subscription.apply([present("a", partitionMetadata(1), "one")]);
  expect(a?.position).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual(["topicMissing", "topicRecreated"]);
});

test("a topic that was removed and is assigned again is not compared with its old id", () => {
  const { events, assign, described } = subscriptionOf();
  assign("a b", [present("a", partitionMetadata(1), "one"), present("b", partitionMetadata(1), "b")]);
  assign("b", [present("b", partitionMetadata(1), "b")]);
  assign("a b", [present("a", partitionMetadata(1), "two"), present("b", partitionMetadata(1), "b")], "latest");
  expect(events).toEqual([]);
  expect(described()).toContain("a/0 led by 1 from latest");
  assign("b", [present("b", partitionMetadata(1), "other")]);
  expect(events).toEqual([{ type: "topicRecreated", topic: "b" }]);
});

test("a leader that moved is an event with the old and the new one, also when there was none in between", () => {
  const { subscription, events, assign, at } = subscriptionOf();
  assign("a", [
    present("a", [
      { partition: 0, leader: 0 },
      { partition: 1, leader: 1 },
    ]),
  ]);
  const leaders = (zero: number, one: number): void =>
    subscription.apply([
      present("a", [
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

test("the reason for a missing leader is kept until there is one", () => {
  const { subscription, assign, at } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1))]);
  const error = failure("LEADER_NOT_AVAILABLE");
  subscription.apply([present("a", [{ partition: 0, leader: -1, error }])]);
  expect(at("a")).toMatchObject({ leader: -1, leaderError: error });
  subscription.apply([present("a", partitionMetadata(1))]);
  expect(at("a")).toMatchObject({ leader: 1, leaderError: undefined });
});

test("partitions that a topic has lost have no leader", () => {
  const { subscription, assign, at } = subscriptionOf();
  assign("a b", [present("a", partitionMetadata(3)), present("b", partitionMetadata(2))]);
  subscription.apply([present("a", partitionMetadata(2))]);
  expect([0, 1, 2].map((partition) => at("a", partition)?.leader)).toEqual([1, 1, -1]);
  expect(at("b", 1)?.leader).toBe(1);
});

test("a partition that its topic does not have is an event for each assignment, and starts at its beginning later", () => {
  const { subscription, events, assign, described } = subscriptionOf();
  const next = Assignment.ofPartitions([
    ["a", 0],
    ["a", 4],
    ["b", 1],
    ["c", 9],
  ]);
  const metadata = [
    present("a", partitionMetadata(1)),
    unknown("b"),
    { topic: "c", error: failure("LEADER_NOT_AVAILABLE") },
  ];
  const missing = { type: "partitionMissing", topic: "a", partition: 4 };
  assign(next, metadata, "latest");
  subscription.apply(metadata);
  // There is no event for partitions of a topic that is missing itself, or whose metadata failed.
  expect(events).toEqual([{ type: "topicMissing", topic: "b" }, missing]);
  assign(next, metadata, "latest");
  expect(events.slice(2)).toEqual([missing]);
  subscription.apply([present("a", partitionMetadata(5))]);
  expect(described()).toEqual(["a/0 led by 1 from latest", "a/4 led by 1 from earliest"]);
});

test("a refused topic is one error for each code, until it is allowed again or removed", () => {
  const { subscription, errors, assign } = subscriptionOf();
  const refused = (code: TransportErrorCode): TopicMetadata => ({
    topic: "a",
    error: failure(code, { topic: "a", retriable: false }),
  });
  const denied = refused("TOPIC_AUTHORIZATION_FAILED");
  const invalid = refused("INVALID_TOPIC_EXCEPTION");
  assign("a b", [denied, present("b", partitionMetadata(1))]);
  subscription.apply([denied]);
  expect(errors).toEqual([denied.error]);
  subscription.apply([invalid]);
  subscription.apply([denied]);
  expect(errors).toEqual([denied.error, invalid.error, denied.error]);
  subscription.apply([present("a", partitionMetadata(1))]);
  subscription.apply([denied]);
  expect(errors).toHaveLength(4);
  assign("b", [present("b", partitionMetadata(1))]);
  assign("a", [denied]);
  expect(errors).toHaveLength(5);
});

test("a retriable error of a topic changes nothing, and is neither an error nor an event", () => {
  const { subscription, errors, events, assign, at } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1))]);
  subscription.apply([{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }]);
  expect([errors, events, at("a")?.leader]).toEqual([[], [], 1]);
});

test("metadata of topics that are not read is ignored", () => {
  const { subscription, errors, events, assign, described } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1))]);
  subscription.apply([
    unknown("b"),
    present("c", partitionMetadata(1)),
    { topic: "d", error: failure("INVALID_TOPIC_EXCEPTION", { retriable: false }) },
  ]);
  expect([errors, events, described(), subscription.settled]).toEqual([[], [], ["a/0 led by 1 from earliest"], false]);
});

test("a subscription is settled when every partition has a leader, a position and no failure, and none is missing", () => {
  const { subscription, assign, at } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(1, 0))]);
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
    [present("a", partitionMetadata(1, 0))],
  );
  expect(subscription.settled).toBe(false);
  assign("a b", [present("a", partitionMetadata(1, 0)), unknown("b")]);
  expect(subscription.settled).toBe(false);
  assign("a", [present("a", partitionMetadata(1, 0))]);
  expect(subscription.settled).toBe(true);
});
