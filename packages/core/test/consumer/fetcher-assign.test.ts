import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import type { KafkaErrorName } from "../../src/contract/kafka-errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { Connection, FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { fetching, recordAt } from "./fetching.ts";
import { failure, ScriptedLog, noResponse } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });
const topics = (...names: readonly string[]): Assignment => Assignment.ofTopics(names);
const retries = (events: readonly DataQueueEvent[]): DataQueueEvent[] => events.filter(({ type }) => type === "retry");

/** Lets time pass until a promise settles: after how many ms it did, and with which error. */
async function settled(promise: Promise<void>, within = 60_000): Promise<{ ms: number; error?: unknown }> {
  const begin = performance.now();
  let found: { ms: number; error?: unknown } | undefined;
  promise.then(
    () => (found = { ms: performance.now() - begin }),
    (error: unknown) => (found = { ms: performance.now() - begin, error }),
  );
  await pass(within);
  if (found === undefined) throw new Error("not settled");
  return found;
}

test("assign resolves once every partition has its position, and later records are read", async () => {
  const log = new ScriptedLog({ a: 2, b: 1, c: 1 });
  log.append("a", 1, "before");
  const { fetcher, client, take } = fetching(log, { from: "latest" });
  await fetcher.assign(topics("a", "b"));
  expect(log.calls("metadata")).toEqual([[["a", "b"]]]);
  log.append("a", 1, "after");
  log.append("c", 0, "not asked for");
  await pass(0);
  expect(take()).toEqual(["a/1 1 after"]);
  expect(log.calls("listOffsets")).toHaveLength(1);
  client.close();
});

test("an assignment without topics opens no connection", async () => {
  const log = new ScriptedLog();
  const { fetcher, client } = fetching(log);
  await fetcher.assign(topics());
  await pass(1_000);
  expect([log.opened, log.requests]).toEqual([0, []]);
  client.close();
});

test("assign rejects with the log's error when it refuses one topic, and nothing changes", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  const { fetcher, client, errors, events, take } = fetching(log);
  await fetcher.assign(topics("a"));
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { topic: "no", retriable: false });
  const { plain } = log;
  log.on.metadata = async (names) => [
    { topic: "no", error },
    ...(await plain.metadata(names?.filter((one) => one !== "no"))),
  ];
  await expect(fetcher.assign(topics("b", "no"))).rejects.toBe(error);
  log.on.metadata = async (names) => (await plain.metadata(names)).with(1, { topic: "no", error });
  await expect(fetcher.assign(topics("missing", "no"))).rejects.toBe(error);
  log.append("a", 0, "still");
  log.append("b", 0, "not asked for");
  await pass(0);
  expect([take(), errors, retries(events)]).toEqual([["a/0 0 still"], [], []]);
  client.close();
});

test("a missing topic does not keep the others from being read, wherever it is named", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const { fetcher, client, take } = fetching(log);
  expect(await settled(fetcher.assign(topics("missing", "a")), 100)).toEqual({ ms: 0 });
  expect(take()).toEqual(["a/0 0 0"]);
  client.close();
});

test("a missing topic is waited for, and found soon after it is created", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, events, take } = fetching(log, { from: "latest", metadataMaxAgeMs: 3_600_000 });
  await fetcher.assign(topics("a"));
  await fetcher.assign(topics("a", "later"));
  expect(events.slice(1)).toEqual([{ type: "topicMissing", topic: "later" }]);
  await pass(10_000);
  log.topics.set("later", [{ partition: 0, leader: 1 }]);
  log.append("later", 0, "first");
  await pass(1_000);
  expect(take()).toEqual(["later/0 0 first"]);
  client.close();
});

test.each<[KafkaErrorName, number, number, number]>([
  ["LEADER_NOT_AVAILABLE", 1_000, 100, 1_250],
  ["LEADER_NOT_AVAILABLE", 350, 10_000, 350],
  ["LEADER_NOT_AVAILABLE", 351, 10_000, 750],
  ["NETWORK_EXCEPTION", 1_000, 300, 350],
  ["NETWORK_EXCEPTION", 300, 1_000, 350],
  ["REQUEST_TIMED_OUT", 1_000, 300, 350],
  ["REQUEST_TIMED_OUT", 300, 1_000, 350],
])(
  "%s of a topic is retried until the request timeout, or until the connect timeout where the log is silent",
  async (...row) => {
    const [code, requestTimeoutMs, connectTimeoutMs, gaveUp] = row;
    const log = new ScriptedLog({ a: 1 });
    const { fetcher, client, events } = fetching(log, { requestTimeoutMs, connectTimeoutMs });
    const error = failure(code, { topic: "a" });
    log.on.metadata = async () => [{ topic: "a", error }];
    expect(await settled(fetcher.assign(topics("a")))).toEqual({ ms: gaveUp, error });
    const pauses = [0, 50, 150, 350, 750, 1_250].filter((at) => at < gaveUp);
    expect(retries(events)).toEqual(
      pauses.map((_, attempt) => ({ type: "retry", request: "metadata", attempt, reason: error })),
    );
    client.close();
  },
);

test("assign rejects at once when the log was never reached", async () => {
  const log = new ScriptedLog({ a: 1 });
  const error = failure("NETWORK_EXCEPTION");
  log.on.open = () => Promise.reject(error);
  const { fetcher, events } = fetching(log);
  expect(await settled(fetcher.assign(topics("a")))).toEqual({ ms: 0, error });
  expect(events).toEqual([{ type: "connectFailed", role: "read", transport: "scripted", attempt: 0, reason: error }]);
});

test("a connection on which metadata fails is replaced", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, events } = fetching(log);
  const error = failure("NETWORK_EXCEPTION");
  log.on.metadata = () => Promise.reject(error);
  setTimeout(() => delete log.on.metadata, 60);
  expect(await settled(fetcher.assign(topics("a")))).toEqual({ ms: 150 });
  expect([log.opened, log.closed]).toEqual([3, 2]);
  expect(events.slice(0, 3)).toEqual([
    { type: "connected", role: "read", transport: "scripted", attempt: 0 },
    { type: "disconnected", role: "read", transport: "scripted", reason: error },
    { type: "retry", request: "metadata", attempt: 0, reason: error },
  ]);
  client.close();
});

test("the end of a partition is looked up until it is found, and only that partition again", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { fetcher, client, events, take } = fetching(log, { from: "latest" });
  const error = failure("LEADER_NOT_AVAILABLE", { topic: "a", partition: 1 });
  const { plain } = log;
  log.on.listOffsets = async (leader, queries) =>
    (await plain.listOffsets(leader, queries)).map((one) =>
      one.partition === 1 ? { topic: "a", partition: 1, error } : one,
    );
  setTimeout(() => delete log.on.listOffsets, 10);
  expect(await settled(fetcher.assign(topics("a")), 50)).toEqual({ ms: 50 });
  expect(log.calls("listOffsets").map(([, queries]) => queries.map(({ partition }) => partition))).toEqual([
    [0, 1],
    [1],
  ]);
  expect(retries(events)).toEqual([{ type: "retry", request: "listOffsets", attempt: 0, reason: error }]);
  log.append("a", 1, "new");
  await pass(0);
  expect(take()).toEqual(["a/1 0 new"]);
  client.close();
});

test("a start other than the end may be found after assign has resolved", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const { fetcher, client, events, take } = fetching(log);
  const error = failure("LEADER_NOT_AVAILABLE");
  log.on.listOffsets = async () => [{ topic: "a", partition: 0, error }];
  expect(await settled(fetcher.assign(topics("a")), 10)).toEqual({ ms: 0 });
  expect(retries(events)).toEqual([]);
  await pass(100);
  expect(retries(events)).toEqual([
    { type: "retry", request: "listOffsets", topic: "a", partition: 0, attempt: 0, reason: error },
  ]);
  delete log.on.listOffsets;
  await pass(1_000);
  expect(take()).toEqual(["a/0 0 0"]);
  client.close();
});

test.each(["earliest", "latest"] as const)(
  "assign rejects when the log refuses to give an offset: %s",
  async (from) => {
    const log = new ScriptedLog({ a: 1 });
    const { fetcher, events } = fetching(log, { from });
    const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
    log.on.listOffsets = async () => [{ topic: "a", partition: 0, error }];
    expect(await settled(fetcher.assign(topics("a")))).toEqual({ ms: 0, error });
    await pass(10_000);
    expect([retries(events), log.calls("fetch")]).toEqual([[], []]);
  },
);

test("assignments are made in their order, also after one that fails", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  const { fetcher, client, take } = fetching(log);
  const error = failure("INVALID_TOPIC_EXCEPTION", { retriable: false });
  const { plain } = log;
  log.on.metadata = async (names) => {
    await new Promise((resolve) => setTimeout(resolve, names?.includes("b") ? 5 : 50));
    return names?.includes("bad") ? [{ topic: "bad", error }] : plain.metadata(names);
  };
  const all = Promise.allSettled(["a", "bad", "b"].map((topic) => fetcher.assign(topics(topic))));
  await pass(1_000);
  expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  for (const topic of ["a", "b"]) log.append(topic, 0, "x");
  await pass(1_000);
  expect(take()).toEqual(["b/0 0 x"]);
  client.close();
});

test("a partition that was removed gives no more records, neither fetched ones nor late ones", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  log.append("a", 0, "0");
  log.append("b", 0, "0");
  const { fetcher, client, take } = fetching(log);
  await fetcher.assign(topics("a", "b"));
  await pass(0);
  let respond: (results: FetchedPartition[]) => void = () => undefined;
  log.on.fetch = () => new Promise((resolve) => (respond = resolve));
  await pass(500);
  await fetcher.assign(topics("b"));
  respond([{ topic: "a", partition: 0, records: [recordAt(1n, "late")], nextOffset: 2n, highWatermark: 2n }]);
  delete log.on.fetch;
  await pass(0);
  expect(take()).toEqual(["b/0 0 0"]);
  // A partition that is not read any more is not asked for.
  expect(log.calls("fetch").at(-1)?.[1]).toEqual([{ topic: "b", partition: 0, offset: 1n }]);
  expect(log.opened).toBe(1);
  client.close();
});

test("new partitions interrupt a long poll that waits without them, which is no failure", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  const { fetcher, client, events, take } = fetching(log, { maxWaitMs: 60_000 });
  await fetcher.assign(topics("a"));
  await pass(1_000);
  const before = log.calls("fetch").length;
  await fetcher.assign(topics("a", "b"));
  log.append("b", 0, "0");
  await pass(0);
  expect(take()).toEqual(["b/0 0 0"]);
  expect(log.calls("fetch")[before]?.[1]).toHaveLength(2);
  // The connection stays.
  expect(events).toEqual([{ type: "connected", role: "read", transport: "scripted", attempt: 0 }]);
  expect([log.opened, log.closed]).toEqual([1, 0]);
  client.close();
});

test("only the long poll of the new partition's leader is interrupted", async () => {
  const log = new ScriptedLog({ a: 1, b: 1, c: 1 });
  log.topics.set("c", [{ partition: 0, leader: 2 }]);
  const { fetcher, client, events } = fetching(log, { maxWaitMs: 60_000 });
  await fetcher.assign(topics("a", "c"));
  await pass(1_000);
  await fetcher.assign(topics("a", "b", "c"));
  await pass(0);
  expect(retries(events)).toEqual([]);
  expect(log.calls("fetch").map(([leader, wanted]) => [leader, wanted.length])).toEqual([
    [1, 1],
    [2, 1],
    [1, 2],
  ]);
  client.close();
});

test("a long poll is not interrupted when its leader has no new partition", async () => {
  const log = new ScriptedLog({ a: 1, b: 1, c: 1 });
  log.topics.set("c", [{ partition: 0, leader: 2 }]);
  const { fetcher, client } = fetching(log, { maxWaitMs: 60_000 });
  await fetcher.assign(topics("a", "b"));
  await pass(1_000);
  await fetcher.assign(topics("a"));
  await fetcher.assign(topics("a", "c"));
  await pass(0);
  expect([log.opened, log.closed]).toEqual([1, 0]);
  expect(log.calls("fetch").map(([leader]) => leader)).toEqual([1, 2]);
  client.close();
});

test("assign rejects with the reason when the client is closed", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = () => noResponse<Awaited<ReturnType<Connection["metadata"]>>>();
  const { fetcher, client } = fetching(log);
  const assigned = fetcher.assign(topics("a"));
  await pass(10);
  const reason = new Error("enough");
  client.close(reason);
  await expect(assigned).rejects.toThrow("enough");
});

test.each([{ from: "latest" as const }, { until: "end" as const }])(
  "a leader that moves before it was asked for an offset is found by new metadata: %o",
  async (options) => {
    const log = new ScriptedLog({ a: 2 });
    log.append("a", 1, "0");
    const { fetcher, client, events } = fetching(log, options);
    const error = failure("NOT_LEADER_OR_FOLLOWER");
    log.on.listOffsets = async (leader, queries) => {
      if (leader === 2 || queries[0]?.at === "earliest") return log.plain.listOffsets(leader, queries);
      // Metadata told of the old leader.
      log.topics.set("a", [
        { partition: 0, leader: 2 },
        { partition: 1, leader: 2 },
      ]);
      return queries.map(({ topic, partition }) => ({ topic, partition, error }));
    };
    expect(await settled(fetcher.assign(topics("a")), 1_000)).toEqual({ ms: 50 });
    expect(retries(events)).toEqual([{ type: "retry", request: "listOffsets", attempt: 0, reason: error }]);
    client.close();
  },
);
