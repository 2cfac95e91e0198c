import type { ConsumerOptions, Message, TopicPartition, Transport } from "@dataqueues/core";
import { DataQueueConsumer, TransportError } from "dataqueues";

import type { CheckResult } from "./checker.ts";
import { readPayload } from "./payload.ts";
import { PartitionStopwatches, Stopwatch } from "./stopwatch.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * A consumer that is checked while it reads. Of each partition that it keeps it must deliver every record exactly once
 * and in order, and of partitions that were taken away no record at all.
 */
export class CheckedConsumer {
  /** Counts delivered records. */
  readonly stopwatch: Stopwatch = new Stopwatch();
  /** Counts delivered records of single partitions. */
  readonly watches: PartitionStopwatches = new PartitionStopwatches();
  /** Why reading has ended, if the consumer rejected for good. */
  ended: string | undefined;
  readonly #consumer: DataQueueConsumer;
  readonly #broken: string[] = [];
  /** The next offset of each partition, by topic and partition. */
  readonly #next = new Map<string, bigint>();
  /** Whether a record of this partition may come. While partitions change, both the old and the new ones may. */
  #wanted: (topic: string, partition: number) => boolean;
  #delivered = 0;
  readonly #reading: Promise<void>;

  constructor(
    transport: Transport,
    topics: readonly string[],
    options: Pick<ConsumerOptions<Uint8Array>, "requestTimeoutMs" | "metadataMaxAgeMs" | "onEvent">,
  ) {
    this.#wanted = (topic) => topics.includes(topic);
    this.#consumer = new DataQueueConsumer(transport, { topics, ...options });
    this.#reading = this.#read();
  }

  get delivered(): number {
    return this.#delivered;
  }

  /** Changes the topics. Those that stay continue, new ones begin at their start. */
  update(topics: readonly string[]): Promise<void> {
    const wanted = new Set(topics);
    return this.#change(
      (topic) => wanted.has(topic),
      () => this.#consumer.updateTopics(topics),
    );
  }

  /** Changes the exact partitions. Those that stay continue, new ones begin at their start. */
  assign(partitions: readonly TopicPartition[]): Promise<void> {
    const wanted = new Set(partitions.map(([topic, partition]) => `${topic} ${partition}`));
    return this.#change(
      (topic, partition) => wanted.has(`${topic} ${partition}`),
      () => this.#consumer.assignTopics(partitions),
    );
  }

  async #change(next: (topic: string, partition: number) => boolean, make: () => Promise<void>): Promise<void> {
    const before = this.#wanted;
    this.#wanted = (topic, partition) => before(topic, partition) || next(topic, partition);
    await make();
    // Records that the loop received before the change are checked in this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    this.#wanted = next;
    for (const key of this.#next.keys()) {
      const [topic = "", partition] = key.split(" ");
      if (!next(topic, Number(partition))) this.#next.delete(key);
    }
  }

  /** Waits until everything in the log was delivered, closes, and returns the broken promises in words. */
  async finish({ ends }: CheckResult): Promise<string[]> {
    const missing = (): string[] =>
      Object.entries(ends).flatMap(([topic, partitions]) =>
        Object.entries(partitions)
          .map(([partition, end]) => ({ partition, end, next: this.#next.get(`${topic} ${partition}`) ?? 0n }))
          .filter(({ partition, end, next }) => this.#wanted(topic, Number(partition)) && next < BigInt(end))
          .map(({ partition, end, next }) => `${topic}[${partition}] was read up to ${next} of ${end}`),
      );
    await waitUntil(() => missing().length === 0, 30_000).catch(() => this.#broken.push(...missing()));
    await this.#consumer.close();
    await this.#reading;
    return this.#broken;
  }

  async #read(): Promise<void> {
    for (;;) {
      try {
        for await (const message of this.#consumer) this.#check(message);
        return;
      } catch (error) {
        // The consumer reports an outage once and continues by itself when it is over.
        if (error instanceof TransportError && error.retriable) continue;
        this.ended = `reading ended with ${String(error)}`;
        return this.#break(this.ended);
      }
    }
  }

  #check({ topic, partition, offset, value }: Message<Uint8Array | null>): void {
    this.#delivered += 1;
    this.stopwatch.tick();
    this.watches.tick(topic, partition);
    const key = `${topic} ${partition}`;
    const where = `${topic}[${partition}]@${offset}`;
    if (!this.#wanted(topic, partition)) return this.#break(`${where} came although it is no longer read`);
    const expected = this.#next.get(key) ?? 0n;
    if (offset !== expected) this.#break(`${where} came where ${expected} was next`);
    if (readPayload(value) === undefined) this.#break(`${where} has a wrong checksum`);
    this.#next.set(key, offset + 1n);
  }

  #break(what: string): void {
    if (this.#broken.length < 10) this.#broken.push(`a consumer: ${what}`);
  }
}
