import { expect, test } from "vitest";

import { partitionKey } from "../../src/contract/record.ts";

test("partitions of different topics have different keys", () => {
  const keys = [
    partitionKey("a", 1),
    partitionKey("a", 11),
    partitionKey("a1", 1),
    partitionKey("a", 0),
    partitionKey("b", 1),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(partitionKey("a", 1)).toBe("a/1");
});
