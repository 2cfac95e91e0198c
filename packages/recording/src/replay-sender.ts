import { DataQueueError, recordSize, unlessAborted } from "@dataqueues/core";
import type { DataQueueProducer } from "@dataqueues/core";

import type { PlacedRecord } from "./read-records.ts";
import { payloadBytes } from "./record-data.ts";
import type { Replayed } from "./replay.ts";

/** So many bytes and records wait to be acknowledged at most. */
const maxUnsettledBytes = 32 * 2 ** 20;
const maxUnsettled = 5_000;

/** How often progress is told, at most. */
const progressMs = 100;

/** What a sender works with. */
export interface ReplaySenderOptions {
  readonly producer: Pick<DataQueueProducer, "send">;
  readonly keepTimestamps: boolean;
  /** How many records there are to send. */
  readonly total: number;
  readonly signal: AbortSignal;
  readonly onProgress: ((progress: Replayed) => void) | undefined;
}

/** Sends records again, many at a time, and counts those that the log has acknowledged. */
export class ReplaySender {
  readonly #options: ReplaySenderOptions;
  #records = 0;
  #recordBytes = 0n;
  #unsettled = 0;
  #unsettledBytes = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #reportedAt = 0;

  constructor(options: ReplaySenderOptions) {
    this.#options = options;
  }

  /** What was acknowledged so far. */
  get replayed(): Replayed {
    const { total } = this.#options;
    const part = total === 0 ? 1 : Math.min(1, this.#records / total);
    return { records: this.#records, recordBytes: this.#recordBytes, part };
  }

  /** Sends a record to this topic; resolves when another one may come. Rejects once a record before it could not be sent. */
  async send(target: string, placed: PlacedRecord): Promise<void> {
    const { producer, keepTimestamps, signal } = this.#options;
    const { partition, record } = placed;
    const { key, value, headers } = record;
    const size = recordSize(record);
    this.#unsettled += 1;
    this.#unsettledBytes += size;
    // Kafka's -1 says that a record has no timestamp; a producer gives it that of now.
    const timestamp = keepTimestamps && record.timestamp >= 0 ? record.timestamp : undefined;
    producer.send(value, { topic: target, partition, key, headers, timestamp }).then(
      () => {
        this.#records += 1;
        this.#recordBytes += payloadBytes(record);
        this.#settled(size);
      },
      (error: unknown) => {
        this.#failure ??= { error: replayError(target, placed, error) };
        this.#settled(size);
      },
    );
    await this.#until(() => this.#unsettled < maxUnsettled && this.#unsettledBytes < maxUnsettledBytes);
    signal.throwIfAborted();
  }

  /** Resolves when the log has all that was sent. */
  async finish(): Promise<void> {
    await this.#until(() => this.#unsettled === 0);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (this.#failure === undefined && !condition()) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await unlessAborted(woken, this.#options.signal);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #settled(size: number): void {
    this.#unsettled -= 1;
    this.#unsettledBytes -= size;
    this.#report();
    this.#wake?.();
  }

  #report(): void {
    const now = performance.now();
    if (now - this.#reportedAt < progressMs) return;
    this.#reportedAt = now;
    try {
      this.#options.onProgress?.(this.replayed);
    } catch (error) {
      this.#failure ??= { error };
    }
  }
}

/** What helps against what a log refuses. */
const hints: Readonly<Record<string, string>> = {
  RECORD_TOO_LARGE: "raise max.message.bytes of the topic",
  MESSAGE_TOO_LARGE: "raise max.message.bytes of the topic",
  INVALID_TIMESTAMP: "change message.timestamp.before.max.ms or after.max.ms of the topic, or do not keep timestamps",
};

function replayError(target: string, { topic, partition, record }: PlacedRecord, cause: unknown): DataQueueError {
  const renamed = target === topic ? "" : ` (to topic ${target})`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof DataQueueError ? cause.code : "REPLAY_FAILED";
  const hint = hints[code] === undefined ? "" : `; ${hints[code]}`;
  const message = `cannot replay the record at ${topic}[${partition}] offset ${record.offset}${renamed}: ${reason}${hint}`;
  return new DataQueueError(message, { code, topic, partition, offset: record.offset, cause });
}
