import { groupBy } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, LogRecord, ProducerRecord } from "@dataqueues/core";

import { check, checkError, rejectionOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { sameValue } from "./same-value.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { noLimits, recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** Fetches from exact offsets, which wait while there are no records. */
export function fetchCases({ define }: TransportSubject): ConformanceCase[] {
  return [
    define("fetch reads from the asked offset on", async (trial) => {
      const topic = await trial.topic();
      const records = ["a", "b", "c", "d"].map((value) => recordOf(value));
      const base = await trial.append(topic, records);
      const offsets = (await trial.read(topic, base + 2n, base + 4n)).map(({ offset }) => offset);
      check(offsets.join() === [base + 2n, base + 3n].join(), `asked for ${base + 2n} it gave ${offsets.join()}`);
    }),
    define("nextOffset is where to read on, highWatermark the end of the log", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, [recordOf("a"), recordOf("b")]);
      const found = await trial.fetch(topic, base);
      check(found !== undefined && found.error === undefined, `fetch returned ${String(found?.error)}`);
      const last = found.records.at(-1)?.offset ?? base - 1n;
      check(found.nextOffset === last + 1n, `after record ${last} nextOffset is ${found.nextOffset}`);
      check(
        found.highWatermark === base + 2n,
        `with two records from ${base} on highWatermark is ${found.highWatermark}`,
      );
    }),
    define("fetch returns a record that is written while it waits", async (trial) => {
      // A fetch that returns before there is a record has not waited.
      const { offset, records } = await fetchedWaiting(trial, [], recordOf("news"));
      check(records[0]?.offset === offset, "fetch returned without the record");
    }),
    define("fetch returns without records when the time is up", async (trial) => {
      const topic = await trial.topic();
      const offset = await trial.endOf(topic);
      const found = await trial.fetch(topic, offset, { maxWaitMs: 50 });
      check(found?.error === undefined, `fetch returned ${String(found?.error)}`);
      const next = found?.nextOffset ?? offset;
      check(next === offset, `without records nextOffset went from ${offset} to ${next}`);
    }),
    define("fetch waits until there are minBytes", async (trial) => {
      const [few, enough] = [recordOf("few bytes"), recordOf("x".repeat(20_000))];
      // A fetch that returns too early has only the first.
      const { records } = await fetchedWaiting(trial, [few], enough, { minBytes: 10_000 });
      check(records.length === 2, `of two records fetch returned ${records.length}`);
    }),
    define("fetch returns what there is when the time is up before there are minBytes", async (trial) => {
      const topic = await trial.topic();
      const offset = await trial.append(topic, [recordOf("few bytes")]);
      const found = await trial.fetch(topic, offset, { minBytes: 10_000, maxWaitMs: 50 });
      check(recordsOf(found).length === 1, "fetch kept back the record that was there");
    }),
    define("a record without key and value ends the wait of a fetch", async (trial) => {
      const { records } = await fetchedWaiting(trial, [], recordOf("", { value: null }));
      check(records[0]?.value === null, "fetch returned without the record");
    }),
    define("a fetch with room for one record gives that of the partition asked for first", async (trial) => {
      const reader = await trial.reader();
      const { topic, leader, partitions } = await partitionsOfOneLeader(trial);
      const queries: { topic: string; partition: number; offset: bigint }[] = [];
      for (const partition of partitions.slice(0, 2)) {
        const offset = await trial.append(topic, [recordOf("x".repeat(1_000))], partition);
        queries.push({ topic, partition, offset });
      }
      for (const wanted of [queries, queries.toReversed()]) {
        const found = await reader.fetch(leader, wanted, { ...noLimits, maxBytes: 10 });
        const given = found.flatMap((one) => (recordsOf(one).length > 0 ? [one.partition] : []));
        const asked = wanted.map(({ partition }) => partition);
        check(given.join() === String(asked[0]), `asked for ${asked.join()} it gave ${given.join()}`);
      }
    }),
    define("fetch keeps to its limits, but gives the first record whole", async (trial) => {
      const topic = await trial.topic();
      const large = "x".repeat(1_000);
      const base = await trial.append(topic, [recordOf(large)]);
      for (let more = 0; more < 9; more += 1) await trial.append(topic, [recordOf(large)]);
      for (const limits of [{ maxBytes: 10 }, { maxBytesPerPartition: 10 }]) {
        const records = recordsOf(await trial.fetch(topic, base, limits));
        check(records[0]?.value?.length === 1_000, "a record over the limits did not come whole");
        check(records.length < 10, "of ten records over the limits all came at once");
      }
    }),
    define("fetch reads several partitions; an unknown one is its own error", async (trial) => {
      const [topic, reader] = [await trial.topic(), await trial.reader()];
      const base = await trial.append(topic, [recordOf("here")]);
      const wanted = [
        { topic, partition: 99, offset: 0n },
        { topic, partition: 0, offset: base },
      ];
      const found = await reader.fetch(await trial.leaderOf(reader, topic), wanted, noLimits);
      const unknown = found.find(({ partition }) => partition === 99)?.error;
      checkError("the unknown partition", unknown, "UNKNOWN_TOPIC_OR_PARTITION");
      const error = found.find(({ partition }) => partition === 0)?.error;
      check(error === undefined, `the partition beside it has an error, too: ${String(error)}`);
    }),
    define("an offset outside the log is OFFSET_OUT_OF_RANGE", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, [recordOf("a")]);
      const found = await trial.fetch(topic, base + 1_000n);
      checkError("an offset past the end", found?.error, "OFFSET_OUT_OF_RANGE");
    }),
    define("fetched records stay as they are when more is fetched", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, [recordOf("first")]);
      await trial.append(topic, [recordOf("other")]);
      const records = await trial.read(topic, base, base + 2n);
      const before = records.map(bytesOf);
      await trial.read(topic, base + 1n, base + 2n);
      check(sameValue(records.map(bytesOf), before), "a fetch changed the bytes of the one before");
    }),
    define("fetched bytes belong to the reader: writing to them does not change the log", async (trial) => {
      const topic = await trial.topic();
      const base = await trial.append(topic, [recordOf("as it was")]);
      const [before] = await trial.read(topic, base, base + 1n);
      const bytes = before === undefined ? [] : bytesOf(before);
      before?.value?.fill(0);
      const [after] = await trial.read(topic, base, base + 1n);
      check(after !== undefined && sameValue(bytesOf(after), bytes), "the next reader gets what this one wrote");
    }),
    define("a fetch rejects with its signal's reason when that aborts", async (trial) => {
      const [abort, reason] = [new AbortController(), new Error("the case aborts")];
      const { pending } = await waitingFetch(trial, abort.signal);
      abort.abort(reason);
      const error = await rejectionOf("the aborted fetch", () => pending);
      check(error === reason, `the aborted fetch rejected with ${String(error)}, not with the signal's reason`, error);
    }),
    define("a fetch rejects with its signal's reason when that has aborted before", async (trial) => {
      const reason = new Error("the case aborts");
      const { pending } = await waitingFetch(trial, AbortSignal.abort(reason));
      const error = await rejectionOf("the fetch", () => pending);
      check(error === reason, `the fetch rejected with ${String(error)}, not with the signal's reason`, error);
    }),
    define("the connection of an aborted fetch can still be used", async (trial) => {
      const abort = new AbortController();
      const { topic, offset, pending } = await waitingFetch(trial, abort.signal);
      abort.abort();
      await pending.catch(() => undefined);
      await trial.append(topic, [recordOf("after")]);
      check((await trial.read(topic, offset, offset + 1n)).length === 1, "the record is not there");
    }),
  ];
}

function recordsOf(found: FetchedPartition | undefined): readonly LogRecord[] {
  check(found?.error === undefined, `fetch returned ${String(found?.error)}`, found?.error);
  return found?.records ?? [];
}

function bytesOf({ value }: LogRecord): number[] {
  return [...(value ?? [])];
}

/** Several partitions of a new topic that have the same leader. There are some if the topic has more than there are nodes. */
async function partitionsOfOneLeader(
  trial: Trial,
): Promise<{ readonly topic: string; readonly leader: number; readonly partitions: readonly number[] }> {
  for (let count = 4; ; count *= 4) {
    const topic = await trial.topic(count);
    const { partitions = [] } = await trial.known(await trial.reader(), topic, count);
    for (const [leader, led] of groupBy(partitions, (one) => one.leader)) {
      if (led.length > 1) return { topic, leader, partitions: led.map(({ partition }) => partition) };
    }
  }
}

/** A fetch at the end of a new topic, which waits for longer than the case may take. */
async function waitingFetch(
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly topic: string; readonly offset: bigint; readonly pending: Promise<FetchedPartition[]> }> {
  const [topic, reader] = [await trial.topic(), await trial.reader()];
  const offset = await trial.endOf(topic);
  const leader = await trial.leaderOf(reader, topic);
  const limits = { ...noLimits, maxWaitMs: 10 * trial.timeoutMs };
  const pending = reader.fetch(leader, [{ topic, partition: 0, offset }], limits, { signal });
  // It may reject before the case looks at it.
  pending.catch(() => undefined);
  // Another connection's round trip gives the fetch time to reach the log.
  await (await trial.open("read")).metadata([topic]);
  return { topic, offset, pending };
}

/** What a fetch returns that starts before `news` is written, from the first of the records that were there before. */
async function fetchedWaiting(
  trial: Trial,
  before: readonly ProducerRecord[],
  news: ProducerRecord,
  limits: Partial<FetchLimits> = {},
): Promise<{ readonly offset: bigint; readonly records: readonly LogRecord[] }> {
  const topic = await trial.topic();
  const offset = await trial.endOf(topic);
  if (before.length > 0) await trial.append(topic, before);
  const reader = await trial.reader();
  const leader = await trial.leaderOf(reader, topic);
  const patient = { ...noLimits, maxWaitMs: trial.timeoutMs, ...limits };
  const waiting = reader.fetch(leader, [{ topic, partition: 0, offset }], patient);
  const [[found]] = await Promise.all([waiting, trial.append(topic, [news])]);
  return { offset, records: recordsOf(found) };
}
