import { BytesReader } from "./bytes-reader.ts";
import type { AbortedTransaction } from "./fetch.ts";
import type { RecordBatch } from "./record-batch.ts";

const abortMarker = 0;

/** Leaves out the batches of aborted transactions, and control batches, which mark where a transaction ends. */
export class AbortedTransactionFilter {
  /** Transactions that begin after the batches seen so far, the first one last. */
  readonly #upcoming: AbortedTransaction[];
  /** Producers whose current transaction was aborted. */
  readonly #producerIds = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#upcoming = [...aborted].sort((one, other) => (one.firstOffset < other.firstOffset ? 1 : -1));
  }

  /** Whether a batch has records to deliver. Call it once for each batch, in the order of the log. */
  accepts(batch: RecordBatch): boolean {
    for (let next = this.#upcoming.at(-1); next !== undefined && next.firstOffset <= batch.lastOffset;) {
      this.#producerIds.add(next.producerId);
      this.#upcoming.pop();
      next = this.#upcoming.at(-1);
    }
    if (batch.control) {
      if (isAbortMarker(batch)) this.#producerIds.delete(batch.producerId);
      return false;
    }
    return !(batch.transactional && this.#producerIds.has(batch.producerId));
  }
}

/**
 * Whether a control batch says that its producer's transaction was aborted. The key of its one record tells:
 *
 * ```text
 * version: int16
 * type: int16 (0: abort, 1: commit)
 * ```
 *
 * https://kafka.apache.org/documentation/#controlbatch
 */
function isAbortMarker({ records, recordCount }: RecordBatch): boolean {
  if (recordCount === 0) return false;
  const reader = new BytesReader(records);
  reader.varint(); // length
  reader.uint8(); // attributes
  reader.varlong(); // timestampDelta
  reader.varint(); // offsetDelta
  const keyLength = reader.varint();
  if (keyLength < 4) return false;
  reader.int16(); // version
  return reader.int16() === abortMarker;
}
