import { expect, test } from "vitest";

import type { PartitionState } from "../../src/consumer/partition-state.ts";
import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, noResponse } from "../scripted-log.ts";
import { recordAt, stateOf } from "./fetching.ts";
import { nothing, scene } from "./leader-fetching.ts";

useFakeClock({ atMs: 5_000 });

test("the newest leader epoch of each partition goes with the fetch", async () => {
  const states = [stateOf("a", 0, 0n), stateOf("a", 1, 0n)];
  states[0]?.setLeader({ leader: 1, leaderEpoch: 7 });
  const one = scene(states);
  one.fetcher.wake();
  await pass(0);
  states[0]?.setLeader({ leader: 1, leaderEpoch: 8 });
  await pass(500);
  const epochs = one.log
    .calls("fetch")
    .map(([, wanted]) => Object.fromEntries(wanted.map((query) => [query.partition, query.leaderEpoch])));
  expect(epochs).toEqual([
    { 0: 7, 1: undefined },
    { 0: 8, 1: undefined },
  ]);
  one.client.close();
});

test("the high watermark of the last fetch is kept, also when the fetch brought no records", async () => {
  const state = stateOf("a", 0, 0n);
  const one = scene([state]);
  one.fetch = async () => [{ topic: "a", partition: 0, records: [recordAt(0n)], nextOffset: 1n, highWatermark: 12n }];
  one.fetcher.wake();
  await pass(0);
  expect(state).toMatchObject({ position: 1n, highWatermark: 12n });
  one.fetch = async () => [{ topic: "a", partition: 0, records: [], nextOffset: 1n, highWatermark: 15n }];
  await pass(100);
  expect(state).toMatchObject({ position: 1n, highWatermark: 15n });
  one.client.close();
});

test("an error of one partition is reported with the time of the fetch, and the other partition is read", async () => {
  const states = [stateOf("a", 0, 0n), stateOf("a", 1, 0n)];
  const one = scene(states);
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  one.given.maxWaitMs = 100;
  one.fetch = async (...asked) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const results = await nothing(...asked);
    return results.map((result) => (result.partition === 1 ? { topic: "a", partition: 1, error } : result));
  };
  one.fetcher.wake();
  await pass(199);
  expect(one.reported).toEqual([
    ["partitionFailed", "a/1", "fetch", error, 0],
    ["ended", "a/0"],
  ]);
  await pass(1);
  expect(one.reported).toContainEqual(["partitionFailed", "a/1", "fetch", error, 100]);
  one.client.close();
});

test.each<[string, (state: PartitionState) => void]>([
  ["is not wanted any more", (state) => state.retire()],
  ["started again at the same offset", (state) => state.restart(0n)],
  ["is at another position by now", (state) => state.resumeAt(3n)],
])("a result for a partition that %s is dropped, and the next fetch is made at once", async (_, change) => {
  const state = stateOf("a", 0, 0n);
  const one = scene([state]);
  let respond: (results: FetchedPartition[]) => void = () => undefined;
  one.fetch = () => new Promise((resolve) => (respond = resolve));
  one.fetcher.wake();
  await pass(0);
  change(state);
  const { position } = state;
  respond([{ topic: "a", partition: 0, records: [recordAt(0n)], nextOffset: 1n, highWatermark: 1n }]);
  await pass(0);
  expect([one.take(), one.reported, state.position, state.highWatermark]).toEqual([[], [], position, undefined]);
  expect(one.times).toEqual([0, 0]);
  respond([{ topic: "a", partition: 1, error: failure("NOT_LEADER_OR_FOLLOWER") }]);
  await pass(0);
  expect(one.reported).toEqual([]);
  one.client.close();
});

test("a result for a partition that was not asked for is ignored", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  one.fetch = async () => [{ topic: "a", partition: 1, records: [], nextOffset: 9n, highWatermark: 9n }];
  one.fetcher.wake();
  await pass(20);
  // It is no news either.
  expect([one.reported, one.times]).toEqual([[], [0, 5, 15]]);
  one.client.close();
});

test.each<[string, bigint[], boolean[]]>([
  ["it is full of an aborted transaction, and says nothing of the other partition", [10n, 0n], [false, false]],
  ["it has nothing and does not get on", [0n, 0n], [true, true]],
  ["it gets to one high watermark, and says nothing of the other partition", [100n, 0n], [true, false]],
])("whether partitions are at their ends after a response without records: %s", async (_, nextOffsets, atEnds) => {
  const states = [stateOf("a", 0, 0n), stateOf("a", 1, 0n)];
  const one = scene(states);
  one.fetch = async () => {
    one.fetch = () => noResponse<FetchedPartition[]>();
    return nextOffsets.map((nextOffset, partition) => {
      return { topic: "a", partition, records: [], nextOffset, highWatermark: 100n };
    });
  };
  one.fetcher.wake();
  await pass(0);
  expect(states.map(({ atEnd }) => atEnd)).toEqual(atEnds);
  one.client.close();
});
