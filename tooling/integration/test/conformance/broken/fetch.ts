import type { FetchedPartition, LogRecord } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `fetch-cases.ts` a transport that breaks it alone. */
export const brokenFetch: Readonly<Record<string, Break>> = {
  "fetch reads from the asked offset on": (log) => {
    const batches = new Map<string, { readonly from: bigint; readonly to: bigint }>();
    return changed((connection) => ({
      async produce(leader, sent, options) {
        const results = await connection.produce(leader, sent, options);
        for (const [index, result] of results.entries()) {
          if (result.error !== undefined) continue;
          const to = result.baseOffset + BigInt(sent[index]?.records.length ?? 0);
          batches.set(result.topic, { from: result.baseOffset, to });
        }
        return results;
      },
      fetch(leader, wanted, ...rest) {
        // A log that keeps batches may return them whole: from the first record of the batch.
        const whole = wanted.map((query) => {
          const batch = batches.get(query.topic);
          const inside = batch !== undefined && query.offset > batch.from && query.offset < batch.to;
          return inside ? { ...query, offset: batch.from } : query;
        });
        return connection.fetch(leader, whole, ...rest);
      },
    }))(log);
  },

  "nextOffset is where to read on, highWatermark the end of the log": changed((connection) => ({
    fetch: async (...request) =>
      (await connection.fetch(...request)).map((found) =>
        found.error === undefined ? { ...found, highWatermark: found.highWatermark - 1n } : found,
      ),
  })),

  "fetch returns a record that is written while it waits": changed((connection) => ({
    async fetch(leader, wanted, limits, options) {
      const before = await connection.fetch(leader, wanted, { ...limits, maxWaitMs: 0 }, options);
      const news = await connection.fetch(leader, wanted, limits, options);
      const isEmpty = before.every((one) => one.error === undefined && one.records.length === 0);
      return isEmpty && byteCount(news) > 1 ? before : news;
    },
  })),

  "fetch returns without records when the time is up": changed((connection) => ({
    fetch: (leader, wanted, limits, options) =>
      connection.fetch(leader, wanted, limits.minBytes === 1 ? { ...limits, maxWaitMs: 600_000 } : limits, options),
  })),

  "fetch waits until there are minBytes": changed((connection) => ({
    fetch: (leader, wanted, limits, options) => connection.fetch(leader, wanted, { ...limits, minBytes: 1 }, options),
  })),

  "fetch returns what there is when the time is up before there are minBytes": changed((connection) => ({
    async fetch(leader, wanted, limits, options) {
      const found = await connection.fetch(leader, wanted, limits, options);
      const isError = found.some(({ error }) => error !== undefined);
      return !isError && byteCount(found) < limits.minBytes ? [] : found;
    },
  })),

  "a record without key and value ends the wait of a fetch": changed((connection) => ({
    async fetch(leader, wanted, limits, options) {
      const found = await connection.fetch(leader, wanted, limits, options);
      const isNothing = ({ key, value }: LogRecord): boolean => key === null && value === null;
      const isNews = found.some((one) => one.error !== undefined || !one.records.every(isNothing));
      if (isNews) return found;
      return connection.fetch(leader, wanted, { ...limits, minBytes: Infinity }, options);
    },
  })),

  "a fetch with room for one record gives that of the partition asked for first": changed((connection) => ({
    fetch: (leader, wanted, limits, options) =>
      connection.fetch(
        leader,
        wanted.toSorted((a, b) => a.partition - b.partition),
        limits,
        options,
      ),
  })),

  "fetch keeps to its limits, but gives the first record whole": changed((connection) => ({
    fetch: (leader, wanted, limits, options) =>
      connection.fetch(
        leader,
        wanted,
        wanted.length === 1 ? { ...limits, maxBytes: Infinity, maxBytesPerPartition: Infinity } : limits,
        options,
      ),
  })),

  "fetch reads several partitions; an unknown one is its own error": changed((connection) => ({
    async fetch(...request) {
      const found = await connection.fetch(...request);
      for (const { error } of found) if (error?.code === "UNKNOWN_TOPIC_OR_PARTITION") throw error;
      return found;
    },
  })),

  "an offset outside the log is OFFSET_OUT_OF_RANGE": changed((connection) => ({
    async fetch(leader, wanted, limits, options) {
      const found = await connection.fetch(leader, wanted, limits, options);
      return found.filter(({ error }) => error?.code !== "OFFSET_OUT_OF_RANGE");
    },
  })),

  "fetched records stay as they are when more is fetched": changed((connection) => {
    const scratch = new Uint8Array(65_536);
    return {
      fetch: async (...request) => (await connection.fetch(...request)).map((found) => placedIn(scratch, found)),
    };
  }),

  "fetched bytes belong to the reader: writing to them does not change the log": changed((connection) => {
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

  "a fetch rejects with its signal's reason when that aborts": changed((connection) => ({
    async fetch(leader, wanted, limits, options = {}) {
      options.signal?.throwIfAborted();
      return connection.fetch(leader, wanted, limits, options).catch((error: unknown) => {
        throw error === options.signal?.reason ? new Error("the fetch was aborted") : error;
      });
    },
  })),

  "a fetch rejects with its signal's reason when that has aborted before": changed((connection) => ({
    fetch: (leader, wanted, limits, options = {}) =>
      connection.fetch(leader, wanted, limits, options.signal?.aborted === true ? {} : options),
  })),

  "the connection of an aborted fetch can still be used": changed((connection) => ({
    fetch(leader, wanted, limits, options = {}) {
      const fetched = connection.fetch(leader, wanted, limits, options);
      options.signal?.addEventListener("abort", () => connection.close());
      return fetched;
    },
  })),
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
