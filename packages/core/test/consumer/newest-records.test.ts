import { expect, test } from "vitest";

import { findNewest } from "../../src/consumer/newest-records.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import type { LogRecord } from "../../src/contract/record.ts";
import type { ScriptedLog } from "../scripted-log.ts";
import { failure } from "../scripted-log.ts";
import { readClientOf, stateOf } from "./fetching.ts";
import { gappedLog } from "./gapped-log.ts";
import type { GappedPartition } from "./gapped-log.ts";

/** Offsets from `first` to before `end`, `step` apart. */
const every = (step: number, first: number, end: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, index) => first + index * step);

/** What is found for the partitions of topic a of a log. */
async function found(
  log: ScriptedLog,
  counts: readonly number[],
  states: readonly PartitionState[] = counts.map((_, partition) => stateOf("a", partition)),
): Promise<unknown[]> {
  const { client } = readClientOf(log);
  const offsets = await findNewest(
    client,
    states.map((state, index) => ({ state, count: counts[index] ?? 0 })),
  );
  return states.map((state) => offsets.get(state));
}

test.each<[string, GappedPartition, number, bigint]>([
  ["a record at every offset", { offsets: every(1, 0, 100), start: 0, end: 100 }, 10, 90n],
  ["all of them", { offsets: every(1, 0, 100), start: 0, end: 100 }, 100, 0n],
  ["more than there are", { offsets: every(1, 0, 100), start: 0, end: 100 }, 1_000, 0n],
  ["none", { offsets: every(1, 0, 100), start: 0, end: 100 }, 0, 100n],
  ["of an empty partition", { offsets: [], start: 0, end: 0 }, 5, 0n],
  ["of one whose records were all deleted", { offsets: [], start: 70, end: 70 }, 5, 70n],
  ["the last offset is a marker", { offsets: every(1, 0, 99), start: 0, end: 100 }, 1, 98n],
  ["every second one was compacted away", { offsets: every(2, 0, 100), start: 0, end: 100 }, 10, 80n],
  ["the newest of them are far before the end", { offsets: [3, 5, 9], start: 0, end: 1_000 }, 2, 5n],
  ["fewer than wanted, and none at the first offset", { offsets: [3, 5, 9], start: 2, end: 1_000 }, 4, 2n],
  ["exactly as many as wanted", { offsets: [3, 5, 9], start: 2, end: 1_000 }, 3, 3n],
  ["no record at all, only markers", { offsets: [], start: 10, end: 500 }, 1, 10n],
  ["older ones were deleted", { offsets: every(1, 95, 100), start: 95, end: 100 }, 10, 95n],
  ["some windows have more than enough", { offsets: [...every(1, 0, 50), 98], start: 0, end: 100 }, 3, 48n],
  ["10,000 are still counted", { offsets: every(2, 0, 40_000), start: 0, end: 40_000 }, 10_000, 20_000n],
  ["from 10,001 on it goes by offsets", { offsets: every(2, 0, 40_000), start: 0, end: 40_000 }, 10_001, 29_999n],
])("the newest records are found: %s", async (_, partition, count, offset) => {
  expect(await found(gappedLog([partition]), [count])).toEqual([offset]);
  // In small fetches too.
  if (count < 100) expect(await found(gappedLog([partition], { most: 1 }), [count])).toEqual([offset]);
});

test("nothing is fetched where offsets tell enough", async () => {
  const partitions = [
    { offsets: every(1, 0, 9), start: 0, end: 9 },
    { offsets: every(1, 0, 9), start: 0, end: 9 },
    { offsets: every(1, 0, 40_000), start: 0, end: 40_000 },
  ];
  const log = gappedLog(partitions);
  expect(await found(log, [0, 9, 20_000])).toEqual([9n, 0n, 20_000n]);
  expect([log.calls("fetch").length, log.calls("listOffsets").length]).toEqual([0, 2]);
});

test("each window is twice as wide as the one after it, and no offset is fetched twice", async () => {
  const log = gappedLog([{ offsets: [10], start: 0, end: 1_000 }]);
  expect(await found(log, [1])).toEqual([10n]);
  expect(log.calls("fetch").map(([, wanted]) => wanted[0]?.offset)).toEqual([
    999n,
    997n,
    993n,
    985n,
    969n,
    937n,
    873n,
    745n,
    489n,
    0n,
  ]);
});

test("records that are written meanwhile are not counted", async () => {
  const partition = { offsets: every(1, 0, 100), start: 0, end: 100 };
  const log = gappedLog([partition]);
  const { fetch } = log.on;
  log.on.fetch = (...args) => {
    partition.offsets.push(...every(1, 100, 120));
    partition.end = 120;
    return fetch?.(...args) ?? log.plain.fetch(...args);
  };
  expect(await found(log, [5])).toEqual([95n]);
});

test("partitions of one leader are read together, and each leader by itself", async () => {
  const even = { offsets: every(2, 0, 100), start: 0, end: 100 };
  const log = gappedLog([
    even,
    { offsets: every(1, 0, 100), start: 0, end: 100 },
    even,
    { offsets: [1], start: 0, end: 50 },
  ]);
  const states = [0, 1, 2, 3].map((partition) => stateOf("a", partition, undefined, partition < 2 ? 1 : 2));
  expect(await found(log, [10, 10, 1, 1], states)).toEqual([80n, 90n, 98n, 1n]);
  const asked = log
    .calls("fetch")
    .map(([leader, wanted]) => `${leader}: ${wanted.map(({ partition }) => partition).join(" ")}`);
  expect(asked.slice(0, 2).toSorted()).toEqual(["1: 0 1", "2: 2 3"]);
  // A partition that is found is not read any more.
  expect(asked.filter((one) => one.startsWith("1")).slice(1)).toEqual(["1: 0"]);
});

test("a leader that fails is an error of its own partitions only", async () => {
  const partition = { offsets: every(1, 0, 100), start: 0, end: 100 };
  const log = gappedLog([partition, partition]);
  const error = failure("NETWORK_EXCEPTION");
  const { fetch } = log.on;
  log.on.fetch = (leader, ...rest) =>
    leader === 2 ? Promise.reject(error) : (fetch?.(leader, ...rest) ?? log.plain.fetch(leader, ...rest));
  const states = [stateOf("a", 0), stateOf("a", 1, undefined, 2)];
  expect(await found(log, [3, 3], states)).toEqual([97n, error]);
});

test("an error of one partition is its own, and the others are found", async () => {
  const partition = { offsets: every(1, 0, 100), start: 0, end: 100 };
  const log = gappedLog([partition, partition]);
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  const { fetch } = log.on;
  log.on.fetch = async (...args) =>
    ((await fetch?.(...args)) ?? []).map((one) => (one.partition === 0 ? { topic: "a", partition: 0, error } : one));
  expect(await found(log, [3, 3])).toEqual([
    expect.objectContaining({ code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, cause: error }),
    97n,
  ]);
});

test("records that are deleted meanwhile make it an error that passes", async () => {
  const partition = { offsets: every(1, 0, 100), start: 0, end: 100 };
  const log = gappedLog([partition]);
  const { listOffsets } = log.on;
  log.on.listOffsets = async (...args) => {
    const results = (await listOffsets?.(...args)) ?? [];
    // Both offsets are known by then.
    if (args[1][0]?.at === "latest") Object.assign(partition, { offsets: [99], start: 99 });
    return results;
  };
  const [error] = await found(log, [5]);
  expect(error).toMatchObject({ code: "OFFSET_OUT_OF_RANGE", retriable: true });
});

test("errors of the first and of the end offset are given, and a partition that is left out has none", async () => {
  const partition = { offsets: every(1, 0, 100), start: 0, end: 100 };
  const log = gappedLog([partition, partition, partition]);
  const error = failure("LEADER_NOT_AVAILABLE");
  const { listOffsets } = log.on;
  log.on.listOffsets = async (...args) =>
    ((await listOffsets?.(...args)) ?? []).flatMap((one) => {
      if (one.partition === 2) return [];
      const fails = args[1][0]?.at === (one.partition === 0 ? "earliest" : "latest");
      return fails ? [{ topic: "a", partition: one.partition, error }] : [one];
    });
  expect(await found(log, [5, 5, 5])).toEqual([error, error, undefined]);
});

test("a log that never gets to the end that it told is not asked for ever", async () => {
  const log = gappedLog([{ offsets: every(1, 0, 40), start: 0, end: 100 }]);
  // It gives nothing from 40 on, and does not say that there is nothing.
  log.on.fetch = async (_leader, wanted) =>
    wanted.map(({ topic, partition, offset }) => {
      const records: LogRecord[] = every(1, Number(offset), 40).map((one) => ({
        offset: BigInt(one),
        key: null,
        value: null,
        headers: [],
        timestamp: 0,
      }));
      const nextOffset = offset + BigInt(records.length);
      return { topic, partition, records, nextOffset, highWatermark: 100n };
    });
  expect(await found(log, [5])).toEqual([35n]);
});
