import { expect, test } from "vitest";

import { Assignment } from "../../src/consumer/assignment.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { fetching, recordAt } from "./fetching.ts";
import { failure, partitionMetadata, ScriptedLog } from "../scripted-log.ts";

useFakeClock({ atMs: 5_000 });
const a = Assignment.ofTopics("a");

/** A log of partitions without end, one for each leader; each fetch takes as many records as its limits allow. */
function endless(text: string | null, leaders: readonly number[] = [1]): { log: ScriptedLog; fetched: () => number } {
  const log = new ScriptedLog();
  log.topics.set(
    "a",
    leaders.map((leader, partition) => ({ partition, leader })),
  );
  let fetched = 0;
  log.on.fetch = async (_leader, wanted, { maxBytes }) =>
    wanted.map(({ topic, partition, offset }) => {
      // A log counts some 70 bytes for a record without a value.
      const count = Math.max(1, Math.floor(maxBytes / wanted.length / (70 + (text?.length ?? 0))));
      fetched += count;
      const records = Array.from({ length: count }, (_, index) => recordAt(offset + BigInt(index), text));
      return { topic, partition, records, nextOffset: offset + BigInt(count), highWatermark: 1_000_000n };
    });
  return { log, fetched: () => fetched };
}

test("the limits of a fetch are those of the options, as far as the buffer has room", async () => {
  const log = new ScriptedLog({ a: 1 });
  const limits = { maxWaitMs: 70, minBytes: 1_000, maxBufferedBytes: 5_000, maxBytesPerPartition: 300 };
  const { fetcher, client } = fetching(log, limits);
  await fetcher.assign(a);
  await pass(0);
  expect(log.calls("fetch")[0]?.[2]).toEqual({
    maxWaitMs: 70,
    minBytes: 1_000,
    maxBytes: 5_000,
    maxBytesPerPartition: 300,
  });
  client.close();
});

test("two leaders may each fill half of the buffer, and a single leader all of it", async () => {
  const log = new ScriptedLog();
  const leaders = (one: number, two: number): void =>
    void log.topics.set("a", [
      { partition: 0, leader: one },
      { partition: 1, leader: two },
    ]);
  leaders(1, 2);
  const { fetcher, client } = fetching(log, { maxBufferedBytes: 5_000, metadataMaxAgeMs: 1_000 });
  await fetcher.assign(a);
  await pass(900);
  const most = (): number[] => log.calls("fetch").map(([, , { maxBytes }]) => maxBytes);
  expect(new Set(most())).toEqual(new Set([2_500]));
  leaders(1, 1);
  await pass(3_000);
  expect(most().slice(-2)).toEqual([5_000, 5_000]);
  // Then there are two again, the second of which has been there before.
  leaders(1, 2);
  await pass(2_000);
  expect(most().slice(-2)).toEqual([2_500, 2_500]);
  client.close();
});

test("reading stops when the buffer is full, says so once, and goes on when records are taken", async () => {
  const { log, fetched } = endless("x".repeat(100));
  const { fetcher, client, events, take } = fetching(log, { maxBufferedBytes: 10_000, maxWaitMs: 20 });
  await fetcher.assign(a);
  await pass(1_000);
  const before = fetched();
  // Each record counts 200 bytes: one fetch more than fits may come.
  expect(before * 200).toBeGreaterThanOrEqual(10_000);
  expect(before * 200).toBeLessThan(20_000);
  expect(events.slice(1)).toEqual([{ type: "bufferFull", bufferedBytes: before * 200 }]);
  await pass(60_000);
  expect([fetched(), events.length]).toEqual([before, 2]);
  expect(take()).toHaveLength(before);
  await pass(0);
  expect(fetched()).toBeGreaterThan(before);
  client.close();
});

test("a leader whose records are not taken does not hold up another leader", async () => {
  const { log } = endless("x".repeat(100), [1, 2]);
  const { fetch } = log.on;
  let open = false;
  log.on.fetch = async (leader, wanted, limits) => {
    if (leader === 2 && !open) throw failure("NETWORK_EXCEPTION");
    return fetch?.(leader, wanted, limits) ?? [];
  };
  const { fetcher, client, take } = fetching(log, { maxBufferedBytes: 10_000 });
  await fetcher.assign(a);
  await pass(1_000);
  open = true;
  await pass(600);
  const partitions = new Set(take().map((one) => one.slice(0, 3)));
  expect(partitions).toEqual(new Set(["a/0", "a/1"]));
  client.close();
});

test("records without a value fill the buffer too: of 3,000 at most 400 are fetched for 20 kB", async () => {
  const { log, fetched } = endless(null);
  const { fetcher, client } = fetching(log, { maxBufferedBytes: 20_000, maxWaitMs: 20 });
  await fetcher.assign(a);
  await pass(1_000);
  expect(fetched()).toBeGreaterThan(100);
  expect(fetched()).toBeLessThanOrEqual(400);
  client.close();
});

test("removing a partition makes room in the buffer", async () => {
  const { log, fetched } = endless("x".repeat(100), [1, 1]);
  log.topics.set("b", partitionMetadata(1));
  const { fetcher, client, take } = fetching(log, { maxBufferedBytes: 10_000, maxWaitMs: 20 });
  await fetcher.assign(a);
  await pass(1_000);
  const before = fetched();
  await fetcher.assign(Assignment.ofTopics("b"));
  await pass(100);
  expect(fetched()).toBeGreaterThan(before);
  expect(new Set(take().map((one) => one.slice(0, 1)))).toEqual(new Set(["b"]));
  client.close();
});

test("reading from a time after all records gives only new records", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.append("a", 0, "old", "older");
  const { fetcher, client, take } = fetching(log, { from: new Date(1) });
  await fetcher.assign(a);
  log.append("a", 0, "new");
  await pass(0);
  expect(take()).toEqual(["a/0 2 new"]);
  client.close();
});
