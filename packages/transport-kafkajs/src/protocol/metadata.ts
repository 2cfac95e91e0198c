import { BytesWriter } from "./bytes-writer.ts";
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
  readonly partitions: readonly DescribedPartition[];
}

export interface DescribedPartition {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

/** Asks about topics without creating them; about all topics when they are undefined, about none when empty. */
export function metadataRequest(topics: readonly string[] | undefined): KafkaRequest<ClusterMetadata> {
  const body = new BytesWriter();
  if (topics === undefined) body.int32(-1);
  else body.array(topics, (topic) => body.string(topic));
  body.boolean(false);
  return {
    api: kafkaApis.metadata,
    body: body.written,
    read: (answer) => {
      answer.int32();
      const brokers = answer.array(() => {
        const broker = { nodeId: answer.int32(), host: answer.string(), port: answer.int32() };
        answer.nullableString();
        return broker;
      });
      answer.nullableString();
      const controllerId = answer.int32();
      const described = answer.array(() => {
        const errorCode = answer.int16();
        const topic = answer.string();
        answer.boolean();
        const partitions = answer.array(() => {
          const partition = {
            errorCode: answer.int16(),
            partition: answer.int32(),
            leader: answer.int32(),
            replicas: answer.array(() => answer.int32()),
            inSyncReplicas: answer.array(() => answer.int32()),
          };
          answer.array(() => answer.int32());
          return partition;
        });
        return { errorCode, topic, partitions };
      });
      return { brokers, controllerId, topics: described };
    },
  };
}
