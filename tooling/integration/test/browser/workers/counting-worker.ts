/** Reads topics in a Worker, and keeps of each record where it is and the SHA-256 of its value. */
import { DataQueueConsumer, TransportError } from "@dataqueues/core";
import type { ConsumerOptions, DataQueueEvent, TopicPartition } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";

/** A record as the page saw it: partition, offset, SHA-256 of the value in hexadecimal. */
export type SeenRecord = readonly [partition: number, offset: number, checksum: string];

/** How a page reads. */
export interface ReadingOptions extends Pick<ConsumerOptions<Uint8Array>, "from" | "latest" | "maxBufferedBytes"> {
  readonly url: string;
  readonly partitions: readonly TopicPartition[];
  /** How long the page is busy with each record, in milliseconds; 0 by default. */
  readonly workMs?: number;
}

/** What became of reading so far. */
export interface ReadingState {
  readonly seen: readonly SeenRecord[];
  /** Why each connection was lost, in words. */
  readonly losses: readonly string[];
  readonly skipped: number;
}

class Reading {
  readonly #seen: SeenRecord[] = [];
  readonly #losses: string[] = [];
  #skipped = 0;
  /** Why reading ended for good. */
  ended: string | undefined;
  readonly #consumer: DataQueueConsumer;

  constructor({ url, partitions, workMs = 0, ...options }: ReadingOptions) {
    const onEvent = (event: DataQueueEvent): void => {
      if (event.type === "disconnected") this.#losses.push(String(event.reason));
    };
    this.#consumer = new DataQueueConsumer(websocket(url), { ...options, onEvent });
    this.assign(partitions)
      .then(() => this.#read(workMs))
      .catch((error: unknown) => {
        this.ended = String(error);
      });
  }

  get count(): number {
    return this.#seen.length;
  }

  /** The last record of each partition. */
  get ends(): SeenRecord[] {
    return [...new Map(this.#seen.map((record) => [record[0], record])).values()];
  }

  get state(): ReadingState {
    return { seen: this.#seen, losses: this.#losses, skipped: this.#skipped };
  }

  assign(partitions: readonly TopicPartition[]): Promise<void> {
    return this.#consumer.assignTopics(partitions);
  }

  async #read(workMs: number): Promise<void> {
    for (;;) {
      try {
        for await (const { partition, offset, value, skipped = 0 } of this.#consumer) {
          this.#skipped += skipped;
          this.#seen.push([partition, Number(offset), await checksumOf(value ?? new Uint8Array())]);
          if (workMs > 0) await new Promise((resolve) => setTimeout(resolve, workMs));
        }
        return;
      } catch (error) {
        // The consumer reports an outage once and goes on by itself when it is over.
        if (!(error instanceof TransportError && error.retriable)) throw error;
      }
    }
  }
}

async function checksumOf(value: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(value));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let reading: Reading | undefined;

/** What tests call in the Worker. */
Object.assign(globalThis, {
  read: (options: ReadingOptions): void => {
    reading = new Reading(options);
  },
  assign: (partitions: readonly TopicPartition[]) => reading?.assign(partitions),
  count: () => reading?.count,
  ends: () => reading?.ends,
  ended: () => reading?.ended,
  state: () => reading?.state,
});
