import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import { partitionKey } from "../../src/contract/record.ts";

test("an assignment of topics has every partition of them, and each topic once", () => {
  const wanted = Assignment.ofTopics(["b", "a", "b"]);
  expect(wanted.topics).toEqual(["b", "a"]);
  expect(wanted.has("a", 0)).toBe(true);
  expect(wanted.has("b", 999)).toBe(true);
  expect(wanted.has("c", 0)).toBe(false);
});

test("a single text is one topic", () => {
  expect(Assignment.ofTopics("abc").topics).toEqual(["abc"]);
});

test("an assignment of partitions has those and no others, and each topic once", () => {
  const wanted = Assignment.ofPartitions([
    ["b", 1],
    ["a", 0],
    ["b", 3],
    ["b", 1],
  ]);
  expect(wanted.topics).toEqual(["b", "a"]);
  expect([0, 1, 2, 3].filter((partition) => wanted.has("b", partition))).toEqual([1, 3]);
  expect([0, 1].filter((partition) => wanted.has("a", partition))).toEqual([0]);
  expect(wanted.has("c", 0)).toBe(false);
});

test("partitions that were not found are missing, each once; an assignment of topics misses none", () => {
  const pairs = [
    ["b", 1],
    ["a", 0],
    ["b", 1],
  ] as const;
  const found = new Map([[partitionKey("a", 0), "here"]]);
  expect(Assignment.ofPartitions(pairs).missingFrom(found)).toEqual([["b", 1]]);
  expect(Assignment.ofPartitions(pairs).missingFrom(new Map())).toEqual([
    ["b", 1],
    ["a", 0],
  ]);
  expect(Assignment.ofTopics("a").missingFrom(new Map())).toEqual([]);
});

test("what is no topic or partition is refused with the name of the argument", () => {
  expect(() => Assignment.ofTopics(["a", ""])).toThrow(/^topics\[1\] must be a topic's name/u);
  expect(() => Assignment.ofPartitions([["a", -1]])).toThrow(/^partitions\[0\]\[1\] must be a whole number/u);
});
