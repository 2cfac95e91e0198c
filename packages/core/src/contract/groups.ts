import type { TransportError } from "./errors.ts";
import type { TopicPartition } from "./record.ts";
import type { BaseConnection } from "./transport.ts";

/**
 * A connection of one member of a group. The log says which partitions the member shall own; the member says which it owns,
 * and keeps its place by committed offsets.
 *
 * A request that is refused as a whole rejects with a {@link TransportError} of the log's code. The transport finds the
 * group's coordinator, and finds it again after `NOT_COORDINATOR`, `COORDINATOR_NOT_AVAILABLE` or a lost connection; it never
 * retries and keeps no member's state. Requests that wait hold up no others: a heartbeat is answered while a join waits.
 */
export interface GroupConnection extends BaseConnection {
  /**
   * Joins, or joins again: with other topics, because a heartbeat asked for it, or to say that fewer partitions are owned. It
   * may wait for the other members, at most for the longest of their rebalance timeouts.
   */
  joinGroup(member: GroupMember): Promise<GroupAnswer>;
  /** Says that the member is alive and what it owns. */
  heartbeat(member: GroupMember): Promise<GroupAnswer>;
  /** Leaves; the others get its partitions. A member with an `instanceId` keeps them for its next process. */
  leaveGroup(member: GroupMember): Promise<void>;
  /** Keeps the member's place: one answer for each offset, in the same order. */
  commitOffsets(member: GroupMember, offsets: readonly OffsetToCommit[]): Promise<CommitAnswer[]>;
  /**
   * The committed offsets of partitions: one answer for each, in the same order. An offset of which it is not certain that all
   * transactions are over is `UNSTABLE_OFFSET_COMMIT`.
   */
  fetchOffsets(member: GroupMember, partitions: readonly TopicPartition[]): Promise<CommittedOffset[]>;
}

/**
 * How a group works: `"consumer"` is KIP-848, where the log assigns partitions; `"classic"` is what Kafka had before, where one
 * member does. A log that has only one of them rejects the first join in the other with `UNSUPPORTED_VERSION`, or, where
 * members of the other are in the group, with `GROUP_ID_NOT_FOUND`.
 */
export type GroupProtocol = "consumer" | "classic";

/**
 * How a classic group shares partitions: `"cooperative-sticky"` moves as few as possible, and the others are read on
 * meanwhile; `"range"` takes all partitions away from all members first, as groups need that have members of other clients.
 */
export type GroupAssignor = "cooperative-sticky" | "range";

/** A member as it sees itself. */
export interface GroupMember {
  readonly group: string;
  readonly protocol: GroupProtocol;
  /** Chosen by the member in a consumer group; in a classic one by the log: empty before the first join. */
  readonly memberId: string;
  /** Counts the group's assignments: 0 before the first join. The generation of a classic group. */
  readonly epoch: number;
  readonly topics: readonly string[];
  /** The partitions that it reads now; with `"range"` none while it joins. */
  readonly owned: readonly TopicPartition[];
  /** A name of this member that its next process has too. */
  readonly instanceId?: string | undefined;
  /** Used by a classic group. */
  readonly assignor: GroupAssignor;
  /** How long a classic group waits for a heartbeat; a consumer group has a setting of its own. */
  readonly sessionTimeoutMs: number;
  /** How long the group waits for this member to give up partitions and join. */
  readonly rebalanceTimeoutMs: number;
}

/** What a log answers to a join or a heartbeat. */
export interface GroupAnswer {
  readonly memberId: string;
  readonly epoch: number;
  /** All partitions that the member shall own; left out where that is as before. */
  readonly assignment?: readonly TopicPartition[] | undefined;
  /** The members share partitions anew: join now. */
  readonly rejoin?: boolean | undefined;
  /** How often the log wants a heartbeat at least, where it says so. */
  readonly heartbeatIntervalMs?: number | undefined;
}

/** A place to keep: the offset of the next record to read. */
export interface OffsetToCommit {
  readonly topic: string;
  /** If the topic has another id now, it was created again: the log answers with `UNKNOWN_TOPIC_ID` and keeps nothing. */
  readonly topicId?: string | undefined;
  readonly partition: number;
  readonly offset: bigint;
}

/** What became of an offset to commit. */
export interface CommitAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly error?: TransportError | undefined;
}

/** The offset that was committed last; undefined where none was. */
export type CommittedOffset =
  | {
      readonly topic: string;
      readonly partition: number;
      readonly offset: bigint | undefined;
      readonly error?: undefined;
    }
  | { readonly topic: string; readonly partition: number; readonly error: TransportError };

/** A group in a list of all. */
export interface GroupListing {
  readonly group: string;
  /** `"consumer"`, `"classic"`, or another of Kafka's types such as `"share"`; undefined where a broker does not tell. */
  readonly type?: string | undefined;
  /** What the members of a classic group use it for: `"consumer"` for consumers. */
  readonly protocolType: string;
  /** Kafka's name, such as `"Stable"` or `"Empty"`; undefined where a broker does not tell. */
  readonly state?: string | undefined;
}

/** A group with its members, or why they are not known. A group that does not exist is `GROUP_ID_NOT_FOUND`. */
export type GroupDescription =
  | { readonly group: string; readonly error: TransportError; readonly members?: undefined }
  | {
      readonly group: string;
      readonly type: GroupProtocol;
      /** Kafka's name: `"Stable"`, `"Empty"`, `"Reconciling"`, `"PreparingRebalance"` and others. */
      readonly state: string;
      /** How partitions are shared, such as `"uniform"` or `"cooperative-sticky"`; empty while the group has no members. */
      readonly assignor: string;
      /** The broker that keeps the group; -1 where there is none. */
      readonly coordinator: number;
      readonly members: readonly MemberDescription[];
      readonly error?: undefined;
    };

/** One member of a group. */
export interface MemberDescription {
  readonly memberId: string;
  readonly instanceId?: string | undefined;
  readonly clientId: string;
  readonly host: string;
  /** The partitions that it owns. */
  readonly assignment: readonly TopicPartition[];
}

/** What became of one group of an admin request. */
export interface GroupResult {
  readonly group: string;
  readonly error?: TransportError | undefined;
}
