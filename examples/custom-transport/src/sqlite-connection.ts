import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { TransportError } from "@dataqueues/core";
import type {
  Connection,
  FetchedPartition,
  FetchLimits,
  FetchQuery,
  NewPartitions,
  NewTopic,
  OffsetResult,
  OffsetQuery,
  TopicResult,
  ProduceResult,
  ProduceBatch,
  ProducerIdAndEpoch,
  TopicMetadata,
} from "@dataqueues/core";

import { failure } from "./failure.ts";
import { Partition } from "./partition.ts";

const unknown = "UNKNOWN_TOPIC_OR_PARTITION";
/** Everything is led by the one node that there is. */
const leader = 1;
const pollMs = 10;

/** A connection to the log in an SQLite file. SQLite answers at once; only `fetch` has to wait. */
export class SqliteConnection implements Connection {
  readonly #database: DatabaseSync;
  readonly #closed = new AbortController();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  metadata(topics?: readonly string[]): Promise<TopicMetadata[]> {
    return this.#answer(() => {
      const all = this.#all("SELECT * FROM topics");
      return (topics ?? all.map(({ name }) => String(name))).map((topic) => {
        const found = all.find(({ name }) => name === topic);
        if (found === undefined) return { topic, error: failure(unknown, topic) };
        const partitions = Array.from({ length: Number(found["partitions"]) }, (_, partition) => ({
          partition,
          leader,
        }));
        return { topic, topicId: String(found["id"]), partitions };
      });
    });
  }

  listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.#answer(() =>
      queries.map(({ topic, partition, at }) => {
        const found = this.#partition(topic, partition);
        if (found instanceof TransportError) return { topic, partition, error: found };
        if (at === "earliest") return { topic, partition, offset: 0n };
        return { topic, partition, offset: at === "latest" ? found.end() : found.offsetAt(at.timestamp) };
      }),
    );
  }

  async fetch(_leader: number, wanted: readonly FetchQuery[], limits: FetchLimits): Promise<FetchedPartition[]> {
    const until = performance.now() + limits.maxWaitMs;
    for (;;) {
      const answers = await this.#answer(() => this.#fetchNow(wanted, limits));
      const isDue = answers.some(({ error }) => error !== undefined) || byteCount(answers) >= limits.minBytes;
      if (isDue || performance.now() >= until) return answers;
      await sleep(pollMs, undefined, { signal: this.#closed.signal }).catch(() => undefined);
    }
  }

  produce(_leader: number, batches: readonly ProduceBatch[]): Promise<ProduceResult[]> {
    return this.#answer(() =>
      batches.map((batch) => {
        const { topic, partition } = batch;
        const written = this.#transaction(() => {
          const found = this.#partition(topic, partition);
          return found instanceof TransportError ? found : found.append(batch);
        });
        if (written instanceof TransportError) return { topic, partition, error: written };
        return { topic, partition, baseOffset: written };
      }),
    );
  }

  initProducerId(): Promise<ProducerIdAndEpoch> {
    return this.#answer(() => {
      const [row] = this.#all("INSERT INTO producers DEFAULT VALUES RETURNING id");
      return { producerId: BigInt(Number(row?.["id"])), producerEpoch: 0 };
    });
  }

  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    const insert = "INSERT INTO topics (name, partitions) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id";
    return this.#answer(() =>
      specs.map(({ topic, partitions = 1 }) => {
        const isNew = this.#all(insert, topic, partitions).length === 1;
        return isNew ? { topic } : { topic, error: failure("TOPIC_ALREADY_EXISTS", topic) };
      }),
    );
  }

  createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]> {
    const update = "UPDATE topics SET partitions = ? WHERE name = ? AND partitions < ? RETURNING id";
    return this.#answer(() =>
      specs.map(({ topic, partitions }) => {
        const isGrown = this.#all(update, partitions, topic, partitions).length === 1;
        if (isGrown) return { topic };
        const found = this.#partition(topic, 0);
        return { topic, error: found instanceof TransportError ? found : failure("INVALID_PARTITIONS", topic) };
      }),
    );
  }

  deleteTopics(topics: readonly string[]): Promise<TopicResult[]> {
    return this.#answer(() =>
      topics.map((topic) => {
        const isGone = this.#all("DELETE FROM topics WHERE name = ? RETURNING id", topic).length === 1;
        return isGone ? { topic } : { topic, error: failure(unknown, topic) };
      }),
    );
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#database.close();
  }

  /** Does a request. What fails as a whole rejects with a TransportError, like everything after `close`. */
  async #answer<T>(request: () => T): Promise<T> {
    if (this.#closed.signal.aborted) throw failure("NETWORK_EXCEPTION", "the log");
    try {
      return request();
    } catch (cause) {
      throw failure("KAFKA_STORAGE_ERROR", "the log", cause);
    }
  }

  #fetchNow(wanted: readonly FetchQuery[], limits: FetchLimits): FetchedPartition[] {
    let room = limits.maxBytes;
    return wanted.map(({ topic, partition, offset }) => {
      const found = this.#partition(topic, partition);
      if (found instanceof TransportError) return { topic, partition, error: found };
      const highWatermark = found.end();
      if (offset < 0n || offset > highWatermark) {
        return { topic, partition, error: failure("OFFSET_OUT_OF_RANGE", `${topic}[${partition}]`) };
      }
      const records = room > 0 ? found.read(offset, Math.min(room, limits.maxBytesPerPartition)) : [];
      for (const { value } of records) room -= value?.length ?? 0;
      return { topic, partition, records, nextOffset: offset + BigInt(records.length), highWatermark };
    });
  }

  #partition(topic: string, partition: number): Partition | TransportError {
    const [found] = this.#all("SELECT id FROM topics WHERE name = ? AND partitions > ?", topic, partition);
    if (found === undefined) return failure(unknown, `${topic}[${partition}]`);
    return new Partition(this.#database, Number(found["id"]), partition);
  }

  #all(sql: string, ...values: readonly SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return this.#database.prepare(sql).all(...values);
  }

  /** Keeps other processes from writing in between. */
  #transaction<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

/** The bytes of the values that were fetched, and one for each record: one without a value is news too. */
function byteCount(answers: readonly FetchedPartition[]): number {
  const records = answers.flatMap((answer) => (answer.error === undefined ? answer.records : []));
  return records.reduce((sum, { value }) => sum + 1 + (value?.length ?? 0), 0);
}
