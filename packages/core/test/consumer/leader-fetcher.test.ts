import { expect, test, vi } from "vitest";

import { FetchBuffer } from "../../src/consumer/fetch-buffer.ts";
import { FetchFailures } from "../../src/consumer/fetch-failures.ts";
import { LeaderFetcher } from "../../src/consumer/leader-fetcher.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { Connection, FetchedPartition } from "../../src/contract/transport.ts";
import type { NetworkClient } from "../../src/shared/network-client.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, noResponse, ScriptedLog } from "../scripted-log.ts";
import { readClientOf, recordAt, stateOf } from "./fetching.ts";

useFakeClock({ atMs: 5_000 });

/** What the fetcher's context gives it; may be changed at any time. */
interface Given {
  states: PartitionState[];
  availableBytes: number;
  maxWaitMs: number;
}

interface Scene {
  readonly log: ScriptedLog;
  readonly fetcher: LeaderFetcher;
  readonly client: NetworkClient<"read">;
  readonly events: readonly DataQueueEvent[];
  readonly given: Given;
  /** What it reported to its context: failures, ends of failures, and records. Times count from the start of the test. */
  readonly reported: unknown[][];
  /** What is buffered, as "partition offset". */
  readonly take: () => string[];
  /** The times of the fetches. */
  readonly times: number[];
  /** Answers the fetches. */
  fetch: Connection["fetch"] | undefined;
}

/** A fetcher of broker 1 that reads `states` of a log. */
function scene(states: PartitionState[], requestTimeoutMs = 30_000): Scene {
  const log = new ScriptedLog({ a: 3 });
  const begin = performance.now();
  const now = (at = performance.now()): number => Math.round(at - begin);
  const { client, events } = readClientOf(log);
  const given = { states, availableBytes: 10_000, maxWaitMs: 500 };
  const reported: unknown[][] = [];
  const times: number[] = [];
  const buffer = new FetchBuffer(() => undefined);
  const failures = new FetchFailures({
    reportAfterMs: 60_000,
    signal: client.signal,
    onEvent: () => undefined,
    onError: () => undefined,
    refreshNow: () => undefined,
  });
  vi.spyOn(failures, "leaderFailed").mockImplementation((key, error, attempt, since) => {
    reported.push(["leaderFailed", key, error, attempt, now(since)]);
  });
  vi.spyOn(failures, "partitionFailed").mockImplementation(({ key }, request, error, since) => {
    reported.push(["partitionFailed", key, request, error, now(since)]);
  });
  vi.spyOn(failures, "ended").mockImplementation((key) => reported.push(["ended", key]));
  const fetcher = new LeaderFetcher(1, {
    client,
    requestTimeoutMs,
    buffer,
    failures,
    partitionsOf: (leader) => given.states.filter((state) => state.leader === leader),
    availableBytes: (leader) => (leader === 1 ? given.availableBytes : 0),
    limitsFor: (maxBytes) => ({ maxWaitMs: given.maxWaitMs, minBytes: 1, maxBytes, maxBytesPerPartition: 77 }),
    onRecords: () => reported.push(["onRecords"]),
  });
  const take = (): string[] => {
    const taken: string[] = [];
    for (let next = buffer.take(); next !== undefined; next = buffer.take()) {
      taken.push(`${next.partition.key} ${next.record.offset}`);
    }
    return taken;
  };
  const made: Scene = { log, fetcher, client, events, given, reported, take, times, fetch: undefined };
  log.on.fetch = (...asked) => {
    times.push(now());
    return (made.fetch ?? log.plain.fetch)(...asked);
  };
  return made;
}

/** A response that has nothing new. */
const nothing: Connection["fetch"] = async (_leader, wanted) =>
  wanted.map(({ topic, partition, offset }) => ({
    topic,
    partition,
    records: [],
    nextOffset: offset,
    highWatermark: offset,
  }));

test("it reads what its leader leads, from each position on, within the limits, one fetch at a time", async () => {
  const states = [stateOf("a", 0, 1n), stateOf("a", 1, 0n, 2), stateOf("a", 2, 0n)];
  const one = scene(states);
  one.log.append("a", 0, "0", "1", "2");
  expect(one.fetcher.idle).toBe(true);
  one.fetcher.wake();
  one.fetcher.wake();
  expect(one.fetcher.idle).toBe(false);
  await pass(0);
  const limits = { maxWaitMs: 500, minBytes: 1, maxBytes: 10_000, maxBytesPerPartition: 77 };
  const options = { signal: expect.any(AbortSignal) };
  const wanted = (zero: bigint): unknown[] => [
    { topic: "a", partition: 0, offset: zero },
    { topic: "a", partition: 2, offset: 0n },
  ];
  expect(one.log.calls("fetch")).toEqual([
    [1, wanted(1n).toReversed(), limits, options],
    [1, wanted(3n), limits, options],
  ]);
  expect(states.map(({ position }) => position)).toEqual([3n, 0n, 0n]);
  expect(one.take()).toEqual(["a/0 1", "a/0 2"]);
  expect(one.reported).toEqual([["ended", "a/2"], ["ended", "a/0"], ["onRecords"]]);
  one.client.close();
});

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

test("each partition is asked for first in turn", async () => {
  const one = scene([stateOf("a", 0, 0n), stateOf("a", 1, 0n), stateOf("a", 2, 0n)]);
  one.fetcher.wake();
  await pass(2_000);
  const orders = one.log.calls("fetch").map(([, wanted]) => wanted.map(({ partition }) => partition).join(""));
  expect(orders).toEqual(["120", "201", "012", "120", "201"]);
  one.client.close();
});

test("it ends when there is nothing to read, and begins again when it is woken", async () => {
  const one = scene([]);
  one.fetcher.wake();
  await pass(0);
  expect([one.fetcher.idle, one.times, one.reported]).toEqual([true, [], [["ended", "leader 1"]]]);
  one.given.states = [stateOf("a", 0, 0n)];
  one.fetcher.wake();
  await pass(0);
  expect([one.fetcher.idle, one.times]).toEqual([false, [0]]);
  one.given.states = [];
  await pass(500);
  expect([one.fetcher.idle, one.times]).toEqual([true, [0]]);
});

test("a partition is not asked for before its retryAt, and the others are", async () => {
  const [soon, later] = [stateOf("a", 0, 0n), stateOf("a", 1, 0n)];
  const one = scene([soon, later]);
  soon.retryAt = performance.now() + 100;
  later.retryAt = performance.now() + 700;
  one.fetcher.wake();
  await pass(1_100);
  // A fetch that waits already is not ended by the fetcher itself.
  expect(one.times).toEqual([100, 600, 1_100]);
  expect(one.log.calls("fetch").map(([, wanted]) => wanted.map(({ partition }) => partition).toSorted())).toEqual([
    [0],
    [0],
    [0, 1],
  ]);
  one.client.close();
});

test("a partition that is due within a millisecond is waited for that long", async () => {
  const state = stateOf("a", 0, 0n);
  const one = scene([state]);
  state.retryAt = performance.now() + 0.25;
  one.fetcher.wake();
  await pass(0.9);
  expect(one.times).toEqual([]);
  await pass(1);
  expect(one.times).toHaveLength(1);
  one.client.close();
});

test("without available bytes it waits until it is woken, however long, and one byte is enough", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  one.given.availableBytes = 0;
  one.fetcher.wake();
  await pass(100_000);
  one.fetcher.wake();
  await pass(100_000);
  expect([one.times, one.fetcher.idle, vi.getTimerCount()]).toEqual([[], false, 0]);
  one.given.availableBytes = 1;
  one.fetcher.wake();
  await pass(0);
  expect(one.log.calls("fetch")).toMatchObject([[1, [{}], { maxBytes: 1 }, {}]]);
  one.client.close();
});

test("a log that responds at once without news is asked with growing pauses, up to 100 ms", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  one.fetch = nothing;
  one.fetcher.wake();
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
])(
  "a response without news that took its time is followed by the next fetch: %s",
  async (_, maxWaitMs, took, times) => {
    const one = scene([stateOf("a", 0, 0n)]);
    one.given.maxWaitMs = maxWaitMs;
    one.fetch = async (...asked) => {
      await new Promise((resolve) => setTimeout(resolve, took));
      return nothing(...asked);
    };
    one.fetcher.wake();
    await pass(600);
    expect(one.times.slice(0, 3)).toEqual(times);
    one.client.close();
  },
);

test("waking it ends the pause after a response without news", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  one.fetch = nothing;
  one.fetcher.wake();
  await pass(400);
  one.fetcher.wake();
  await pass(0);
  expect(one.times.slice(7)).toEqual([355, 400]);
  one.client.close();
});

test("a fetch that fails is reported with the failures in a row and made again with growing pauses, up to 500 ms", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  const error = failure("NETWORK_EXCEPTION");
  one.fetch = async () => Promise.reject(error);
  one.fetcher.wake();
  await pass(1_750);
  expect(one.times).toEqual([0, 50, 150, 350, 750, 1_250, 1_750]);
  expect(one.reported).toEqual(one.times.map((at, attempt) => ["leaderFailed", "leader 1", error, attempt, at]));
  one.fetch = nothing;
  await pass(500);
  expect(one.reported.slice(7)).toEqual([
    ["ended", "a/0"],
    ["ended", "leader 1"],
  ]);
  one.fetch = async () => Promise.reject(error);
  await pass(5);
  expect(one.reported.slice(9)).toEqual([["leaderFailed", "leader 1", error, 0, 2_255]]);
  one.client.close();
});

test("waking it does not end the pause after a failure", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  one.fetch = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  one.fetcher.wake();
  await pass(60);
  one.fetcher.wake();
  await pass(80);
  expect(one.times).toEqual([0, 50]);
  one.client.close();
});

test("a fetch that is interrupted is no failure and is made again at once, with the new partition", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  const signals: (AbortSignal | undefined)[] = [];
  one.fetch = (_leader, _wanted, _limits, options) => {
    signals.push(options?.signal);
    return new Promise((_, reject) => options?.signal?.addEventListener("abort", () => reject(options.signal?.reason)));
  };
  one.fetcher.wake();
  await pass(100);
  expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
  one.given.states.push(stateOf("a", 1, 4n));
  one.fetcher.interruptIfOutdated();
  expect(signals[0]?.aborted).toBe(true);
  await pass(0);
  expect([one.times, one.reported]).toEqual([[0, 100], []]);
  expect(one.log.calls("fetch")[1]?.[1]).toHaveLength(2);
  expect(signals[1]?.aborted).toBe(false);
  // The connection stays, so there is no event.
  expect([one.log.opened, one.log.closed]).toEqual([1, 0]);
  expect(one.events.map(({ type }) => type)).toEqual(["connected"]);
  one.client.close();
});

test("a transport that ignores the signal is not waited for, and its late result is dropped", async () => {
  const state = stateOf("a", 0, 0n);
  const one = scene([state]);
  const respond: ((results: FetchedPartition[]) => void)[] = [];
  one.fetch = () => new Promise((resolve) => respond.push(resolve));
  one.fetcher.wake();
  await pass(100);
  one.given.states.push(stateOf("a", 1, 4n));
  one.fetcher.interruptIfOutdated();
  await pass(0);
  expect(one.times).toEqual([0, 100]);
  const result = (count: number): FetchedPartition[] => [
    {
      topic: "a",
      partition: 0,
      records: Array.from({ length: count }, (_, index) => recordAt(BigInt(index))),
      nextOffset: BigInt(count),
      highWatermark: 9n,
    },
  ];
  respond[0]?.(result(3));
  await pass(0);
  expect([one.take(), state.position]).toEqual([[], 0n]);
  respond[1]?.(result(2));
  await pass(0);
  expect([one.take(), state.position]).toEqual([["a/0 0", "a/0 1"], 2n]);
  expect([one.log.closed, one.reported.filter(([name]) => name === "leaderFailed")]).toEqual([0, []]);
  one.client.close();
});

test("a failure after an interruption is reported", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  const error = failure("NETWORK_EXCEPTION");
  let fail = (): void => undefined;
  one.fetch = () => new Promise((_, reject) => (fail = () => reject(error)));
  one.fetcher.wake();
  await pass(100);
  one.given.states.push(stateOf("a", 1, 4n));
  one.fetcher.interruptIfOutdated();
  await pass(0);
  fail();
  await pass(0);
  expect(one.reported).toEqual([["leaderFailed", "leader 1", error, 0, 100]]);
  // Nothing is in flight during the pause: there is nothing to interrupt.
  one.given.states.push(stateOf("a", 2, 0n));
  one.fetcher.interruptIfOutdated();
  await pass(50);
  fail();
  await pass(0);
  expect(one.reported.slice(1)).toEqual([["leaderFailed", "leader 1", error, 1, 150]]);
  one.client.close();
});

test("only a fetch that does not ask for what could be read now is interrupted", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  const [later, other] = [stateOf("a", 1, 0n), stateOf("a", 2, 0n, 2)];
  /** Whether the call made another fetch at once. */
  const interrupts = async (): Promise<boolean> => {
    const before = one.times.length;
    one.fetcher.interruptIfOutdated();
    await pass(0);
    return one.times.length > before;
  };
  expect(await interrupts()).toBe(false);
  one.fetcher.wake();
  await pass(10);
  expect(await interrupts()).toBe(false);
  // Another broker leads this one.
  one.given.states.push(other);
  expect(await interrupts()).toBe(false);
  // This one still waits for its next try.
  later.retryAt = performance.now() + 100;
  one.given.states.push(later);
  expect(await interrupts()).toBe(false);
  await pass(100);
  expect(await interrupts()).toBe(true);
  // The fetch that follows asks for all of them.
  expect(await interrupts()).toBe(false);
  expect(one.times).toEqual([0, 110]);
  one.given.states = [];
  await pass(500);
  expect(await interrupts()).toBe(false);
  expect([one.fetcher.idle, one.log.closed]).toEqual([true, 0]);
});

test.each([
  ["the request timeout", 3_000, 500, 3_000],
  ["twice maxWaitMs where that is longer", 50, 300, 600],
])("a fetch without a response has a time limit: %s", async (_, requestTimeoutMs, maxWaitMs, limit) => {
  const one = scene([stateOf("a", 0, 0n)], requestTimeoutMs);
  one.given.maxWaitMs = maxWaitMs;
  one.fetch = () => noResponse<FetchedPartition[]>();
  one.fetcher.wake();
  await pass(limit - 1);
  expect(one.reported).toEqual([]);
  await pass(1);
  const message = `scripted: no answer to fetch within ${limit} ms`;
  const error = expect.objectContaining({ code: "REQUEST_TIMED_OUT", retriable: true, message });
  expect(one.reported).toEqual([["leaderFailed", "leader 1", error, 0, 0]]);
  expect([one.log.opened, one.log.closed]).toEqual([1, 1]);
  one.client.close();
});

test("a long poll that is longer than the request timeout gets its response and keeps its connection", async () => {
  const one = scene([stateOf("a", 0, 0n)], 50);
  one.given.maxWaitMs = 300;
  one.fetcher.wake();
  await pass(1_000);
  expect(one.times).toEqual([0, 300, 600, 900]);
  expect(one.events.map(({ type }) => type)).toEqual(["connected"]);
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

test("it ends when the client is closed: in a fetch, without available bytes and in the pause after a failure", async () => {
  const fetching = scene([stateOf("a", 0, 0n)]);
  fetching.fetch = () => noResponse<FetchedPartition[]>();
  const full = scene([stateOf("a", 0, 0n)]);
  full.given.availableBytes = 0;
  const failing = scene([stateOf("a", 0, 0n)]);
  failing.fetch = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  for (const one of [fetching, full, failing]) {
    one.fetcher.wake();
    await pass(10);
    one.reported.length = 0;
    const times = one.times.length;
    one.client.close();
    await pass(0);
    expect([one.fetcher.idle, one.reported]).toEqual([true, [["ended", "leader 1"]]]);
    await pass(10_000);
    expect(one.times).toHaveLength(times);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test("it asks for nothing when it is woken after the client was closed", async () => {
  const one = scene([stateOf("a", 0, 0n)]);
  one.client.close();
  one.fetcher.wake();
  await pass(1_000);
  expect([one.fetcher.idle, one.times]).toEqual([true, []]);
});
