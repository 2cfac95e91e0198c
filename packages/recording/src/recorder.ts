import { TransportError } from "@dataqueues/core";
import type { DataQueueConsumer, Message, OnEvent, PartitionPosition, Transport, UntilSpec } from "@dataqueues/core";

import type { OutputFile } from "./output-file.ts";
import { payloadBytes } from "./record-data.ts";
import { RecordingWriter } from "./recording-writer.ts";
import type { RecordedTopics } from "./record-topics.ts";
import { topicConfigs } from "./topic-configs.ts";

/** What a recorder works with, checked. */
export interface RecorderOptions {
  readonly transport: Transport;
  /** Connected; it ends when there is nothing more to record. */
  readonly consumer: Pick<DataQueueConsumer, "batches" | "positions" | "close">;
  readonly file: OutputFile;
  readonly until: UntilSpec | undefined;
  readonly signal: AbortSignal | undefined;
  readonly maxChunkBytes: number;
  readonly maxChunkAgeMs: number;
  readonly onEvent: OnEvent | undefined;
  readonly onProgress: ((progress: RecordedTopics) => void) | undefined;
}

/** Moves what a consumer gives into a file, in chunks that are written when they are full or old. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #writer: RecordingWriter;
  #records = 0;
  #recordBytes = 0n;
  readonly #configs = new Map<string, Readonly<Record<string, string>>>();
  /** Runs while there are records that are not written. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Why a chunk that was old could not be written. */
  #failure: { readonly error: unknown } | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#writer = new RecordingWriter(options.file);
  }

  /** Settles when the consumer has ended and the file is complete, which it is also when the consumer fails. */
  async run(): Promise<RecordedTopics> {
    try {
      await this.#addTopics();
      await this.#flush();
      await this.#takeAll();
      // Partitions that have appeared and have no records yet.
      this.#addPartitions();
      if (this.#failure !== undefined) throw this.#failure.error;
    } finally {
      clearTimeout(this.#timer);
      await this.#writer.end();
    }
    const recorded = this.#recorded();
    this.#options.onProgress?.(recorded);
    return recorded;
  }

  async #takeAll(): Promise<void> {
    const { consumer, until } = this.#options;
    for (;;) {
      try {
        for await (const messages of consumer.batches()) await this.#addAll(messages);
        return;
      } catch (error) {
        // The consumer goes on as soon as the log can be reached, and so does a recording that nobody looks after.
        if (until !== undefined || !(error instanceof TransportError && error.retriable)) throw error;
      }
    }
  }

  /** Adds records of one partition. */
  async #addAll(messages: readonly Message<Uint8Array | null>[]): Promise<void> {
    const { maxChunkBytes, maxChunkAgeMs } = this.#options;
    const [first] = messages;
    if (first === undefined) return;
    const { topic, partition } = first;
    if (!this.#writer.has(topic, partition)) await this.#addTopics();
    for (const message of messages) {
      this.#writer.add(topic, partition, message);
      this.#records += 1;
      this.#recordBytes += payloadBytes(message);
      this.#timer ??= setTimeout(() => void this.#flushOld(), maxChunkAgeMs);
      if (this.#writer.chunkBytes >= maxChunkBytes) await this.#flush();
    }
  }

  /** Adds the topics and partitions that are read and not recorded yet. */
  async #addTopics(): Promise<void> {
    const { transport, signal, onEvent } = this.#options;
    const topics = new Set(this.#missing().map(({ topic }) => topic));
    for (const topic of this.#configs.keys()) topics.delete(topic);
    const configs = await topicConfigs(transport, [...topics], { signal, onEvent });
    for (const [topic, one] of configs) this.#configs.set(topic, one);
    this.#addPartitions();
  }

  #addPartitions(): void {
    const positions = this.#options.consumer.positions();
    for (const topic of new Set(this.#missing().map((one) => one.topic))) {
      const partitions = positions.filter((one) => one.topic === topic).map(({ partition }) => partition);
      this.#writer.addTopic({ topic, partitions, configs: this.#configs.get(topic) });
    }
  }

  #missing(): PartitionPosition[] {
    return this.#options.consumer.positions().filter(({ topic, partition }) => !this.#writer.has(topic, partition));
  }

  async #flushOld(): Promise<void> {
    try {
      await this.#flush();
    } catch (error) {
      this.#failure ??= { error };
      await this.#options.consumer.close();
    }
  }

  /** Writes what there is. */
  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const flushed = this.#writer.flush();
    // Of now: records that come while it is written are not in it.
    const recorded = this.#recorded();
    await flushed;
    this.#options.onProgress?.(recorded);
  }

  #recorded(): RecordedTopics {
    return { records: this.#records, bytes: this.#writer.position, recordBytes: this.#recordBytes };
  }
}
