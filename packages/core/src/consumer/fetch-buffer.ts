import type { LogRecord } from "../contract/record.ts";
import { recordSize } from "../shared/record-size.ts";
import type { PartitionState } from "./partition-state.ts";

/** Records that one fetch brought for one partition. */
interface CompletedFetch {
  readonly partition: PartitionState;
  readonly records: readonly LogRecord[];
  readonly bytes: number;
}

/** A record to deliver, with the partition it came from. */
export interface FetchedRecord {
  readonly partition: PartitionState;
  readonly record: LogRecord;
}

/** What waits of one partition, and its size with the fetch that is being delivered. */
interface Queue {
  readonly fetches: CompletedFetch[];
  bytes: number;
}

/** What a record costs beside its bytes: the objects around them. */
const recordOverhead = 100;

/**
 * Fetched records that wait to be delivered. Partitions take turns, one fetch each, so that a busy one does not keep the
 * others waiting; within a partition the order is the log's.
 */
export class FetchBuffer {
  readonly #queues = new Map<PartitionState, Queue>();
  /** Partitions with fetches, in the order of their turns. */
  readonly #turns: PartitionState[] = [];
  /** What is being delivered, and its next record. */
  #current: CompletedFetch | undefined;
  #index = 0;
  readonly #onDelivered: () => void;

  /** @param onDelivered - called when a fetch has been delivered, so that there is room for another */
  constructor(onDelivered: () => void) {
    this.#onDelivered = onDelivered;
  }

  /** How many bytes wait of the partitions that a broker leads. */
  bytesOf(leader: number): number {
    let sum = 0;
    for (const [partition, { bytes }] of this.#queues) if (partition.leader === leader) sum += bytes;
    return sum;
  }

  /** The offset of the next record of a partition, if one waits. */
  nextOffsetOf(partition: PartitionState): bigint | undefined {
    const current = this.#current;
    if (current?.partition === partition) return current.records[this.#index]?.offset;
    return this.#queues.get(partition)?.fetches[0]?.records[0]?.offset;
  }

  push(partition: PartitionState, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    let bytes = 0;
    for (const record of records) bytes += recordSize(record) + recordOverhead;
    const queue = this.#queues.get(partition) ?? { fetches: [], bytes: 0 };
    this.#queues.set(partition, queue);
    if (queue.fetches.length === 0 && partition !== this.#current?.partition) this.#turns.push(partition);
    queue.fetches.push({ partition, records, bytes });
    queue.bytes += bytes;
  }

  /** The next record, if there is one. */
  take(): FetchedRecord | undefined {
    const current = (this.#current ??= this.#nextFetch());
    const record = current?.records[this.#index];
    if (current === undefined || record === undefined) return undefined;
    this.#index += 1;
    if (this.#index === current.records.length) this.#finish(current);
    return { partition: current.partition, record };
  }

  /** Forgets what was fetched for a partition. */
  discard(partition: PartitionState): void {
    this.#queues.delete(partition);
    const turn = this.#turns.indexOf(partition);
    if (turn >= 0) this.#turns.splice(turn, 1);
    if (this.#current?.partition === partition) this.#clearCurrent();
  }

  #nextFetch(): CompletedFetch | undefined {
    const partition = this.#turns.shift();
    return partition && this.#queues.get(partition)?.fetches.shift();
  }

  #finish({ partition, bytes }: CompletedFetch): void {
    const queue = this.#queues.get(partition);
    if (queue !== undefined) {
      queue.bytes -= bytes;
      if (queue.fetches.length > 0) this.#turns.push(partition);
      else this.#queues.delete(partition);
    }
    this.#clearCurrent();
    this.#onDelivered();
  }

  #clearCurrent(): void {
    this.#current = undefined;
    this.#index = 0;
  }
}
