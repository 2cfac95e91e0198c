import type { SchemaOption } from "../contract/by-topic.ts";
import type { Codec } from "../contract/codec.ts";
import type { OnEvent } from "../contract/events.ts";
import type { HeadersInput } from "../contract/record.ts";
import type { Acks, Compression } from "../contract/transport.ts";

/** Defaults of a producer that each send can override. */
export interface SendDefaults<Value> {
  /** The topic to send to; see `allowAutoTopicCreation` for one that does not exist. */
  readonly topic?: string | undefined;
  /** How a value becomes bytes. Without one, or with `null`, the value is bytes already, or null for a tombstone. */
  readonly encoding?: Codec<Value, unknown> | null | undefined;
  /**
   * Whether the record tells its encoding: `true` adds the header "encoding" with the codec's name as UTF-8, a text adds a
   * header of that name. False by default. A header of this name that the caller gives stays as it is. A record that no
   * codec made, from bytes or null, has no such header.
   */
  readonly encodingHeader?: boolean | string | undefined;
  /** What a value must look like to be sent, or an object with a schema for each topic. */
  readonly schema?: SchemaOption | undefined;
  /** Whether to check the schema; true when a schema is given. */
  readonly validate?: boolean | undefined;
}

/**
 * How a producer works. Times are whole milliseconds, sizes whole bytes; `Infinity` is "never" or "no limit", except for
 * `lingerMs`, `retryBackoffMs` and `reconnectBackoffMs`.
 */
export interface ProducerOptions<Value> extends SendDefaults<Value> {
  /**
   * How long a batch waits for more sends, at most half of their `deliveryTimeoutMs`. 0 by default: what arrives while a
   * batch is in flight is the next batch.
   */
  readonly lingerMs?: number | undefined;
  /** The most that one record's key, value and headers may take: 10,000,000 by default. Larger ones are refused. */
  readonly maxMessageBytes?: number | undefined;
  /** How many bytes go in one batch: 1,000,000 by default. A larger single record goes alone. */
  readonly maxBatchBytes?: number | undefined;
  /** How many records go in one batch: 1,000 by default. */
  readonly maxBatchRecords?: number | undefined;
  /** How many encoded bytes may wait to be acknowledged: 64 MiB by default. Further sends wait to be encoded. */
  readonly maxBufferedBytes?: number | undefined;
  readonly compression?: Compression | undefined;
  /** -1, all in-sync replicas, by default. With less, acknowledged records can be lost. */
  readonly acks?: Acks | undefined;
  /**
   * Whether the log recognises batches that are sent again. By default it does, with `acks: -1`, if it gives producer ids;
   * if not, there is an event `idempotenceUnavailable`. With `true`, a log without producer ids is an error.
   */
  readonly idempotent?: boolean | undefined;
  /** Within this time every send is settled: 120,000 by default. */
  readonly deliveryTimeoutMs?: number | undefined;
  /** How long one request may take: 30,000 by default. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long an attempt to connect may take: 15,000 by default. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Whether the log may create a topic that does not exist: true by default. Whether it does, and with how many
   * partitions, is its own setting (Kafka's `auto.create.topics.enable`, `num.partitions`).
   */
  readonly allowAutoTopicCreation?: boolean | undefined;
  /** How long to wait for a topic that does not exist (yet): 5,000 by default. */
  readonly topicTimeoutMs?: number | undefined;
  /** The pause before a batch is sent again: 100 by default. It doubles with each attempt, up to half a second. */
  readonly retryBackoffMs?: number | undefined;
  /** How old metadata of partitions and leaders may become: 30,000 by default. */
  readonly metadataMaxAgeMs?: number | undefined;
  /** The pause after a failed attempt to connect: 50 by default. It doubles with each failure and varies by a fifth. */
  readonly reconnectBackoffMs?: number | undefined;
  /** The longest of these pauses: 1,000 by default. */
  readonly reconnectBackoffMaxMs?: number | undefined;
  /** Called with retries, lost connections and the like. */
  readonly onEvent?: OnEvent | undefined;
}

/** Options of one send; they override the producer's defaults. */
export interface SendOptions<Value> extends SendDefaults<Value> {
  /** Decides the partition, as in Java's client, unless `partition` does. Text is sent as UTF-8. */
  readonly key?: string | Uint8Array | null | undefined;
  readonly headers?: HeadersInput | undefined;
  readonly partition?: number | undefined;
  /** Milliseconds since 1970-01-01 UTC, without their fraction, or a Date; now by default. */
  readonly timestamp?: number | Date | undefined;
  /** Ends the wait for the acknowledgement. A record that is already on its way may still be written. */
  readonly signal?: AbortSignal | undefined;
}
