import { expect, test } from "vitest";

import { SkipAhead } from "../../src/consumer/skip-ahead.ts";
import type { FetchedPartition } from "../../src/contract/transport.ts";
import { recordAt } from "./fetching.ts";

type Fetched = Extract<FetchedPartition, { readonly error?: undefined }>;

/** What a fetch brought: records at these offsets, and where it goes on. */
function fetched(offsets: readonly number[], nextOffset: number, highWatermark: number): Fetched {
  const records = offsets.map((offset) => recordAt(BigInt(offset)));
  return { topic: "a", partition: 0, records, nextOffset: BigInt(nextOffset), highWatermark: BigInt(highWatermark) };
}

/**
 * Reads a partition that has records at `offsets`, in fetches of `most` records, until it is at its end: the fetches as
 * "asked: brought", and the offsets that were passed over before what each brought.
 */
function read(
  offsets: readonly number[],
  end: number,
  most: number,
  from = 0,
): { fetches: string[]; passed: string[] } {
  const skipAhead = new SkipAhead();
  const fetches: string[] = [];
  const passed: string[] = [];
  let position = BigInt(from);
  while (position < BigInt(end)) {
    if (fetches.length > 100) throw new Error("it does not get to the end");
    const left = offsets.filter((offset) => BigInt(offset) >= position);
    const brought = left.slice(0, most);
    const result = fetched(brought, brought.length < left.length ? (brought.at(-1) ?? 0) + 1 : end, end);
    fetches.push(`${position}: ${brought.join(" ")}`);
    const passedFrom = skipAhead.passedFrom(position);
    if (brought.length > 0 && passedFrom !== position) passed.push(`${passedFrom} to ${position}`);
    position = skipAhead.nextOffset(position, result, BigInt(end));
  }
  return { fetches, passed };
}

const every = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);

test("a partition that is not behind is read as it comes", () => {
  expect(read(every(0, 3), 3, 5)).toEqual({ fetches: ["0: 0 1 2"], passed: [] });
  // One record more is no reason to jump.
  expect(read(every(0, 3), 3, 2)).toEqual({ fetches: ["0: 0 1", "2: 2"], passed: [] });
});

test("a partition that is behind goes straight to its last record", () => {
  expect(read(every(0, 100), 100, 2)).toEqual({ fetches: ["0: 0 1", "99: 99"], passed: ["2 to 99"] });
});

test("from a last offset without a record it goes back, twice as far each time, to the newest record", () => {
  const { fetches, passed } = read([...every(0, 60), 90], 100, 2);
  expect(fetches).toEqual(["0: 0 1", "99: ", "97: ", "93: ", "85: 90"]);
  expect(passed).toEqual(["2 to 85"]);
});

test("it goes back to where it came from at most", () => {
  const { fetches } = read([0, 1, 2, 3], 100, 2);
  expect(fetches).toEqual(["0: 0 1", "99: ", "97: ", "93: ", "85: ", "69: ", "37: ", "2: 2 3"]);
});

test("where nothing but markers follow, it gets to the end", () => {
  const { fetches, passed } = read([0, 1], 100, 1, 1);
  expect(fetches).toEqual(["1: 1"]);
  expect(passed).toEqual([]);
});

test("a fetch from further back that is cut off is followed by another jump", () => {
  // Three records come between, of which one fetch brings two.
  expect(read([0, 1, 90, 91, 92], 100, 2).fetches).toEqual([
    "0: 0 1",
    "99: ",
    "97: ",
    "93: ",
    "85: 90 91",
    "99: ",
    "97: ",
    "93: ",
    "92: 92",
  ]);
});

test("a transaction that is open is waited for: there is nothing to pass over before it", () => {
  const skipAhead = new SkipAhead();
  expect(skipAhead.nextOffset(10n, fetched([], 10, 50), 50n)).toBe(10n);
  expect(skipAhead.passedFrom(10n)).toBe(10n);
});

test("after a partition went on elsewhere, nothing is passed over", () => {
  const skipAhead = new SkipAhead();
  expect(skipAhead.nextOffset(0n, fetched([0], 1, 50), 50n)).toBe(49n);
  expect(skipAhead.passedFrom(49n)).toBe(1n);
  skipAhead.reset();
  expect(skipAhead.passedFrom(49n)).toBe(49n);
});

test("every offset that is left out is passed over once, whatever is in the log", () => {
  // 500 logs of 1 to 60 offsets, of which some have no record.
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 500; round += 1) {
    const end = 1 + random(60);
    const share = random(10);
    const offsets = every(0, end).filter(() => random(10) <= share);
    const { fetches, passed } = read(offsets, end, 1 + random(4));
    const brought = fetches.flatMap((one) => (one.split(": ")[1] ?? "").split(" ").filter(Boolean).map(Number));
    // In the log's order, each once, and the newest is the last.
    expect(brought).toEqual([...new Set(brought)].toSorted((one, other) => one - other));
    expect(brought.at(-1)).toBe(offsets.at(-1));
    const left = passed.flatMap((range) => every(...(range.split(" to ").map(Number) as [number, number])));
    expect(offsets.filter((offset) => !brought.includes(offset) && !left.includes(offset))).toEqual([]);
    expect(left.filter((offset) => brought.includes(offset))).toEqual([]);
  }
});
