import type { NetworkClient } from "@dataqueues/core";

import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { findTopics, topicError } from "./topic-metadata.ts";

/**
 * Deletes topics until the log shows none of them any more; gives those that were there, whoever deleted them.
 *
 * @throws TransportError of the first topic that the log refuses to delete
 */
export async function deleteTopics(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  topics: readonly string[],
): Promise<string[]> {
  /** The ids of the topics that were there. */
  const ids = new Map<string, string | undefined>();
  const deleted = new Set<string>();
  return retry(client, limits, `the deletion of ${topics.join(", ")}`, async () => {
    const { found, refused } = await findTopics(client, topics);
    for (const { topic, error } of refused) throw topicError("delete", topic, error);
    // A topic that was created again meanwhile, for a producer say, has another id: it is not the one to delete.
    const left = found.filter(({ topic, topicId }) => !deleted.has(topic) || ids.get(topic) === topicId);
    if (left.length === 0) return topics.filter((topic) => ids.has(topic));
    for (const { topic, topicId } of left) ids.set(topic, topicId);
    const names = left.map(({ topic }) => topic);
    const results = await client.requestOrReconnect("deleteTopics", (connection) => connection.deleteTopics(names));
    for (const { topic, error } of results) {
      if (error === undefined) deleted.add(topic);
      else if (!error.retriable) throw topicError("delete", topic, error);
    }
    return undefined;
  });
}
