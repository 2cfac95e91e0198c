import type { PartitionState, CompletedFetch } from "./partition-state.ts";
import type { LogRecord } from "../contract/record.ts";
import { recordSize } from "../shared/record-size.ts";

/** A record to deliver, with the partition it came from. */
export interface FetchedRecord {
  readonly reader: PartitionState;
  readonly record: LogRecord;
}

/** What a record costs beside its bytes: the objects around them. */
const recordOverhead = 100;

/**
 * Fetched records that wait to be delivered. Partitions take turns, one fetched slice each, so that a busy one does not
 * keep the others waiting; within a partition the order is the log's.
 */
export class FetchBuffer {
  readonly #turns: PartitionState[] = [];
  /** What is being delivered, and its next record. */
  #slice: CompletedFetch | undefined;
  #index = 0;
  readonly #onRoom: () => void;

  /** @param onRoom - called when a slice has been delivered, so that there is room for another */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  push(reader: PartitionState, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    let bytes = 0;
    for (const record of records) bytes += recordSize(record) + recordOverhead;
    reader.bufferedBytes += bytes;
    if (reader.slices.length === 0 && reader !== this.#slice?.reader) this.#turns.push(reader);
    reader.slices.push({ reader, records, bytes });
  }

  /** The next record, if there is one. */
  take(): FetchedRecord | undefined {
    const slice = (this.#slice ??= this.#turns.shift()?.slices.shift());
    const record = slice?.records[this.#index];
    if (slice === undefined || record === undefined) return undefined;
    this.#index += 1;
    if (this.#index === slice.records.length) this.#end(slice);
    return { reader: slice.reader, record };
  }

  /** Forgets what was fetched for a partition. */
  discard(reader: PartitionState): void {
    reader.slices.length = 0;
    reader.bufferedBytes = 0;
    const turn = this.#turns.indexOf(reader);
    if (turn >= 0) this.#turns.splice(turn, 1);
    if (this.#slice?.reader === reader) this.#next();
  }

  #end({ reader, bytes }: CompletedFetch): void {
    reader.bufferedBytes -= bytes;
    if (reader.slices.length > 0) this.#turns.push(reader);
    this.#next();
    this.#onRoom();
  }

  #next(): void {
    this.#slice = undefined;
    this.#index = 0;
  }
}
