import { DataQueueError } from "@dataqueues/core";

import type { TopicRequest } from "./admin.ts";

/** The partitions that each topic must have at least; undefined where any number will do. */
export type TopicPlan = ReadonlyMap<string, number | undefined>;

/** Puts requests in one plan: a topic that is named twice must satisfy both. */
export function planTopics(requests: Iterable<TopicRequest>): TopicPlan {
  const plan = new Map<string, number | undefined>();
  for (const request of requests) {
    const [topic, partitions] = typeof request === "string" ? [request, undefined] : request;
    if (partitions !== undefined && !(Number.isInteger(partitions) && partitions > 0)) {
      const message = `topic ${topic}: a minimum of ${partitions} partitions is not a positive integer`;
      throw new DataQueueError(message, { code: "INVALID_PARTITIONS", topic });
    }
    const before = plan.get(topic);
    plan.set(topic, before === undefined ? partitions : Math.max(before, partitions ?? 1));
  }
  return plan;
}
