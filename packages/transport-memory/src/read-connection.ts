import type { FetchedPartition, FetchLimits, FetchOptions, FetchQuery, ReadConnection } from "@dataqueues/core";
import { MemoryOffsetsConnection } from "./memory-connection.ts";
import { errorAt } from "./memory-log.ts";
import { PartitionLog, sizeOf } from "./partition-log.ts";

/** A connection that reads from a log in this process. */
export class MemoryReadConnection extends MemoryOffsetsConnection implements ReadConnection {
  fetch(
    leader: number,
    wanted: readonly FetchQuery[],
    limits: FetchLimits,
    { signal }: FetchOptions = {},
  ): Promise<FetchedPartition[]> {
    const fetchUntilEnough = async (ended: AbortSignal): Promise<FetchedPartition[]> => {
      const deadline = performance.now() + limits.maxWaitMs;
      for (;;) {
        const fetched = this.#fetchNow(leader, wanted, limits);
        const left = deadline - performance.now();
        if (fetched.some(({ error }) => error !== undefined) || byteCount(fetched) >= limits.minBytes) return fetched;
        if (left <= 0 || ended.aborted) return fetched;
        await this.log.nextChange(left, ended);
      }
    };
    return this.respond("fetch", wanted, fetchUntilEnough, signal);
  }

  #fetchNow(leader: number, wanted: readonly FetchQuery[], limits: FetchLimits): FetchedPartition[] {
    let availableBytes = limits.maxBytes;
    return wanted.map((query): FetchedPartition => {
      const { topic, partition, offset } = query;
      const found = this.partitionAt("fetch", leader, query);
      if (!(found instanceof PartitionLog)) return { topic, partition, error: found };
      const { logStartOffset, logEndOffset } = found;
      if (offset < logStartOffset || offset > logEndOffset) {
        return { topic, partition, error: errorAt("OFFSET_OUT_OF_RANGE", topic, partition) };
      }
      // As in Kafka, the first partition with records gives at least one; the others give what still fits.
      const records =
        availableBytes > 0 ? found.read(offset, Math.min(availableBytes, limits.maxBytesPerPartition)) : [];
      availableBytes -= records.reduce((sum, record) => sum + sizeOf(record), 0);
      return { topic, partition, records, nextOffset: offset + BigInt(records.length), highWatermark: logEndOffset };
    });
  }
}

function byteCount(fetched: readonly FetchedPartition[]): number {
  let bytes = 0;
  for (const one of fetched) {
    // Each record counts one byte more, so that a tombstone without a key also ends the wait.
    for (const record of one.error === undefined ? one.records : []) bytes += 1 + sizeOf(record);
  }
  return bytes;
}
