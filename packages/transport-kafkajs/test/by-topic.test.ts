import { expect, test } from "vitest";

import { byTopic, partitionKey, withoutRepeats } from "../src/protocol/by-topic.ts";

const at = (topic: string, partition: number, offset = 0): { topic: string; partition: number; offset: number } => ({
  topic,
  partition,
  offset,
});

test("items are grouped by topic, and both keep their order", () => {
  const items = [at("b", 1), at("a", 0), at("b", 0), at("c", 9), at("a", 1)];
  expect(byTopic(items)).toEqual([
    { topic: "b", items: [at("b", 1), at("b", 0)] },
    { topic: "a", items: [at("a", 0), at("a", 1)] },
    { topic: "c", items: [at("c", 9)] },
  ]);
  expect(byTopic([])).toEqual([]);
});

test("partitions of topics with digits in their names have different keys", () => {
  expect(partitionKey("t", 12)).not.toBe(partitionKey("t1", 2));
  expect(partitionKey("1 t", 2)).not.toBe(partitionKey("t", 21));
  expect(partitionKey("t", 1)).toBe(partitionKey("t", 1));
});

test("items without repeated partitions are one group", () => {
  const items = [at("a", 0), at("a", 1), at("b", 0)];
  expect(withoutRepeats(items)).toEqual([items]);
  expect(withoutRepeats([])).toEqual([]);
});

test("a repeated partition is put into the next group, in order", () => {
  const items = [at("a", 0, 1), at("a", 0, 2), at("a", 1, 3), at("a", 0, 4), at("b", 0, 5), at("a", 1, 6)];
  expect(withoutRepeats(items)).toEqual([
    [at("a", 0, 1), at("a", 1, 3), at("b", 0, 5)],
    [at("a", 0, 2), at("a", 1, 6)],
    [at("a", 0, 4)],
  ]);
});
