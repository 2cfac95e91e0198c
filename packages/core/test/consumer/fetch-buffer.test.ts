import { expect, test } from "vitest";

import { FetchBuffer } from "../../src/consumer/fetch-buffer.ts";
import { readerOf, recordAt } from "./fetching.ts";

/** A buffer, how often it made room, and what is taken off it as "topic offset". */
function bufferOf(): { buffer: FetchBuffer; rooms: () => number; take: (most?: number) => string[] } {
  let rooms = 0;
  const buffer = new FetchBuffer(() => (rooms += 1));
  const take = (most = Infinity): string[] => {
    const taken: string[] = [];
    while (taken.length < most) {
      const next = buffer.take();
      if (next === undefined) break;
      taken.push(`${next.reader.topic} ${next.record.offset}`);
    }
    return taken;
  };
  return { buffer, rooms: () => rooms, take };
}

const records = (first: number, count: number): ReturnType<typeof recordAt>[] =>
  Array.from({ length: count }, (_, index) => recordAt(BigInt(first + index)));

test("an empty buffer gives nothing, also after an empty fetch", () => {
  const { buffer, take } = bufferOf();
  const a = readerOf("a");
  expect(buffer.take()).toBeUndefined();
  buffer.push(a, []);
  expect(buffer.take()).toBeUndefined();
  buffer.push(a, records(0, 1));
  expect(take()).toEqual(["a 0"]);
});

test("partitions take turns fetch by fetch, and each keeps its order", () => {
  const { buffer, take } = bufferOf();
  const [a, b, c] = [readerOf("a"), readerOf("b"), readerOf("c")];
  buffer.push(a, records(0, 2));
  buffer.push(a, records(2, 1));
  buffer.push(b, records(0, 1));
  buffer.push(c, records(0, 1));
  buffer.push(b, records(1, 2));
  expect(take()).toEqual(["a 0", "a 1", "b 0", "c 0", "a 2", "b 1", "b 2"]);
});

test("what is fetched for the partition that is being delivered waits for its next turn", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [readerOf("a"), readerOf("b")];
  buffer.push(a, records(0, 2));
  expect(take(1)).toEqual(["a 0"]);
  buffer.push(a, records(2, 1));
  buffer.push(b, records(0, 1));
  buffer.push(a, records(3, 1));
  expect(take()).toEqual(["a 1", "b 0", "a 2", "a 3"]);
});

test("a partition whose records were all taken comes again with its next ones", () => {
  const { buffer, take } = bufferOf();
  const a = readerOf("a");
  buffer.push(a, records(0, 1));
  expect(take()).toEqual(["a 0"]);
  buffer.push(a, records(1, 1));
  expect(take()).toEqual(["a 1"]);
});

test("a delivery names its partition and has the log's own record", () => {
  const { buffer } = bufferOf();
  const a = readerOf("a", 3);
  const record = recordAt(7n, "seven");
  buffer.push(a, [record]);
  const delivery = buffer.take();
  expect(delivery?.reader).toBe(a);
  expect(delivery?.record).toBe(record);
});

test("a record costs its key, value and headers and 100 bytes, tombstones too", () => {
  const { buffer } = bufferOf();
  const a = readerOf("a");
  const headers = [["name", new Uint8Array(3)] as const, ["no", null] as const];
  buffer.push(a, [recordAt(0n, "12345", { key: new Uint8Array(2), headers })]);
  expect(a.bufferedBytes).toBe(5 + 2 + 4 + 3 + 2 + 100);
  const b = readerOf("b");
  buffer.push(b, [recordAt(0n, null), recordAt(1n, null)]);
  expect(b.bufferedBytes).toBe(200);
});

test("room is made when the last record of a fetch was taken, not before", () => {
  const { buffer, rooms, take } = bufferOf();
  const a = readerOf("a");
  buffer.push(a, records(0, 2));
  buffer.push(a, records(2, 1));
  expect(a.bufferedBytes).toBe(300);
  take(1);
  expect([a.bufferedBytes, rooms()]).toEqual([300, 0]);
  take(1);
  expect([a.bufferedBytes, rooms()]).toEqual([100, 1]);
  take(1);
  expect([a.bufferedBytes, rooms()]).toEqual([0, 2]);
});

test("a partition that is discarded in the middle of a fetch gives nothing more, and others are not touched", () => {
  const { buffer, rooms, take } = bufferOf();
  const [a, b] = [readerOf("a"), readerOf("b")];
  buffer.push(a, records(0, 3));
  buffer.push(a, records(3, 1));
  buffer.push(b, records(0, 3));
  expect(take(2)).toEqual(["a 0", "a 1"]);
  buffer.discard(a);
  expect([a.bufferedBytes, a.slices.length, rooms()]).toEqual([0, 0, 0]);
  expect(take()).toEqual(["b 0", "b 1", "b 2"]);
});

test("a partition that is discarded before its turn loses the turn", () => {
  const { buffer, take } = bufferOf();
  const [a, b, c] = [readerOf("a"), readerOf("b"), readerOf("c")];
  for (const reader of [a, b, c]) buffer.push(reader, records(0, 2));
  expect(take(1)).toEqual(["a 0"]);
  buffer.discard(b);
  expect(b.bufferedBytes).toBe(0);
  expect(take()).toEqual(["a 1", "c 0", "c 1"]);
});

test("discarding a partition with nothing buffered takes no other's turn", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [readerOf("a"), readerOf("b")];
  buffer.push(a, records(0, 1));
  buffer.discard(b);
  expect(take()).toEqual(["a 0"]);
});

test("a partition that was discarded while it was delivered has one turn when it is fetched again", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [readerOf("a"), readerOf("b")];
  buffer.push(a, records(0, 2));
  take(1);
  buffer.discard(a);
  buffer.push(a, records(5, 2));
  buffer.push(b, records(0, 1));
  buffer.push(a, records(7, 1));
  expect(take()).toEqual(["a 5", "a 6", "b 0", "a 7"]);
});
