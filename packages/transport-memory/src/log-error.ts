import { TransportError } from "@dataqueues/core";

const retriable: ReadonlySet<string> = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_OR_FOLLOWER",
  "REQUEST_TIMED_OUT",
  "NETWORK_EXCEPTION",
  "BROKER_NOT_AVAILABLE",
  "NOT_ENOUGH_REPLICAS",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  "NOT_CONTROLLER",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "KAFKA_STORAGE_ERROR",
  "OFFSET_NOT_AVAILABLE",
]);

/** An error with one of Kafka's names, for a topic, a partition of it, or the whole log. */
export function logError(code: string, topic?: string, partition?: number): TransportError {
  const what = topic === undefined ? "the log" : partition === undefined ? `topic ${topic}` : `${topic}[${partition}]`;
  return new TransportError(`${what}: ${code}`, { code, retriable: retriable.has(code), topic, partition });
}
