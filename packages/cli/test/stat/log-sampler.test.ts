import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, onTestFinished, test } from "vitest";

import { parseTopics } from "../../src/arguments/topic-selection.ts";
import { LogSampler } from "../../src/stat/log-sampler.ts";
import type { LogSample } from "../../src/stat/log-sampler.ts";
import { telling } from "../telling.ts";

/** A sampler of these topics, and the topics that each of its fetches names, as `topic/partition`. */
function samplerOf(log: Transport, ...topics: string[]): { sample: () => Promise<LogSample>; fetches: string[][] } {
  const fetches: string[][] = [];
  const watched: Transport = {
    ...log,
    async open(role, options) {
      const connection = await log.open(role, options);
      if (!("fetch" in connection)) return connection;
      const fetch = connection.fetch.bind(connection);
      return Object.assign(connection, {
        fetch: (...args: Parameters<typeof fetch>) => {
          fetches.push(args[1].map(({ topic, partition }) => `${topic}/${partition}`));
          return fetch(...args);
        },
      });
    },
  };
  const sampler = new LogSampler(watched, parseTopics(topics), 5_000);
  onTestFinished(() => sampler.close());
  return { sample: () => sampler.sample(), fetches };
}

async function logWith(topic: string, partitions: number, ...sizes: number[]): Promise<ReturnType<typeof memory>> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics([[topic, partitions]]);
  await using producer = new DataQueueProducer(log, { topic, maxMessageBytes: 20_000_000 });
  for (const [partition, size] of sizes.entries()) await producer.send(new Uint8Array(size), { partition });
  return log;
}

test("Kafka's own topics are left out unless they are named", async () => {
  const log = await logWith("gains", 1);
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["__own", "internal"]);
  const marked = telling(log, (one) => {
    return one.error === undefined && one.topic === "internal" ? { ...one, isInternal: true } : one;
  });
  const topicsOf = async (...words: string[]): Promise<string[]> =>
    (await samplerOf(marked, ...words).sample()).partitions.map(({ topic }) => topic);
  expect(await topicsOf()).toEqual(["gains"]);
  expect(await topicsOf("/./")).toEqual(["gains"]);
  expect(await topicsOf("__own", "internal", "/gain/")).toEqual(["__own", "gains", "internal"]);
});

test("a partition without a leader is a problem of its own", async () => {
  const log = await logWith("gains", 2, 10, 10);
  log.moveLeader("gains", 1, -1);
  const { partitions } = await samplerOf(log).sample();
  expect(partitions).toMatchObject([
    { partition: 0, begin: 0n, end: 1n, newest: { meanBytes: 10 } },
    { partition: 1, leader: -1, newest: undefined, problem: "no leader" },
  ]);
  expect(partitions[0]?.problem).toBeUndefined();
  expect(partitions[1]?.end).toBeUndefined();
});

test("a partition of which the log only says that nobody leads it has a problem, too", async () => {
  const leaderless = telling(await logWith("gains", 1, 10), (one) => {
    return one.error === undefined ? { ...one, partitions: [{ partition: 0, leader: -1 }] } : one;
  });
  expect((await samplerOf(leaderless).sample()).partitions).toMatchObject([{ leader: -1, problem: "no leader" }]);
});

test("a leader that fails is a problem of its partitions", async () => {
  const log = await logWith("gains", 1, 10);
  log.faults.hang({ request: "listOffsets" });
  const sampler = new LogSampler(log, parseTopics([]), 50);
  onTestFinished(() => sampler.close());
  expect((await sampler.sample()).partitions).toMatchObject([{ problem: "its leader does not answer" }]);
});

test("nothing is read while nothing arrives", async () => {
  const log = await logWith("gains", 2, 10, 20);
  const { sample, fetches } = samplerOf(log);
  await sample();
  await sample();
  expect(fetches).toEqual([["gains/0", "gains/1"]]);
  await using producer = new DataQueueProducer(log, { topic: "gains" });
  await producer.send(new Uint8Array(30), { partition: 1 });
  // Partition 1 had a record of 20 bytes, then the newest two: of 20 and 30.
  expect((await sample()).partitions.map(({ newest }) => newest?.meanBytes)).toEqual([10, 70 / 3]);
  expect(fetches).toEqual([["gains/0", "gains/1"], ["gains/1"]]);
});

test("large records are read one at a time, in turn, and no more than 4 MiB at each look on average", async () => {
  const large = 5 * 2 ** 20;
  const { sample, fetches } = samplerOf(await logWith("gains", 3, large, large, large));
  const known = async (): Promise<number[]> =>
    (await sample()).partitions.flatMap(({ partition, newest }) => (newest === undefined ? [] : [partition]));
  expect([await known(), await known(), await known(), await known(), await known()]).toEqual([
    [0],
    [0],
    [0, 1],
    [0, 1],
    [0, 1, 2],
  ]);
  expect(fetches.map(([first]) => first)).toEqual(["gains/0", "gains/1", "gains/2"]);
});

test("who could not be read is asked first the next time, whatever arrives elsewhere", async () => {
  const large = 3 * 2 ** 20;
  const log = await logWith("gains", 3, large, large, large);
  const { sample, fetches } = samplerOf(log);
  await using producer = new DataQueueProducer(log, { topic: "gains" });
  for (let look = 0; look < 4; look += 1) {
    await sample();
    await producer.send(new Uint8Array(large), { partition: 0 });
  }
  expect(fetches.map(([first]) => first)).toEqual(["gains/0", "gains/1", "gains/2", "gains/0"]);
});

test("a topic that was created again has none of the old records' sizes", async () => {
  const log = await logWith("gains", 1, 1_000);
  const { sample } = samplerOf(log);
  await sample();
  await using admin = new DataQueueAdmin(log);
  await admin.deleteTopics("gains");
  await admin.createTopics(["gains"]);
  await using producer = new DataQueueProducer(log, { topic: "gains" });
  await producer.send(new Uint8Array(10));
  expect((await sample()).partitions[0]?.newest?.meanBytes).toBe(10);
});

test("a topic that a look did not find is forgotten, also where the log does not tell it from one that is created later", async () => {
  const log = await logWith("gains", 1, 1_000);
  const { sample } = samplerOf(telling(log, (one) => ({ ...one, topicId: undefined })));
  await sample();
  await using admin = new DataQueueAdmin(log);
  await admin.deleteTopics("gains");
  expect((await sample()).partitions).toEqual([]);
  await admin.createTopics(["gains"]);
  await using producer = new DataQueueProducer(log, { topic: "gains" });
  await producer.send(new Uint8Array(10));
  expect((await sample()).partitions[0]?.newest?.meanBytes).toBe(10);
});
