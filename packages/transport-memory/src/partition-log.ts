import type { LogRecord, ProduceBatch, ProducerRecord } from "@dataqueues/core";

/** A batch that a producer wrote: its first sequence number and how many records, and where they stand. */
interface WrittenBatch {
  readonly sequence: number;
  readonly count: number;
  readonly baseOffset: bigint;
}

interface ProducerState {
  readonly epoch: number;
  /** The last five batches, as many as Kafka remembers. */
  readonly batches: readonly WrittenBatch[];
}

/** What became of a batch. */
export type Appended = { readonly baseOffset: bigint } | { readonly code: string };

/**
 * One partition: records at consecutive offsets. It recognises batches that a producer sends again, as Kafka does: one
 * of a producer's last five is answered with its old offset, a gap in the sequence is refused.
 */
export class PartitionLog {
  leader: number;
  #records: LogRecord[] = [];
  #first: bigint;
  readonly #producers = new Map<bigint, ProducerState>();

  constructor(leader: number, firstOffset: bigint) {
    this.leader = leader;
    this.#first = firstOffset;
  }

  /** The offset of the oldest record that is still there. */
  get first(): bigint {
    return this.#first;
  }

  /** The offset that the next record will have. */
  get end(): bigint {
    return this.#first + BigInt(this.#records.length);
  }

  /** Appends a batch whose bytes are the log's own from now on. */
  append({ records, identity, baseSequence }: ProduceBatch): Appended {
    const state = identity === undefined ? undefined : this.#producers.get(identity.producerId);
    // With a newer epoch a producer begins anew.
    const batches = identity?.producerEpoch === state?.epoch ? (state?.batches ?? []) : [];
    if (identity !== undefined && state !== undefined) {
      if (identity.producerEpoch < state.epoch) return { code: "INVALID_PRODUCER_EPOCH" };
      const again = batches.find((one) => one.sequence === baseSequence && one.count === records.length);
      if (again !== undefined) return { baseOffset: again.baseOffset };
      const last = batches.at(-1);
      const expected = last === undefined ? 0 : (last.sequence + last.count) % 2 ** 31;
      if (baseSequence !== expected) return { code: "OUT_OF_ORDER_SEQUENCE_NUMBER" };
    }
    const baseOffset = this.end;
    records.forEach((record, index) => this.#records.push({ ...record, offset: baseOffset + BigInt(index) }));
    if (identity !== undefined) {
      const written = { sequence: baseSequence, count: records.length, baseOffset };
      this.#producers.set(identity.producerId, {
        epoch: identity.producerEpoch,
        batches: [...batches, written].slice(-5),
      });
    }
    return { baseOffset };
  }

  /** Copies of the records from an offset on, at least one if there is any, up to `maxBytes`. */
  read(offset: bigint, maxBytes: number): LogRecord[] {
    const from = Number(offset - this.#first);
    let bytes = sizeOf(this.#records[from]);
    let to = from + 1;
    // A full answer takes no more, not even a record without bytes.
    while (to < this.#records.length && bytes < maxBytes) {
      bytes += sizeOf(this.#records[to]);
      if (bytes > maxBytes) break;
      to += 1;
    }
    return this.#records.slice(from, to).map(({ offset, ...record }) => ({ ...copyOf(record), offset }));
  }

  /** The offset of the first record at or after a time, -1 if there is none. */
  offsetAt(timestamp: number): bigint {
    return this.#records.find((record) => record.timestamp >= timestamp)?.offset ?? -1n;
  }

  /** Drops the records before an offset, as retention does. */
  dropBefore(offset: bigint): void {
    const count = Number(offset - this.#first);
    if (count <= 0) return;
    this.#records.splice(0, count);
    this.#first = offset;
  }

  /** Drops the records from an offset on, as a log does that was elected leader without having them. */
  dropFrom(offset: bigint): void {
    this.#records.length = Math.max(0, Math.min(this.#records.length, Number(offset - this.#first)));
  }

  /** Forgets all producers, as a log does that has not heard of them for long. */
  forgetProducers(): void {
    this.#producers.clear();
  }
}

/** How much a record counts towards the limits of a fetch. */
export function sizeOf(record: ProducerRecord | undefined): number {
  return (record?.key?.length ?? 0) + (record?.value?.length ?? 0);
}

/** The log keeps bytes of its own: a producer may use its buffers again, and a consumer write to what it got. */
export function copyOf({ key, value, headers, timestamp }: ProducerRecord): ProducerRecord {
  return {
    key: key?.slice() ?? null,
    value: value?.slice() ?? null,
    headers: headers.map(([name, bytes]) => [name, bytes?.slice() ?? null] as const),
    timestamp,
  };
}
