import type { LogRecord } from "../contract/record.ts";
import { startTimer } from "../shared/wait.ts";
import type { FetchDetails, FetchedRecord, RecordBuffer, SkippedRecords } from "./fetch-buffer.ts";
import type { PartitionState } from "./partition-state.ts";

/** The newest record of a partition or of a key, and what was left out for it. */
interface Newest {
  record: LogRecord;
  skipped: SkippedRecords | undefined;
  /** When it was asked for and when it came (`performance.now()`). */
  askedAt: number;
  cameAt: number;
  /** Since when it waits for its partition to be read to the end. */
  readonly waitsSince: number;
}

/** How long records of a partition that is behind its end are held back for newer ones. */
const catchUpMs = 500;

/** How long the program must have been busy for what came meanwhile to be old. */
const busyMs = 5;

/** How long the next fetch may take that brings what is newer than that; as long as the program was busy, if that is longer. */
const refetchMs = 25;

/**
 * Keeps the newest record of each partition, or of each key in it, so that a slow reader sees what is new and memory is
 * bounded by the number of partitions or keys.
 *
 * What a program finds after it was busy came while it was busy: newer records may be in the log already. So a record is
 * delivered when its partition was read to its end, by a fetch that was asked for after the program was busy.
 */
export class NewestBuffer implements RecordBuffer {
  readonly #latest: "partition" | "key";
  readonly #onReady: () => void;
  readonly #partitions = new Map<PartitionState, Map<string, Newest>>();
  /** When the last record was taken, until the program was seen not to be busy with it. */
  #takenAt: number | undefined;
  /** The end of the last time that the program was busy. */
  #busyUntil = -Infinity;
  /** Until when the next fetch is waited for. */
  #refetchUntil = -Infinity;
  #watching: ReturnType<typeof setTimeout> | undefined;
  /** Ends the wait for a record that is held back. */
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param signal - ends all timers
   * @param onReady - called when a record that was held back can be taken
   */
  constructor(latest: "partition" | "key", signal: AbortSignal, onReady: () => void) {
    this.#latest = latest;
    this.#onReady = onReady;
    const stop = (): void => {
      clearTimeout(this.#timer);
      clearTimeout(this.#watching);
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  get isEmpty(): boolean {
    return this.#partitions.size === 0;
  }

  /** Nothing: what waits does not keep newer records from being fetched. */
  bytesOf(): number {
    return 0;
  }

  nextOffsetOf(partition: PartitionState): bigint | undefined {
    let next: bigint | undefined;
    for (const { record } of this.#partitions.get(partition)?.values() ?? []) {
      if (next === undefined || record.offset < next) next = record.offset;
    }
    return next;
  }

  partitionWith(count: number): PartitionState | undefined {
    const now = performance.now();
    for (const [partition, waiting] of this.#partitions) {
      if (partition.paused || waiting.size < count) continue;
      let ready = 0;
      for (const newest of waiting.values()) if (this.#waitMs(partition, newest, now) === 0) ready += 1;
      if (ready >= count) return partition;
    }
    return undefined;
  }

  countOf(partition: PartitionState): number {
    return this.#partitions.get(partition)?.size ?? 0;
  }

  push(partition: PartitionState, records: readonly LogRecord[], fetch: FetchDetails): void {
    const { askedAt, passedOver, passedFrom } = fetch;
    const [first] = records;
    if (first === undefined) return;
    const waiting = this.#partitions.get(partition) ?? new Map<string, Newest>();
    this.#partitions.set(partition, waiting);
    const cameAt = performance.now();
    const fetched = new Map<string, Newest>();
    let before = passedOver;
    for (const record of records) {
      const key = this.#latest === "key" ? keyOf(record) : "";
      const older = waiting.get(key);
      const from = older?.skipped?.from ?? older?.record.offset ?? passedFrom;
      const count = (older?.skipped?.count ?? 0) + (older === undefined ? 0 : 1) + before;
      const skipped = count === 0 ? undefined : { from, to: record.offset, count };
      const newest = { record, skipped, askedAt, cameAt, waitsSince: older?.waitsSince ?? cameAt };
      waiting.set(key, newest);
      fetched.set(key, newest);
      before = 0;
    }
    // What is kept must not keep the memory of a whole fetch.
    for (const newest of fetched.values()) newest.record = withOwnMemory(newest.record);
  }

  take(only?: PartitionState): FetchedRecord | undefined {
    this.#noteBusy();
    const now = performance.now();
    let heldMs = Infinity;
    for (const [partition, waiting] of only === undefined ? this.#partitions : this.#entryOf(only)) {
      if (partition.paused) continue;
      for (const [key, newest] of waiting) {
        const waitMs = this.#waitMs(partition, newest, now);
        heldMs = Math.min(heldMs, waitMs);
        if (waitMs > 0) continue;
        this.#remove(partition, waiting, key);
        this.#watch();
        return { partition, record: newest.record, skipped: newest.skipped ?? { from: 0n, to: 0n, count: 0 } };
      }
    }
    // The timer is for those who wait for any partition.
    if (only !== undefined) return undefined;
    clearTimeout(this.#timer);
    this.#timer = startTimer(heldMs, this.#onReady);
    return undefined;
  }

  discard(partition: PartitionState): void {
    this.#partitions.delete(partition);
  }

  /** Forgets nothing: to fetch again would lose what was left out, and which keys were delivered. */
  pause(): bigint | undefined {
    return undefined;
  }

  *#entryOf(partition: PartitionState): Iterable<[PartitionState, Map<string, Newest>]> {
    const waiting = this.#partitions.get(partition);
    if (waiting !== undefined) yield [partition, waiting];
  }

  /** Takes a record out; the other partitions come first then. */
  #remove(partition: PartitionState, waiting: Map<string, Newest>, key: string): void {
    waiting.delete(key);
    this.#partitions.delete(partition);
    if (waiting.size > 0) this.#partitions.set(partition, waiting);
  }

  /** How long to hold back a record at most, in case that there is a newer one. */
  #waitMs({ atEnd, done }: PartitionState, { askedAt, cameAt, waitsSince }: Newest, now: number): number {
    const busyUntil = this.#busyUntil;
    const maybeOld = askedAt < busyUntil && cameAt < busyUntil + busyMs;
    const untilFetched = maybeOld && !done ? this.#refetchUntil - now : 0;
    const untilAtEnd = atEnd || done ? 0 : waitsSince + catchUpMs - now;
    return Math.max(0, untilFetched, untilAtEnd);
  }

  /** A record was taken: the program is busy from now on, until a timer or the next call shows that it is not. */
  #watch(): void {
    this.#takenAt = performance.now();
    this.#watching ??= setTimeout(() => {
      this.#watching = undefined;
      this.#noteBusy();
    }, 0);
  }

  #noteBusy(): void {
    const now = performance.now();
    const busyFor = this.#takenAt === undefined ? 0 : now - this.#takenAt;
    if (busyFor > busyMs) {
      this.#busyUntil = now;
      this.#refetchUntil = now + Math.max(refetchMs, busyFor);
    }
    this.#takenAt = undefined;
  }
}

const latin1: TextDecoder = new TextDecoder("latin1");

/** A text for the bytes of a key; records without a key have one in common. */
function keyOf({ key }: LogRecord): string {
  return key === null ? "" : `:${latin1.decode(key)}`;
}

function withOwnMemory(record: LogRecord): LogRecord {
  const own = (bytes: Uint8Array | null): Uint8Array | null =>
    bytes === null || bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  const headers = record.headers.map(([name, value]) => [name, own(value)] as const);
  return { ...record, key: own(record.key), value: own(record.value), headers };
}
