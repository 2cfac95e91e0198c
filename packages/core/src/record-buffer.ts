import type { PartitionReader, Slice } from "./partition-reader.ts";
import type { LogRecord } from "./record.ts";
import { recordSize } from "./record-size.ts";

/** A record to deliver, with the partition it came from. */
export interface Delivery {
  readonly reader: PartitionReader;
  readonly record: LogRecord;
}

/** What a record costs beside its bytes: the objects around them. */
const recordOverhead = 100;

/**
 * Fetched records that wait to be delivered. Partitions take turns, one fetched slice each, so that a busy one does not
 * keep the others waiting; within a partition the order is the log's.
 */
export class RecordBuffer {
  readonly #turns: PartitionReader[] = [];
  #reader: PartitionReader | undefined;
  #slice: Slice | undefined;
  #index = 0;
  readonly #onRoom: () => void;

  /** @param onRoom - called when a slice has been delivered, so that there is room for another */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  push(reader: PartitionReader, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    let bytes = 0;
    for (const record of records) bytes += recordSize(record) + recordOverhead;
    reader.bufferedBytes += bytes;
    if (reader.slices.length === 0 && reader !== this.#reader) this.#turns.push(reader);
    reader.slices.push({ records, bytes });
  }

  /** The next record, if there is one. */
  take(): Delivery | undefined {
    if (this.#slice === undefined && !this.#nextSlice()) return undefined;
    const reader = this.#reader;
    const record = this.#slice?.records[this.#index];
    if (reader === undefined || record === undefined) return undefined;
    this.#index += 1;
    if (this.#index === this.#slice?.records.length) this.#endSlice();
    return { reader, record };
  }

  /** Forgets what was fetched for a partition. */
  discard(reader: PartitionReader): void {
    reader.slices.length = 0;
    reader.bufferedBytes = 0;
    const turn = this.#turns.indexOf(reader);
    if (turn >= 0) this.#turns.splice(turn, 1);
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    this.#slice = undefined;
  }

  #nextSlice(): boolean {
    this.#reader = this.#turns.shift();
    this.#slice = this.#reader?.slices.shift();
    this.#index = 0;
    return this.#slice !== undefined;
  }

  #endSlice(): void {
    const reader = this.#reader;
    if (reader !== undefined) {
      reader.bufferedBytes -= this.#slice?.bytes ?? 0;
      if (reader.slices.length > 0) this.#turns.push(reader);
    }
    this.#reader = undefined;
    this.#slice = undefined;
    this.#onRoom();
  }
}
