import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { fetching, recordAt } from "./fetching.ts";
import { failure, partitionMetadata, ScriptedLog } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });
const a = Assignment.ofTopics("a");
const without = (events: readonly DataQueueEvent[], ...types: readonly string[]): DataQueueEvent[] =>
  events.filter(({ type }) => type !== "connected" && !types.includes(type));

test("metadata is refreshed once in metadataMaxAgeMs, and a leader that moved is followed", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  const { fetcher, client, events, take } = fetching(log, { metadataMaxAgeMs: 3_000 });
  await fetcher.assign(Assignment.ofTopics(["a", "b"]));
  log.topics.set("a", partitionMetadata(1, 2));
  await pass(2_999);
  expect(log.calls("metadata")).toHaveLength(1);
  await pass(1);
  expect(log.calls("metadata")).toEqual([[["a", "b"]], [["a", "b"]]]);
  expect(without(events)).toEqual([{ type: "leaderChanged", topic: "a", partition: 0, from: 1, to: 2 }]);
  log.append("a", 0, "0");
  await pass(0);
  expect(take()).toEqual(["a/0 0 0"]);
  await pass(1_000);
  const last = log
    .calls("fetch")
    .slice(-2)
    .map(([leader, wanted]) => [leader, wanted.map(({ topic }) => topic)]);
  expect(last.toSorted()).toEqual([
    [1, ["b"]],
    [2, ["a"]],
  ]);
  client.close();
});

test.each([
  ["is not interrupted when it waits for up to a second", 1_000, false],
  ["is interrupted when it waits for longer", 1_001, true],
])("a long poll that waits without a partition that appeared %s", async (_, maxWaitMs, interrupted) => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, events, take } = fetching(log, { maxWaitMs, metadataMaxAgeMs: 5_400 });
  await fetcher.assign(a);
  log.topics.set("a", partitionMetadata(2));
  log.append("a", 1, "new");
  await pass(5_400);
  const signal = log.calls("fetch").findLast(([, wanted]) => wanted.length === 1)?.[3]?.signal;
  expect(signal?.aborted).toBe(interrupted);
  expect(take()).toEqual(interrupted ? ["a/1 0 new"] : []);
  await pass(1_000);
  expect([...take(), "a/1 0 new"]).toContain("a/1 0 new");
  expect(without(events)).toEqual([]);
  expect([log.opened, log.closed]).toEqual([1, 0]);
  client.close();
});

test("a long poll is not interrupted for a partition that waits for its next try", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { fetcher, client } = fetching(log, { maxWaitMs: 5_000, metadataMaxAgeMs: 1_000 });
  let fails = 1;
  log.on.fetch = async (leader, wanted, limits) =>
    fails-- > 0
      ? [{ topic: "a", partition: 1, error: failure("NOT_LEADER_OR_FOLLOWER") }]
      : log.plain.fetch(leader, wanted.slice(0, 1), limits);
  await fetcher.assign(a);
  await pass(4_000);
  expect([log.opened, log.closed]).toEqual([1, 0]);
  client.close();
});

test("a partition without a leader for connectTimeoutMs is one error, with its place", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.append("a", 0, "0", "1");
  const { fetcher, client, events, errors, take } = fetching(log, { connectTimeoutMs: 4_000, metadataMaxAgeMs: 1_000 });
  await fetcher.assign(a);
  await pass(10);
  const error = failure("LEADER_NOT_AVAILABLE");
  log.topics.set("a", [{ partition: 0, leader: -1, error }, ...partitionMetadata(2).slice(1)]);
  await pass(990 + 3_999);
  expect(errors).toEqual([]);
  // The old leader still responded when metadata first said that there is none.
  await pass(51);
  expect(errors).toMatchObject([
    {
      code: "LEADER_NOT_AVAILABLE",
      retriable: true,
      topic: "a",
      partition: 0,
      message: "not read for 4000 ms, still trying: cannot read a[0] at offset 2: LEADER_NOT_AVAILABLE",
      cause: { retriable: true, offset: 2n, cause: error },
    },
  ]);
  log.append("a", 0, "2");
  log.append("a", 1, "other");
  await pass(10_000);
  expect([errors.length, take()]).toEqual([1, ["a/0 0 0", "a/0 1 1", "a/1 0 other"]]);
  // A partition without a leader is not fetched.
  expect(new Set(log.calls("fetch").map(([leader]) => leader))).toEqual(new Set([1]));
  log.topics.set("a", partitionMetadata(2));
  await pass(600);
  expect(take()).toEqual(["a/0 2 2"]);
  expect(without(events)).toEqual([]);
  client.close();
});

test("the start of a partition without a leader is not looked up before it has one", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const leaderless = { partition: 1, leader: -1, error: failure("LEADER_NOT_AVAILABLE") };
  const { fetcher, client, take } = fetching(log, { metadataMaxAgeMs: 1_000 });
  await fetcher.assign(a);
  log.topics.set("a", [...partitionMetadata(1), leaderless]);
  log.append("a", 1, "1");
  await pass(5_000);
  expect(log.calls("listOffsets")).toHaveLength(1);
  expect(take()).toEqual(["a/0 0 0"]);
  log.topics.set("a", partitionMetadata(2));
  await pass(1_000);
  expect(log.calls("listOffsets")[1]?.[1]).toMatchObject([{ partition: 1 }]);
  expect(take()).toEqual(["a/1 0 1"]);
  client.close();
});

test("a partition that has no leader for a while, or whose topic is gone, is no error", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, errors } = fetching(log, { connectTimeoutMs: 4_000, metadataMaxAgeMs: 1_000 });
  await fetcher.assign(a);
  const leaderless = [{ partition: 0, leader: -1, error: failure("LEADER_NOT_AVAILABLE") }];
  for (let round = 0; round < 2; round += 1) {
    log.topics.set("a", leaderless);
    await pass(3_000);
    log.topics.set("a", partitionMetadata(1));
    await pass(1_500);
  }
  log.topics.set("a", leaderless);
  await pass(3_000);
  log.topics.delete("a");
  await pass(20_000);
  // Here metadata does not say why.
  log.topics.set("a", [{ partition: 0, leader: -1 }]);
  await pass(20_000);
  expect(errors).toEqual([]);
  client.close();
});

test("metadata that fails is an event each time, and an error once that lasts", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, events, errors } = fetching(log, {
    connectTimeoutMs: 4_000,
    metadataMaxAgeMs: 1_000,
    maxWaitMs: 10,
  });
  await fetcher.assign(a);
  const error = failure("NETWORK_EXCEPTION");
  log.on.metadata = () => Promise.reject(error);
  await pass(1_000 + 3_999);
  const asked = without(events, "disconnected").filter(
    (event) => event.type === "retry" && event.request === "metadata",
  );
  expect(asked.slice(0, 3)).toEqual(
    [0, 1, 2].map((attempt) => ({ type: "retry", request: "metadata", attempt, reason: error })),
  );
  expect(errors).toEqual([]);
  await pass(1);
  expect(errors).toMatchObject([{ code: "NETWORK_EXCEPTION", cause: error }]);
  delete log.on.metadata;
  await pass(2_000);
  log.on.metadata = () => Promise.reject(error);
  await pass(3_000);
  delete log.on.metadata;
  await pass(20_000);
  expect(errors).toHaveLength(1);
  client.close();
});

test("metadata that the log refuses is an error at once", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, errors } = fetching(log, { metadataMaxAgeMs: 1_000 });
  await fetcher.assign(a);
  const error = failure("CLUSTER_AUTHORIZATION_FAILED", { retriable: false });
  log.on.metadata = () => Promise.reject(error);
  await pass(3_000);
  expect(errors).toEqual([error]);
  client.close();
});

/** Holds back the next fetch of a log until the test answers it. */
function held(log: ScriptedLog): { respond: (results: FetchedPartition[]) => void } {
  let settle: ((results: FetchedPartition[]) => void) | undefined;
  log.on.fetch = () => {
    delete log.on.fetch;
    return new Promise((resolve) => (settle = resolve));
  };
  return { respond: (results) => settle?.(results) };
}

const old = (first: number, ...texts: readonly string[]): FetchedPartition => ({
  topic: "a",
  partition: 0,
  records: texts.map((text, index) => recordAt(BigInt(first + index), text)),
  nextOffset: BigInt(first + texts.length),
  highWatermark: BigInt(first + texts.length),
});

test.each([
  ["after its records", ["o0", "o1", "o2"]],
  ["at the same offset", []],
])("a late result for a topic that was created again is dropped: %s", async (_, before) => {
  const log = new ScriptedLog({ a: 1, again: 1 });
  log.topicIds.set("a", "one");
  log.append("a", 0, ...before);
  const { fetcher, client, events, take } = fetching(log, { metadataMaxAgeMs: 600 });
  await fetcher.assign(a);
  await pass(0);
  const place = before.length;
  expect(take()).toHaveLength(place);
  const { respond } = held(log);
  await pass(500);
  // Created again with three records.
  log.topicIds.set("a", "two");
  log.reset("a");
  log.append("a", 0, "n0", "n1", "n2");
  await pass(100);
  respond([old(place, "late")]);
  await pass(600);
  expect(take()).toEqual(["a/0 0 n0", "a/0 1 n1", "a/0 2 n2"]);
  expect(without(events)).toEqual([{ type: "topicRecreated", topic: "a" }]);
  client.close();
});

test("a late result of the old leader is dropped when the new one has given the records already", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { respond } = held(log);
  const { fetcher, client, take } = fetching(log, { metadataMaxAgeMs: 600 });
  await fetcher.assign(a);
  await pass(0);
  log.topics.set("a", partitionMetadata(1, 2));
  log.append("a", 0, "0", "1");
  await pass(700);
  expect(take()).toEqual(["a/0 0 0", "a/0 1 1"]);
  respond([old(0, "0", "1", "2")]);
  await pass(0);
  expect(take()).toEqual([]);
  client.close();
});

test("a topic that is created again while a lost offset is looked up is read from its beginning", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.topicIds.set("a", "one");
  log.append("a", 0, "o0", "o1");
  const { fetcher, client, events, take } = fetching(log);
  await fetcher.assign(a);
  await pass(0);
  expect(take()).toHaveLength(2);
  log.on.fetch = async () => {
    delete log.on.fetch;
    return [{ topic: "a", partition: 0, error: failure("OFFSET_OUT_OF_RANGE") }];
  };
  let go = (): void => undefined;
  log.on.listOffsets = async (leader, queries) => {
    if (queries[0]?.at === "latest") await new Promise<void>((resolve) => (go = resolve));
    return log.plain.listOffsets(leader, queries);
  };
  await pass(510);
  log.topicIds.set("a", "two");
  log.reset("a");
  await fetcher.assign(a);
  go();
  log.append("a", 0, "n0");
  await pass(1_000);
  expect(take()).toEqual(["a/0 0 n0"]);
  expect(without(events, "retry")).toEqual([{ type: "topicRecreated", topic: "a" }]);
  client.close();
});

test("a topic that was created again between two refreshes, with more records, is read from its beginning", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.topicIds.set("a", "one");
  log.append("a", 0, "o0", "o1", "o2");
  const { fetcher, client, events, take } = fetching(log, { metadataMaxAgeMs: 600 });
  await fetcher.assign(a);
  await pass(0);
  expect(take()).toHaveLength(3);
  const { respond } = held(log);
  await pass(550);
  log.topicIds.set("a", "two");
  log.reset("a");
  log.append("a", 0, "n0", "n1", "n2", "n3", "n4");
  await pass(100);
  respond([old(3)]);
  await pass(0);
  expect(take()).toEqual(["n0", "n1", "n2", "n3", "n4"].map((text, index) => `a/0 ${index} ${text}`));
  expect(without(events)).toEqual([{ type: "topicRecreated", topic: "a" }]);
  client.close();
});

test("the leader epochs of metadata are part of lookups and fetches, and a doubted one is refreshed at once", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.topics.set("a", [{ partition: 0, leader: 1, leaderEpoch: 4 }]);
  const { fetcher, client, errors, take } = fetching(log, { metadataMaxAgeMs: 3_600_000 });
  await fetcher.assign(a);
  await pass(0);
  const error = failure("UNKNOWN_LEADER_EPOCH");
  // The topic was created again meanwhile, and this log has no topic ids.
  log.on.fetch = async (leader, wanted, limits, options) =>
    wanted[0]?.leaderEpoch === 4
      ? [{ topic: "a", partition: 0, error }]
      : log.plain.fetch(leader, wanted, limits, options);
  log.topics.set("a", [{ partition: 0, leader: 1, leaderEpoch: 0 }]);
  log.append("a", 0, "0");
  await pass(1_000);
  expect(take()).toEqual(["a/0 0 0"]);
  log.append("a", 0, "1");
  await pass(1_000);
  expect(take()).toEqual(["a/0 1 1"]);
  expect(log.calls("listOffsets")[0]?.[1]).toMatchObject([{ leaderEpoch: 4 }]);
  const epochs = new Set(log.calls("fetch").map(([, [query]]) => query?.leaderEpoch));
  expect([...epochs]).toEqual([4, 0]);
  expect(errors).toEqual([]);
  client.close();
});
