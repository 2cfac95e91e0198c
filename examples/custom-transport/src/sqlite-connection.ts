import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";

import { kafkaError, TransportError } from "@dataqueues/core";
import type { BaseConnection, OffsetQuery, OffsetResult, OffsetsConnection, TopicMetadata } from "@dataqueues/core";

import { Partition } from "./partition.ts";

/** A log without nodes has one leader, whose number core sends back with every request. */
const leader = 1;

/** What connections of every role do. */
export class SqliteConnection implements BaseConnection {
  readonly #database: DatabaseSync;
  readonly #closed = new AbortController();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  metadata(topics?: readonly string[]): Promise<TopicMetadata[]> {
    return this.request(() => {
      const all = this.all("SELECT * FROM topics");
      return (topics ?? all.map(({ name }) => String(name))).map((topic) => {
        const found = all.find(({ name }) => name === topic);
        if (found === undefined) return { topic, error: kafkaError("UNKNOWN_TOPIC_OR_PARTITION", topic, { topic }) };
        const numbers = Array.from({ length: Number(found["partitions"]) }, (_, partition) => partition);
        return { topic, topicId: String(found["id"]), partitions: numbers.map((partition) => ({ partition, leader })) };
      });
    });
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#database.close();
  }

  /** Aborts when the connection is closed. */
  protected get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Makes a request. What fails as a whole rejects with a TransportError, and so does every request after `close`. */
  protected async request<T>(make: () => T): Promise<T> {
    if (this.closed.aborted) throw kafkaError("NETWORK_EXCEPTION", "the log");
    try {
      return make();
    } catch (cause) {
      throw kafkaError("KAFKA_STORAGE_ERROR", "the log", { cause });
    }
  }

  protected partition(topic: string, partition: number): Partition | TransportError {
    const [found] = this.all("SELECT id FROM topics WHERE name = ? AND partitions > ?", topic, partition);
    if (found === undefined)
      return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", `${topic}[${partition}]`, { topic, partition });
    return new Partition(this.#database, Number(found["id"]), partition);
  }

  protected all(sql: string, ...values: readonly SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return this.#database.prepare(sql).all(...values);
  }
}

/** What readers and admins have in common. */
export class SqliteOffsetsConnection extends SqliteConnection implements OffsetsConnection {
  listOffsets(_leader: number, queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.request(() =>
      queries.map(({ topic, partition, at }) => {
        const found = this.partition(topic, partition);
        if (found instanceof TransportError) return { topic, partition, error: found };
        if (at === "earliest") return { topic, partition, offset: 0n };
        return { topic, partition, offset: at === "latest" ? found.end() : found.offsetAt(at.timestamp) };
      }),
    );
  }
}
