import { describe, expect, test } from "vitest";

import type { PartitionMetadata } from "../../src/contract/transport.ts";
import { failure, partitionMetadata } from "../scripted-log.ts";
import { present, subscriptionOf, unknown } from "./subscription-of.ts";

describe("leader epochs", () => {
  const epochOf = (leaderEpoch: number): PartitionMetadata[] => [{ partition: 0, leader: 1, leaderEpoch }];

  test("are those of metadata, and never go back while the topic stays", () => {
    for (const topicId of [undefined, "one"]) {
      const { subscription, assign, at } = subscriptionOf();
      assign("a", [present("a", epochOf(4), topicId)]);
      expect(at("a")?.leaderEpoch).toBe(4);
      subscription.apply([present("a", epochOf(6), topicId)]);
      subscription.apply([present("a", epochOf(5), topicId)]);
      subscription.apply([present("a", partitionMetadata(1), topicId)]);
      expect(at("a")?.leaderEpoch).toBe(6);
    }
  });

  test("count anew for a topic that was created again", () => {
    for (const ids of [["one", "two"], []]) {
      const { subscription, assign, at, events } = subscriptionOf();
      assign("a", [present("a", epochOf(4), ids[0])]);
      // Without ids only a topic that was missing meanwhile is known to be another one.
      if (ids.length === 0) subscription.apply([unknown("a")]);
      subscription.apply([present("a", epochOf(0), ids[1])]);
      expect(at("a")?.leaderEpoch).toBe(0);
      expect(events.at(-1)).toEqual({ type: "topicRecreated", topic: "a" });
    }
  });

  test("go back without topic ids once a leader did not know the epoch: the topic may be another one", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [present("a", epochOf(4))]);
    at("a")?.fail(failure("UNKNOWN_LEADER_EPOCH"));
    subscription.apply([present("a", epochOf(1))]);
    expect(at("a")).toMatchObject({ leaderEpoch: 1, epochDoubted: false });
    // There is no doubt any more.
    subscription.apply([present("a", epochOf(0))]);
    expect(at("a")?.leaderEpoch).toBe(1);
  });

  test("stay in doubt while metadata gives no leader and no epoch, and are not forgotten meanwhile", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [present("a", epochOf(4))]);
    at("a")?.fail(failure("UNKNOWN_LEADER_EPOCH"));
    subscription.apply([present("a", [{ partition: 0, leader: -1, error: failure("LEADER_NOT_AVAILABLE") }])]);
    expect(at("a")).toMatchObject({ leader: -1, leaderEpoch: 4, epochDoubted: true });
    subscription.apply([present("a", epochOf(1))]);
    expect(at("a")).toMatchObject({ leader: 1, leaderEpoch: 1, epochDoubted: false });
  });

  test("never go back with the same topic id, also when a leader did not know the epoch: it was cut off", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [present("a", epochOf(4), "one")]);
    at("a")?.fail(failure("UNKNOWN_LEADER_EPOCH"));
    subscription.apply([present("a", epochOf(1), "one")]);
    expect(at("a")?.leaderEpoch).toBe(4);
  });

  test("are known of a partition that appears later", () => {
    const { subscription, assign, at } = subscriptionOf();
    assign("a", [present("a", epochOf(4))]);
    subscription.apply([present("a", [...epochOf(4), { partition: 1, leader: 2, leaderEpoch: 9 }])]);
    expect(at("a", 1)).toMatchObject({ leader: 2, leaderEpoch: 9 });
  });
});
