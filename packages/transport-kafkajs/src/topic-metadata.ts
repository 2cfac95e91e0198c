import { kafkaError, kafkaErrorName } from "@dataqueues/core";
import type { MetadataOptions, PartitionMetadata, TopicMetadata } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import type { CheckedPartition, CheckedTopic } from "./leader-doubts.ts";
import { topicProblem } from "./protocol/field-limits.ts";

/** Partitions and leaders of topics, of all when none is named. Asking creates a topic only where that is allowed. */
export async function topicMetadata(
  cluster: Cluster,
  topics: readonly string[],
  { allowAutoTopicCreation }: MetadataOptions,
): Promise<TopicMetadata[]> {
  if (topics.length === 0) return (await cluster.metadata(undefined)).map(describe);
  const asked: string[] = [];
  const refused: TopicMetadata[] = [];
  for (const topic of new Set(topics)) {
    const why = topicProblem(topic);
    if (why === undefined) asked.push(topic);
    else refused.push({ topic, error: kafkaError("INVALID_TOPIC_EXCEPTION", topicText(topic), { topic, why }) });
  }
  if (asked.length === 0) return refused;
  const metadata = await cluster.metadata(asked, allowAutoTopicCreation === true);
  return [...metadata.map(describe), ...refused];
}

/** Kafka's limit of a topic's name. */
const maxShownLength = 249;

/** A topic in an error's message, whatever a caller of JavaScript gave. */
export function topicText(topic: unknown): string {
  return `Topic ${String(topic).slice(0, maxShownLength)}`;
}

function describe({ topic, topicId, isInternal, errorCode, partitions }: CheckedTopic): TopicMetadata {
  if (errorCode !== 0) return { topic, error: kafkaError(kafkaErrorName(errorCode), topicText(topic), { topic }) };
  const described = { topic, isInternal, partitions: partitions.map((one) => describePartition(topic, one)) };
  return topicId === undefined ? described : { ...described, topicId };
}

/** A partition that has a leader can be used, whatever is wrong with its replicas. Only a leader has an epoch. */
function describePartition(topic: string, checked: CheckedPartition): PartitionMetadata {
  const { partition, leader, leaderEpoch, errorCode, replicas, inSyncReplicas, why } = checked;
  const described = { partition, leader, replicas, inSyncReplicas };
  if (leader >= 0) return leaderEpoch < 0 ? described : { ...described, leaderEpoch };
  const code = errorCode === 0 ? "LEADER_NOT_AVAILABLE" : kafkaErrorName(errorCode);
  return { ...described, error: kafkaError(code, `Leader of ${topic} [${partition}]`, { topic, partition, why }) };
}
