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
  /** 32 hexadecimal digits. */
  readonly topicId: string;
  readonly partitions: readonly DescribedPartition[];
}

export interface DescribedPartition {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

/** Asks about topics without creating them; about all topics when they are undefined, about none when empty. */
export function metadataRequest(topics: readonly string[] | undefined): KafkaRequest<ClusterMetadata> {
  return {
    api: kafkaApis.metadata,
    write: (body) => {
      body.unsignedVarint(topics === undefined ? 0 : topics.length + 1);
      for (const topic of topics ?? []) body.zeros(16).compactString(topic).zeros(1);
      body.boolean(false).boolean(false).zeros(1);
    },
    read: (answer) => {
      answer.int32();
      const brokers = answer.compactArray(() => {
        const broker = { nodeId: answer.int32(), host: answer.compactString(), port: answer.int32() };
        answer.compactString();
        answer.skipTaggedFields();
        return broker;
      });
      answer.compactString();
      const controllerId = answer.int32();
      const described = answer.compactArray(() => {
        const topic = { errorCode: answer.int16(), topic: answer.compactString(), topicId: answer.hex(16) };
        answer.boolean();
        const partitions = answer.compactArray(() => readPartition(answer));
        answer.int32();
        answer.skipTaggedFields();
        return { ...topic, partitions };
      });
      return { brokers, controllerId, topics: described };
    },
  };
}

function readPartition(answer: BytesReader): DescribedPartition {
  const errorCode = answer.int16();
  const partition = answer.int32();
  const leader = answer.int32();
  const leaderEpoch = answer.int32();
  const replicas = answer.compactArray(() => answer.int32());
  const inSyncReplicas = answer.compactArray(() => answer.int32());
  answer.compactArray(() => answer.int32());
  answer.skipTaggedFields();
  return { errorCode, partition, leader, leaderEpoch, replicas, inSyncReplicas };
}
