import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What a node tells about the cluster. */
export interface ClusterMetadata {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly controllerId: number;
  readonly topics: readonly DescribedTopic[];
}

export interface DescribedTopic {
  readonly errorCode: number;
  readonly topic: string;
  /** 32 hexadecimal digits; undefined where the node does not tell ids. */
  readonly topicId: string | undefined;
  readonly partitions: readonly DescribedPartition[];
}

export interface DescribedPartition {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  /** -1 where the node does not tell it. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

const noId = "0".repeat(32);

/**
 * Asks about topics; about all topics when they are undefined, about none when empty. The node may create topics that do
 * not exist only when told so, and if it is set to do that.
 *
 * ```text
 * request   = [topic_id(10+) name TAGS(9+)] allow_auto_topic_creation include_cluster_operations(8-10)
 *             include_topic_operations(8+) TAGS(9+)
 * response  = throttle_time_ms [node_id host port rack TAGS(9+)] cluster_id controller_id [topic]
 *             cluster_operations(8-10) TAGS(9+)
 * topic     = error_code name topic_id(10+) is_internal [partition] topic_operations(8+) TAGS(9+)
 * partition = error_code index leader_id leader_epoch(7+) [replica] [in_sync_replica] [offline_replica](5+) TAGS(9+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export function metadataRequest(
  topics: readonly string[] | undefined,
  allowAutoTopicCreation = false,
): KafkaRequest<ClusterMetadata> {
  return {
    api: kafkaApis.metadata,
    write: (body, version) => {
      if (topics === undefined) body.nullArray();
      else {
        body.array(topics, (topic) => {
          if (version >= 10) body.zeros(16);
          body.string(topic).tags();
        });
      }
      body.boolean(allowAutoTopicCreation);
      if (version >= 8 && version <= 10) body.boolean(false);
      if (version >= 8) body.boolean(false);
      body.tags();
    },
    read: (answer, version) => {
      answer.int32();
      const brokers = answer.array(() => {
        const broker = { nodeId: answer.int32(), host: answer.string(), port: answer.int32() };
        answer.nullableString();
        answer.tags();
        return broker;
      });
      answer.nullableString();
      const controllerId = answer.int32();
      return { brokers, controllerId, topics: answer.array(() => readTopic(answer, version)) };
    },
  };
}

function readTopic(answer: BytesReader, version: number): DescribedTopic {
  const errorCode = answer.int16();
  const topic = answer.string();
  const id = version >= 10 ? answer.hex(16) : noId;
  answer.boolean();
  const partitions = answer.array(() => readPartition(answer, version));
  if (version >= 8) answer.int32();
  answer.tags();
  // A topic of before ids has none until the cluster's metadata version is raised.
  return { errorCode, topic, topicId: id === noId ? undefined : id, partitions };
}

function readPartition(answer: BytesReader, version: number): DescribedPartition {
  const errorCode = answer.int16();
  const partition = answer.int32();
  const leader = answer.int32();
  const leaderEpoch = version >= 7 ? answer.int32() : -1;
  const replicas = answer.array(() => answer.int32());
  const inSyncReplicas = answer.array(() => answer.int32());
  if (version >= 5) answer.array(() => answer.int32());
  answer.tags();
  return { errorCode, partition, leader, leaderEpoch, replicas, inSyncReplicas };
}
