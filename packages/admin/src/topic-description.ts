import type { NetworkClient, PartitionMetadata } from "@dataqueues/core";

import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { topicError, topicMetadata } from "./topic-metadata.ts";
import type { TopicAction } from "./topic-metadata.ts";

/** A topic and its partitions. */
export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly PartitionMetadata[];
}

/**
 * Describes topics, in the order asked for.
 *
 * @param action - what the description is for
 * @throws TransportError `UNKNOWN_TOPIC_OR_PARTITION` naming a topic that does not exist
 */
export async function describeTopics(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  topics: readonly string[],
  action: TopicAction = "describe",
): Promise<TopicDescription[]> {
  const results = await retry(client, limits, `a description of ${topics.join(", ")}`, () =>
    topicMetadata(client, topics),
  );
  return topics.map((topic) => {
    const result = results.find((one) => one.topic === topic);
    if (result?.partitions === undefined) throw topicError(action, topic, result?.error);
    return { topic, partitions: result.partitions };
  });
}
