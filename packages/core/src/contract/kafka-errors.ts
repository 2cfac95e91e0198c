/**
 * Kafka's error codes that a client can get, with their names. `retriable`: trying again can help; the caller's deadline
 * bounds the tries. Source: https://kafka.apache.org/protocol#protocol_error_codes
 *
 * Kafka has two codes for records that are too large, MESSAGE_TOO_LARGE (10) and RECORD_LIST_TOO_LARGE (18); both ask the
 * same of the sender and have one name here.
 */
export const kafkaErrors = [
  { number: -1, name: "UNKNOWN_SERVER_ERROR", retriable: true },
  { number: 1, name: "OFFSET_OUT_OF_RANGE", retriable: false },
  { number: 2, name: "CORRUPT_MESSAGE", retriable: true },
  { number: 3, name: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true },
  { number: 4, name: "INVALID_FETCH_SIZE", retriable: false },
  { number: 5, name: "LEADER_NOT_AVAILABLE", retriable: true },
  { number: 6, name: "NOT_LEADER_OR_FOLLOWER", retriable: true },
  { number: 7, name: "REQUEST_TIMED_OUT", retriable: true },
  { number: 8, name: "BROKER_NOT_AVAILABLE", retriable: true },
  { number: 9, name: "REPLICA_NOT_AVAILABLE", retriable: true },
  { number: 10, name: "RECORD_TOO_LARGE", retriable: false },
  { number: 12, name: "OFFSET_METADATA_TOO_LARGE", retriable: false },
  { number: 13, name: "NETWORK_EXCEPTION", retriable: true },
  { number: 14, name: "COORDINATOR_LOAD_IN_PROGRESS", retriable: true },
  { number: 15, name: "COORDINATOR_NOT_AVAILABLE", retriable: true },
  { number: 16, name: "NOT_COORDINATOR", retriable: true },
  { number: 17, name: "INVALID_TOPIC_EXCEPTION", retriable: false },
  { number: 18, name: "RECORD_TOO_LARGE", retriable: false },
  { number: 19, name: "NOT_ENOUGH_REPLICAS", retriable: true },
  { number: 20, name: "NOT_ENOUGH_REPLICAS_AFTER_APPEND", retriable: true },
  { number: 21, name: "INVALID_REQUIRED_ACKS", retriable: false },
  { number: 22, name: "ILLEGAL_GENERATION", retriable: false },
  { number: 23, name: "INCONSISTENT_GROUP_PROTOCOL", retriable: false },
  { number: 24, name: "INVALID_GROUP_ID", retriable: false },
  { number: 25, name: "UNKNOWN_MEMBER_ID", retriable: false },
  { number: 26, name: "INVALID_SESSION_TIMEOUT", retriable: false },
  { number: 27, name: "REBALANCE_IN_PROGRESS", retriable: false },
  { number: 28, name: "INVALID_COMMIT_OFFSET_SIZE", retriable: false },
  { number: 29, name: "TOPIC_AUTHORIZATION_FAILED", retriable: false },
  { number: 30, name: "GROUP_AUTHORIZATION_FAILED", retriable: false },
  { number: 31, name: "CLUSTER_AUTHORIZATION_FAILED", retriable: false },
  { number: 32, name: "INVALID_TIMESTAMP", retriable: false },
  { number: 33, name: "UNSUPPORTED_SASL_MECHANISM", retriable: false },
  { number: 34, name: "ILLEGAL_SASL_STATE", retriable: false },
  { number: 35, name: "UNSUPPORTED_VERSION", retriable: false },
  { number: 36, name: "TOPIC_ALREADY_EXISTS", retriable: false },
  { number: 37, name: "INVALID_PARTITIONS", retriable: false },
  { number: 38, name: "INVALID_REPLICATION_FACTOR", retriable: false },
  { number: 39, name: "INVALID_REPLICA_ASSIGNMENT", retriable: false },
  { number: 40, name: "INVALID_CONFIG", retriable: false },
  { number: 41, name: "NOT_CONTROLLER", retriable: true },
  { number: 42, name: "INVALID_REQUEST", retriable: false },
  { number: 43, name: "UNSUPPORTED_FOR_MESSAGE_FORMAT", retriable: false },
  { number: 44, name: "POLICY_VIOLATION", retriable: false },
  { number: 45, name: "OUT_OF_ORDER_SEQUENCE_NUMBER", retriable: false },
  { number: 46, name: "DUPLICATE_SEQUENCE_NUMBER", retriable: false },
  { number: 47, name: "INVALID_PRODUCER_EPOCH", retriable: false },
  { number: 49, name: "INVALID_PRODUCER_ID_MAPPING", retriable: false },
  { number: 51, name: "CONCURRENT_TRANSACTIONS", retriable: true },
  { number: 54, name: "SECURITY_DISABLED", retriable: false },
  { number: 55, name: "OPERATION_NOT_ATTEMPTED", retriable: false },
  { number: 56, name: "KAFKA_STORAGE_ERROR", retriable: true },
  { number: 58, name: "SASL_AUTHENTICATION_FAILED", retriable: false },
  { number: 59, name: "UNKNOWN_PRODUCER_ID", retriable: false },
  { number: 60, name: "REASSIGNMENT_IN_PROGRESS", retriable: false },
  { number: 68, name: "NON_EMPTY_GROUP", retriable: false },
  { number: 69, name: "GROUP_ID_NOT_FOUND", retriable: false },
  { number: 70, name: "FETCH_SESSION_ID_NOT_FOUND", retriable: true },
  { number: 71, name: "INVALID_FETCH_SESSION_EPOCH", retriable: true },
  { number: 72, name: "LISTENER_NOT_FOUND", retriable: true },
  { number: 73, name: "TOPIC_DELETION_DISABLED", retriable: false },
  { number: 74, name: "FENCED_LEADER_EPOCH", retriable: true },
  { number: 75, name: "UNKNOWN_LEADER_EPOCH", retriable: true },
  { number: 76, name: "UNSUPPORTED_COMPRESSION_TYPE", retriable: false },
  { number: 77, name: "STALE_BROKER_EPOCH", retriable: false },
  { number: 78, name: "OFFSET_NOT_AVAILABLE", retriable: true },
  { number: 79, name: "MEMBER_ID_REQUIRED", retriable: false },
  { number: 80, name: "PREFERRED_LEADER_NOT_AVAILABLE", retriable: true },
  { number: 81, name: "GROUP_MAX_SIZE_REACHED", retriable: false },
  { number: 82, name: "FENCED_INSTANCE_ID", retriable: false },
  { number: 86, name: "GROUP_SUBSCRIBED_TO_TOPIC", retriable: false },
  { number: 87, name: "INVALID_RECORD", retriable: false },
  { number: 88, name: "UNSTABLE_OFFSET_COMMIT", retriable: true },
  { number: 89, name: "THROTTLING_QUOTA_EXCEEDED", retriable: true },
  { number: 90, name: "PRODUCER_FENCED", retriable: false },
  { number: 100, name: "UNKNOWN_TOPIC_ID", retriable: true },
  { number: 103, name: "INCONSISTENT_TOPIC_ID", retriable: true },
  { number: 110, name: "FENCED_MEMBER_EPOCH", retriable: false },
  { number: 111, name: "UNRELEASED_INSTANCE_ID", retriable: false },
  { number: 112, name: "UNSUPPORTED_ASSIGNOR", retriable: false },
  { number: 113, name: "STALE_MEMBER_EPOCH", retriable: false },
  { number: 128, name: "INVALID_REGULAR_EXPRESSION", retriable: false },
] as const;

/** The name of one of {@link kafkaErrors}. */
export type KafkaErrorName = (typeof kafkaErrors)[number]["name"];

/**
 * The code of a `TransportError`: Kafka's name, its number where we have no name, that the caller gave up, or that TLS
 * could not be set up (Kafka's Java client has an exception for that, and no code).
 */
export type TransportErrorCode = KafkaErrorName | `KAFKA_ERROR_${number}` | "ABORTED" | "SSL_AUTHENTICATION_FAILED";

/** The name of a number in Kafka's protocol. */
export function kafkaErrorName(number: number): KafkaErrorName | `KAFKA_ERROR_${number}` {
  return kafkaErrors.find((row) => row.number === number)?.name ?? `KAFKA_ERROR_${number}`;
}

/** Whether trying again can help, as Kafka says of its errors; false for a name that it does not have. */
export function isRetriable(code: string): boolean {
  return kafkaErrors.some(({ name, retriable }) => retriable && name === code);
}
