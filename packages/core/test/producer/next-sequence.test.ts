import { expect, test } from "vitest";

import { nextSequence } from "../../src/producer/next-sequence.ts";

// Kafka's DefaultRecordBatch.incrementSequence: after 2,147,483,647 comes 0.
test.each([
  { sequence: 0, count: 1, next: 1 },
  { sequence: 5, count: 3, next: 8 },
  { sequence: 2 ** 31 - 3, count: 2, next: 2 ** 31 - 1 },
  { sequence: 2 ** 31 - 2, count: 2, next: 0 },
  { sequence: 2 ** 31 - 3, count: 5, next: 2 },
])("after $count records from sequence $sequence comes $next", ({ sequence, count, next }) => {
  expect(nextSequence(sequence, count)).toBe(next);
});
