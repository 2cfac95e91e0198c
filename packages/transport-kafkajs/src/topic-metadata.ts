import type { MetadataOptions, PartitionMetadata, TopicMetadata } from "@dataqueues/core";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import { topicProblem } from "./protocol/field-limits.ts";
import type { DescribedPartition, DescribedTopic } from "./protocol/metadata.ts";

/** Partitions and leaders of topics, of all when none is named. Asking creates a topic only where that is allowed. */
export async function topicMetadata(
  nodes: Nodes,
  topics: readonly string[],
  { allowAutoTopicCreation }: MetadataOptions = {},
): Promise<TopicMetadata[]> {
  if (topics.length === 0) return (await nodes.metadata(undefined)).topics.map(describe);
  const asked: string[] = [];
  const refused: TopicMetadata[] = [];
  for (const topic of new Set(topics)) {
    const why = topicProblem(topic);
    if (why === undefined) asked.push(topic);
    else refused.push({ topic, error: kafkaError("INVALID_TOPIC_EXCEPTION", topicText(topic), { topic, why }) });
  }
  if (asked.length === 0) return refused;
  const metadata = await nodes.metadata(asked, allowAutoTopicCreation === true);
  return [...metadata.topics.map(describe), ...refused];
}

/** A topic as messages name it, whatever a caller of JavaScript gave. */
export function topicText(topic: unknown): string {
  return `Topic ${String(topic).slice(0, longestShown)}`;
}

/** Kafka's own limit of a name. */
const longestShown = 249;

function describe({ topic, topicId, errorCode, partitions }: DescribedTopic): TopicMetadata {
  if (errorCode !== 0) return { topic, error: kafkaError(kafkaErrorName(errorCode), topicText(topic), { topic }) };
  const described = partitions.map((partition) => describePartition(topic, partition));
  return topicId === undefined ? { topic, partitions: described } : { topic, topicId, partitions: described };
}

/** A partition that has a leader can be used, whatever is wrong with its replicas. */
function describePartition(topic: string, described: DescribedPartition): PartitionMetadata {
  const { partition, leader, errorCode, replicas, inSyncReplicas } = described;
  const known = { partition, leader, replicas, inSyncReplicas };
  if (leader >= 0) return known;
  const code = errorCode === 0 ? "LEADER_NOT_AVAILABLE" : kafkaErrorName(errorCode);
  return { ...known, error: kafkaError(code, `Leader of ${topic} [${partition}]`, { topic, partition }) };
}
