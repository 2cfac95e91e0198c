import type { DataQueueEvent, Message } from "@dataqueues/core";
import { DataQueueConsumer, kafkajs } from "dataqueues";

import type { LogVerdict } from "./judge-log.ts";
import { PartitionWatches } from "./partition-watches.ts";
import { readPayload } from "./payload.ts";
import { Stopwatch } from "./stopwatch.ts";
import { until } from "./until.ts";

/**
 * A consumer that is checked: it must see every record of every partition that it keeps, in order, exactly once from
 * its position on, and none of a topic that it no longer reads.
 */
export class Follower {
  /** Runs from delivered record to delivered record. */
  readonly stopwatch: Stopwatch = new Stopwatch();
  /** Of single partitions, where somebody wants to know. */
  readonly watches: PartitionWatches = new PartitionWatches();
  readonly #consumer: DataQueueConsumer;
  readonly #broken: string[] = [];
  /** The next offset of each partition, by topic and partition. */
  readonly #next = new Map<string, bigint>();
  #topics: ReadonlySet<string>;
  #delivered = 0;
  readonly #reading: Promise<void>;

  constructor(
    servers: readonly string[],
    topics: readonly string[],
    options: { readonly requestTimeoutMs: number; readonly onEvent: (event: DataQueueEvent) => void },
  ) {
    this.#topics = new Set(topics);
    this.#consumer = new DataQueueConsumer(kafkajs(servers), { topics, metadataMaxAgeMs: 5_000, ...options });
    this.#reading = this.#read();
  }

  get delivered(): number {
    return this.#delivered;
  }

  /** Reads other topics from now on; those that stay go on, new ones begin at their start. */
  async update(topics: readonly string[]): Promise<void> {
    const wanted = new Set(topics);
    // Until the change is through, records may come of both sets.
    this.#topics = new Set([...this.#topics, ...wanted]);
    await this.#consumer.updateTopics(topics);
    // What was already handed to the loop before the change is looked at in this turn.
    await new Promise((resolve) => setImmediate(resolve));
    this.#topics = wanted;
    for (const key of this.#next.keys()) if (!wanted.has(topicOf(key))) this.#next.delete(key);
  }

  /** Waits until all that the log holds was delivered, closes, and tells what was broken, in words. */
  async finish({ ends }: LogVerdict): Promise<string[]> {
    const missing = (): string[] =>
      [...this.#topics].flatMap((topic) =>
        Object.entries(ends[topic] ?? {})
          .filter(([partition, end]) => (this.#next.get(`${topic} ${partition}`) ?? 0n) < BigInt(end))
          .map(
            ([partition, end]) =>
              `${topic}[${partition}] was read up to ${this.#next.get(`${topic} ${partition}`)} of ${end}`,
          ),
      );
    await until(() => missing().length === 0, 30_000).catch(() => this.#broken.push(...missing()));
    await this.#consumer.close();
    await this.#reading;
    return this.#broken;
  }

  async #read(): Promise<void> {
    try {
      for await (const message of this.#consumer) this.#check(message);
    } catch (error) {
      this.#break(`reading ended with ${String(error)}`);
    }
  }

  #check({ topic, partition, offset, value }: Message<Uint8Array | null>): void {
    this.#delivered += 1;
    this.stopwatch.tick();
    this.watches.tick(topic, partition);
    const key = `${topic} ${partition}`;
    const where = `${topic}[${partition}]@${offset}`;
    if (!this.#topics.has(topic)) return this.#break(`${where} came of a topic that is not read any more`);
    const expected = this.#next.get(key) ?? 0n;
    if (offset !== expected) this.#break(`${where} came where ${expected} was next`);
    if (readPayload(value) === undefined) this.#break(`${where} has a wrong checksum`);
    this.#next.set(key, offset + 1n);
  }

  #break(what: string): void {
    if (this.#broken.length < 10) this.#broken.push(`a consumer: ${what}`);
  }
}

function topicOf(key: string): string {
  return key.slice(0, key.lastIndexOf(" "));
}
