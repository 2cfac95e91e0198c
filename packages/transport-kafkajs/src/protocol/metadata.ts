import type { BytesReader } from "./bytes-reader.ts";
import { kafkaApis } from "./kafka-request.ts";
import type { KafkaRequest } from "./kafka-request.ts";

/** What a broker knows about the cluster. */
export interface ClusterMetadata {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly controllerId: number;
  readonly topics: readonly DescribedTopic[];
}

export interface DescribedTopic {
  readonly errorCode: number;
  readonly topic: string;
  /** 32 hexadecimal digits; undefined if the broker does not know topic ids. */
  readonly topicId: string | undefined;
  readonly isInternal: boolean;
  readonly partitions: readonly DescribedPartition[];
}

export interface DescribedPartition {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  /** -1 if the broker does not tell it. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

const zeroId = "0".repeat(32);

/**
 * Asks about topics: about all of them if `topics` is undefined, about none if it is empty. With
 * `allowAutoTopicCreation` a broker whose configuration allows it creates the topics that do not exist.
 *
 * ```text
 * Metadata Request (Versions: 4-12) => [topics] allow_auto_topic_creation include_cluster_authorized_operations(8-10)
 *     include_topic_authorized_operations(8+) _tagged_fields(9+)
 *   topics => topic_id(10+) name _tagged_fields(9+)
 *
 * Metadata Response (Versions: 4-12) => throttle_time_ms [brokers] cluster_id controller_id [topics]
 *     cluster_authorized_operations(8-10) _tagged_fields(9+)
 *   brokers => node_id host port rack _tagged_fields(9+)
 *   topics => error_code name topic_id(10+) is_internal [partitions] topic_authorized_operations(8+) _tagged_fields(9+)
 *     partitions => error_code partition_index leader_id leader_epoch(7+) [replica_nodes] [isr_nodes]
 *         [offline_replicas](5+) _tagged_fields(9+)
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
    write: (request, version) => {
      if (topics === undefined) request.nullArray();
      else {
        request.structs(topics, (topic) => {
          if (version >= 10) request.uuid(zeroId); // topic_id: unknown
          request.string(topic);
        });
      }
      request.boolean(allowAutoTopicCreation);
      if (version >= 8 && version <= 10) request.boolean(false); // include_cluster_authorized_operations
      if (version >= 8) request.boolean(false); // include_topic_authorized_operations
      request.taggedFields();
    },
    read: (response, version) => {
      response.int32(); // throttle_time_ms
      const brokers = response.structs(() => {
        const broker = { nodeId: response.int32(), host: response.string(), port: response.int32() };
        response.nullableString(); // rack
        return broker;
      });
      response.nullableString(); // cluster_id
      const controllerId = response.int32();
      return { brokers, controllerId, topics: response.structs(() => readTopic(response, version)) };
    },
  };
}

function readTopic(response: BytesReader, version: number): DescribedTopic {
  const errorCode = response.int16();
  const topic = response.string();
  // A broker that knows topic ids sends zeros for a topic that has none yet, after an upgrade from before Kafka 2.8.
  const topicId = version >= 10 ? response.uuid() : zeroId;
  const isInternal = response.boolean();
  const partitions = response.structs(() => readPartition(response, version));
  if (version >= 8) response.int32(); // topic_authorized_operations
  return { errorCode, topic, topicId: topicId === zeroId ? undefined : topicId, isInternal, partitions };
}

function readPartition(response: BytesReader, version: number): DescribedPartition {
  const errorCode = response.int16();
  const partition = response.int32();
  const leader = response.int32();
  const leaderEpoch = version >= 7 ? response.int32() : -1;
  const replicas = response.array(() => response.int32());
  const inSyncReplicas = response.array(() => response.int32());
  if (version >= 5) response.array(() => response.int32()); // offline_replicas
  return { errorCode, partition, leader, leaderEpoch, replicas, inSyncReplicas };
}
