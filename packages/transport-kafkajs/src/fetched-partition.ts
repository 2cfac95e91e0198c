import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { FetchedPartition, LogRecord } from "@dataqueues/core";
import { decompress } from "./compression.ts";
import { CommittedRecords } from "./protocol/committed-records.ts";
import { crc32c } from "./protocol/crc32c.ts";
import { decodeRecords } from "./protocol/decode-records.ts";
import type { FetchedBytes } from "./protocol/fetch.ts";
import { KeptBytes } from "./protocol/kept-bytes.ts";
import { readBatches } from "./protocol/read-batches.ts";

/**
 * The records of a fetched partition from offset `from` on. `nextOffset` is past each batch that was read, also when it
 * was empty, compacted, aborted or a mark of a transaction. A batch that cannot be read ends the answer; it is the error
 * of the next fetch, which begins with it.
 */
export async function fetchedPartition(
  fetched: FetchedBytes,
  from: bigint,
  checkCrcs: boolean,
): Promise<FetchedPartition> {
  const { topic, partition, highWatermark, recordSet } = fetched;
  const records: LogRecord[] = [];
  const kept = new KeptBytes();
  const committed = new CommittedRecords(fetched.abortedTransactions);
  let nextOffset = from;
  try {
    for (const batch of readBatches(recordSet)) {
      if (checkCrcs && crc32c(batch.checked) !== batch.crc) throw new RangeError("its checksum is wrong");
      if (committed.has(batch) && batch.lastOffset >= from) {
        const bytes = batch.compression === 0 ? batch.records : await decompress(batch.compression, batch.records);
        decodeRecords(bytes, batch, from, kept, records);
      }
      if (batch.lastOffset >= nextOffset) nextOffset = batch.lastOffset + 1n;
    }
    if (nextOffset === from && recordSet.length > 0) throw new RangeError("it is cut");
  } catch (cause) {
    if (nextOffset > from)
      return { topic, partition, records: readBefore(records, nextOffset), nextOffset, highWatermark };
    return { topic, partition, error: unreadable(cause, { topic, partition, offset: from }) };
  }
  return { topic, partition, records, nextOffset, highWatermark };
}

/** Without the records of a batch that broke off. */
function readBefore(records: LogRecord[], nextOffset: bigint): LogRecord[] {
  return records.filter(({ offset }) => offset < nextOffset);
}

function unreadable(
  cause: unknown,
  place: { readonly topic: string; readonly partition: number; readonly offset: bigint },
): TransportError {
  const where = `The record batch at offset ${place.offset} of ${place.topic} [${place.partition}] cannot be read`;
  const why = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof UnsupportedError ? "UNSUPPORTED_COMPRESSION_TYPE" : "CORRUPT_MESSAGE";
  return new TransportError(`${where}: ${why}`, { ...place, code, retriable: false, cause });
}
