/**
 * Those of Kafka's errors that trying again can help; the caller's deadline bounds the tries. They are apart from the others because
 * pages need only these.
 */
export const retriableErrors = [
  { number: -1, name: "UNKNOWN_SERVER_ERROR" },
  { number: 2, name: "CORRUPT_MESSAGE" },
  { number: 3, name: "UNKNOWN_TOPIC_OR_PARTITION" },
  { number: 5, name: "LEADER_NOT_AVAILABLE" },
  { number: 6, name: "NOT_LEADER_OR_FOLLOWER" },
  { number: 7, name: "REQUEST_TIMED_OUT" },
  { number: 8, name: "BROKER_NOT_AVAILABLE" },
  { number: 9, name: "REPLICA_NOT_AVAILABLE" },
  { number: 13, name: "NETWORK_EXCEPTION" },
  { number: 14, name: "COORDINATOR_LOAD_IN_PROGRESS" },
  { number: 15, name: "COORDINATOR_NOT_AVAILABLE" },
  { number: 16, name: "NOT_COORDINATOR" },
  { number: 19, name: "NOT_ENOUGH_REPLICAS" },
  { number: 20, name: "NOT_ENOUGH_REPLICAS_AFTER_APPEND" },
  { number: 41, name: "NOT_CONTROLLER" },
  { number: 51, name: "CONCURRENT_TRANSACTIONS" },
  { number: 56, name: "KAFKA_STORAGE_ERROR" },
  { number: 70, name: "FETCH_SESSION_ID_NOT_FOUND" },
  { number: 71, name: "INVALID_FETCH_SESSION_EPOCH" },
  { number: 72, name: "LISTENER_NOT_FOUND" },
  { number: 74, name: "FENCED_LEADER_EPOCH" },
  { number: 75, name: "UNKNOWN_LEADER_EPOCH" },
  { number: 78, name: "OFFSET_NOT_AVAILABLE" },
  { number: 80, name: "PREFERRED_LEADER_NOT_AVAILABLE" },
  { number: 88, name: "UNSTABLE_OFFSET_COMMIT" },
  { number: 89, name: "THROTTLING_QUOTA_EXCEEDED" },
  { number: 100, name: "UNKNOWN_TOPIC_ID" },
  { number: 103, name: "INCONSISTENT_TOPIC_ID" },
] as const;

/** Whether trying again can help, as Kafka says of its errors; false for a name that it does not have. */
export function isRetriable(code: string): boolean {
  return retriableErrors.some(({ name }) => name === code);
}
