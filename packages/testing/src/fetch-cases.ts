import type { FetchLimits, LogRecord, ProducerRecord } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import { sameValue } from "./same-value.ts";
import type { DefineTrial } from "./transport-cases.ts";
import type { Trial } from "./trial.ts";
import { checkError } from "./refusals.ts";
import { noLimits, recordOf } from "./requests.ts";

/** Records from exact places, waited for where there are none. */
export function fetchCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("fetch reads from the asked offset on", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(
        connection,
        topic,
        ["a", "b", "c", "d"].map((value) => recordOf(value)),
      );
      const offsets = (await trial.read(connection, topic, base + 2n, base + 4n)).map(({ offset }) => offset);
      check(offsets.join() === [base + 2n, base + 3n].join(), `asked for ${base + 2n} it gave ${offsets.join()}`);
    }),
    define("nextOffset is where to read on, highWatermark the end of the log", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(connection, topic, [recordOf("a"), recordOf("b")]);
      const leader = await trial.leaderOf(connection, topic);
      const [found] = await connection.fetch(leader, [{ topic, partition: 0, offset: base }], noLimits);
      check(found !== undefined && found.error === undefined, `fetch answered ${String(found?.error)}`);
      const last = found.records.at(-1)?.offset ?? base - 1n;
      check(found.nextOffset === last + 1n, `after record ${last} nextOffset is ${found.nextOffset}`);
      check(
        found.highWatermark === base + 2n,
        `with two records from ${base} on highWatermark is ${found.highWatermark}`,
      );
    }),
    define("fetch answers with a record that comes while it waits", async (trial) => {
      // Whoever answers before there is a record has not waited.
      const { offset, records } = await fetchedWaiting(trial, [], recordOf("news"));
      check(records[0]?.offset === offset, "fetch answered without the record");
    }),
    define("fetch answers without records when the time is up", async (trial) => {
      const connection = await trial.open("read");
      const topic = await trial.topic(connection);
      const offset = await trial.endOf(connection, topic);
      const leader = await trial.leaderOf(connection, topic);
      const limits = { ...noLimits, maxWaitMs: 50 };
      for (const found of await connection.fetch(leader, [{ topic, partition: 0, offset }], limits)) {
        check(found.error === undefined, `fetch answered ${String(found.error)}`);
        check(found.nextOffset === offset, `without records nextOffset went from ${offset} to ${found.nextOffset}`);
      }
    }),
    define("fetch waits until there are minBytes", async (trial) => {
      const [few, enough] = [recordOf("few bytes"), recordOf("x".repeat(20_000))];
      // Whoever answers before there are enough has only the first.
      const { records } = await fetchedWaiting(trial, [few], enough, { minBytes: 10_000 });
      check(records.length === 2, `of two records fetch brought ${records.length}`);
    }),
    define("fetch gives what there is when the time is up before there are minBytes", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const offset = await trial.append(connection, topic, [recordOf("few bytes")]);
      const leader = await trial.leaderOf(connection, topic);
      const limits = { ...noLimits, minBytes: 10_000, maxWaitMs: 50 };
      const [found] = await connection.fetch(leader, [{ topic, partition: 0, offset }], limits);
      check(found?.error === undefined, `fetch answered ${String(found?.error)}`);
      check(found?.records.length === 1, "fetch kept back the record that was there");
    }),
    define("a record without key and value is news for a fetch that waits", async (trial) => {
      const { records } = await fetchedWaiting(trial, [], recordOf("", { value: null }));
      check(records[0]?.value === null, "fetch answered without the record");
    }),
    define("fetch with room for one record gives that of the partition that was asked for first", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection, 2);
      const queries: { topic: string; partition: number; offset: bigint }[] = [];
      for (const partition of [0, 1]) {
        const offset = await trial.append(connection, topic, [recordOf("x".repeat(1_000))], partition);
        queries.push({ topic, partition, offset });
      }
      const leader = await trial.leaderOf(connection, topic);
      // Where another node leads the second, there is nothing to choose.
      if ((await trial.leaderOf(connection, topic, 1)) !== leader) return;
      for (const wanted of [queries, queries.toReversed()]) {
        const found = await connection.fetch(leader, wanted, { ...noLimits, maxBytes: 10 });
        const given = found.flatMap((one) =>
          one.error === undefined && one.records.length > 0 ? [one.partition] : [],
        );
        const asked = wanted.map(({ partition }) => partition);
        check(given.join() === String(asked[0]), `asked for ${asked.join()} it gave ${given.join()}`);
      }
    }),
    define("fetch keeps to its limits, but gives the first record whole", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const large = "x".repeat(1_000);
      const base = await trial.append(connection, topic, [recordOf(large)]);
      for (let more = 0; more < 9; more += 1) await trial.append(connection, topic, [recordOf(large)]);
      const leader = await trial.leaderOf(connection, topic);
      for (const limits of [
        { ...noLimits, maxBytes: 10 },
        { ...noLimits, maxBytesPerPartition: 10 },
      ]) {
        const [found] = await connection.fetch(leader, [{ topic, partition: 0, offset: base }], limits);
        const records = found?.error === undefined ? (found?.records ?? []) : [];
        check(records[0]?.value?.length === 1_000, "a record over the limits did not come whole");
        check(records.length < 10, "of ten records over the limits all came at once");
      }
    }),
    define("fetch reads several partitions, an unknown one is its own error", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(connection, topic, [recordOf("here")]);
      const leader = await trial.leaderOf(connection, topic);
      const wanted = [
        { topic, partition: 99, offset: 0n },
        { topic, partition: 0, offset: base },
      ];
      const found = await connection.fetch(leader, wanted, noLimits);
      const unknown = found.find(({ partition }) => partition === 99)?.error;
      checkError("the unknown partition", unknown, "UNKNOWN_TOPIC_OR_PARTITION");
      const error = found.find(({ partition }) => partition === 0)?.error;
      check(error === undefined, `the partition beside it has an error, too: ${String(error)}`);
    }),
    define("an offset outside the log is OFFSET_OUT_OF_RANGE", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(connection, topic, [recordOf("a")]);
      const leader = await trial.leaderOf(connection, topic);
      const [found] = await connection.fetch(leader, [{ topic, partition: 0, offset: base + 1_000n }], noLimits);
      checkError("an offset past the end", found?.error, "OFFSET_OUT_OF_RANGE");
    }),
    define("records that were fetched stay as they are when more is fetched", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(connection, topic, [recordOf("first")]);
      await trial.append(connection, topic, [recordOf("other")]);
      const records = await trial.read(connection, topic, base, base + 2n);
      const before = records.map(bytesOf);
      await trial.read(connection, topic, base + 1n, base + 2n);
      check(sameValue(records.map(bytesOf), before), "a fetch changed the bytes of the one before");
    }),
    define("what was fetched is the reader's: writing to it does not change the log", async (trial) => {
      const connection = await trial.open();
      const topic = await trial.topic(connection);
      const base = await trial.append(connection, topic, [recordOf("as it was")]);
      const [before] = await trial.read(connection, topic, base, base + 1n);
      const bytes = before === undefined ? [] : bytesOf(before);
      before?.value?.fill(0);
      const [after] = await trial.read(connection, topic, base, base + 1n);
      check(after !== undefined && sameValue(bytesOf(after), bytes), "the next reader gets what this one wrote");
    }),
  ];
}

function bytesOf({ value }: LogRecord): number[] {
  return [...(value ?? [])];
}

/** What a fetch brings that begins before the records there are, and waits while one more is written. */
async function fetchedWaiting(
  trial: Trial,
  before: readonly ProducerRecord[],
  news: ProducerRecord,
  limits: Partial<FetchLimits> = {},
): Promise<{ readonly offset: bigint; readonly records: readonly LogRecord[] }> {
  const [reading, writing] = [await trial.open("read"), await trial.open()];
  const topic = await trial.topic(writing);
  const offset = await trial.endOf(reading, topic);
  if (before.length > 0) await trial.append(writing, topic, before);
  const leader = await trial.leaderOf(reading, topic);
  const patient = { ...noLimits, maxWaitMs: trial.timeoutMs, ...limits };
  const waiting = reading.fetch(leader, [{ topic, partition: 0, offset }], patient);
  const [[found]] = await Promise.all([waiting, trial.append(writing, topic, [news])]);
  check(found?.error === undefined, `fetch answered ${String(found?.error)}`);
  return { offset, records: found?.records ?? [] };
}
