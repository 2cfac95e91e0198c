import type { LogRecord } from "@dataqueues/core";
import { encodeRecord } from "@dataqueues/transport-websocket";

import type { EncodedRecords } from "../gateway-log.ts";

/** What a record takes in memory besides its bytes, about. */
const recordOverheadBytes = 256;

interface Entry {
  readonly offset: bigint;
  readonly chunk: Uint8Array;
}

/** How much is taken of a run. */
export interface RunLimits {
  /** Soft: the first record comes whole. */
  readonly maxBytes: number;
  /** Only the newest record is wanted. */
  readonly newestOnly: boolean;
}

/** What was taken of a run: `nextOffset` is after what was left out. */
export interface TakenRecords {
  readonly records: EncodedRecords;
  readonly nextOffset: bigint;
  readonly skipped: number;
}

/**
 * All records of a partition from one offset up to another, encoded. Offsets that have no record there, because of a
 * transaction's marker or compaction, are known to have none.
 */
export class RecordRun {
  #entries: Entry[] = [];
  /** How many entries at the front are gone. */
  #dropped = 0;
  #start: bigint;
  #end: bigint;
  #sizeBytes = 0;

  constructor(start: bigint) {
    this.#start = start;
    this.#end = start;
  }

  /** Another run with the same records, which grows for itself. */
  copy(): RecordRun {
    const copy = new RecordRun(this.#start);
    copy.#entries = this.#entries.slice(this.#dropped);
    copy.#end = this.#end;
    copy.#sizeBytes = this.#sizeBytes;
    return copy;
  }

  get start(): bigint {
    return this.#start;
  }

  /** The offset after the last that is known. */
  get end(): bigint {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#dropped === this.#entries.length;
  }

  /** What the run takes in memory, about. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Whether all that the log had from this offset on is known, up to the run's end. */
  covers(offset: bigint): boolean {
    return offset >= this.#start && offset <= this.#end;
  }

  /** Adds what the log gave from the run's end on; the bytes of its records, encoded. */
  append(records: readonly LogRecord[], nextOffset: bigint): number {
    let bytes = 0;
    for (const record of records) {
      // A record that is known already must not be in the run twice.
      if (record.offset < this.#end) continue;
      const chunk = encodeRecord(record, record.offset);
      this.#entries.push({ offset: record.offset, chunk });
      this.#end = record.offset + 1n;
      bytes += chunk.length;
      this.#sizeBytes += chunk.length + recordOverheadBytes;
    }
    if (nextOffset > this.#end) this.#end = nextOffset;
    return bytes;
  }

  /** Forgets the oldest records until the run takes at most so much. */
  trim(sizeBytes: number): void {
    while (this.#sizeBytes > sizeBytes) {
      const oldest = this.#entries[this.#dropped];
      if (oldest === undefined) return;
      this.#dropped += 1;
      this.#start = oldest.offset + 1n;
      this.#sizeBytes -= oldest.chunk.length + recordOverheadBytes;
      // So that dropping takes constant time, and the dropped half is let go of.
      if (this.#dropped * 2 >= this.#entries.length) {
        this.#entries = this.#entries.slice(this.#dropped);
        this.#dropped = 0;
      } else this.#entries[this.#dropped - 1] = forgotten;
    }
  }

  /** Takes the records from an offset on. From before the run only the newest can be taken: what is between counts as skipped. */
  take(offset: bigint, { maxBytes, newestOnly }: RunLimits): TakenRecords {
    const first = this.#indexOf(offset);
    if (newestOnly) return this.#takeNewest(offset, first);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    let nextOffset = this.#end;
    for (let index = first; index < this.#entries.length; index++) {
      const { offset: next, chunk } = this.#entries[index] ?? forgotten;
      if (chunks.length > 0 && bytes + chunk.length > maxBytes) {
        nextOffset = next;
        break;
      }
      chunks.push(chunk);
      bytes += chunk.length;
    }
    return { records: { count: chunks.length, bytes, chunks }, nextOffset, skipped: 0 };
  }

  #takeNewest(offset: bigint, first: number): TakenRecords {
    const newest = this.#entries.at(-1);
    if (newest === undefined || newest.offset < offset) {
      return { records: { count: 0, bytes: 0, chunks: [] }, nextOffset: this.#end, skipped: 0 };
    }
    const before = offset < this.#start ? Number(this.#start - offset) : 0;
    const skipped = before + this.#entries.length - 1 - first;
    const { chunk } = newest;
    return { records: { count: 1, bytes: chunk.length, chunks: [chunk] }, nextOffset: this.#end, skipped };
  }

  /** The place of the first record at or after an offset. */
  #indexOf(offset: bigint): number {
    let low = this.#dropped;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] ?? forgotten).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const forgotten: Entry = { offset: -1n, chunk: new Uint8Array(0) };
