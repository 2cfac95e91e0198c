import { groupBy, partitionKey } from "@dataqueues/core";

import type { LogSample, PartitionSample } from "./log-sampler.ts";

/** What happened in a topic, or in one partition of it, between two looks. */
export interface StatRow {
  readonly topic: string;
  /** Undefined in the row of a whole topic. */
  readonly partition: number | undefined;
  /** How many partitions the row stands for. */
  readonly partitions: number;
  /** Offsets a second; undefined where it is not known (yet). */
  readonly messagesPerSecond: number | undefined;
  /** The rate times the mean size of the newest records that were looked at. */
  readonly bytesPerSecond: number | undefined;
  /** The timestamp of the newest record, in ms since 1970. */
  readonly newest: number | undefined;
  /** The end offset; of a topic the sum of its partitions'. */
  readonly end: bigint | undefined;
  /** How far each group is behind, in the order of the groups; undefined where it has committed nothing. */
  readonly lag: readonly (bigint | undefined)[];
  /** Why something is not known. */
  readonly problem: string | undefined;
}

/** The lag of a group in partitions, by `partitionKey`. */
export type GroupLag = ReadonlyMap<string, bigint>;

/** One row for each partition, by topics and partitions; `before` is the look from which on rates count. */
export function partitionRows(before: LogSample | undefined, now: LogSample, lags: readonly GroupLag[]): StatRow[] {
  const earlier = new Map(before?.partitions.map((one) => [partitionKey(one.topic, one.partition), one]));
  const seconds = before === undefined ? 0 : (now.at - before.at) / 1_000;
  const rows = now.partitions.map((sample): StatRow => {
    const { topic, partition, end, newest, problem } = sample;
    const key = partitionKey(topic, partition);
    const messagesPerSecond = rateOf(earlier.get(key), sample, seconds);
    return {
      topic,
      partition,
      partitions: 1,
      messagesPerSecond,
      bytesPerSecond: messagesPerSecond === 0 ? 0 : product(messagesPerSecond, newest?.meanBytes),
      newest: newest?.timestamp,
      end,
      lag: lags.map((lag) => lag.get(key)),
      problem,
    };
  });
  return [...rows, ...now.missing.map((one) => missingRow(one.topic, one.problem, lags.length))];
}

/** One row for each topic: sums over its partitions. What is not known of a partition is left out, and `problem` says so. */
export function topicRows(rows: readonly StatRow[]): StatRow[] {
  return [...groupBy(rows, ({ topic }) => topic)].map(([topic, own]): StatRow => {
    const partitions = own.reduce((total, row) => total + row.partitions, 0);
    const bad = own.filter(({ problem }) => problem !== undefined);
    const [first] = bad;
    const times = own.flatMap(({ newest }) => newest ?? []);
    return {
      topic,
      partition: undefined,
      partitions,
      messagesPerSecond: sum(own.map(({ messagesPerSecond }) => messagesPerSecond)),
      bytesPerSecond: sum(own.map(({ bytesPerSecond }) => bytesPerSecond)),
      newest: times.length === 0 ? undefined : Math.max(...times),
      end: bigSum(own.map(({ end }) => end)),
      lag: (first ?? own[0])?.lag.map((_, index) => bigSum(own.map(({ lag }) => lag[index]))) ?? [],
      problem:
        first && (partitions > 1 ? `${bad.length} of ${partitions} partitions: ${first.problem}` : first.problem),
    };
  });
}

/** Offsets a second; unknown where the topic was created again between the two looks. */
function rateOf(before: PartitionSample | undefined, now: PartitionSample, seconds: number): number | undefined {
  if (seconds <= 0 || before?.end === undefined || now.end === undefined) return undefined;
  if (before.topicId !== now.topicId || now.end < before.end) return undefined;
  return Number(now.end - before.end) / seconds;
}

function missingRow(topic: string, problem: string, groups: number): StatRow {
  return {
    topic,
    partition: undefined,
    partitions: 0,
    messagesPerSecond: undefined,
    bytesPerSecond: undefined,
    newest: undefined,
    end: undefined,
    lag: Array.from({ length: groups }, () => undefined),
    problem,
  };
}

function product(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one * other;
}

/** The sum of what is known. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

function bigSum(values: readonly (bigint | undefined)[]): bigint | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0n);
}
