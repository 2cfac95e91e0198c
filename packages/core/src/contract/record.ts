/** A topic and one of its partitions. */
export type TopicPartition = readonly [topic: string, partition: number];

/** One string for a partition of a topic; a topic's name has no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** A record's headers in their order; a name may come twice. */
export type Headers = readonly (readonly [name: string, value: Uint8Array | null])[];

/** Headers as a caller may write them; text is sent as UTF-8. */
export type HeadersInput =
  | Readonly<Record<string, string | Uint8Array | null>>
  | Iterable<readonly [name: string, value: string | Uint8Array | null]>;

/** A record on its way to a log. */
export interface ProducerRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
}

/** A record as it stands in a log. */
export interface LogRecord extends ProducerRecord {
  readonly offset: bigint;
}

/** Where a sent record stands. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970-01-01 UTC: the log's append time where the topic uses that, else the record's own. */
  readonly timestamp: number;
}

/** A record as a consumer gives it: its value decoded, `null` for a tombstone. */
export interface Message<Value = Uint8Array, Topic extends string = string> {
  readonly topic: Topic;
  readonly value: Value;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly headers: Headers;
  /**
   * With the consumer's option `latest`: how many older records of this partition, or with this key, were left out since
   * the last one that was delivered. Of records that were passed over without being read, the offsets are counted.
   */
  readonly skipped?: number;
}

/** How far a consumer has read one partition. */
export interface PartitionPosition {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next record that the consumer delivers; undefined until the log has told where to start. */
  readonly position: bigint | undefined;
  /** The end of what can be read, as the last fetch told it; undefined before the first one. */
  readonly end: bigint | undefined;
  /** How many offsets are between the two; undefined while one of them is. */
  readonly lag: bigint | undefined;
}
