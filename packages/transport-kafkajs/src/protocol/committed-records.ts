import { BytesReader } from "./bytes-reader.ts";
import type { AbortedTransaction } from "./fetch.ts";
import type { RecordBatch } from "./read-batches.ts";

const abortMark = 0;

/** Tells the batches with records to read from marks of transactions and from what an aborted transaction left. */
export class CommittedRecords {
  /** Aborted transactions that begin later, the first one last. */
  readonly #later: AbortedTransaction[];
  readonly #aborted = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#later = [...aborted].sort((one, other) => (one.firstOffset < other.firstOffset ? 1 : -1));
  }

  /** To be asked once for each batch, in the log's order. */
  has(batch: RecordBatch): boolean {
    for (let next = this.#later.at(-1); next !== undefined && next.firstOffset <= batch.lastOffset;) {
      this.#aborted.add(next.producerId);
      this.#later.pop();
      next = this.#later.at(-1);
    }
    if (batch.control) {
      if (isAbortMark(batch)) this.#aborted.delete(batch.producerId);
      return false;
    }
    return !(batch.transactional && this.#aborted.has(batch.producerId));
  }
}

/** A control record's key is two int16: a version and what it marks. */
function isAbortMark({ records, recordCount }: RecordBatch): boolean {
  if (recordCount === 0) return false;
  const reader = new BytesReader(records);
  reader.varint();
  reader.uint8();
  reader.varlong();
  reader.varint();
  if (reader.varint() < 4) return false;
  reader.int16();
  return reader.int16() === abortMark;
}
