import { expect, test } from "vitest";

import type { FetchedPartition } from "../../src/contract/transport.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { failure } from "../scripted-log.ts";
import { recordAt, stateOf } from "./fetching.ts";
import { scene } from "./leader-fetching.ts";

useFakeClock({ atMs: 5_000 });

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
