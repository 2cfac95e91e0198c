import { expect, test, vi } from "vitest";

import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure, noResponse } from "../scripted-log.ts";
import { stateOf } from "./fetching.ts";
import { nothing, scene } from "./leader-fetching.ts";

useFakeClock({ atMs: 5_000 });

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
  expect([one.reported, one.progress]).toEqual([
    [
      ["ended", "a/2"],
      ["ended", "a/0"],
    ],
    1,
  ]);
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
