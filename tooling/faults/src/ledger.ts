import { DataQueueError } from "@dataqueues/core";
import type { RecordMetadata } from "@dataqueues/core";

import { PartitionWatches } from "./partition-watches.ts";
import { checksumOf, numberedPayload } from "./payload.ts";
import { Stopwatch } from "./stopwatch.ts";

/** What became of one message. Nobody knows whether an `unknown` one is in the log; a `failed` one must not be. */
type Outcome = "acknowledged" | "failed" | "unknown" | "forgiven";

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

/** One sender's messages, in the order in which it calls `send`. */
export interface Sender {
  readonly topic: string;
  /** Bytes of each payload; 100 by default. */
  readonly bytes?: number;
  /** Sends a payload, in whatever way is to be tested. */
  readonly send: (payload: Uint8Array, sequence: number) => Promise<RecordMetadata>;
}

/** These codes mean that nothing was written; with any other the record may be in the log. */
const refusals: ReadonlySet<string> = new Set([
  "RECORD_TOO_LARGE",
  "NO_TOPIC",
  "TOPIC_AUTHORIZATION_FAILED",
  "INVALID_TOPIC_EXCEPTION",
]);

/** Every message that was sent, and what its sender was told of it: what the log is judged by afterwards. */
export class Ledger {
  /** Runs from acknowledgement to acknowledgement. */
  readonly stopwatch: Stopwatch = new Stopwatch();
  /** Of single partitions, where somebody wants to know. */
  readonly watches: PartitionWatches = new PartitionWatches();
  readonly #entries: Entry[] = [];
  readonly #rejections = new Map<string, number>();
  #producers = 0;
  #acknowledged = 0;
  /** So many from the first on are settled. */
  #settled = 0;

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many messages were sent, whatever became of them. */
  get sent(): number {
    return this.#entries.length;
  }

  /** Whether the first so many messages have all been acknowledged or rejected. */
  hasSettled(count: number): boolean {
    while (this.#entries[this.#settled]?.settled) this.#settled += 1;
    return this.#settled >= count;
  }

  get rejected(): number {
    return [...this.#rejections.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How often sends were rejected, by their error's message without its numbers. */
  get rejections(): ReadonlyMap<string, number> {
    return this.#rejections;
  }

  /**
   * Gives a sender a number of its own and returns what sends its next message: a promise that resolves, whatever
   * became of the message, once that is known.
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
        if (entry.outcome !== "forgiven") {
          Object.assign(entry, { outcome: "acknowledged", partition, offset } satisfies Partial<Entry>);
        }
        this.#acknowledged += 1;
        this.stopwatch.tick();
        this.watches.tick(topic, partition);
      } catch (error) {
        if (entry.outcome !== "forgiven" && error instanceof DataQueueError && refusals.has(error.code))
          entry.outcome = "failed";
        const reason = String(error).replaceAll(/\d+/g, "…");
        this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1);
      }
      entry.settled = true;
    };
  }

  /**
   * Takes all messages for a topic up to now as ones that may be in its log or not, whatever their senders are told yet:
   * the topic was deleted.
   */
  forgive(topic: string): void {
    for (const entry of this.#entries) if (entry.topic === topic) entry.outcome = "forgiven";
  }

  /** A line for each message: producer, sequence, topic, checksum, outcome, partition, offset. */
  lines(): string {
    return this.#entries
      .map((one) =>
        [one.producer, one.sequence, one.topic, one.checksum, one.outcome, one.partition, one.offset].join(","),
      )
      .join("\n");
  }

  /** The topics that were sent to. */
  get topics(): ReadonlySet<string> {
    return new Set(this.#entries.map(({ topic }) => topic));
  }
}
