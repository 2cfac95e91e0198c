import { expect, test } from "vitest";

import { logError } from "../src/log-error.ts";

// As Kafka's protocol has them, and the two with which a broker says that it is in trouble itself.
const passing = [
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
];

test.each(passing)("%s passes by itself", (code) => {
  expect(logError(code)).toMatchObject({ name: "TransportError", code, retriable: true });
});

test.each([
  "OFFSET_OUT_OF_RANGE",
  "RECORD_TOO_LARGE",
  "INVALID_RECORD",
  "TOPIC_AUTHORIZATION_FAILED",
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "INVALID_PRODUCER_EPOCH",
  "TOPIC_ALREADY_EXISTS",
  "A_NAME_OF_ONES_OWN",
  "",
])("%s does not", (code) => {
  expect(logError(code)).toMatchObject({ name: "TransportError", code, retriable: false });
});

test.each([
  [[], "the log: X", undefined, undefined],
  [["a"], "topic a: X", "a", undefined],
  [["a", 0], "a[0]: X", "a", 0],
  [["a", 3, "its key is odd"], "a[3]: X: its key is odd", "a", 3],
] as const)("an error names its place: %o", (place, message, topic, partition) => {
  expect(Reflect.apply(logError, undefined, ["X", ...place])).toMatchObject({ message, topic, partition });
});
