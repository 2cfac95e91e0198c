import { expect, test, vi } from "vitest";

import type { DataQueueEvent } from "../../src/contract/events.ts";
import { LeaderFetcher } from "../../src/consumer/leader-fetcher.ts";
import type { FetcherHost } from "../../src/consumer/leader-fetcher.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import type { Connection, FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { clientOf, readerOf } from "./fetching.ts";
import { failure, ScriptedLog, silence } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });

interface Scene {
  readonly log: ScriptedLog;
  readonly lane: LeaderFetcher;
  readonly client: FetcherHost["client"];
  readonly events: readonly DataQueueEvent[];
  /** What the lane works on; may be changed at any time. */
  readonly state: { readers: PartitionState[]; room: number; maxWaitMs: number };
  /** What it told its host. */
  readonly told: unknown[][];
  /** The times of the fetches. */
  readonly times: number[];
  /** Answers the fetches. */
  fetch: Connection["fetch"] | undefined;
}

/** A lane to node 1 that reads `readers` of a log. */
function scene(readers: PartitionState[], requestTimeoutMs = 30_000): Scene {
  const log = new ScriptedLog({ a: 3 });
  const begin = performance.now();
  const now = (at = performance.now()): number => Math.round(at - begin);
  const { client, events } = clientOf(log);
  const state = { readers, room: 10_000, maxWaitMs: 500 };
  const told: unknown[][] = [];
  const times: number[] = [];
  const lane = new LeaderFetcher(1, {
    client,
    requestTimeoutMs,
    readersOf: (leader) => state.readers.filter((one) => one.leader === leader),
    availableBytes: (leader) => (leader === 1 ? state.room : 0),
    limitsFor: (room) => ({ maxWaitMs: state.maxWaitMs, minBytes: 1, maxBytes: room, maxBytesPerPartition: 77 }),
    accept: ({ reader, offset, restarts }, answer, since) => {
      expect(restarts).toBe(reader.restarts);
      told.push(["accept", reader.key, offset, now(since)]);
      if (answer.error !== undefined) return true;
      reader.position = answer.nextOffset;
      return answer.nextOffset !== offset;
    },
    fetchFailed: (leader, error, attempt, since) => told.push(["fetchFailed", leader, error, attempt, now(since)]),
    fetchEnded: (leader) => told.push(["fetchEnded", leader]),
  });
  const made: Scene = { log, lane, client, events, state, told, times, fetch: undefined };
  log.on.fetch = (...asked) => {
    times.push(now());
    return (made.fetch ?? log.plain.fetch)(...asked);
  };
  return made;
}

/** An answer that has nothing new. */
const nothing: Connection["fetch"] = async (_leader, wanted) =>
  wanted.map(({ topic, partition, offset }) => ({
    topic,
    partition,
    records: [],
    nextOffset: offset,
    highWatermark: offset,
  }));

test("it reads what its leader leads, from each place on, within the limits, one fetch at a time", async () => {
  const one = scene([readerOf("a", 0, 1n), readerOf("a", 1, 0n, 2), readerOf("a", 2, 0n)]);
  one.log.append("a", 0, "0", "1", "2");
  expect(one.lane.idle).toBe(true);
  one.lane.wake();
  one.lane.wake();
  expect(one.lane.idle).toBe(false);
  await pass(0);
  const limits = { maxWaitMs: 500, minBytes: 1, maxBytes: 10_000, maxBytesPerPartition: 77 };
  const wanted = (zero: bigint): unknown[] => [
    { topic: "a", partition: 0, offset: zero },
    { topic: "a", partition: 2, offset: 0n },
  ];
  expect(one.log.calls("fetch")).toEqual([
    [1, wanted(1n).toReversed(), limits],
    [1, wanted(3n), limits],
  ]);
  expect(one.told).toEqual([
    ["accept", "a/2", 0n, 0],
    ["accept", "a/0", 1n, 0],
  ]);
  one.client.close();
});

test("each partition is asked for first in turn", async () => {
  const one = scene([readerOf("a", 0, 0n), readerOf("a", 1, 0n), readerOf("a", 2, 0n)]);
  one.lane.wake();
  await pass(2_000);
  const orders = one.log.calls("fetch").map(([, wanted]) => wanted.map(({ partition }) => partition).join(""));
  expect(orders).toEqual(["120", "201", "012", "120", "201"]);
  one.client.close();
});

test("it ends when there is nothing to read, and begins again when it is woken", async () => {
  const one = scene([]);
  one.lane.wake();
  await pass(0);
  expect([one.lane.idle, one.times, one.told]).toEqual([true, [], [["fetchEnded", 1]]]);
  one.state.readers = [readerOf("a", 0, 0n)];
  one.lane.wake();
  await pass(0);
  expect([one.lane.idle, one.times]).toEqual([false, [0]]);
  one.state.readers = [];
  await pass(500);
  expect([one.lane.idle, one.times]).toEqual([true, [0]]);
});

test("a partition is not asked for before its time, and the others are", async () => {
  const [soon, later] = [readerOf("a", 0, 0n), readerOf("a", 1, 0n)];
  const one = scene([soon, later]);
  soon.retryAt = performance.now() + 100;
  later.retryAt = performance.now() + 700;
  one.lane.wake();
  await pass(1_100);
  // A fetch that waits already is not ended by the lane itself.
  expect(one.times).toEqual([100, 600, 1_100]);
  expect(one.log.calls("fetch").map(([, wanted]) => wanted.map(({ partition }) => partition).toSorted())).toEqual([
    [0],
    [0],
    [0, 1],
  ]);
  one.client.close();
});

test("a partition whose time comes within a millisecond is waited for that long", async () => {
  const reader = readerOf("a", 0, 0n);
  const one = scene([reader]);
  reader.retryAt = performance.now() + 0.25;
  one.lane.wake();
  await pass(0.9);
  expect(one.times).toEqual([]);
  await pass(1);
  expect(one.times).toHaveLength(1);
  one.client.close();
});

test("without room it waits until it is woken, however long, and one byte is room", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.state.room = 0;
  one.lane.wake();
  await pass(100_000);
  one.lane.wake();
  await pass(100_000);
  expect([one.times, one.lane.idle, vi.getTimerCount()]).toEqual([[], false, 0]);
  one.state.room = 1;
  one.lane.wake();
  await pass(0);
  expect(one.log.calls("fetch")).toMatchObject([[1, [{}], { maxBytes: 1 }]]);
  one.client.close();
});

test("a log that answers at once without news is asked with growing pauses, up to 100 ms", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.fetch = nothing;
  one.lane.wake();
  await pass(400);
  expect(one.times).toEqual([0, 5, 15, 35, 75, 155, 255, 355]);
  // News ends that.
  one.log.append("a", 0, "0");
  one.fetch = undefined;
  await pass(100);
  one.fetch = nothing;
  await pass(600);
  expect(one.times.slice(8, 13)).toEqual([455, 455, 955, 960, 970]);
  one.client.close();
});

test.each([
  ["half of maxWaitMs is long enough", 500, 250, [0, 250, 500]],
  ["a little less is not", 500, 249, [0, 254, 513]],
  ["5 ms are long enough where maxWaitMs is short", 1, 5, [0, 5, 10]],
  ["4 ms are not", 1, 4, [0, 9, 23]],
])("an answer without news that took its time is followed by the next: %s", async (_, maxWaitMs, took, times) => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.state.maxWaitMs = maxWaitMs;
  one.fetch = async (...asked) => {
    await new Promise((resolve) => setTimeout(resolve, took));
    return nothing(...asked);
  };
  one.lane.wake();
  await pass(600);
  expect(one.times.slice(0, 3)).toEqual(times);
  one.client.close();
});

test("being woken ends the pause after an answer without news", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.fetch = nothing;
  one.lane.wake();
  await pass(400);
  one.lane.wake();
  await pass(0);
  expect(one.times.slice(7)).toEqual([355, 400]);
  one.client.close();
});

test("a fetch that fails is told with the failures in a row and made again with growing pauses, up to 500 ms", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  const error = failure("NETWORK_EXCEPTION");
  one.fetch = async () => Promise.reject(error);
  one.lane.wake();
  await pass(1_750);
  expect(one.times).toEqual([0, 50, 150, 350, 750, 1_250, 1_750]);
  expect(one.told).toEqual(one.times.map((at, attempt) => ["fetchFailed", 1, error, attempt, at]));
  one.fetch = nothing;
  await pass(500);
  expect(one.told.slice(7)).toEqual([
    ["accept", "a/0", 0n, 2_250],
    ["fetchEnded", 1],
  ]);
  one.fetch = async () => Promise.reject(error);
  await pass(5);
  expect(one.told.slice(9)).toEqual([["fetchFailed", 1, error, 0, 2_255]]);
  one.client.close();
});

test("being woken does not end the pause after a failure", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.fetch = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  one.lane.wake();
  await pass(60);
  one.lane.wake();
  await pass(80);
  expect(one.times).toEqual([0, 50]);
  one.client.close();
});

test("a fetch that was interrupted on purpose is no failure and made again at once, also with what is new", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.fetch = () => silence<FetchedPartition[]>();
  const drop = failure("NETWORK_EXCEPTION");
  let fail = (): void => undefined;
  one.fetch = () => new Promise((_, reject) => (fail = () => reject(drop)));
  one.lane.wake();
  await pass(100);
  one.state.readers.push(readerOf("a", 1, 4n));
  one.lane.interrupt();
  fail();
  await pass(0);
  expect([one.times, one.told]).toEqual([[0, 100], []]);
  expect(one.log.calls("fetch")[1]?.[1]).toHaveLength(2);
  // The next failure is one.
  fail();
  await pass(0);
  expect(one.told).toEqual([["fetchFailed", 1, drop, 0, 100]]);
  // There is no fetch to interrupt now.
  one.lane.interrupt();
  await pass(50);
  fail();
  await pass(0);
  expect(one.told.slice(1)).toEqual([["fetchFailed", 1, drop, 1, 150]]);
  one.client.close();
});

test("a fetch is outdated when it does not ask for what could be read now", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  const [led, other] = [readerOf("a", 1, 0n), readerOf("a", 2, 0n, 2)];
  expect(one.lane.outdated).toBe(false);
  one.lane.wake();
  expect(one.lane.outdated).toBe(false);
  await pass(10);
  expect(one.lane.outdated).toBe(false);
  one.state.readers.push(other);
  expect(one.lane.outdated).toBe(false);
  led.retryAt = performance.now() + 100;
  one.state.readers.push(led);
  expect(one.lane.outdated).toBe(false);
  await pass(100);
  expect(one.lane.outdated).toBe(true);
  // Once the fetch has answered there is another, with all of them.
  await pass(400);
  expect(one.lane.outdated).toBe(false);
  one.state.readers = [];
  await pass(500);
  expect(one.lane.outdated).toBe(false);
});

test("between two fetches none is outdated", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.fetch = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  one.lane.wake();
  await pass(10);
  one.state.readers.push(readerOf("a", 1, 0n));
  expect(one.lane.outdated).toBe(false);
  one.client.close();
});

test.each([
  ["the request timeout", 3_000, 500, 3_000],
  ["twice maxWaitMs where that is longer", 50, 300, 600],
])("a fetch that is not answered has a time limit: %s", async (_, requestTimeoutMs, maxWaitMs, limit) => {
  const one = scene([readerOf("a", 0, 0n)], requestTimeoutMs);
  one.state.maxWaitMs = maxWaitMs;
  one.fetch = () => silence<FetchedPartition[]>();
  one.lane.wake();
  await pass(limit - 1);
  expect(one.told).toEqual([]);
  await pass(1);
  const message = `scripted: no answer to fetch within ${limit} ms`;
  const error = expect.objectContaining({ code: "REQUEST_TIMED_OUT", retriable: true, message });
  expect(one.told).toEqual([["fetchFailed", 1, error, 0, 0]]);
  expect([one.log.opened, one.log.closed]).toEqual([1, 1]);
  one.client.close();
});

test("a long poll with a short request timeout is answered and loses no connection", async () => {
  const one = scene([readerOf("a", 0, 0n)], 50);
  one.state.maxWaitMs = 300;
  one.lane.wake();
  await pass(1_000);
  expect(one.times).toEqual([0, 300, 600, 900]);
  expect(one.events.map(({ type }) => type)).toEqual(["connected"]);
  one.client.close();
});

test("an answer for a partition that was not asked for is left aside", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.fetch = async () => [{ topic: "a", partition: 1, records: [], nextOffset: 9n, highWatermark: 9n }];
  one.lane.wake();
  await pass(20);
  // Nor is it news.
  expect([one.told, one.times]).toEqual([[], [0, 5, 15]]);
  one.client.close();
});

test("it ends when the client is closed: in a fetch, in a pause for room and in one after a failure", async () => {
  const fetching = scene([readerOf("a", 0, 0n)]);
  fetching.fetch = () => silence<FetchedPartition[]>();
  const full = scene([readerOf("a", 0, 0n)]);
  full.state.room = 0;
  const failing = scene([readerOf("a", 0, 0n)]);
  failing.fetch = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  for (const one of [fetching, full, failing]) {
    one.lane.wake();
    await pass(10);
    one.told.length = 0;
    const times = one.times.length;
    one.client.close();
    await pass(0);
    expect([one.lane.idle, one.told]).toEqual([true, [["fetchEnded", 1]]]);
    await pass(10_000);
    expect(one.times).toHaveLength(times);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test("woken after the client was closed it asks for nothing", async () => {
  const one = scene([readerOf("a", 0, 0n)]);
  one.client.close();
  one.lane.wake();
  await pass(1_000);
  expect([one.lane.idle, one.times]).toEqual([true, []]);
});
