import { DataQueueAdmin } from "@dataqueues/admin";
import type { TopicRequest } from "@dataqueues/admin";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryOptions, MemoryTransport } from "@dataqueues/transport-memory";

/** A log in memory that has these topics. */
export async function logWithTopics(
  topics: readonly TopicRequest[],
  options: MemoryOptions = {},
): Promise<MemoryTransport> {
  const log = memory(options);
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(topics);
  return log;
}
