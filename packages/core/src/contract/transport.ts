import type { TransportError } from "./errors.ts";
import type {
  CommitAnswer,
  CommittedOffset,
  GroupConnection,
  GroupDescription,
  GroupListing,
  GroupResult,
  OffsetToCommit,
} from "./groups.ts";
import type { LogRecord, ProducerRecord, TopicPartition } from "./record.ts";

/** What a transport can do besides reading. `open` need not support the roles that it lacks. */
export interface TransportCapabilities {
  /** Records can be written. */
  readonly write: boolean;
  /** Topics can be created, grown and deleted. */
  readonly admin: boolean;
  /** The log gives producer ids and recognises a batch that it has already written. */
  readonly idempotence: boolean;
  /** Consumers can share partitions in groups. */
  readonly groups: boolean;
}

/**
 * The connection of each role: a reader's cannot write, only an admin's can change topics, and only a group member's
 * commits offsets.
 */
export interface Connections {
  readonly read: ReadConnection;
  readonly write: WriteConnection;
  readonly admin: AdminConnection;
  readonly group: GroupConnection;
}

/** What a connection is opened for. */
export type Role = keyof Connections;

/**
 * The whole plug-in interface for logs. A transport moves bytes: it keeps no subscription state, never retries, lets no
 * topic be created that it was not asked to, and answers per item, so that one bad topic never hurts another. Core owns
 * topic sets, positions, metadata refresh, buffers, batching, partitioning, ordering, retries and errors.
 */
export interface Transport {
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  /**
   * How long a fetch that finds nothing should wait, in milliseconds, where a consumer's caller does not say: 500 by default. A log
   * that ends a wait at once when it is asked to, and pays for each request, wants longer ones.
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * Opens a connection with sockets of its own. It has the methods of its role and no others, so that a reader can be
   * handed to code that must not write. Rejects with a {@link TransportError} that names the host when the log cannot be
   * reached, refuses the caller, or the signal aborts.
   */
  open<R extends Role>(role: R, options?: OpenOptions): Promise<Connections[R]>;
}

/** How a connection is opened. */
export interface OpenOptions {
  /** Ends the attempt. */
  readonly signal?: AbortSignal | undefined;
  /** The longest that a connection to a node may take, the first one and any later; after that the caller gives up. */
  readonly connectTimeoutMs?: number | undefined;
}

/**
 * Requests to a log, with Kafka's own names. A method rejects with a {@link TransportError} only when the request as a
 * whole failed (connection lost, no answer); what went wrong with one item is that item's `error`.
 */
export interface BaseConnection {
  /**
   * Partitions and leaders of the topics, one answer each in any order; of all topics when none is named. Only with
   * `allowAutoTopicCreation` may the log create those that do not exist, if it is set to do that.
   */
  metadata(topics?: readonly string[], options?: MetadataOptions): Promise<TopicMetadata[]>;
  /** Ends the connection at once: rejects what is pending with `NETWORK_EXCEPTION`, never waits for the log. */
  close(): void;
}

/** Finds offsets in partitions; part of reading and of administration. */
export interface OffsetsConnection extends BaseConnection {
  /**
   * One answer for each query, in the same order, from the node that leads the partitions. One that does not lead a
   * partition answers for it with `NOT_LEADER_OR_FOLLOWER`.
   */
  listOffsets(leader: number, queries: readonly OffsetQuery[]): Promise<OffsetResult[]>;
}

/** A connection that reads. */
export interface ReadConnection extends OffsetsConnection {
  /**
   * Waits up to `maxWaitMs` for `minBytes` of records of the wanted partitions, all led by `leader`. A partition
   * without news may be left out of the answer.
   *
   * @param options - a `signal` that aborts ends the wait: the call rejects with its reason at once, and the rest of the
   *   connection stays usable. Nothing is lost, as the records are in the log.
   */
  fetch(
    leader: number,
    wanted: readonly FetchQuery[],
    limits: FetchLimits,
    options?: FetchOptions,
  ): Promise<FetchedPartition[]>;
}

/** A connection that writes. */
export interface WriteConnection extends BaseConnection {
  /**
   * Appends batches to partitions led by `leader`: one answer for each batch, in the same order. The records' bytes are
   * taken before the call returns its promise: whoever sent them may use their memory again while it waits.
   */
  produce(leader: number, batches: readonly ProduceBatch[], options: ProduceOptions): Promise<ProduceResult[]>;
  /**
   * A new producer identity, with which the log recognises a batch that it has already written. Rejects with
   * `UNSUPPORTED_VERSION` where the log gives none.
   */
  initProducerId(): Promise<ProducerIdAndEpoch>;
}

/** A connection that changes topics. A log that cannot delete records, or has no settings or sizes, lacks the methods for that. */
export interface AdminConnection extends OffsetsConnection {
  /** One result for each, in the same order; an existing topic is `TOPIC_ALREADY_EXISTS`. */
  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]>;
  /** Grows topics to `partitions` in all; one result for each, in the same order. */
  createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]>;
  /** One result for each, in the same order. */
  deleteTopics(topics: readonly string[]): Promise<TopicResult[]>;
  /**
   * Deletes the oldest records of partitions led by `leader`: one result for each, in the same order. A node that does not lead
   * a partition answers for it with `NOT_LEADER_OR_FOLLOWER`; an offset after the end is `OFFSET_OUT_OF_RANGE`.
   */
  deleteRecords?(leader: number, specs: readonly RecordsToDelete[]): Promise<DeletedRecords[]>;
  /** The settings of topics; one result for each, in the same order. */
  describeConfigs?(topics: readonly string[]): Promise<TopicConfigs[]>;
  /**
   * Changes the settings that are named and no others; null sets the default back. One result for each topic, in the same
   * order. A topic is changed as a whole or, with an error, not at all; an unknown name or a bad value is `INVALID_CONFIG`.
   */
  alterConfigs?(specs: readonly NewConfigs[], options?: AlterConfigsOptions): Promise<TopicResult[]>;
  /**
   * How many bytes the logs of partitions take on the disk of the node that leads them: one result for each, in the same order.
   * A node that has no log of a
   * partition answers for it with an error; Kafka's nodes tell the size of those that they follow as well.
   */
  describeLogDirs?(leader: number, partitions: readonly LogDirQuery[]): Promise<LogDirSize[]>;
  /** All groups that the log knows, of consumers and others. */
  listGroups?(): Promise<GroupListing[]>;
  /** One result for each, in the same order. */
  describeGroups?(groups: readonly string[]): Promise<GroupDescription[]>;
  /** One result for each, in the same order; a group that has members is `NON_EMPTY_GROUP`. */
  deleteGroups?(groups: readonly string[]): Promise<GroupResult[]>;
  /**
   * The committed offsets of partitions: one answer for each, in the same order. Without partitions all that a group has
   * committed; none for a group that does not exist.
   */
  fetchGroupOffsets?(group: string, partitions?: readonly TopicPartition[]): Promise<CommittedOffset[]>;
  /**
   * Commits offsets of a group in the place of its members: one answer for each, in the same order. A group that has members
   * is `UNKNOWN_MEMBER_ID`; one that does not exist is made.
   */
  alterGroupOffsets?(group: string, offsets: readonly OffsetToCommit[]): Promise<CommitAnswer[]>;
}

/** All that a log can be asked, for a transport that implements it in one class. */
export interface Connection extends ReadConnection, WriteConnection, AdminConnection {}

/** What a metadata request may do beside asking. */
export interface MetadataOptions {
  /** Whether the log may create topics that are named and do not exist: false by default. */
  readonly allowAutoTopicCreation?: boolean | undefined;
}

/**
 * A topic's partitions, or why they are not known. `topicId` tells a topic from one of the same name that was deleted;
 * a transport that cannot know it leaves it out. `isInternal`: the log keeps its own records there, as Kafka does in
 * `__consumer_offsets`; left out it is false.
 */
export type TopicMetadata =
  | {
      readonly topic: string;
      readonly topicId?: undefined;
      readonly isInternal?: undefined;
      readonly partitions?: undefined;
      readonly error: TransportError;
    }
  | {
      readonly topic: string;
      readonly topicId?: string | undefined;
      readonly isInternal?: boolean | undefined;
      readonly partitions: readonly PartitionMetadata[];
      readonly error?: undefined;
    };

/** One partition of a topic; `leader` is whom to ask for it, -1 with an `error` while there is none. */
export interface PartitionMetadata {
  readonly partition: number;
  readonly leader: number;
  /** Counts the partition's leaders; a log that does not count them leaves it out. */
  readonly leaderEpoch?: number | undefined;
  readonly replicas?: readonly number[];
  readonly inSyncReplicas?: readonly number[];
  readonly error?: TransportError;
}

/** Asks for an offset of a partition: its first, the one after its last, or the first at or after a time (ms). */
export interface OffsetQuery {
  readonly topic: string;
  readonly partition: number;
  /** The newest epoch that metadata reported; see {@link FetchQuery}. */
  readonly leaderEpoch?: number | undefined;
  readonly at: "earliest" | "latest" | { readonly timestamp: number };
}

/** An offset; -1 when no record is at or after the asked time. */
export type OffsetResult =
  | { readonly topic: string; readonly partition: number; readonly offset: bigint; readonly error?: undefined }
  | { readonly topic: string; readonly partition: number; readonly error: TransportError };

/** A partition to read, from `offset` on. */
export interface FetchQuery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /**
   * The newest epoch that metadata reported. A broker that led before, was cut off and does not know its successor yet
   * answers `UNKNOWN_LEADER_EPOCH` instead of an old state of the log; one that knows a newer leader
   * `FENCED_LEADER_EPOCH`.
   */
  readonly leaderEpoch?: number | undefined;
}

/** What may end a fetch early. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How much to wait for and to take. The byte limits are soft: a larger record at the front still comes whole. */
export interface FetchLimits {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
  /**
   * Only the newest record of each partition, or of each key, is wanted. A transport may then leave out older ones, and
   * reports how many as `skipped`.
   */
  readonly latest?: "partition" | "key" | undefined;
}

/**
 * Records of one partition, from the asked offset on, control and aborted records left out. `nextOffset` is where to
 * read on; it moves past what was left out. `highWatermark` is the end of what can be read: the offset after the last record
 * that all in-sync replicas have. `skipped` counts the records that were left out because only the newest are wanted.
 */
export type FetchedPartition =
  | {
      readonly topic: string;
      readonly partition: number;
      readonly records: readonly LogRecord[];
      readonly nextOffset: bigint;
      readonly highWatermark: bigint;
      readonly skipped?: number | undefined;
      readonly error?: undefined;
    }
  | { readonly topic: string; readonly partition: number; readonly error: TransportError };

/** Records for one partition, with the identity by which the log knows whether it has them already. */
export interface ProduceBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly ProducerRecord[];
  /** Absent when the producer is not idempotent. */
  readonly identity?: ProducerIdAndEpoch | undefined;
  /** Sequence number of the first record; records count on from there. 0 without an identity. */
  readonly baseSequence: number;
}

/** A producer id and epoch, given by the log. */
export interface ProducerIdAndEpoch {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Compression of a batch; each transport supports some of them. */
export type Compression = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** How a produce request is answered: by all in-sync replicas (-1), the leader (1) or not at all (0). */
export type Acks = -1 | 0 | 1;

/** How a produce request is sent and answered. */
export interface ProduceOptions {
  readonly acks: Acks;
  /** How long the log may wait for its replicas. */
  readonly timeoutMs: number;
  readonly compression: Compression;
}

/** The offset of a batch's first record, and the log's append time where the topic uses that. */
export type ProduceResult =
  | {
      readonly topic: string;
      readonly partition: number;
      readonly baseOffset: bigint;
      readonly timestamp?: number | undefined;
      readonly error?: undefined;
    }
  | { readonly topic: string; readonly partition: number; readonly error: TransportError };

/** A topic to create; what is left out is the log's default. */
export interface NewTopic {
  readonly topic: string;
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly configs?: Readonly<Record<string, string>> | undefined;
}

/** A topic to grow to `partitions` partitions in all. */
export interface NewPartitions {
  readonly topic: string;
  readonly partitions: number;
}

/** Records to delete: all of a partition before an offset, or all that it has (`"latest"`: up to its high watermark). */
export interface RecordsToDelete {
  readonly topic: string;
  readonly partition: number;
  readonly beforeOffset: bigint | "latest";
}

/** `lowWatermark` is the offset of the first record that a partition has now; what is before it is gone. */
export type DeletedRecords =
  | { readonly topic: string; readonly partition: number; readonly lowWatermark: bigint; readonly error?: undefined }
  | { readonly topic: string; readonly partition: number; readonly error: TransportError };

/** A partition whose log is described. */
export interface LogDirQuery {
  readonly topic: string;
  readonly partition: number;
}

/** The bytes that the leader's log of a partition takes, compressed where batches are, without those of its indexes. */
export type LogDirSize =
  | { readonly topic: string; readonly partition: number; readonly size: number; readonly error?: undefined }
  | { readonly topic: string; readonly partition: number; readonly error: TransportError };

/** A topic's settings by Kafka's names, such as `retention.ms`, or why they are not known. */
export type TopicConfigs =
  | { readonly topic: string; readonly error: TransportError; readonly configs?: undefined }
  | {
      readonly topic: string;
      readonly configs: Readonly<Record<string, ConfigEntry>>;
      readonly error?: undefined;
    };

/**
 * One setting. Source of the names: `org.apache.kafka.clients.admin.ConfigEntry` of Kafka's Java client.
 */
export interface ConfigEntry {
  /** Null where the log keeps the value secret, or there is none. */
  readonly value: string | null;
  readonly source: ConfigSource;
  /** Whether nobody has set a value, neither for the topic nor for the brokers: the source is `DEFAULT_CONFIG`. */
  readonly isDefault: boolean;
  readonly isSensitive: boolean;
  readonly isReadOnly: boolean;
}

/**
 * Who set a value: the topic (`DYNAMIC_TOPIC_CONFIG`), one broker or all of them while they ran, the file that a broker
 * was started with (`STATIC_BROKER_CONFIG`), or nobody (`DEFAULT_CONFIG`).
 */
export type ConfigSource =
  | "DYNAMIC_TOPIC_CONFIG"
  | "DYNAMIC_BROKER_CONFIG"
  | "DYNAMIC_DEFAULT_BROKER_CONFIG"
  | "STATIC_BROKER_CONFIG"
  | "DEFAULT_CONFIG"
  | "UNKNOWN";

/** Settings to change of one topic; null sets the default back. */
export interface NewConfigs {
  readonly topic: string;
  readonly configs: Readonly<Record<string, string | null>>;
}

/** How settings are changed. */
export interface AlterConfigsOptions {
  /** Whether the log only says if it would accept the change, and changes nothing: false by default. */
  readonly validateOnly?: boolean | undefined;
}

/** What became of one topic of an admin request. */
export interface TopicResult {
  readonly topic: string;
  readonly error?: TransportError | undefined;
}
