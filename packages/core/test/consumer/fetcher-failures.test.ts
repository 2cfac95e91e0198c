import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import { TransportError } from "../../src/contract/errors.ts";
import type { TransportErrorCode } from "../../src/contract/kafka-errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { fetching, recordAt } from "./fetching.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });
const a = Assignment.ofTopics("a");
const retries = (events: readonly DataQueueEvent[]): DataQueueEvent[] => events.filter(({ type }) => type === "retry");

/** Makes every fetch of a partition fail with `error`; gives the times of these fetches. */
function failing(log: ScriptedLog, error: TransportError, fails = (partition: number) => partition === 0): number[] {
  const begin = performance.now();
  const times: number[] = [];
  log.on.fetch = async (leader, wanted, limits) => {
    const bad = wanted.filter(({ partition }) => fails(partition));
    if (bad.length === 0) return log.plain.fetch(leader, wanted, limits);
    times.push(Math.round(performance.now() - begin));
    return bad.map(({ topic, partition }) => ({ topic, partition, error }));
  };
  return times;
}

test("a partition that fails is an event each time, and is asked with growing pauses, up to a second", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, events, errors } = fetching(log);
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  const times = failing(log, error);
  await fetcher.assign(a);
  await pass(3_600);
  expect(times).toEqual([0, 50, 150, 350, 750, 1_550, 2_550, 3_550]);
  expect(retries(events)).toEqual(
    times.map((_, attempt) => ({ type: "retry", request: "fetch", topic: "a", partition: 0, attempt, reason: error })),
  );
  expect(errors).toEqual([]);
  client.close();
});

test("a failure refreshes metadata at once", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client } = fetching(log, { metadataMaxAgeMs: 3_600_000 });
  await fetcher.assign(a);
  await pass(1_000);
  expect(log.calls("metadata")).toHaveLength(1);
  failing(log, failure("NOT_LEADER_OR_FOLLOWER"));
  await pass(500);
  expect(log.calls("metadata").length).toBeGreaterThan(1);
  client.close();
});

test("a partition that fails for connectTimeoutMs is one error, with its place and cause, and is read on", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { fetcher, client, errors, take } = fetching(log, { connectTimeoutMs: 4_000 });
  log.append("a", 0, "0", "1", "2");
  await fetcher.assign(a);
  await pass(0);
  expect(take()).toHaveLength(3);
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  failing(log, error);
  // The fetch that is in flight ends without news, half a second later.
  await pass(4_499);
  expect(errors).toEqual([]);
  await pass(1);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(TransportError);
  expect(errors[0]).toMatchObject({
    code: "NOT_LEADER_OR_FOLLOWER",
    retriable: true,
    topic: "a",
    partition: 0,
    message: "not read for 4000 ms, still trying: cannot read a[0] at offset 3: NOT_LEADER_OR_FOLLOWER",
    cause: { code: "NOT_LEADER_OR_FOLLOWER", retriable: true, topic: "a", partition: 0, offset: 3n, cause: error },
  });
  await pass(60_000);
  expect(errors).toHaveLength(1);
  delete log.on.fetch;
  log.append("a", 0, "3");
  await pass(1_500);
  expect(take()).toEqual(["a/0 3 3"]);
  client.close();
});

test("a partition that works now and then is no error, and its pauses start over", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, errors, events } = fetching(log, { connectTimeoutMs: 4_000 });
  const error = failure("NOT_LEADER_OR_FOLLOWER");
  await fetcher.assign(a);
  for (let round = 0; round < 3; round += 1) {
    failing(log, error);
    await pass(2_500);
    delete log.on.fetch;
    await pass(1_500);
  }
  expect(errors).toEqual([]);
  const attempts = retries(events).map((event) => event.type === "retry" && event.attempt);
  expect(attempts.filter((attempt) => attempt === 0)).toHaveLength(3);
  client.close();
});

test("a partition that fails does not hold up the others of its leader", async () => {
  const log = new ScriptedLog({ a: 2 });
  failing(log, failure("NOT_LEADER_OR_FOLLOWER"));
  const { fetcher, client } = fetching(log);
  await fetcher.assign(a);
  await pass(0);
  expect(log.calls("fetch").map(([, wanted]) => wanted.length)).toEqual([2, 1]);
  client.close();
});

test("a log that responds at once without news is asked with growing pauses", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.fetch = async (_leader, wanted) =>
    wanted.map(({ topic, partition, offset: nextOffset }) => {
      return { topic, partition, records: [], nextOffset, highWatermark: nextOffset };
    });
  const { fetcher, client } = fetching(log);
  await fetcher.assign(a);
  await pass(74);
  expect(log.calls("fetch")).toHaveLength(4);
  client.close();
});

test("OFFSET_OUT_OF_RANGE from a lookup is an event, and the offset is looked up again", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0");
  const error = failure("OFFSET_OUT_OF_RANGE");
  log.on.listOffsets = async () => [{ topic: "a", partition: 0, error }];
  const { fetcher, client, events, take } = fetching(log);
  await fetcher.assign(a);
  await pass(60);
  expect(retries(events)).toEqual([
    { type: "retry", request: "listOffsets", topic: "a", partition: 0, attempt: 0, reason: error },
  ]);
  delete log.on.listOffsets;
  await pass(1_000);
  expect(take()).toEqual(["a/0 0 0"]);
  client.close();
});

test("broker 0 is a leader like any other", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.topics.set("a", [{ partition: 0, leader: 0 }]);
  log.append("a", 0, "0");
  const { fetcher, client, errors, take } = fetching(log, { connectTimeoutMs: 4_000 });
  log.on.listOffsets = async () => [{ topic: "a", partition: 0, error: failure("LEADER_NOT_AVAILABLE") }];
  await fetcher.assign(a);
  await pass(100);
  delete log.on.listOffsets;
  await pass(1_000);
  expect(take()).toEqual(["a/0 0 0"]);
  failing(log, failure("NOT_LEADER_OR_FOLLOWER"));
  await pass(6_000);
  expect(errors).toMatchObject([{ code: "NOT_LEADER_OR_FOLLOWER" }]);
  expect(new Set(log.calls("fetch").map(([leader]) => leader))).toEqual(new Set([0]));
  client.close();
});

test("a partition that is removed while it fails is no error later", async () => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  const { fetcher, client, errors } = fetching(log, { connectTimeoutMs: 4_000 });
  failing(log, failure("NOT_LEADER_OR_FOLLOWER"));
  await fetcher.assign(a);
  await pass(3_000);
  delete log.on.fetch;
  await fetcher.assign(Assignment.ofTopics("b"));
  await pass(10_000);
  expect(errors).toEqual([]);
  client.close();
});

test("a refused partition is one error at once, with its offset, and is asked again seldom", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "0", "1");
  const { fetcher, client, errors, events } = fetching(log);
  await fetcher.assign(a);
  await pass(0);
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  const times = failing(log, error);
  await pass(500 + 60_000);
  expect(times).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 26_000, 36_000, 46_000, 56_000]);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({
    code: "TOPIC_AUTHORIZATION_FAILED",
    retriable: false,
    topic: "a",
    partition: 0,
    offset: 2n,
    cause: error,
    message: "cannot read a[0] at offset 2: TOPIC_AUTHORIZATION_FAILED",
  });
  expect(retries(events)).toHaveLength(times.length);
  client.close();
});

test("a refused partition is an error again with another code, and after a success", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, errors } = fetching(log);
  const refused = async (code: TransportErrorCode): Promise<void> => {
    failing(log, failure(code, { retriable: false }));
    await pass(20_000);
  };
  await fetcher.assign(a);
  await refused("TOPIC_AUTHORIZATION_FAILED");
  await refused("CORRUPT_MESSAGE");
  expect(errors.map((error) => error instanceof TransportError && error.code)).toEqual([
    "TOPIC_AUTHORIZATION_FAILED",
    "CORRUPT_MESSAGE",
  ]);
  delete log.on.fetch;
  await pass(20_000);
  await refused("CORRUPT_MESSAGE");
  expect(errors).toHaveLength(3);
  client.close();
});

test("a new leader is asked at once, also during the long pause after a refusal", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, events, take } = fetching(log, { metadataMaxAgeMs: 50 });
  failing(log, failure("NOT_LEADER_OR_FOLLOWER", { retriable: false }));
  await fetcher.assign(a);
  await pass(10_000);
  delete log.on.fetch;
  log.append("a", 0, "0");
  log.topics.set("a", [{ partition: 0, leader: 2 }]);
  await pass(500);
  expect(take()).toEqual(["a/0 0 0"]);
  expect(log.calls("fetch").at(-1)?.[0]).toBe(2);
  expect(events).toContainEqual({ type: "leaderChanged", topic: "a", partition: 0, from: 1, to: 2 });
  client.close();
});

test("a fetch that fails as a whole is an event without a partition, and an error once that lasts", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { fetcher, client, events, errors } = fetching(log, { connectTimeoutMs: 1_500 });
  const error = failure("NETWORK_EXCEPTION");
  log.on.fetch = () => Promise.reject(error);
  await fetcher.assign(a);
  await pass(1_499);
  expect(retries(events)).toEqual(
    [0, 1, 2, 3, 4, 5].map((attempt) => ({ type: "retry", request: "fetch", attempt, reason: error })),
  );
  expect(log.calls("metadata").length).toBeGreaterThan(2);
  expect(errors).toEqual([]);
  await pass(1);
  expect(errors).toMatchObject([
    { code: "NETWORK_EXCEPTION", message: "not read for 1500 ms, still trying: NETWORK_EXCEPTION", cause: error },
  ]);
  client.close();
});

test("a leader that responds again in time, or has no partitions any more, is no error", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, errors } = fetching(log, { connectTimeoutMs: 4_000, metadataMaxAgeMs: 50 });
  await fetcher.assign(a);
  for (let round = 0; round < 3; round += 1) {
    log.on.fetch = () => Promise.reject(failure("NETWORK_EXCEPTION"));
    await pass(3_000);
    delete log.on.fetch;
    await pass(1_000);
  }
  log.on.fetch = (leader, ...asked) =>
    leader === 1 ? Promise.reject(failure("NETWORK_EXCEPTION")) : log.plain.fetch(leader, ...asked);
  await pass(2_000);
  log.topics.set("a", [{ partition: 0, leader: 2 }]);
  await pass(60_000);
  expect(errors).toEqual([]);
  client.close();
});

test("a leader that refuses is an error at once, and the records of another leader are read", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.topics.set("a", [
    { partition: 0, leader: 1 },
    { partition: 1, leader: 2 },
  ]);
  for (const partition of [0, 1]) log.append("a", partition, "x");
  const { fetcher, client, errors, take } = fetching(log);
  const error = failure("SASL_AUTHENTICATION_FAILED", { retriable: false });
  log.on.fetch = (leader, ...asked) => (leader === 1 ? Promise.reject(error) : log.plain.fetch(leader, ...asked));
  await fetcher.assign(a);
  await pass(10_000);
  expect(errors).toEqual([error]);
  expect(take()).toEqual(["a/1 0 x"]);
  client.close();
});

test("a malformed response is an event and is tried again", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, errors, events } = fetching(log, { connectTimeoutMs: 1_000 });
  // The fault of a plug-in: a result without records.
  const nonsense = JSON.parse('[{ "topic": "a", "partition": 0, "nextOffset": 0 }]') as FetchedPartition[];
  log.on.fetch = async () => nonsense;
  await fetcher.assign(a);
  await pass(3_000);
  expect(retries(events)[0]).toMatchObject({ request: "fetch", attempt: 0, reason: expect.any(TypeError) });
  expect(errors).toEqual([]);
  client.close();
});

test("a position that moves without records is followed at once", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { fetcher, client, take } = fetching(log);
  const begin = performance.now();
  const times: number[] = [];
  log.on.fetch = async (_leader, [query], { maxWaitMs }) => {
    const offset = query?.offset ?? 0n;
    times.push(performance.now() - begin);
    if (offset === 4n) await new Promise((resolve) => setTimeout(resolve, maxWaitMs));
    // Offsets 1 to 3 are control records of a transaction, which are left out.
    const records = offset === 0n ? [recordAt(0n, "0")] : [];
    const nextOffset = offset === 4n ? 4n : offset + 1n;
    return [{ topic: "a", partition: 0, records, nextOffset, highWatermark: 4n }];
  };
  await fetcher.assign(a);
  await pass(600);
  expect([take(), times]).toEqual([["a/0 0 0"], [0, 0, 0, 0, 0, 500]]);
  client.close();
});
