import type { PartitionMetadata, TopicMetadata } from "@dataqueues/core";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import type { DescribedPartition, DescribedTopic } from "./protocol/metadata.ts";

/** Partitions and leaders of topics, of all when none is named. Asking never creates a topic. */
export async function topicMetadata(nodes: Nodes, topics: readonly string[]): Promise<TopicMetadata[]> {
  const metadata = await nodes.metadata(topics.length === 0 ? undefined : [...new Set(topics)]);
  return metadata.topics.map(describe);
}

function describe({ topic, topicId, errorCode, partitions }: DescribedTopic): TopicMetadata {
  if (errorCode !== 0) return { topic, error: kafkaError(kafkaErrorName(errorCode), `Topic ${topic}`, { topic }) };
  return { topic, topicId, partitions: partitions.map((partition) => describePartition(topic, partition)) };
}

/** A partition that has a leader can be used, whatever is wrong with its replicas. */
function describePartition(topic: string, described: DescribedPartition): PartitionMetadata {
  const { partition, leader, errorCode, replicas, inSyncReplicas } = described;
  const known = { partition, leader, replicas, inSyncReplicas };
  if (leader >= 0) return known;
  const code = errorCode === 0 ? "LEADER_NOT_AVAILABLE" : kafkaErrorName(errorCode);
  return { ...known, error: kafkaError(code, `Leader of ${topic} [${partition}]`, { topic, partition }) };
}
