import type { LogRecord } from "../contract/record.ts";
import { recordSize } from "../shared/record-size.ts";
import type { PartitionState } from "./partition-state.ts";

/** A record to deliver, with the partition it came from. */
export interface FetchedRecord {
  readonly partition: PartitionState;
  readonly record: LogRecord;
  /** What was left out in its favour; only where that can be. */
  readonly skipped?: SkippedRecords | undefined;
}

/** Records that were left out: how many, the first at `from`, all before `to`. */
export interface SkippedRecords {
  readonly from: bigint;
  readonly to: bigint;
  readonly count: number;
}

/** What a buffer is told of a fetch. */
export interface FetchDetails {
  /** When it was asked for (`performance.now()`). */
  readonly askedAt: number;
  /** How many records were left out because only the newest are wanted, and from which offset on. */
  readonly passedOver: number;
  readonly passedFrom: bigint;
}

/** Fetched records that wait to be delivered. */
export interface RecordBuffer {
  /** Whether no record waits. */
  readonly isEmpty: boolean;
  /** How many bytes wait of the partitions that a broker leads. */
  bytesOf(leader: number): number;
  /** The lowest offset of the records of a partition, if one waits: where to go on if they are forgotten. */
  nextOffsetOf(partition: PartitionState): bigint | undefined;
  /** A partition of which at least `count` records wait and can be taken. */
  partitionWith(count: number): PartitionState | undefined;
  /** How many records wait of a partition. */
  countOf(partition: PartitionState): number;
  /** Adds what a fetch brought for a partition. */
  push(partition: PartitionState, records: readonly LogRecord[], fetch: FetchDetails): void;
  /** The next record, of a certain partition or of the one whose turn it is. */
  take(partition?: PartitionState): FetchedRecord | undefined;
  /** Forgets what was fetched for a partition. */
  discard(partition: PartitionState): void;
  /** A partition is paused. Where its records are forgotten, gives the lowest offset of them. */
  pause(partition: PartitionState): bigint | undefined;
}

/** Records that one fetch brought for one partition. */
interface CompletedFetch {
  readonly records: readonly LogRecord[];
  readonly bytes: number;
}

/** What waits of one partition. */
interface Queue {
  readonly fetches: CompletedFetch[];
  /** The next record of the first fetch. */
  index: number;
  /** How many records wait. */
  count: number;
  /** The size of all fetches, the one that is being delivered included. */
  bytes: number;
}

/** What a record costs beside its bytes: the objects around them. */
const recordOverhead = 100;

/**
 * Keeps all records. Partitions take turns, one fetch each, so that a busy one does not keep the others waiting; within a
 * partition the order is the log's.
 */
export class FetchBuffer implements RecordBuffer {
  readonly #queues = new Map<PartitionState, Queue>();
  /** Partitions with records, in the order of their turns. */
  readonly #turns: PartitionState[] = [];
  readonly #onDelivered: () => void;

  /** @param onDelivered - called when a fetch has been delivered, so that there is room for another */
  constructor(onDelivered: () => void) {
    this.#onDelivered = onDelivered;
  }

  get isEmpty(): boolean {
    return this.#turns.length === 0;
  }

  bytesOf(leader: number): number {
    let sum = 0;
    for (const [partition, { bytes }] of this.#queues) if (partition.leader === leader) sum += bytes;
    return sum;
  }

  nextOffsetOf(partition: PartitionState): bigint | undefined {
    const queue = this.#queues.get(partition);
    let lowest = queue?.fetches[0]?.records[queue.index]?.offset;
    // Offsets go down where a log was truncated or created again.
    for (const { records } of queue?.fetches.slice(1) ?? []) {
      const offset = records[0]?.offset;
      if (lowest !== undefined && offset !== undefined && offset < lowest) lowest = offset;
    }
    return lowest;
  }

  partitionWith(count: number): PartitionState | undefined {
    return this.#turns.find((partition) => this.countOf(partition) >= count);
  }

  countOf(partition: PartitionState): number {
    return this.#queues.get(partition)?.count ?? 0;
  }

  push(partition: PartitionState, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    let bytes = 0;
    for (const record of records) bytes += recordSize(record) + recordOverhead;
    let queue = this.#queues.get(partition);
    if (queue === undefined) {
      queue = { fetches: [], index: 0, count: 0, bytes: 0 };
      this.#queues.set(partition, queue);
      this.#turns.push(partition);
    }
    queue.fetches.push({ records, bytes });
    queue.count += records.length;
    queue.bytes += bytes;
  }

  take(partition: PartitionState | undefined = this.#turns[0]): FetchedRecord | undefined {
    const queue = partition && this.#queues.get(partition);
    const record = queue?.fetches[0]?.records[queue.index];
    if (partition === undefined || queue === undefined || record === undefined) return undefined;
    queue.index += 1;
    queue.count -= 1;
    if (queue.index === queue.fetches[0]?.records.length) this.#finishFetch(partition, queue);
    return { partition, record };
  }

  discard(partition: PartitionState): void {
    if (this.#queues.delete(partition)) this.#turns.splice(this.#turns.indexOf(partition), 1);
  }

  /** A paused partition takes no memory: what waits of it is fetched again. */
  pause(partition: PartitionState): bigint | undefined {
    const lowest = this.nextOffsetOf(partition);
    this.discard(partition);
    return lowest;
  }

  /** The first fetch of a partition was delivered: it is the others' turn. */
  #finishFetch(partition: PartitionState, queue: Queue): void {
    queue.bytes -= queue.fetches.shift()?.bytes ?? 0;
    queue.index = 0;
    this.#turns.splice(this.#turns.indexOf(partition), 1);
    if (queue.fetches.length > 0) this.#turns.push(partition);
    else this.#queues.delete(partition);
    this.#onDelivered();
  }
}
