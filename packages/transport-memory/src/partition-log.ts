import { recordSize } from "@dataqueues/core";
import type { KafkaErrorName, LogRecord, ProduceBatch, ProducerRecord } from "@dataqueues/core";

/** A batch that a producer wrote: its first sequence number, its number of records, and its first offset. */
interface WrittenBatch {
  readonly sequence: number;
  readonly count: number;
  readonly baseOffset: bigint;
}

interface ProducerState {
  readonly epoch: number;
  /** The last five batches; Kafka remembers as many. */
  readonly batches: readonly WrittenBatch[];
}

/** What became of a batch. */
export type Appended = { readonly baseOffset: bigint } | { readonly code: KafkaErrorName };

/**
 * One partition: records at consecutive offsets. As in Kafka, a batch that is one of its producer's last five is not
 * written again but gets its old offset, and a gap in the sequence is refused.
 */
export class PartitionLog {
  #leader: number;
  #leaderEpoch = 0;
  #records: LogRecord[] = [];
  #logStartOffset: bigint;
  readonly #producers = new Map<bigint, ProducerState>();

  constructor(leader: number, firstOffset: bigint) {
    this.#leader = leader;
    this.#logStartOffset = firstOffset;
  }

  /** The node that leads the partition, -1 for none. */
  get leader(): number {
    return this.#leader;
  }

  /** How often the leader was set. */
  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** Makes a node the leader, in a new epoch; -1 for none. */
  setLeader(node: number): void {
    this.#leader = node;
    this.#leaderEpoch += 1;
  }

  /** Why a node does not serve a request that was sent with this epoch; undefined where it does. */
  leadershipError(node: number, leaderEpoch: number = this.#leaderEpoch): KafkaErrorName | undefined {
    // As in Kafka, the epoch is looked at first.
    if (leaderEpoch < this.#leaderEpoch) return "FENCED_LEADER_EPOCH";
    if (leaderEpoch > this.#leaderEpoch) return "UNKNOWN_LEADER_EPOCH";
    return node === this.#leader ? undefined : "NOT_LEADER_OR_FOLLOWER";
  }

  /** The offset of the oldest record that is still there. */
  get logStartOffset(): bigint {
    return this.#logStartOffset;
  }

  /** The offset that the next record will have. */
  get logEndOffset(): bigint {
    return this.#logStartOffset + BigInt(this.#records.length);
  }

  /** The bytes of all keys, values and headers. */
  get size(): number {
    return this.#records.reduce((sum, record) => sum + recordSize(record), 0);
  }

  /** Appends a batch, whose bytes belong to the log from now on. */
  append({ records, identity, baseSequence }: ProduceBatch): Appended {
    const state = identity === undefined ? undefined : this.#producers.get(identity.producerId);
    // A newer epoch starts its sequence again.
    const batches = identity?.producerEpoch === state?.epoch ? (state?.batches ?? []) : [];
    if (identity !== undefined && state !== undefined) {
      if (identity.producerEpoch < state.epoch) return { code: "INVALID_PRODUCER_EPOCH" };
      const again = batches.find((one) => one.sequence === baseSequence && one.count === records.length);
      if (again !== undefined) return { baseOffset: again.baseOffset };
      const last = batches.at(-1);
      const expected = last === undefined ? 0 : (last.sequence + last.count) % 2 ** 31;
      if (baseSequence !== expected) return { code: "OUT_OF_ORDER_SEQUENCE_NUMBER" };
    }
    const baseOffset = this.logEndOffset;
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
    const from = Number(offset - this.#logStartOffset);
    let bytes = sizeOf(this.#records[from]);
    let to = from + 1;
    // Once the limit is reached, not even a record without bytes is added.
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
    const count = Number(offset - this.#logStartOffset);
    if (count <= 0) return;
    this.#records.splice(0, count);
    this.#logStartOffset = offset;
  }

  /** Drops the records from an offset on, as happens when a replica without them becomes the leader. */
  dropFrom(offset: bigint): void {
    this.#records.length = Math.max(0, Math.min(this.#records.length, Number(offset - this.#logStartOffset)));
  }

  /** Forgets all producers, as Kafka does when they were silent for a week. */
  forgetProducers(): void {
    this.#producers.clear();
  }
}

/** How much a record counts towards the limits of a fetch. */
export function sizeOf(record: ProducerRecord | undefined): number {
  return (record?.key?.length ?? 0) + (record?.value?.length ?? 0);
}

/** A copy: producers may use their buffers again, and consumers may write to what they got. */
export function copyOf({ key, value, headers, timestamp }: ProducerRecord): ProducerRecord {
  return {
    key: key?.slice() ?? null,
    value: value?.slice() ?? null,
    headers: headers.map(([name, bytes]) => [name, bytes?.slice() ?? null] as const),
    timestamp,
  };
}
