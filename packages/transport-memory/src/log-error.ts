import { TransportError } from "@dataqueues/core";

/** Kafka's names of errors that the log itself puts right, so that trying again can help. */
const retriable: ReadonlySet<string> = new Set([
  "UNKNOWN_SERVER_ERROR",
  "CORRUPT_MESSAGE",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_OR_FOLLOWER",
  "REQUEST_TIMED_OUT",
  "BROKER_NOT_AVAILABLE",
  "REPLICA_NOT_AVAILABLE",
  "NETWORK_EXCEPTION",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "NOT_ENOUGH_REPLICAS",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  "NOT_CONTROLLER",
  "CONCURRENT_TRANSACTIONS",
  "KAFKA_STORAGE_ERROR",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "OFFSET_NOT_AVAILABLE",
  "THROTTLING_QUOTA_EXCEEDED",
  "UNKNOWN_TOPIC_ID",
  "INCONSISTENT_TOPIC_ID",
]);

/** An error with one of Kafka's names, for a topic, a partition of it, or the whole log. */
export function logError(code: string, topic?: string, partition?: number, why?: string): TransportError {
  const what = topic === undefined ? "the log" : partition === undefined ? `topic ${topic}` : `${topic}[${partition}]`;
  const reason = why === undefined ? code : `${code}: ${why}`;
  return new TransportError(`${what}: ${reason}`, { code, retriable: retriable.has(code), topic, partition });
}
