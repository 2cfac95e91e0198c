import { expect, test } from "vitest";

import type { LogSample, PartitionSample } from "../../src/stat/log-sampler.ts";
import { partitionRows, topicRows } from "../../src/stat/stat-rows.ts";

function partition(topic: string, number: number, rest: Partial<PartitionSample> = {}): PartitionSample {
  return {
    topic,
    topicId: "one",
    partition: number,
    leader: 1,
    leaderEpoch: 0,
    begin: 0n,
    end: 100n,
    newest: undefined,
    ...rest,
  };
}

function sample(at: number, ...partitions: PartitionSample[]): LogSample {
  return { at, partitions, missing: [] };
}

const newest = { timestamp: 1_000, meanBytes: 50 };

test("rates are differences of offsets by the time between two looks, and times the mean size of records", () => {
  const before = sample(1_000, partition("a", 0), partition("a", 1));
  const now = sample(3_000, partition("a", 0, { end: 130n, newest }), partition("a", 1, { end: 100n, newest }));
  expect(partitionRows(before, now, [])).toMatchObject([
    { partition: 0, messagesPerSecond: 15, bytesPerSecond: 750, newest: 1_000, end: 130n },
    { partition: 1, messagesPerSecond: 0, bytesPerSecond: 0, newest: 1_000, end: 100n },
  ]);
});

test("a topic's row has the sums over its partitions and its newest record", () => {
  const before = sample(0, partition("a", 0), partition("a", 1), partition("b", 0));
  const now = sample(
    1_000,
    partition("a", 0, { end: 110n, newest }),
    partition("a", 1, { end: 105n, newest: { timestamp: 4_000, meanBytes: 10 } }),
    partition("b", 0),
  );
  const lag = new Map([
    ["a/0", 7n],
    ["a/1", 3n],
  ]);
  expect(topicRows(partitionRows(before, now, [lag, new Map()]))).toEqual([
    {
      topic: "a",
      partition: undefined,
      partitions: 2,
      messagesPerSecond: 15,
      bytesPerSecond: 550,
      newest: 4_000,
      end: 215n,
      lag: [10n, undefined],
      problem: undefined,
    },
    expect.objectContaining({
      topic: "b",
      messagesPerSecond: 0,
      bytesPerSecond: 0,
      end: 100n,
      lag: [undefined, undefined],
    }),
  ]);
});

test("a rate is not known at the first look, of a partition that has just appeared, or of a topic that was created again", () => {
  const rateOf = (before: LogSample | undefined, now: PartitionSample): number | undefined =>
    partitionRows(before, sample(2_000, now), [])[0]?.messagesPerSecond;
  expect(rateOf(undefined, partition("a", 0))).toBeUndefined();
  expect(rateOf(sample(1_000), partition("a", 0))).toBeUndefined();
  expect(rateOf(sample(2_000, partition("a", 0)), partition("a", 0, { end: 120n }))).toBeUndefined();
  expect(rateOf(sample(1_000, partition("a", 0)), partition("a", 0, { end: 5n }))).toBeUndefined();
  expect(rateOf(sample(1_000, partition("a", 0)), partition("a", 0, { end: 500n, topicId: "two" }))).toBeUndefined();
  expect(rateOf(sample(1_000, partition("a", 0)), partition("a", 0, { end: undefined }))).toBeUndefined();
});

test("what is not known of one partition is left out of its topic's sums, which say so", () => {
  const before = sample(0, partition("a", 0), partition("a", 1), partition("a", 2));
  const lost = partition("a", 1, { begin: undefined, end: undefined, problem: "no leader" });
  const now = sample(1_000, partition("a", 0, { end: 104n }), lost, partition("a", 2));
  expect(topicRows(partitionRows(before, now, []))).toMatchObject([
    { messagesPerSecond: 4, end: 204n, problem: "1 of 3 partitions: no leader" },
  ]);
});

test("a topic that is missing has a row that says so", () => {
  const now = { ...sample(0), missing: [{ topic: "gone", problem: "does not exist" }] };
  expect(topicRows(partitionRows(undefined, now, [new Map()]))).toMatchObject([
    { topic: "gone", partitions: 0, end: undefined, lag: [undefined], problem: "does not exist" },
  ]);
});
