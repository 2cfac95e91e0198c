import type { FetchedPartition, LogRecord } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `fetch-cases.ts` a transport with just that one broken. */
export const brokenFetch: Readonly<Record<string, Break>> = {
  "fetch reads from the asked offset on": changed((connection) => {
    const batches = new Map<string, { readonly from: bigint; readonly to: bigint }>();
    return {
      async produce(leader, sent, options) {
        const answers = await connection.produce(leader, sent, options);
        for (const [index, answer] of answers.entries()) {
          if (answer.error !== undefined) continue;
          const to = answer.baseOffset + BigInt(sent[index]?.records.length ?? 0);
          batches.set(answer.topic, { from: answer.baseOffset, to });
        }
        return answers;
      },
      fetch(leader, wanted, limits) {
        // As logs keep records in batches, so this gives them: from the first record of the batch.
        const whole = wanted.map((query) => {
          const batch = batches.get(query.topic);
          const inside = batch !== undefined && query.offset > batch.from && query.offset < batch.to;
          return inside ? { ...query, offset: batch.from } : query;
        });
        return connection.fetch(leader, whole, limits);
      },
    };
  }),

  "nextOffset is where to read on, highWatermark the end of the log": changed((connection) => ({
    fetch: async (...request) =>
      (await connection.fetch(...request)).map((found) =>
        found.error === undefined ? { ...found, highWatermark: found.highWatermark - 1n } : found,
      ),
  })),

  "fetch answers with a record that comes while it waits": changed((connection) => ({
    async fetch(leader, wanted, limits) {
      const before = await connection.fetch(leader, wanted, { ...limits, maxWaitMs: 0 });
      const news = await connection.fetch(leader, wanted, limits);
      const isEmpty = before.every((one) => one.error === undefined && one.records.length === 0);
      return isEmpty && byteCount(news) > 1 ? before : news;
    },
  })),

  "fetch answers without records when the time is up": changed((connection) => ({
    fetch: (leader, wanted, limits) =>
      connection.fetch(leader, wanted, limits.minBytes === 1 ? { ...limits, maxWaitMs: 600_000 } : limits),
  })),

  "fetch waits until there are minBytes": changed((connection) => ({
    fetch: (leader, wanted, limits) => connection.fetch(leader, wanted, { ...limits, minBytes: 1 }),
  })),

  "fetch gives what there is when the time is up before there are minBytes": changed((connection) => ({
    async fetch(leader, wanted, limits) {
      const found = await connection.fetch(leader, wanted, limits);
      const isError = found.some(({ error }) => error !== undefined);
      return !isError && byteCount(found) < limits.minBytes ? [] : found;
    },
  })),

  "a record without key and value is news for a fetch that waits": changed((connection) => ({
    async fetch(leader, wanted, limits) {
      const found = await connection.fetch(leader, wanted, limits);
      const isNothing = ({ key, value }: LogRecord): boolean => key === null && value === null;
      const isNews = found.some((one) => one.error !== undefined || !one.records.every(isNothing));
      if (isNews) return found;
      return connection.fetch(leader, wanted, { ...limits, minBytes: Infinity });
    },
  })),

  "fetch with room for one record gives that of the partition that was asked for first": changed((connection) => ({
    fetch: (leader, wanted, limits) =>
      connection.fetch(
        leader,
        wanted.toSorted((a, b) => a.partition - b.partition),
        limits,
      ),
  })),

  "fetch keeps to its limits, but gives the first record whole": changed((connection) => ({
    fetch: (leader, wanted, limits) =>
      connection.fetch(
        leader,
        wanted,
        wanted.length === 1 ? { ...limits, maxBytes: Infinity, maxBytesPerPartition: Infinity } : limits,
      ),
  })),

  "fetch reads several partitions, an unknown one is its own error": changed((connection) => ({
    async fetch(...request) {
      const found = await connection.fetch(...request);
      for (const { error } of found) if (error?.code === "UNKNOWN_TOPIC_OR_PARTITION") throw error;
      return found;
    },
  })),

  "an offset outside the log is OFFSET_OUT_OF_RANGE": changed((connection) => ({
    async fetch(leader, wanted, limits) {
      const found = await connection.fetch(leader, wanted, limits);
      return found.filter(({ error }) => error?.code !== "OFFSET_OUT_OF_RANGE");
    },
  })),

  "records that were fetched stay as they are when more is fetched": changed((connection) => {
    const scratch = new Uint8Array(65_536);
    return {
      fetch: async (...request) => (await connection.fetch(...request)).map((found) => placedIn(scratch, found)),
    };
  }),

  "what was fetched is the reader's: writing to it does not change the log": changed((connection) => {
    const values = new Map<string, Uint8Array | null>();
    return {
      async fetch(...request) {
        return (await connection.fetch(...request)).map((found) => {
          if (found.error !== undefined) return found;
          const records = found.records.map((record) => {
            const at = `${found.topic} ${record.offset}`;
            const value = values.get(at) ?? record.value;
            values.set(at, value);
            return { ...record, value };
          });
          return { ...found, records };
        });
      },
    };
  }),
};

/** The same records with their values one after the other in `bytes`. */
function placedIn(bytes: Uint8Array, found: FetchedPartition): FetchedPartition {
  if (found.error !== undefined) return found;
  let end = 0;
  const records = found.records.map((record) => {
    if (record.value === null) return record;
    const start = end;
    end += record.value.length;
    bytes.set(record.value, start);
    return { ...record, value: bytes.subarray(start, end) };
  });
  return { ...found, records };
}

function byteCount(found: readonly FetchedPartition[]): number {
  const records = found.flatMap((one) => (one.error === undefined ? one.records : []));
  return records.reduce((sum, { value }) => sum + 1 + (value?.length ?? 0), 0);
}
