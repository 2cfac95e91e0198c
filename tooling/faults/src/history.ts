import { DataQueueError } from "@dataqueues/core";
import type { RecordMetadata } from "@dataqueues/core";

import { checksumOf, numberedPayload } from "./payload.ts";
import { PartitionStopwatches, Stopwatch } from "./stopwatch.ts";

/**
 * What became of one message. An `unknown` or `excluded` one may be in the log or not; a `failed` one must not be
 * there.
 */
type Outcome = "acknowledged" | "failed" | "unknown" | "excluded";

interface Entry {
  readonly producer: number;
  readonly sequence: number;
  readonly topic: string;
  readonly checksum: number;
  outcome: Outcome;
  settled: boolean;
  partition: number;
  offset: bigint;
}

/** One sender. Its messages are numbered in the order in which it calls `send`. */
export interface Sender {
  readonly topic: string;
  /** Bytes of each payload; 100 by default. */
  readonly bytes?: number;
  /** Sends a payload. */
  readonly send: (payload: Uint8Array, sequence: number) => Promise<RecordMetadata>;
}

/** With these codes nothing was written. With any other code the record may be in the log. */
const refusals: ReadonlySet<string> = new Set([
  "RECORD_TOO_LARGE",
  "NO_TOPIC",
  "TOPIC_AUTHORIZATION_FAILED",
  "INVALID_TOPIC_EXCEPTION",
]);

/** Every message that was sent, with the outcome that its sender got. The checker compares the log with it. */
export class History {
  /** Counts acknowledgements. */
  readonly stopwatch: Stopwatch = new Stopwatch();
  /** Counts acknowledgements of single partitions. */
  readonly watches: PartitionStopwatches = new PartitionStopwatches();
  readonly #entries: Entry[] = [];
  readonly #rejections = new Map<string, number>();
  #producers = 0;
  #acknowledged = 0;
  /** All entries before this one are settled. */
  #settled = 0;

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many messages were sent, whatever became of them. */
  get sent(): number {
    return this.#entries.length;
  }

  /** Whether the first `count` messages have all been acknowledged or rejected. */
  hasSettled(count: number): boolean {
    while (this.#entries[this.#settled]?.settled) this.#settled += 1;
    return this.#settled >= count;
  }

  get rejected(): number {
    return [...this.#rejections.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How often sends were rejected, by the error's message without its numbers. */
  get rejections(): ReadonlyMap<string, number> {
    return this.#rejections;
  }

  /**
   * Registers a sender and returns a function that sends its next message. That function's promise never rejects: it
   * resolves when the outcome of the message is in the history.
   */
  sender({ topic, bytes = 100, send }: Sender): () => Promise<void> {
    const producer = this.#producers++;
    let next = 0;
    return async () => {
      const sequence = next++;
      const payload = numberedPayload({ producer, sequence }, bytes);
      const entry: Entry = {
        producer,
        sequence,
        topic,
        checksum: checksumOf(payload),
        outcome: "unknown",
        settled: false,
        partition: -1,
        offset: -1n,
      };
      this.#entries.push(entry);
      try {
        const { partition, offset } = await send(payload, sequence);
        if (entry.outcome !== "excluded") {
          Object.assign(entry, { outcome: "acknowledged", partition, offset } satisfies Partial<Entry>);
        }
        this.#acknowledged += 1;
        this.stopwatch.tick();
        this.watches.tick(topic, partition);
      } catch (error) {
        if (entry.outcome !== "excluded" && error instanceof DataQueueError && refusals.has(error.code))
          entry.outcome = "failed";
        const reason = String(error).replaceAll(/\d+/g, "…");
        this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1);
      }
      entry.settled = true;
    };
  }

  /**
   * Excludes the messages that were sent to a topic until now, because the topic was deleted. They may be in the log or
   * not, also those that are acknowledged later.
   */
  excludeTopic(topic: string): void {
    for (const entry of this.#entries) if (entry.topic === topic) entry.outcome = "excluded";
  }

  /** One line per message, for the checker: producer, sequence, topic, checksum, outcome, partition, offset. */
  lines(): string {
    return this.#entries
      .map((one) =>
        [one.producer, one.sequence, one.topic, one.checksum, one.outcome, one.partition, one.offset].join(","),
      )
      .join("\n");
  }
}
