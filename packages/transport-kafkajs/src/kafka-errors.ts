import { TransportError } from "@dataqueues/core";
import type { ErrorDetails } from "@dataqueues/core";

/** Kafka's error codes that can come here, by their names: https://kafka.apache.org/protocol#protocol_error_codes */
const names: ReadonlyMap<number, string> = new Map([
  [-1, "UNKNOWN_SERVER_ERROR"],
  [1, "OFFSET_OUT_OF_RANGE"],
  [2, "CORRUPT_MESSAGE"],
  [3, "UNKNOWN_TOPIC_OR_PARTITION"],
  [4, "INVALID_FETCH_SIZE"],
  [5, "LEADER_NOT_AVAILABLE"],
  [6, "NOT_LEADER_OR_FOLLOWER"],
  [7, "REQUEST_TIMED_OUT"],
  [8, "BROKER_NOT_AVAILABLE"],
  [9, "REPLICA_NOT_AVAILABLE"],
  // Kafka's two names for it, MESSAGE_TOO_LARGE and RECORD_LIST_TOO_LARGE, ask the same of the sender.
  [10, "RECORD_TOO_LARGE"],
  [18, "RECORD_TOO_LARGE"],
  [13, "NETWORK_EXCEPTION"],
  [14, "COORDINATOR_LOAD_IN_PROGRESS"],
  [15, "COORDINATOR_NOT_AVAILABLE"],
  [16, "NOT_COORDINATOR"],
  [17, "INVALID_TOPIC_EXCEPTION"],
  [19, "NOT_ENOUGH_REPLICAS"],
  [20, "NOT_ENOUGH_REPLICAS_AFTER_APPEND"],
  [21, "INVALID_REQUIRED_ACKS"],
  [29, "TOPIC_AUTHORIZATION_FAILED"],
  [30, "GROUP_AUTHORIZATION_FAILED"],
  [31, "CLUSTER_AUTHORIZATION_FAILED"],
  [32, "INVALID_TIMESTAMP"],
  [33, "UNSUPPORTED_SASL_MECHANISM"],
  [34, "ILLEGAL_SASL_STATE"],
  [35, "UNSUPPORTED_VERSION"],
  [36, "TOPIC_ALREADY_EXISTS"],
  [37, "INVALID_PARTITIONS"],
  [38, "INVALID_REPLICATION_FACTOR"],
  [39, "INVALID_REPLICA_ASSIGNMENT"],
  [40, "INVALID_CONFIG"],
  [41, "NOT_CONTROLLER"],
  [42, "INVALID_REQUEST"],
  [43, "UNSUPPORTED_FOR_MESSAGE_FORMAT"],
  [44, "POLICY_VIOLATION"],
  [45, "OUT_OF_ORDER_SEQUENCE_NUMBER"],
  [46, "DUPLICATE_SEQUENCE_NUMBER"],
  [47, "INVALID_PRODUCER_EPOCH"],
  [49, "INVALID_PRODUCER_ID_MAPPING"],
  [51, "CONCURRENT_TRANSACTIONS"],
  [54, "SECURITY_DISABLED"],
  [55, "OPERATION_NOT_ATTEMPTED"],
  [56, "KAFKA_STORAGE_ERROR"],
  [58, "SASL_AUTHENTICATION_FAILED"],
  [59, "UNKNOWN_PRODUCER_ID"],
  [60, "REASSIGNMENT_IN_PROGRESS"],
  [70, "FETCH_SESSION_ID_NOT_FOUND"],
  [71, "INVALID_FETCH_SESSION_EPOCH"],
  [72, "LISTENER_NOT_FOUND"],
  [73, "TOPIC_DELETION_DISABLED"],
  [74, "FENCED_LEADER_EPOCH"],
  [75, "UNKNOWN_LEADER_EPOCH"],
  [76, "UNSUPPORTED_COMPRESSION_TYPE"],
  [77, "STALE_BROKER_EPOCH"],
  [78, "OFFSET_NOT_AVAILABLE"],
  [80, "PREFERRED_LEADER_NOT_AVAILABLE"],
  [87, "INVALID_RECORD"],
  [89, "THROTTLING_QUOTA_EXCEEDED"],
  [90, "PRODUCER_FENCED"],
  [100, "UNKNOWN_TOPIC_ID"],
  [103, "INCONSISTENT_TOPIC_ID"],
]);

/** What the log itself puts right, so that trying again can help. The sender's deadline bounds the tries. */
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
  "FETCH_SESSION_ID_NOT_FOUND",
  "INVALID_FETCH_SESSION_EPOCH",
  "LISTENER_NOT_FOUND",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "OFFSET_NOT_AVAILABLE",
  "PREFERRED_LEADER_NOT_AVAILABLE",
  "THROTTLING_QUOTA_EXCEEDED",
  "UNKNOWN_TOPIC_ID",
  "INCONSISTENT_TOPIC_ID",
]);

/** The name of one of Kafka's error codes. */
export function kafkaErrorName(errorCode: number): string {
  return names.get(errorCode) ?? `KAFKA_ERROR_${errorCode}`;
}

/**
 * An error with a name of Kafka's, `retriable` as that name says. `what` says what failed and where, `why` what the log
 * said about it.
 */
export function kafkaError(
  code: string,
  what: string,
  details: Omit<ErrorDetails, "code"> & { readonly why?: string | null | undefined } = {},
): TransportError {
  const { why, ...place } = details;
  const reason = why === undefined || why === null || why === "" ? code : `${code}: ${why}`;
  return new TransportError(`${what}: ${reason}`, { ...place, code, retriable: retriable.has(code) });
}
