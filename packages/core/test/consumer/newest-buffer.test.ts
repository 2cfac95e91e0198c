import { expect, test, vi } from "vitest";

import type { FetchDetails } from "../../src/consumer/fetch-buffer.ts";
import { NewestBuffer } from "../../src/consumer/newest-buffer.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import type { LogRecord } from "../../src/contract/record.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { recordAt, stateOf } from "./fetching.ts";

useFakeClock({ atMs: 5_000, leavesNoTimer: true });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A record whose key is a text, or that has none. */
const keyed = (offset: number, key: string | null): LogRecord =>
  recordAt(BigInt(offset), "", { key: key === null ? null : bytes(key) });

/** A partition that was read to its end. */
function atEnd(topic: string, partition = 0): PartitionState {
  const state = stateOf(topic, partition, 0n);
  state.advance(0n, 0n);
  return state;
}

interface Scene {
  readonly buffer: NewestBuffer;
  /** How often it said that there may be something to take. */
  readonly ready: () => number;
  /** Adds records of a fetch that is asked for and comes now, unless `fetch` says otherwise. */
  readonly push: (partition: PartitionState, records: readonly LogRecord[], fetch?: Partial<FetchDetails>) => void;
  /** Takes what can be taken, as "topic offset (count left out, from, to)". */
  readonly take: (most?: number, only?: PartitionState) => string[];
  readonly close: () => void;
}

function bufferOf(latest: "partition" | "key"): Scene {
  const ended = new AbortController();
  let ready = 0;
  const buffer = new NewestBuffer(latest, ended.signal, () => (ready += 1));
  return {
    buffer,
    ready: () => ready,
    push: (partition, records, fetch = {}) =>
      buffer.push(partition, records, {
        askedAt: performance.now(),
        passedOver: 0,
        passedFrom: records[0]?.offset ?? 0n,
        ...fetch,
      }),
    take: (most = Infinity, only) => {
      const taken: string[] = [];
      while (taken.length < most) {
        const next = buffer.take(only);
        if (next === undefined) break;
        const { from, to, count } = next.skipped ?? { from: 0n, to: 0n, count: -1 };
        taken.push(`${next.partition.topic} ${next.record.offset}${count === 0 ? "" : ` (${count}, ${from}, ${to})`}`);
      }
      return taken;
    },
    close: () => ended.abort(),
  };
}

test("of each partition the newest record is kept, and what it replaced is counted with its range", () => {
  const { buffer, push, take, close } = bufferOf("partition");
  const [a, b] = [atEnd("a"), atEnd("b")];
  push(a, [keyed(3, "x"), keyed(4, "y"), keyed(7, null)]);
  push(b, [keyed(0, null)]);
  push(a, [keyed(8, null), keyed(11, null)]);
  expect(buffer.isEmpty).toBe(false);
  expect(take()).toEqual(["a 11 (4, 3, 11)", "b 0"]);
  expect([buffer.isEmpty, take()]).toEqual([true, []]);
  // What was taken is not counted again.
  push(a, [keyed(12, null), keyed(13, null)]);
  expect(take()).toEqual(["a 13 (1, 12, 13)"]);
  close();
});

test("of each key the newest record is kept; no key and an empty key are two", () => {
  const { push, take, close } = bufferOf("key");
  const a = atEnd("a");
  push(a, [keyed(0, "x"), keyed(1, null), keyed(2, "y"), keyed(3, "x"), keyed(4, ""), keyed(5, null)]);
  push(a, [keyed(6, "x")]);
  expect(take()).toEqual(["a 6 (2, 0, 6)", "a 5 (1, 1, 5)", "a 2", "a 4"]);
  close();
});

test("keys are told apart by their bytes, also where they are no text", () => {
  const { push, take, close } = bufferOf("key");
  const a = atEnd("a");
  const keys = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  push(
    a,
    keys.map((key, index) => recordAt(BigInt(index), "", { key })),
  );
  expect(take()).toHaveLength(256);
  close();
});

test("a key that waits longest comes first, and partitions take turns", () => {
  const { push, take, close } = bufferOf("key");
  const [a, b] = [atEnd("a"), atEnd("b")];
  push(a, [keyed(0, "x"), keyed(1, "y"), keyed(2, "x")]);
  push(b, [keyed(0, "x"), keyed(1, "y")]);
  expect(take()).toEqual(["a 2 (1, 0, 2)", "b 0", "a 1", "b 1"]);
  close();
});

test("what was passed over without being read counts with its first offset, however many offsets have no record", () => {
  const { push, take, close } = bufferOf("partition");
  const a = atEnd("a");
  push(a, [keyed(105, null)], { passedOver: 90, passedFrom: 10n });
  expect(take()).toEqual(["a 105 (90, 10, 105)"]);
  push(a, [keyed(106, null)]);
  push(a, [keyed(200, null), keyed(201, null)], { passedOver: 93, passedFrom: 107n });
  expect(take()).toEqual(["a 201 (95, 106, 201)"]);
  close();
});

test("a fetch without records changes nothing", () => {
  const { buffer, push, close } = bufferOf("partition");
  push(atEnd("a"), []);
  expect(buffer.isEmpty).toBe(true);
  close();
});

test("memory and budget: it holds as many records as partitions or keys, and keeps no fetch waiting", () => {
  const { buffer, push, close } = bufferOf("key");
  const a = atEnd("a");
  for (let round = 0; round < 50; round += 1) push(a, [keyed(2 * round, "x"), keyed(2 * round + 1, "y")]);
  expect([buffer.countOf(a), buffer.bytesOf()]).toEqual([2, 0]);
  close();
});

test("what is kept does not keep the memory of the fetch it came with", () => {
  const { buffer, push, close } = bufferOf("key");
  const a = atEnd("a");
  const fetch = new Uint8Array(1_000_000);
  const part = (from: number, to: number): Uint8Array => fetch.subarray(from, to);
  fetch.set([1, 2, 3, 4, 5, 6]);
  const own = Uint8Array.of(9);
  push(a, [
    {
      ...recordAt(0n),
      key: part(0, 1),
      value: part(1, 3),
      headers: [["h", part(3, 5)] as const, ["n", null] as const],
    },
    { ...recordAt(1n), key: null, value: own },
    { ...recordAt(2n), key: part(5, 6), value: null },
  ]);
  const taken = [buffer.take(), buffer.take(), buffer.take()].map((one) => one?.record);
  expect(taken.map((one) => [one?.key, one?.value, one?.headers])).toEqual([
    [
      Uint8Array.of(1),
      Uint8Array.of(2, 3),
      [
        ["h", Uint8Array.of(4, 5)],
        ["n", null],
      ],
    ],
    [null, own, []],
    [Uint8Array.of(6), null, []],
  ]);
  for (const one of taken) {
    for (const kept of [one?.key, one?.value, one?.headers[0]?.[1]])
      expect(kept?.buffer.byteLength ?? 0).toBeLessThan(10);
  }
  expect(taken[1]?.value).toBe(own);
  close();
});

test("a record of a partition that is behind is held until the partition is at its end", async () => {
  const { buffer, push, take, ready, close } = bufferOf("partition");
  const [a, b] = [stateOf("a", 0, 0n), atEnd("b")];
  a.advance(1n, 100n);
  push(a, [keyed(0, null)]);
  push(b, [keyed(0, null)]);
  expect(take()).toEqual(["b 0"]);
  expect(buffer.isEmpty).toBe(false);
  await pass(300);
  a.advance(100n, 100n);
  push(a, [keyed(99, null)]);
  expect([ready(), take()]).toEqual([0, ["a 99 (1, 0, 99)"]]);
  close();
});

test("a partition that never gets to its end is shown every half second, and the loop is told", async () => {
  const { push, take, ready, close } = bufferOf("partition");
  const a = stateOf("a", 0, 0n);
  a.advance(1n, 100n);
  push(a, [keyed(0, null)]);
  expect(take()).toEqual([]);
  await pass(499);
  push(a, [keyed(50, null)]);
  expect([ready(), take()]).toEqual([0, []]);
  await pass(1);
  expect([ready(), take()]).toEqual([1, ["a 50 (1, 0, 50)"]]);
  push(a, [keyed(60, null)]);
  expect(take()).toEqual([]);
  await pass(500);
  expect(take()).toEqual(["a 60"]);
  close();
});

test("with a bound, a partition that got there is not held", () => {
  const { push, take, close } = bufferOf("partition");
  const a = stateOf("a", 0, 0n);
  a.advance(50n, 100n);
  a.readUntil(50n);
  push(a, [keyed(49, null)]);
  expect(take()).toEqual(["a 49"]);
  close();
});

test("after the program was busy, what came meanwhile is held until a newer fetch came", async () => {
  const { push, take, ready, close } = bufferOf("partition");
  const a = atEnd("a");
  push(a, [keyed(0, null)]);
  const asked = performance.now();
  expect(take(1)).toEqual(["a 0"]);
  const now = vi.spyOn(performance, "now");
  now.mockReturnValue(asked + 40);
  // This answer was in the socket all the while.
  push(a, [keyed(1, null)], { askedAt: asked });
  expect(take()).toEqual([]);
  now.mockReturnValue(asked + 45);
  push(a, [keyed(2, null), keyed(3, null)], { askedAt: asked + 40 });
  expect(take()).toEqual(["a 3 (2, 1, 3)"]);
  now.mockRestore();
  await pass(0);
  expect(ready()).toBe(0);
  close();
});

test.each([
  { busy: 10, longest: 25 },
  { busy: 40, longest: 40 },
])(
  "what came while the program was busy for $busy ms is given after $longest ms, if nothing newer comes",
  async ({ busy, longest }) => {
    const { push, take, ready, close } = bufferOf("partition");
    const a = atEnd("a");
    push(a, [keyed(0, null)]);
    const asked = performance.now();
    expect(take(1)).toEqual(["a 0"]);
    const now = vi.spyOn(performance, "now");
    now.mockReturnValue(asked + busy);
    push(a, [keyed(1, null)], { askedAt: asked });
    expect(take()).toEqual([]);
    now.mockRestore();
    await pass(longest - 1);
    expect(ready()).toBe(0);
    await pass(1);
    expect(ready()).toBe(1);
    await pass(busy);
    expect(take()).toEqual(["a 1"]);
    close();
  },
);

test("with a bound, nothing newer is waited for of a partition that got there", () => {
  const { push, take, close } = bufferOf("partition");
  const a = atEnd("a");
  push(a, [keyed(0, null)]);
  const asked = performance.now();
  expect(take(1)).toEqual(["a 0"]);
  const now = vi.spyOn(performance, "now");
  now.mockReturnValue(asked + 40);
  push(a, [keyed(1, null)], { askedAt: asked });
  a.readUntil(0n);
  expect(take()).toEqual(["a 1"]);
  now.mockRestore();
  close();
});

test("a program that waits is not busy: what came meanwhile is given at once", async () => {
  const { push, take, close } = bufferOf("partition");
  const a = atEnd("a");
  push(a, [keyed(0, null)]);
  const asked = performance.now();
  expect(take(1)).toEqual(["a 0"]);
  await pass(40);
  push(a, [keyed(1, null)], { askedAt: asked });
  expect(take()).toEqual(["a 1"]);
  close();
});

test("a certain partition can be taken, which leaves the others and who waits for them", async () => {
  const { push, take, ready, close } = bufferOf("key");
  const [a, b] = [atEnd("a"), stateOf("b", 0, 0n)];
  b.advance(1n, 100n);
  push(b, [keyed(0, "x")]);
  push(a, [keyed(0, "x"), keyed(1, "y")]);
  expect(take(Infinity, a)).toEqual(["a 0", "a 1"]);
  expect(take()).toEqual([]);
  // Nothing more of a: the wait for b goes on.
  expect(take(Infinity, a)).toEqual([]);
  await pass(500);
  expect([ready(), take(Infinity, a), take(Infinity, b)]).toEqual([1, [], ["b 0"]]);
  close();
});

test("a partition with so many records that can be taken is found", () => {
  const { buffer, push, close } = bufferOf("key");
  const [a, b, c] = [stateOf("a", 0, 0n), atEnd("b"), atEnd("c")];
  a.advance(1n, 100n);
  push(a, [keyed(0, "x"), keyed(1, "y"), keyed(2, "z")]);
  push(b, [keyed(0, "x")]);
  push(c, [keyed(0, "x"), keyed(1, "y")]);
  expect([1, 2, 3].map((count) => buffer.partitionWith(count)?.topic)).toEqual(["b", "c", undefined]);
  c.pause(undefined);
  expect(buffer.partitionWith(2)).toBeUndefined();
  close();
});

test("the next offset of a partition is the lowest that waits", () => {
  const { buffer, push, close } = bufferOf("key");
  const a = atEnd("a");
  expect(buffer.nextOffsetOf(a)).toBeUndefined();
  push(a, [keyed(4, "x"), keyed(5, "y"), keyed(6, "x")]);
  expect(buffer.nextOffsetOf(a)).toBe(5n);
  close();
});

test("a paused partition gives nothing, forgets nothing, and wakes nobody", async () => {
  const { buffer, push, take, ready, close } = bufferOf("partition");
  const a = stateOf("a", 0, 0n);
  a.advance(1n, 100n);
  push(a, [keyed(3, null), keyed(4, null)]);
  a.pause(buffer.pause());
  expect([take(), take(1, a)]).toEqual([[], []]);
  await pass(1_000);
  expect([ready(), take(), buffer.isEmpty]).toEqual([0, [], false]);
  a.resume();
  expect(take()).toEqual(["a 4 (1, 3, 4)"]);
  close();
});

test("a partition that is discarded gives nothing more", () => {
  const { buffer, push, take, close } = bufferOf("key");
  const [a, b] = [atEnd("a"), atEnd("b")];
  push(a, [keyed(0, "x")]);
  push(b, [keyed(0, "x")]);
  buffer.discard(a);
  expect([take(), buffer.isEmpty]).toEqual([["b 0"], true]);
  close();
});

test("the end of the consumer ends the wait for records that are held", async () => {
  const { push, take, ready, close } = bufferOf("partition");
  const a = stateOf("a", 0, 0n);
  a.advance(1n, 100n);
  push(a, [keyed(0, null)]);
  expect(take()).toEqual([]);
  close();
  await pass(1_000);
  expect(ready()).toBe(0);
});
