import { expect, test } from "vitest";

import { ReadBounds } from "../../src/consumer/read-bounds.ts";
import type { UntilSpec } from "../../src/consumer/offset-spec.ts";
import type { SubscriptionState } from "../../src/consumer/subscription-state.ts";
import { failure, partitionMetadata, ScriptedLog } from "../scripted-log.ts";
import { readClientOf, recordAt } from "./fetching.ts";
import { present, subscriptionOf } from "./subscription-of.ts";

/** Bounds of topic a, which has three records in each of two partitions. */
function boundsOf(until: UntilSpec | undefined): {
  log: ScriptedLog;
  bounds: ReadBounds;
  subscription: SubscriptionState;
  untils: () => unknown[];
} {
  const log = new ScriptedLog({ a: 2 });
  for (const partition of [0, 1]) log.append("a", partition, "0", "1", "2");
  const { subscription, assign } = subscriptionOf();
  assign("a", [present("a", partitionMetadata(2))]);
  const bounds = new ReadBounds(readClientOf(log).client, until, 1_000);
  // As if the time had come, or metadata had left the topic out: the bounds are not known.
  for (const state of subscription) state.readUntil(undefined);
  return { log, bounds, subscription, untils: () => [...subscription].map((state) => state.until) };
}

test("bounds that are not known are found, and those that are known are not asked for", async () => {
  const { log, bounds, subscription, untils } = boundsOf("end");
  subscription.get("a", 1)?.readUntil(2n);
  expect(await bounds.findMissing(subscription)).toEqual([]);
  expect(untils()).toEqual([3n, 2n]);
  expect(log.calls("listOffsets").map(([, queries]) => queries.length)).toEqual([1]);
  expect(await bounds.findMissing(subscription)).toEqual([]);
  expect(log.calls("listOffsets")).toHaveLength(1);
});

test("a bound that was found otherwise meanwhile stays", async () => {
  const { log, bounds, subscription, untils } = boundsOf("end");
  log.on.listOffsets = async (leader, queries) => {
    // The topics were changed, and so everything got its end anew.
    subscription.get("a", 0)?.readUntil(9n);
    return log.plain.listOffsets(leader, queries);
  };
  await bounds.findMissing(subscription);
  expect(untils()).toEqual([9n, 3n]);
});

test("a partition whose bound cannot be found is given with its error, and the others have theirs", async () => {
  const { log, bounds, subscription, untils } = boundsOf("end");
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  log.on.listOffsets = async () => [
    { topic: "a", partition: 0, error },
    { topic: "a", partition: 1, offset: 3n },
  ];
  expect(await bounds.findMissing(subscription)).toEqual([{ state: subscription.get("a", 0), error }]);
  expect(untils()).toEqual([undefined, 3n]);
});

test.each([undefined, new Date(Date.now() + 3_600_000)])(
  "without a bound, or before its time, nothing is asked, nothing is reached and nothing new has one: %s",
  async (until) => {
    const { log, bounds, subscription } = boundsOf(until);
    expect(await bounds.findMissing(subscription)).toEqual([]);
    expect(await bounds.findAll([...subscription])).toEqual(new Map());
    for (const state of subscription) state.readUntil(0n);
    expect([bounds.reached(subscription), bounds.unsettled(subscription), bounds.ofNew("a", 7)]).toEqual([
      false,
      false,
      undefined,
    ]);
    expect(log.requests).toEqual([]);
  },
);

test.each<[UntilSpec, bigint, bigint]>([
  ["end", 0n, 0n],
  [new Date(0), 0n, 0n],
  [[["a", 7, 5]], 5n, 0n],
])("what appears later has nothing to be read, unless its offset is named: %o", (until, named, other) => {
  const { bounds } = boundsOf(until);
  expect([bounds.ofNew("a", 7), bounds.ofNew("b", 7)]).toEqual([named, other]);
});

test("records tell a bound only where it is a time: the first one that is not older", () => {
  const records = [5, 10, 7, 11].map((timestamp, offset) => recordAt(BigInt(offset), "", { timestamp }));
  const boundIn = (until: UntilSpec | undefined): unknown => boundsOf(until).bounds.boundIn(records);
  expect([new Date(10), new Date(6), new Date(12), "end" as const, undefined, []].map(boundIn)).toEqual([
    1n,
    1n,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
