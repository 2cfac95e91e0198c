import type { GroupMember, TopicPartition } from "@dataqueues/core";
import { byTopic } from "../protocol/by-topic.ts";
import { BytesReader } from "../protocol/bytes-reader.ts";
import { BytesWriter } from "../protocol/bytes-writer.ts";

/** What a member of a classic group tells the leader, and what the leader tells it, go through the broker as bytes. */
const subscriptionVersion = 3;
const assignmentVersion = 0;

/** A member as the leader knows it. */
export interface Subscription {
  readonly memberId: string;
  /** The member's lasting name, if it has one. */
  readonly instanceId?: string | undefined;
  readonly topics: readonly string[];
  /** What it says that it owns. Other clients may say anything. */
  readonly owned: readonly TopicPartition[];
  /** The generation in which it got what it owns; -1 if it does not tell. */
  readonly generation: number;
}

/** How a leader shares partitions: by member what it shall own. */
export type Assignor = (
  members: readonly Subscription[],
  /** How many partitions each topic has. */
  partitionCounts: ReadonlyMap<string, number>,
) => Map<string, TopicPartition[]>;

/**
 * A subscription as bytes.
 *
 * ```text
 * ConsumerProtocolSubscription (Versions: 0-3) => version [topics] user_data [owned_partitions](1+) generation_id(2+) rack_id(3+)
 *   owned_partitions => topic [partitions]
 * ```
 *
 * https://github.com/apache/kafka/blob/trunk/clients/src/main/resources/common/message/ConsumerProtocolSubscription.json
 */
export function writeSubscription({
  topics,
  owned,
  epoch,
}: Pick<GroupMember, "topics" | "owned" | "epoch">): Uint8Array {
  const bytes = new BytesWriter();
  bytes.int16(subscriptionVersion);
  bytes.array(topics, (topic) => bytes.string(topic));
  bytes.int32(-1); // user_data
  writePartitions(bytes, owned);
  // The generation is also what makes the coordinator share anew when a member joins again: the bytes are others then.
  bytes.int32(epoch > 0 ? epoch : -1);
  bytes.string(null); // rack_id
  return bytes.written;
}

/** What a subscription of any version says. One that cannot be read is of no topics: its member gets nothing. */
export function readSubscription(bytes: Uint8Array): Pick<Subscription, "topics" | "owned" | "generation"> {
  const from = new BytesReader(bytes);
  try {
    const version = from.int16();
    const topics = from.array(() => from.string());
    from.nullableBytes(); // user_data
    const owned = version >= 1 ? readPartitions(from) : [];
    const generation = version >= 2 ? from.int32() : -1;
    return { topics, owned, generation };
  } catch (error) {
    if (error instanceof RangeError) return { topics: [], owned: [], generation: -1 };
    throw error;
  }
}

/**
 * An assignment as bytes.
 *
 * ```text
 * ConsumerProtocolAssignment (Versions: 0-3) => version [assigned_partitions] user_data
 *   assigned_partitions => topic [partitions]
 * ```
 *
 * https://github.com/apache/kafka/blob/trunk/clients/src/main/resources/common/message/ConsumerProtocolAssignment.json
 */
export function writeAssignment(partitions: readonly TopicPartition[]): Uint8Array {
  const bytes = new BytesWriter();
  bytes.int16(assignmentVersion);
  writePartitions(bytes, partitions);
  bytes.int32(-1); // user_data
  return bytes.written;
}

/** The partitions of an assignment. A member to which the leader gave nothing has no bytes. Throws a RangeError for bad bytes. */
export function readAssignment(bytes: Uint8Array): TopicPartition[] {
  if (bytes.length === 0) return [];
  const from = new BytesReader(bytes);
  from.int16(); // version
  return readPartitions(from);
}

function writePartitions(bytes: BytesWriter, partitions: readonly TopicPartition[]): void {
  const items = partitions.map(([topic, partition]) => ({ topic, partition }));
  bytes.array(byTopic(items), ({ topic, items: own }) => {
    bytes.string(topic);
    bytes.array(own, ({ partition }) => bytes.int32(partition));
  });
}

function readPartitions(from: BytesReader): TopicPartition[] {
  const topics = from.array(() => {
    const topic = from.string();
    return from.array((): TopicPartition => [topic, from.int32()]);
  });
  return topics.flat();
}
