import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { FetchedPartition, LogRecord, TransportErrorCode } from "@dataqueues/core";
import { decompress } from "./compression.ts";
import { AbortedTransactionFilter } from "./protocol/aborted-transaction-filter.ts";
import { crc32c } from "./protocol/crc32c.ts";
import type { FetchedBytes } from "./protocol/fetch.ts";
import { decodeRecordBatches } from "./protocol/record-batch.ts";
import { decodeRecords } from "./protocol/records.ts";
import { SlabAllocator } from "./protocol/slab-allocator.ts";

/** What the partitions of a response share. */
export interface FetchContext {
  readonly checkCrcs: boolean;
  /** The most bytes of one batch once it is decompressed. */
  readonly maxBatchBytes: number;
  /** How many more bytes may be decompressed; once this is 0, the remaining compressed batches are left for the next fetch. */
  roomForDecompressed: number;
}

/**
 * The records of a fetched partition from offset `from` on. `nextOffset` is after the last batch that was read, also if that
 * was empty, compacted, aborted or the marker of a transaction. A batch that cannot be read ends the result; the next fetch
 * begins with it and gives its error.
 */
export async function fetchedPartition(
  fetched: FetchedBytes,
  from: bigint,
  context: FetchContext,
): Promise<FetchedPartition> {
  const { topic, partition, highWatermark, recordSet } = fetched;
  const records: LogRecord[] = [];
  const slabs = new SlabAllocator();
  const transactions = new AbortedTransactionFilter(fetched.abortedTransactions);
  let nextOffset = from;
  const result = (): FetchedPartition => ({ topic, partition, records, nextOffset, highWatermark });
  try {
    for (const batch of decodeRecordBatches(recordSet)) {
      const { compression, lastOffset } = batch;
      if (compression !== 0 && context.roomForDecompressed <= 0) return result();
      if (context.checkCrcs && crc32c(batch.crcData) !== batch.crc) throw new RangeError("its checksum is wrong");
      if (transactions.accepts(batch) && lastOffset >= from) {
        let bytes: Uint8Array = batch.records;
        if (compression !== 0) {
          bytes = await decompress(compression, batch.records, context.maxBatchBytes);
          context.roomForDecompressed -= bytes.length;
        }
        const isWanted = batch.baseOffset >= from;
        for (const record of decodeRecords(bytes, batch, slabs))
          if (isWanted || record.offset >= from) records.push(record);
      }
      if (lastOffset >= nextOffset) nextOffset = lastOffset + 1n;
    }
    if (nextOffset === from && recordSet.length > 0) throw new RangeError("it is cut, or ends before that offset");
  } catch (cause) {
    if (nextOffset === from) return { topic, partition, error: unreadable(cause, { topic, partition, offset: from }) };
  }
  return result();
}

function unreadable(
  cause: unknown,
  place: { readonly topic: string; readonly partition: number; readonly offset: bigint },
): TransportError {
  const where = `The record batch at offset ${place.offset} of ${place.topic} [${place.partition}] cannot be read`;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TransportError(`${where}: ${why}`, { ...place, code: codeOf(cause), retriable: false, cause });
}

function codeOf(cause: unknown): TransportErrorCode {
  if (cause instanceof UnsupportedError) return "UNSUPPORTED_COMPRESSION_TYPE";
  return cause instanceof TransportError ? cause.code : "CORRUPT_MESSAGE";
}
