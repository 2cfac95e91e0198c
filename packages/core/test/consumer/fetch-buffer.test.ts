import { expect, test } from "vitest";

import { FetchBuffer } from "../../src/consumer/fetch-buffer.ts";
import { stateOf, recordAt } from "./fetching.ts";

/** A buffer, how many fetches it has delivered, and what is taken from it as "topic offset". */
function bufferOf(): { buffer: FetchBuffer; delivered: () => number; take: (most?: number) => string[] } {
  let delivered = 0;
  const buffer = new FetchBuffer(() => (delivered += 1));
  const take = (most = Infinity): string[] => {
    const taken: string[] = [];
    while (taken.length < most) {
      const next = buffer.take();
      if (next === undefined) break;
      taken.push(`${next.partition.topic} ${next.record.offset}`);
    }
    return taken;
  };
  return { buffer, delivered: () => delivered, take };
}

const records = (first: number, count: number): ReturnType<typeof recordAt>[] =>
  Array.from({ length: count }, (_, index) => recordAt(BigInt(first + index)));

test("an empty buffer gives nothing, also after a fetch without records", () => {
  const { buffer, take } = bufferOf();
  const a = stateOf("a");
  expect(buffer.take()).toBeUndefined();
  buffer.push(a, []);
  expect(buffer.take()).toBeUndefined();
  buffer.push(a, records(0, 1));
  expect(take()).toEqual(["a 0"]);
});

test("partitions take turns, one fetch each, and each keeps its order", () => {
  const { buffer, take } = bufferOf();
  const [a, b, c] = [stateOf("a"), stateOf("b"), stateOf("c")];
  buffer.push(a, records(0, 2));
  buffer.push(a, records(2, 1));
  buffer.push(b, records(0, 1));
  buffer.push(c, records(0, 1));
  buffer.push(b, records(1, 2));
  expect(take()).toEqual(["a 0", "a 1", "b 0", "c 0", "a 2", "b 1", "b 2"]);
});

test("a second fetch of the partition that is being delivered waits for the partition's next turn", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b")];
  buffer.push(a, records(0, 2));
  expect(take(1)).toEqual(["a 0"]);
  buffer.push(a, records(2, 1));
  buffer.push(b, records(0, 1));
  buffer.push(a, records(3, 1));
  expect(take()).toEqual(["a 1", "b 0", "a 2", "a 3"]);
});

test("a partition whose records were all taken gives the next ones that are fetched", () => {
  const { buffer, take } = bufferOf();
  const a = stateOf("a");
  buffer.push(a, records(0, 1));
  expect(take()).toEqual(["a 0"]);
  buffer.push(a, records(1, 1));
  expect(take()).toEqual(["a 1"]);
});

test("a fetched record names its partition and has the log's own record", () => {
  const { buffer } = bufferOf();
  const a = stateOf("a", 3);
  const record = recordAt(7n, "seven");
  buffer.push(a, [record]);
  const fetched = buffer.take();
  expect(fetched?.partition).toBe(a);
  expect(fetched?.record).toBe(record);
});

test("a record counts its key, value and headers and 100 bytes more, also a tombstone", () => {
  const { buffer } = bufferOf();
  const headers = [["name", new Uint8Array(3)] as const, ["no", null] as const];
  buffer.push(stateOf("a"), [recordAt(0n, "12345", { key: new Uint8Array(2), headers })]);
  expect(buffer.bytesOf(1)).toBe(5 + 2 + 4 + 3 + 2 + 100);
  buffer.push(stateOf("b", 0, 0n, 2), [recordAt(0n, null), recordAt(1n, null)]);
  expect(buffer.bytesOf(2)).toBe(200);
});

test("the bytes of a leader are those of the partitions that it leads now", () => {
  const { buffer } = bufferOf();
  const [a, b, c] = [stateOf("a"), stateOf("b"), stateOf("c", 0, 0n, 2)];
  buffer.push(a, records(0, 1));
  buffer.push(b, records(0, 2));
  buffer.push(c, records(0, 4));
  expect([1, 2, 3].map((leader) => buffer.bytesOf(leader))).toEqual([300, 400, 0]);
  b.setLeader({ leader: 3 });
  expect([1, 2, 3].map((leader) => buffer.bytesOf(leader))).toEqual([100, 400, 200]);
});

test("the bytes of a fetch are free when its last record was taken, not before", () => {
  const { buffer, delivered, take } = bufferOf();
  const a = stateOf("a");
  buffer.push(a, records(0, 2));
  buffer.push(a, records(2, 1));
  expect(buffer.bytesOf(1)).toBe(300);
  take(1);
  expect([buffer.bytesOf(1), delivered()]).toEqual([300, 0]);
  take(1);
  expect([buffer.bytesOf(1), delivered()]).toEqual([100, 1]);
  take(1);
  expect([buffer.bytesOf(1), delivered()]).toEqual([0, 2]);
});

test("a partition that is discarded in the middle of a fetch gives nothing more, and others are not touched", () => {
  const { buffer, delivered, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b", 0, 0n, 2)];
  buffer.push(a, records(0, 3));
  buffer.push(a, records(3, 1));
  buffer.push(b, records(0, 3));
  expect(take(2)).toEqual(["a 0", "a 1"]);
  buffer.discard(a);
  expect([buffer.bytesOf(1), buffer.bytesOf(2), delivered()]).toEqual([0, 300, 0]);
  expect(take()).toEqual(["b 0", "b 1", "b 2"]);
});

test("a partition that is discarded before its turn loses the turn", () => {
  const { buffer, take } = bufferOf();
  const [a, b, c] = [stateOf("a"), stateOf("b", 0, 0n, 2), stateOf("c")];
  for (const partition of [a, b, c]) buffer.push(partition, records(0, 2));
  expect(take(1)).toEqual(["a 0"]);
  buffer.discard(b);
  expect(buffer.bytesOf(2)).toBe(0);
  expect(take()).toEqual(["a 1", "c 0", "c 1"]);
});

test("discarding a partition without records leaves the turns of the others", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b")];
  buffer.push(a, records(0, 1));
  buffer.discard(b);
  expect(take()).toEqual(["a 0"]);
});

test("a partition that was discarded in the middle of a fetch has one turn when it is fetched again", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b")];
  buffer.push(a, records(0, 2));
  take(1);
  buffer.discard(a);
  buffer.push(a, records(5, 2));
  buffer.push(b, records(0, 1));
  buffer.push(a, records(7, 1));
  expect(take()).toEqual(["a 5", "a 6", "b 0", "a 7"]);
});

test("the next offset of a partition is that of the record to deliver next, whether its turn has come or not", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b")];
  expect(buffer.nextOffsetOf(a)).toBeUndefined();
  buffer.push(a, records(3, 2));
  buffer.push(b, records(7, 1));
  buffer.push(b, records(8, 1));
  expect([buffer.nextOffsetOf(a), buffer.nextOffsetOf(b)]).toEqual([3n, 7n]);
  take(1);
  expect([buffer.nextOffsetOf(a), buffer.nextOffsetOf(b)]).toEqual([4n, 7n]);
  take(2);
  expect([buffer.nextOffsetOf(a), buffer.nextOffsetOf(b)]).toEqual([undefined, 8n]);
  buffer.discard(b);
  expect(buffer.nextOffsetOf(b)).toBeUndefined();
});

test("where offsets go down, as in a topic that was created again, the next offset is the lowest that waits", () => {
  const { buffer, take } = bufferOf();
  const a = stateOf("a");
  buffer.push(a, records(90, 2));
  buffer.push(a, records(0, 2));
  expect(buffer.nextOffsetOf(a)).toBe(0n);
  take(3);
  expect(buffer.nextOffsetOf(a)).toBe(1n);
});

test("records of a certain partition can be taken, whosever turn it is", () => {
  const { buffer, delivered, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b")];
  buffer.push(a, records(0, 2));
  buffer.push(b, records(0, 2));
  buffer.push(b, records(2, 1));
  const takeOf = (partition: typeof a): bigint | undefined => buffer.take(partition)?.record.offset;
  expect([takeOf(b), takeOf(b), takeOf(b), takeOf(b)]).toEqual([0n, 1n, 2n, undefined]);
  expect([buffer.bytesOf(1), delivered()]).toEqual([200, 2]);
  expect(take()).toEqual(["a 0", "a 1"]);
  expect(takeOf(stateOf("c"))).toBeUndefined();
});

test("a partition has its next turn after the others when a fetch of it was taken out of turn", () => {
  const { buffer, take } = bufferOf();
  const [a, b, c] = [stateOf("a"), stateOf("b"), stateOf("c")];
  for (const partition of [a, b, c]) buffer.push(partition, records(0, 1));
  buffer.push(b, records(1, 1));
  expect(buffer.take(b)?.record.offset).toBe(0n);
  expect(take()).toEqual(["a 0", "c 0", "b 1"]);
});

test("the partition with enough records is found, the one whose turn is first of several", () => {
  const { buffer, take } = bufferOf();
  const [a, b, c] = [stateOf("a"), stateOf("b"), stateOf("c")];
  expect(buffer.partitionWith(1)).toBeUndefined();
  buffer.push(a, records(0, 1));
  buffer.push(b, records(0, 2));
  buffer.push(b, records(2, 1));
  buffer.push(c, records(0, 3));
  expect([1, 2, 3, 4, Infinity].map((count) => buffer.partitionWith(count)?.topic)).toEqual([
    "a",
    "b",
    "b",
    undefined,
    undefined,
  ]);
  expect([a, b, c].map((partition) => buffer.countOf(partition))).toEqual([1, 3, 3]);
  take(2);
  expect([a, b, c].map((partition) => buffer.countOf(partition))).toEqual([0, 2, 3]);
  expect(buffer.partitionWith(3)).toBe(c);
});

test("a paused partition is forgotten, with the lowest offset of what waited", () => {
  const { buffer, take } = bufferOf();
  const [a, b] = [stateOf("a"), stateOf("b")];
  buffer.push(a, records(3, 2));
  buffer.push(a, records(5, 1));
  buffer.push(b, records(0, 1));
  expect(take(1)).toEqual(["a 3"]);
  expect(buffer.pause(a)).toBe(4n);
  expect([buffer.pause(a), buffer.countOf(a)]).toEqual([undefined, 0]);
  expect(take()).toEqual(["b 0"]);
  // Records of a topic that was created again wait behind those of the old one.
  buffer.push(a, records(7, 1));
  buffer.push(a, records(0, 2));
  buffer.push(a, records(2, 2));
  expect(buffer.pause(a)).toBe(0n);
});
