import type { Stream } from "../display-messages.ts";

/** Of one record that was delivered. */
export interface Delivered {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: number;
  /** The record's, ms since 1970. */
  readonly timestamp: number;
  readonly skipped: number;
}

/** Over how many seconds rates are taken: metrics come once a second, so one second has none or two of them at times. */
const seconds = 5;

interface Partition {
  readonly topic: string;
  readonly partition: number;
  /** Records and bytes of the last seconds, the present one last. */
  readonly counts: { records: number; bytes: number }[];
  timestamp: number | undefined;
  /** How old the newest record was when it was delivered, ms. Nothing is known from the first one, which may be old. */
  delay: number | undefined;
  skipped: number;
}

/** Rates, lag and what was left out, of each partition. */
export class StreamStatistics {
  readonly #partitions = new Map<string, Partition>();

  /** A partition is read from now on; its counts stay if it was read before. */
  open(topic: string, partition: number): void {
    if (this.#partitions.has(`${topic}/${partition}`)) return;
    const counts = [{ records: 0, bytes: 0 }];
    const added = { topic, partition, counts, timestamp: undefined, delay: undefined, skipped: 0 };
    this.#partitions.set(`${topic}/${partition}`, added);
  }

  /** Forgets partitions that are not read any more. */
  retain(isRead: (topic: string, partition: number) => boolean): void {
    for (const [key, { topic, partition }] of this.#partitions) {
      if (!isRead(topic, partition)) this.#partitions.delete(key);
    }
  }

  /** A record was delivered at `now`, ms since 1970. */
  delivered(record: Delivered, now: number): void {
    const found = this.#partitions.get(`${record.topic}/${record.partition}`);
    const present = found?.counts.at(-1);
    if (found === undefined || present === undefined) return;
    present.records += 1;
    present.bytes += record.bytes;
    if (found.timestamp !== undefined) found.delay = Math.max(0, now - record.timestamp);
    found.timestamp = record.timestamp;
    found.skipped += record.skipped;
  }

  /**
   * What the page shows; called once a second, which begins a new one.
   *
   * @param lagOf - how many records of a partition are in the log and not delivered
   */
  takeSecond(now: number, lagOf: (topic: string, partition: number) => bigint | undefined): Stream[] {
    return [...this.#partitions.values()].map(({ topic, partition, counts, timestamp, delay, skipped }) => {
      const records = counts.reduce((sum, count) => sum + count.records, 0);
      const bytes = counts.reduce((sum, count) => sum + count.bytes, 0);
      const span = counts.length;
      counts.push({ records: 0, bytes: 0 });
      if (counts.length > seconds) counts.shift();
      const isBehind = (lagOf(topic, partition) ?? 0n) > 0n;
      const lagMs = isBehind && timestamp !== undefined ? Math.max(0, now - timestamp) : delay;
      return { topic, partition, recordsPerSecond: records / span, bytesPerSecond: bytes / span, lagMs, skipped };
    });
  }
}
