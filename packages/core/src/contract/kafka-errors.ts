import { retriableErrors } from "./retriable-errors.ts";

const lastingErrors = [
  { number: 1, name: "OFFSET_OUT_OF_RANGE" },
  { number: 4, name: "INVALID_FETCH_SIZE" },
  { number: 10, name: "RECORD_TOO_LARGE" },
  { number: 12, name: "OFFSET_METADATA_TOO_LARGE" },
  { number: 17, name: "INVALID_TOPIC_EXCEPTION" },
  { number: 18, name: "RECORD_TOO_LARGE" },
  { number: 21, name: "INVALID_REQUIRED_ACKS" },
  { number: 22, name: "ILLEGAL_GENERATION" },
  { number: 23, name: "INCONSISTENT_GROUP_PROTOCOL" },
  { number: 24, name: "INVALID_GROUP_ID" },
  { number: 25, name: "UNKNOWN_MEMBER_ID" },
  { number: 26, name: "INVALID_SESSION_TIMEOUT" },
  { number: 27, name: "REBALANCE_IN_PROGRESS" },
  { number: 28, name: "INVALID_COMMIT_OFFSET_SIZE" },
  { number: 29, name: "TOPIC_AUTHORIZATION_FAILED" },
  { number: 30, name: "GROUP_AUTHORIZATION_FAILED" },
  { number: 31, name: "CLUSTER_AUTHORIZATION_FAILED" },
  { number: 32, name: "INVALID_TIMESTAMP" },
  { number: 33, name: "UNSUPPORTED_SASL_MECHANISM" },
  { number: 34, name: "ILLEGAL_SASL_STATE" },
  { number: 35, name: "UNSUPPORTED_VERSION" },
  { number: 36, name: "TOPIC_ALREADY_EXISTS" },
  { number: 37, name: "INVALID_PARTITIONS" },
  { number: 38, name: "INVALID_REPLICATION_FACTOR" },
  { number: 39, name: "INVALID_REPLICA_ASSIGNMENT" },
  { number: 40, name: "INVALID_CONFIG" },
  { number: 42, name: "INVALID_REQUEST" },
  { number: 43, name: "UNSUPPORTED_FOR_MESSAGE_FORMAT" },
  { number: 44, name: "POLICY_VIOLATION" },
  { number: 45, name: "OUT_OF_ORDER_SEQUENCE_NUMBER" },
  { number: 46, name: "DUPLICATE_SEQUENCE_NUMBER" },
  { number: 47, name: "INVALID_PRODUCER_EPOCH" },
  { number: 49, name: "INVALID_PRODUCER_ID_MAPPING" },
  { number: 54, name: "SECURITY_DISABLED" },
  { number: 55, name: "OPERATION_NOT_ATTEMPTED" },
  { number: 58, name: "SASL_AUTHENTICATION_FAILED" },
  { number: 59, name: "UNKNOWN_PRODUCER_ID" },
  { number: 60, name: "REASSIGNMENT_IN_PROGRESS" },
  { number: 68, name: "NON_EMPTY_GROUP" },
  { number: 69, name: "GROUP_ID_NOT_FOUND" },
  { number: 73, name: "TOPIC_DELETION_DISABLED" },
  { number: 76, name: "UNSUPPORTED_COMPRESSION_TYPE" },
  { number: 77, name: "STALE_BROKER_EPOCH" },
  { number: 79, name: "MEMBER_ID_REQUIRED" },
  { number: 81, name: "GROUP_MAX_SIZE_REACHED" },
  { number: 82, name: "FENCED_INSTANCE_ID" },
  { number: 86, name: "GROUP_SUBSCRIBED_TO_TOPIC" },
  { number: 87, name: "INVALID_RECORD" },
  { number: 90, name: "PRODUCER_FENCED" },
  { number: 110, name: "FENCED_MEMBER_EPOCH" },
  { number: 111, name: "UNRELEASED_INSTANCE_ID" },
  { number: 112, name: "UNSUPPORTED_ASSIGNOR" },
  { number: 113, name: "STALE_MEMBER_EPOCH" },
  { number: 128, name: "INVALID_REGULAR_EXPRESSION" },
] as const;

/** One of Kafka's errors; `retriable`: trying again can help. */
type KafkaErrorRow = ((typeof retriableErrors)[number] | (typeof lastingErrors)[number]) & {
  readonly retriable: boolean;
};

/**
 * Kafka's error codes that a client can get, with their names. `retriable`: trying again can help; the caller's deadline
 * bounds the tries. Source: https://kafka.apache.org/protocol#protocol_error_codes
 *
 * Kafka has two codes for records that are too large, MESSAGE_TOO_LARGE (10) and RECORD_LIST_TOO_LARGE (18); both ask the
 * same of the sender and have one name here.
 */
export const kafkaErrors: readonly KafkaErrorRow[] = /* @__PURE__ */ table();

function table(): KafkaErrorRow[] {
  const rows = [
    ...retriableErrors.map((row) => ({ ...row, retriable: true })),
    ...lastingErrors.map((row) => ({ ...row, retriable: false })),
  ];
  return rows.sort((a, b) => a.number - b.number);
}

/** The name of one of {@link kafkaErrors}. */
export type KafkaErrorName = KafkaErrorRow["name"];

/**
 * The code of a `TransportError`: Kafka's name, its number where we have no name, that the caller gave up, or that TLS
 * could not be set up (Kafka's Java client has an exception for that, and no code).
 */
export type TransportErrorCode = KafkaErrorName | `KAFKA_ERROR_${number}` | "ABORTED" | "SSL_AUTHENTICATION_FAILED";

/** The name of a number in Kafka's protocol. */
export function kafkaErrorName(number: number): KafkaErrorName | `KAFKA_ERROR_${number}` {
  return kafkaErrors.find((row) => row.number === number)?.name ?? `KAFKA_ERROR_${number}`;
}
