import { setTimeout as sleep } from "node:timers/promises";

import { kafkaError, TransportError } from "@dataqueues/core";
import type { FetchedPartition, FetchLimits, FetchOptions, FetchQuery, ReadConnection } from "@dataqueues/core";

import { SqliteOffsetsConnection } from "./sqlite-connection.ts";

const pollMs = 10;

/** A connection that reads. SQLite answers at once, so only `fetch` has to wait. */
export class SqliteReadConnection extends SqliteOffsetsConnection implements ReadConnection {
  async fetch(
    _leader: number,
    wanted: readonly FetchQuery[],
    limits: FetchLimits,
    { signal }: FetchOptions = {},
  ): Promise<FetchedPartition[]> {
    const deadline = performance.now() + limits.maxWaitMs;
    const ended = signal === undefined ? this.closed : AbortSignal.any([signal, this.closed]);
    for (;;) {
      signal?.throwIfAborted();
      const fetched = await this.request(() => this.#fetchNow(wanted, limits));
      const isError = fetched.some(({ error }) => error !== undefined);
      if (isError || byteCount(fetched) >= limits.minBytes || performance.now() >= deadline) return fetched;
      // Aborting and closing end the pause; the next round rejects.
      await sleep(pollMs, undefined, { signal: ended }).catch(() => undefined);
    }
  }

  #fetchNow(wanted: readonly FetchQuery[], limits: FetchLimits): FetchedPartition[] {
    let availableBytes = limits.maxBytes;
    return wanted.map(({ topic, partition, offset }) => {
      const found = this.partition(topic, partition);
      if (found instanceof TransportError) return { topic, partition, error: found };
      const highWatermark = found.end();
      if (offset < 0n || offset > highWatermark) {
        const error = kafkaError("OFFSET_OUT_OF_RANGE", `${topic}[${partition}]`, { topic, partition, offset });
        return { topic, partition, error };
      }
      const maxBytes = Math.min(availableBytes, limits.maxBytesPerPartition);
      const records = availableBytes > 0 ? found.read(offset, maxBytes) : [];
      for (const { value } of records) availableBytes -= value?.length ?? 0;
      return { topic, partition, records, nextOffset: offset + BigInt(records.length), highWatermark };
    });
  }
}

/** The bytes of the fetched values, and one for each record, so that a record without a value also ends the wait. */
function byteCount(fetched: readonly FetchedPartition[]): number {
  const records = fetched.flatMap((one) => (one.error === undefined ? one.records : []));
  return records.reduce((sum, { value }) => sum + 1 + (value?.length ?? 0), 0);
}
