import { expect, test } from "vitest";

import { InHand } from "../../src/consumer/in-hand.ts";
import type { Held, Loop } from "../../src/consumer/in-hand.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { stateOf } from "./fetching.ts";

useFakeClock({ atMs: 5_000 });

/** What two loops have taken of two partitions; `deliver` gives a record to a loop. */
function inHandOf(): {
  inHand: InHand;
  one: Loop;
  two: Loop;
  a: PartitionState;
  b: PartitionState;
  deliver: (loop: Loop, partition: PartitionState, offset: bigint) => Held;
} {
  const inHand = new InHand();
  const deliver = (loop: Loop, partition: PartitionState, offset: bigint): Held => {
    const held = inHand.take(loop, partition, offset);
    held.isDelivered = true;
    return held;
  };
  return { inHand, one: { isOver: false }, two: { isOver: false }, a: stateOf("a"), b: stateOf("b"), deliver };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await pass(0);
  return settled;
}

test("the lowest offset that a loop has of a partition limits it, and no other partition", () => {
  const { inHand, one, two, a, b, deliver } = inHandOf();
  expect(inHand.lowestOf(a)).toBeUndefined();
  deliver(one, a, 5n);
  deliver(two, a, 3n);
  expect([inHand.lowestOf(a), inHand.lowestOf(b)]).toEqual([3n, undefined]);
  inHand.asked(two);
  expect(inHand.lowestOf(a)).toBe(5n);
  inHand.asked(one);
  expect(inHand.lowestOf(a)).toBeUndefined();
});

test("a record that is still being decoded does not count when its loop asks for more", () => {
  const { inHand, one, a } = inHandOf();
  const held = inHand.take(one, a, 5n);
  inHand.asked(one);
  expect(inHand.lowestOf(a)).toBe(5n);
  held.isDelivered = true;
  inHand.asked(one);
  expect(inHand.lowestOf(a)).toBeUndefined();
});

test("what a loop had when it was left stays in the way of its partition, also after another loop's next", () => {
  const { inHand, one, two, a, deliver } = inHandOf();
  deliver(one, a, 5n);
  inHand.left(one);
  deliver(two, a, 6n);
  inHand.asked(two);
  inHand.asked(one);
  expect(inHand.lowestOf(a)).toBe(5n);
  deliver(two, a, 7n);
  inHand.left(two);
  expect(inHand.lowestOf(a)).toBe(5n);
  inHand.processed(a, 5n);
  expect(inHand.lowestOf(a)).toBe(6n);
  inHand.processed(a, 7n);
  expect(inHand.lowestOf(a)).toBeUndefined();
});

test("of a batch, what is behind a processed message stays in hand", () => {
  const { inHand, one, a, deliver } = inHandOf();
  const held = deliver(one, a, 5n);
  inHand.extend(held, 6n);
  inHand.extend(held, 9n);
  inHand.processed(a, 6n);
  expect(inHand.lowestOf(a)).toBe(7n);
  inHand.processed(a, 9n);
  expect(inHand.lowestOf(a)).toBeUndefined();
});

test("a processed message leaves alone what another loop has, before it and behind it", () => {
  const { inHand, one, two, a, deliver } = inHandOf();
  deliver(one, a, 4n);
  deliver(two, a, 5n);
  inHand.processed(a, 5n);
  expect(inHand.lowestOf(a)).toBe(4n);
  deliver(two, a, 6n);
  inHand.processed(a, 4n);
  expect(inHand.lowestOf(a)).toBe(6n);
});

test("a message that was never taken is not processed", () => {
  const { inHand, one, a, b, deliver } = inHandOf();
  deliver(one, a, 4n);
  expect([inHand.processed(a, 5n), inHand.processed(b, 0n)]).toEqual([false, false]);
  expect(inHand.processed(a, 4n)).toBe(true);
  expect(inHand.processed(a, 2n)).toBe(true);
  inHand.forget(a);
  expect(inHand.processed(a, 4n)).toBe(false);
});

test("a bad record of which a next told stays in the way until any loop asks", () => {
  const { inHand, one, two, a } = inHandOf();
  inHand.told(inHand.take(one, a, 5n));
  expect(inHand.lowestOf(a)).toBe(5n);
  inHand.asked(two);
  expect(inHand.lowestOf(a)).toBeUndefined();
  inHand.passed(inHand.take(one, a, 6n));
  expect(inHand.lowestOf(a)).toBeUndefined();
});

test("a partition that is read from elsewhere has nothing in hand any more, of any kind", () => {
  const { inHand, one, two, a, b, deliver } = inHandOf();
  deliver(one, a, 5n);
  inHand.left(one);
  deliver(two, a, 6n);
  deliver(two, b, 1n);
  inHand.told(inHand.take(one, a, 7n));
  inHand.forget(a);
  expect([inHand.lowestOf(a), inHand.lowestOf(b)]).toEqual([undefined, 1n]);
});

test("the oldest message in hand counts from when it was taken", async () => {
  const { inHand, one, two, a, b, deliver } = inHandOf();
  const from = performance.now();
  expect([inHand.oldestSince, inHand.askedAt]).toEqual([undefined, from]);
  deliver(one, a, 0n);
  await pass(100);
  deliver(two, b, 0n);
  expect(inHand.oldestSince).toBe(from);
  inHand.asked(one);
  expect([inHand.oldestSince, inHand.askedAt]).toEqual([from + 100, from + 100]);
  inHand.left(two);
  expect(inHand.oldestSince).toBeUndefined();
});

test.each(["asked", "left", "processed", "told", "passed", "forgotten"] as const)(
  "a wait for what is in hand ends when it was %s",
  async (how) => {
    const { inHand, one, two, a, b, deliver } = inHandOf();
    const held = deliver(one, a, 0n);
    deliver(two, b, 0n);
    const waiting = inHand.settled(new Set([a]), new AbortController().signal);
    expect(await isSettled(waiting)).toBe(false);
    if (how === "asked") inHand.asked(one);
    else if (how === "left") inHand.left(one);
    else if (how === "processed") inHand.processed(a, 0n);
    else if (how === "told") inHand.told(held);
    else if (how === "passed") inHand.passed(held);
    else inHand.forget(a);
    expect(await isSettled(waiting)).toBe(true);
  },
);

test("a wait for what is in hand ends when its signal aborts, and does not begin after that", async () => {
  const { inHand, one, a, deliver } = inHandOf();
  deliver(one, a, 0n);
  const stop = new AbortController();
  const waiting = inHand.settled(new Set([a]), stop.signal);
  expect(await isSettled(waiting)).toBe(false);
  stop.abort();
  expect(await isSettled(waiting)).toBe(true);
  expect(await isSettled(inHand.settled(new Set([a]), stop.signal))).toBe(true);
  expect(await isSettled(inHand.settled(undefined, stop.signal))).toBe(true);
});

test("a wait for everything that is in hand waits for every partition", async () => {
  const { inHand, one, two, a, b, deliver } = inHandOf();
  deliver(one, a, 0n);
  deliver(two, b, 0n);
  const waiting = inHand.settled(undefined, new AbortController().signal);
  inHand.asked(one);
  expect(await isSettled(waiting)).toBe(false);
  inHand.asked(two);
  expect(await isSettled(waiting)).toBe(true);
});
