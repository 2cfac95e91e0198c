import type { ConsumerOptions, Message, TopicPartition, Transport } from "@dataqueues/core";
import { DataQueueConsumer, TransportError } from "dataqueues";

import type { LogVerdict } from "./judge-log.ts";
import { PartitionWatches } from "./partition-watches.ts";
import { readPayload } from "./payload.ts";
import { Stopwatch } from "./stopwatch.ts";
import { until } from "./until.ts";

/**
 * A consumer that is checked: it must see every record of every partition that it keeps, in order, exactly once from
 * its position on, and none of what it no longer reads.
 */
export class Follower {
  /** Runs from delivered record to delivered record. */
  readonly stopwatch: Stopwatch = new Stopwatch();
  /** Of single partitions, where somebody wants to know. */
  readonly watches: PartitionWatches = new PartitionWatches();
  /** Why there is nothing more to come, if the consumer rejected. */
  ended: string | undefined;
  readonly #consumer: DataQueueConsumer;
  readonly #broken: string[] = [];
  /** The next offset of each partition, by topic and partition. */
  readonly #next = new Map<string, bigint>();
  /** The partitions that are read, and while they change those that were. */
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

  /** Reads other topics from now on; those that stay go on, new ones begin at their start. */
  update(topics: readonly string[]): Promise<void> {
    const wanted = new Set(topics);
    return this.#change(
      (topic) => wanted.has(topic),
      () => this.#consumer.updateTopics(topics),
    );
  }

  /** The same for exact partitions. */
  assign(partitions: readonly TopicPartition[]): Promise<void> {
    const wanted = new Set(partitions.map(([topic, partition]) => `${topic} ${partition}`));
    return this.#change(
      (topic, partition) => wanted.has(`${topic} ${partition}`),
      () => this.#consumer.assignTopics(partitions),
    );
  }

  async #change(next: (topic: string, partition: number) => boolean, make: () => Promise<void>): Promise<void> {
    // Until the change is through, records may come of both sets.
    const before = this.#wanted;
    this.#wanted = (topic, partition) => before(topic, partition) || next(topic, partition);
    await make();
    // What was already handed to the loop before the change is looked at in this turn.
    await new Promise((resolve) => setImmediate(resolve));
    this.#wanted = next;
    for (const key of this.#next.keys()) {
      const [topic = "", partition] = key.split(" ");
      if (!next(topic, Number(partition))) this.#next.delete(key);
    }
  }

  /** Waits until all that the log holds was delivered, closes, and tells what was broken, in words. */
  async finish({ ends }: LogVerdict): Promise<string[]> {
    const missing = (): string[] =>
      Object.entries(ends).flatMap(([topic, partitions]) =>
        Object.entries(partitions)
          .map(([partition, end]) => ({ partition, end, next: this.#next.get(`${topic} ${partition}`) ?? 0n }))
          .filter(({ partition, end, next }) => this.#wanted(topic, Number(partition)) && next < BigInt(end))
          .map(({ partition, end, next }) => `${topic}[${partition}] was read up to ${next} of ${end}`),
      );
    await until(() => missing().length === 0, 30_000).catch(() => this.#broken.push(...missing()));
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
        // That nobody could be reached for long is told once; reading goes on.
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
    if (!this.#wanted(topic, partition)) return this.#break(`${where} came of what is not read any more`);
    const expected = this.#next.get(key) ?? 0n;
    if (offset !== expected) this.#break(`${where} came where ${expected} was next`);
    if (readPayload(value) === undefined) this.#break(`${where} has a wrong checksum`);
    this.#next.set(key, offset + 1n);
  }

  #break(what: string): void {
    if (this.#broken.length < 10) this.#broken.push(`a consumer: ${what}`);
  }
}
