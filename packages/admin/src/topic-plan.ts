import { DataQueueError, checkTopic, invalidArgument } from "@dataqueues/core";

/** A topic by its name, or with the number of partitions that it must have at least. */
export type TopicRequest = string | readonly [topic: string, partitions: number];

/** The partitions that each topic must have at least; undefined where any number will do. */
export type TopicPlan = ReadonlyMap<string, number | undefined>;

/** The most partitions that a request can name. */
const mostPartitions = 2 ** 31 - 1;

/**
 * Puts requests in one plan. A topic that is named twice gets the larger number of partitions; a single text is one topic.
 *
 * @throws DataQueueError `INVALID_PARTITIONS` or `INVALID_ARGUMENT`, see `createTopics`
 */
export function planTopics(requests: string | Iterable<TopicRequest>): TopicPlan {
  const plan = new Map<string, number | undefined>();
  for (const [index, request] of listOf(requests).entries()) {
    const [topic, partitions] = requestOf(`topics[${index}]`, request);
    if (partitions !== undefined && !(Number.isInteger(partitions) && partitions > 0 && partitions <= mostPartitions)) {
      const message = `topic ${topic}: a minimum of ${partitions} partitions is not a positive integer`;
      throw new DataQueueError(message, { code: "INVALID_PARTITIONS", topic });
    }
    const before = plan.get(topic);
    plan.set(topic, before === undefined ? partitions : Math.max(before, partitions ?? 1));
  }
  return plan;
}

/** What a caller's list asks of topics; a single text is one topic. Throws a `DataQueueError` `INVALID_ARGUMENT` for no list. */
export function listOf(requests: string | Iterable<unknown>): unknown[] {
  if (typeof requests === "string") return [requests];
  if (typeof requests?.[Symbol.iterator] === "function") return [...requests];
  throw invalidArgument("topics", "a topic's name or a list of them", requests);
}

function requestOf(name: string, request: unknown): [topic: string, partitions: number | undefined] {
  if (typeof request === "string") return [checkTopic(name, request), undefined];
  if (!Array.isArray(request)) throw invalidArgument(name, "a topic, or a pair of topic and partitions", request);
  return [checkTopic(`${name}[0]`, request[0]), request[1]];
}
