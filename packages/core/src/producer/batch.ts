import type { ProducerRecord, RecordMetadata } from "../contract/record.ts";

/** A send that waits for its acknowledgement. */
export interface PendingSend {
  readonly record: ProducerRecord;
  /** Bytes of key, value and headers. */
  readonly size: number;
  /** `performance.now()` by which it must be settled. */
  readonly deadline: number;
  /** True once it was resolved or rejected, by the log or by its own abort signal. */
  settled: boolean;
  resolve(metadata: RecordMetadata): void;
  reject(error: unknown): void;
}

/** Sends that go to the log together, in this order; retries send the same batch again. */
export interface Batch {
  readonly sends: readonly PendingSend[];
  readonly bytes: number;
  readonly deadline: number;
}

/** The milliseconds until the deadline of a send or batch. */
export function timeLeft({ deadline }: { readonly deadline: number }): number {
  return Math.max(0, deadline - performance.now());
}

/** Removes the first sends from `pending`, as many as fit the limits, at least one. */
export function takeBatch(pending: PendingSend[], maxRecords: number, maxBytes: number): Batch {
  let bytes = 0;
  let count = 0;
  let deadline = Infinity;
  for (const send of pending) {
    if (count > 0 && (count === maxRecords || bytes + send.size > maxBytes)) break;
    bytes += send.size;
    count += 1;
    deadline = Math.min(deadline, send.deadline);
  }
  return { sends: pending.splice(0, count), bytes, deadline };
}

/** The two halves of a batch that is too large as a whole. */
export function splitBatch(batch: Batch): [Batch, Batch] {
  const middle = batch.sends.length >> 1;
  return [
    { ...batch, sends: batch.sends.slice(0, middle) },
    { ...batch, sends: batch.sends.slice(middle) },
  ];
}
