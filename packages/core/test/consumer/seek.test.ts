import { expect, test } from "vitest";

import type { SeekTargets } from "../../src/consumer/offset-spec.ts";
import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";
import { consuming, loopOver, take } from "./consuming.ts";
import { recordAt } from "./fetching.ts";

useFakeClock({ atMs: 5_000 });

/** A log of topic a with ten records in each of its partitions, whose times are their offsets. */
function logOfTen(partitions = 2): ScriptedLog {
  const log = new ScriptedLog({ a: partitions });
  for (let partition = 0; partition < partitions; partition += 1) {
    log.append("a", partition, ...Array.from({ length: 10 }, (_, index) => String(index)));
    log.recordsOf("a", partition).forEach((record, index) => Object.assign(record, { timestamp: index }));
  }
  return log;
}

test.each<[string, SeekTargets, string]>([
  ["an offset", [["a", 0, 7n]], "a/0 7 7"],
  ["an offset that is a number", [["a", 0, 7]], "a/0 7 7"],
  ["where it is", [["a", 0, 2n]], "a/0 2 2"],
  ["the first record", [["a", 0, "earliest"]], "a/0 0 0"],
  ["the first record from a time on", [["a", 0, new Date(4)]], "a/0 4 4"],
  ["the newest records", [["a", 0, { last: 3 }]], "a/0 7 7"],
  ["more of them than there are", [["a", 0, { last: 30 }]], "a/0 0 0"],
])("the next message after a seek is the one at its new place: %s", async (_, targets, next) => {
  const { consumer } = consuming(logOfTen(1));
  const loop = loopOver(consumer);
  expect(await take(loop, 2)).toEqual(["a/0 0 0", "a/0 1 1"]);
  await consumer.seek(targets);
  expect(await take(loop, 1)).toEqual([next]);
  await consumer.close();
});

test.each<[string, SeekTargets]>([
  ["after the last record", [["a", 0, "latest"]]],
  ["a time after all records", [["a", 0, new Date(11)]]],
  ["none of the newest", [["a", 0, { last: 0 }]]],
  ["the end as an offset", [["a", 0, 10]]],
])("after a seek to the end only what is sent later comes: %s", async (_, targets) => {
  const log = logOfTen(1);
  const { consumer } = consuming(log);
  const loop = loopOver(consumer);
  await take(loop, 2);
  await consumer.seek(targets);
  log.append("a", 0, "new");
  expect(await take(loop, 1)).toEqual(["a/0 10 new"]);
  await consumer.close();
});

test("the other partitions lose nothing and get nothing twice", async () => {
  const { consumer } = consuming(logOfTen(), { until: "end" });
  const loop = loopOver(consumer);
  const taken = await take(loop, 13);
  const sought = taken.filter((one) => one.startsWith("a/1")).length === 10 ? 0 : 1;
  await consumer.seek([["a", sought, 8]]);
  const before = new Set(taken);
  const rest: string[] = [];
  for await (const { partition, offset } of consumer) rest.push(`a/${partition} ${offset} ${offset}`);
  const other = rest.filter((one) => !one.startsWith(`a/${sought}`));
  expect(other.filter((one) => before.has(one))).toEqual([]);
  expect([...before, ...other].filter((one) => one.startsWith(`a/${1 - sought}`))).toHaveLength(10);
  expect(rest.filter((one) => one.startsWith(`a/${sought}`))).toEqual([`a/${sought} 8 8`, `a/${sought} 9 9`]);
  await consumer.close();
});

test("a seek before the first use connects, and nothing comes from before its place", async () => {
  const { consumer } = consuming(logOfTen(1));
  await consumer.seek([["a", 0, 9]]);
  expect(await take(loopOver(consumer), 1)).toEqual(["a/0 9 9"]);
  await consumer.close();
});

test("a fetch that is in flight during a seek is dropped, also when it comes late, and a long poll does not delay", async () => {
  const log = logOfTen(1);
  const { consumer } = consuming(log, { maxWaitMs: 60_000 });
  const loop = loopOver(consumer);
  await take(loop, 10);
  let respond: ((results: FetchedPartition[]) => void) | undefined;
  // A transport that ignores the signal.
  log.on.fetch = () => new Promise((resolve) => (respond = resolve));
  log.append("a", 0, "10");
  await take(loop, 1);
  await pass(0);
  expect(respond).toBeDefined();
  delete log.on.fetch;
  await consumer.seek([["a", 0, 3]]);
  respond?.([{ topic: "a", partition: 0, records: [recordAt(11n, "late")], nextOffset: 12n, highWatermark: 12n }]);
  log.append("a", 0, "11");
  expect(await take(loop, 9)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11].map((one) => `a/0 ${one} ${one}`));
  await consumer.close();
});

test("a seek to where a fetch in flight began drops the fetch, and nothing comes twice", async () => {
  const log = logOfTen(1);
  let respond = (): void => undefined;
  log.on.fetch = async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return log.plain.fetch(...args);
  };
  const { consumer } = consuming(log, { until: "end" });
  await consumer.connect();
  await pass(0);
  delete log.on.fetch;
  await consumer.seek([["a", 0, 0]]);
  respond();
  const loop = loopOver(consumer);
  expect(await take(loop, 10)).toHaveLength(10);
  expect(await loop.next()).toEqual({ done: true, value: undefined });
  await consumer.close();
});

test("a loop that waits gets what a seek brings", async () => {
  const { consumer } = consuming(logOfTen(1), { from: "latest" });
  const loop = loopOver(consumer);
  const next = take(loop, 2);
  await pass(1_000);
  await consumer.seek([["a", 0, { last: 2 }]]);
  expect(await next).toEqual(["a/0 8 8", "a/0 9 9"]);
  await consumer.close();
});

test("seeks and changes of topics are made in their order", async () => {
  const log = logOfTen(1);
  log.topics.set("b", [{ partition: 0, leader: 1 }]);
  log.append("b", 0, "b0", "b1");
  const { consumer } = consuming(log);
  await consumer.connect();
  const changes = Promise.all([
    consumer.seek([["a", 0, 5]]),
    consumer.seek([["a", 0, 9]]),
    consumer.updateTopics(["a", "b"]),
    consumer.seek([["b", 0, 1]]),
  ]);
  await changes;
  const taken = await take(loopOver(consumer), 2);
  expect(taken.toSorted()).toEqual(["a/0 9 9", "b/0 1 b1"]);
  await consumer.close();
});

test("when one offset cannot be found, the seek rejects and nothing has changed", async () => {
  const log = logOfTen();
  const { consumer } = consuming(log, { requestTimeoutMs: 100 });
  const loop = loopOver(consumer);
  const taken = await take(loop, 5);
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition }) =>
      partition === 1 ? { topic, partition, error } : { topic, partition, offset: 9n },
    );
  await expect(
    consumer.seek([
      ["a", 0, "latest"],
      ["a", 1, "latest"],
    ]),
  ).rejects.toBe(error);
  const rest = await take(loop, 15);
  expect(new Set([...taken, ...rest]).size).toBe(20);
  await consumer.close();
});

test("a partition without a leader is waited for, and then the seek rejects and nothing has changed", async () => {
  const log = logOfTen(1);
  const { consumer } = consuming(log, { requestTimeoutMs: 1_000 });
  const loop = loopOver(consumer);
  await take(loop, 1);
  log.on.listOffsets = async (_leader, queries) =>
    queries.map(({ topic, partition }) => ({ topic, partition, error: failure("LEADER_NOT_AVAILABLE") }));
  const [sought] = await Promise.all([
    consumer.seek([["a", 0, "earliest"]]).catch((error: unknown) => error),
    pass(5_000),
  ]);
  expect(sought).toMatchObject({ code: "LEADER_NOT_AVAILABLE" });
  expect(await take(loop, 1)).toEqual(["a/0 1 1"]);
  // An exact offset needs no leader.
  await consumer.seek([["a", 0, 5]]);
  expect(await take(loop, 1)).toEqual(["a/0 5 5"]);
  await consumer.close();
});

test("a partition that is not read is refused by name, with the others in place", async () => {
  const { consumer } = consuming(logOfTen());
  const loop = loopOver(consumer);
  const taken = await take(loop, 1);
  const sought = consumer.seek([
    ["a", 0, 9],
    ["a", 7, 0],
  ]);
  await expect(sought).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    topic: "a",
    partition: 7,
    message: "cannot seek a[7]: the consumer does not read it, or has not connected yet",
  });
  expect(new Set([...taken, ...(await take(loop, 19))]).size).toBe(20);
  await consumer.close();
});

test("an offset that the log does not have is reported, and reading goes on where `from` says", async () => {
  const log = logOfTen(1);
  const { consumer, events } = consuming(log);
  const loop = loopOver(consumer);
  await take(loop, 10);
  log.on.fetch = async (leader, wanted, limits, options) =>
    wanted[0]?.offset === 500n
      ? [{ topic: "a", partition: 0, error: failure("OFFSET_OUT_OF_RANGE", { retriable: false }) }]
      : log.plain.fetch(leader, wanted, limits, options);
  await consumer.seek([["a", 0, 500]]);
  const next = take(loop, 1);
  await pass(1_000);
  expect(await next).toEqual(["a/0 0 0"]);
  expect(events).toContainEqual({
    type: "offsetOutOfRange",
    topic: "a",
    partition: 0,
    lostFrom: 500n,
    lostTo: 500n,
    resumedAt: 0n,
  });
  await consumer.close();
});

test("a seek without partitions changes nothing", async () => {
  const { consumer } = consuming(logOfTen(1));
  const loop = loopOver(consumer);
  await take(loop, 3);
  await consumer.seek([]);
  expect(await take(loop, 1)).toEqual(["a/0 3 3"]);
  await consumer.close();
});

test("seek, pause and resume of a closed consumer are refused", async () => {
  const { consumer } = consuming(logOfTen(1));
  await consumer.connect();
  const sought = consumer.seek([["a", 0, { last: 1 }]]);
  await consumer.close();
  await expect(sought).rejects.toThrow("the consumer is closed");
  await expect(consumer.seek([])).rejects.toThrow("the consumer is closed");
  expect(() => consumer.pause([])).toThrow("the consumer is closed");
  expect(() => consumer.resume([])).toThrow("the consumer is closed");
});

test("what makes no sense is refused by name before anything is asked", async () => {
  const log = logOfTen(1);
  const { consumer } = consuming(log);
  const nowhere = JSON.parse('[["a", 0, "end"]]') as SeekTargets;
  await expect(consumer.seek(nowhere)).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: 'targets[0][2] must be an offset, "earliest", "latest", a Date, or { last: n }, not "end"',
  });
  expect(log.opened).toBe(0);
  await consumer.close();
});

test("a leader that moved while its partition was paused is found soon", async () => {
  const log = logOfTen(1);
  const { consumer } = consuming(log, { metadataMaxAgeMs: 3_600_000 });
  await consumer.connect();
  consumer.pause([["a", 0]]);
  await pass(1_000);
  log.topics.set("a", [{ partition: 0, leader: 2 }]);
  log.on.listOffsets = async (leader, queries) =>
    leader === 2
      ? log.plain.listOffsets(leader, queries)
      : queries.map(({ topic, partition }) => ({ topic, partition, error: failure("NOT_LEADER_OR_FOLLOWER") }));
  const sought = consumer.seek([["a", 0, { last: 3 }]]);
  await pass(500);
  await sought;
  consumer.resume([["a", 0]]);
  expect(await take(loopOver(consumer), 3)).toEqual(["a/0 7 7", "a/0 8 8", "a/0 9 9"]);
  await consumer.close();
});
