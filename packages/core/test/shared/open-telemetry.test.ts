import { expect, test } from "vitest";

import { offsetAttribute, openTelemetryAttributes, TransportError } from "../../src/index.ts";
import type { DataQueueEvent } from "../../src/index.ts";

const reason = new TransportError("moved", { code: "NOT_LEADER_OR_FOLLOWER", retriable: true });
const place = { topic: "a", partition: 3 };
const atPlace = {
  "messaging.system": "kafka",
  "messaging.destination.name": "a",
  "messaging.destination.partition.id": "3",
};

const cases: readonly (readonly [DataQueueEvent, object])[] = [
  [
    { type: "retry", request: "produce", ...place, attempt: 2, reason },
    {
      ...atPlace,
      "messaging.operation.name": "send",
      "messaging.operation.type": "send",
      "dataqueues.request": "produce",
      "dataqueues.attempt": 2,
      "error.type": "NOT_LEADER_OR_FOLLOWER",
    },
  ],
  [
    { type: "retry", request: "metadata", attempt: 0, reason: "no error at all" },
    {
      "messaging.system": "kafka",
      "dataqueues.request": "metadata",
      "dataqueues.attempt": 0,
      "error.type": "_OTHER",
    },
  ],
  [
    { type: "badRecord", ...place, offset: 7n, reason: new TypeError("bad") },
    {
      ...atPlace,
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "messaging.kafka.offset": 7,
      "error.type": "TypeError",
    },
  ],
  [
    { type: "offsetOutOfRange", ...place, lostFrom: 1n, lostTo: 2n ** 60n, resumedAt: 2n ** 60n },
    {
      ...atPlace,
      "messaging.kafka.offset": "1152921504606846976",
      "dataqueues.lost.from": 1,
      "dataqueues.lost.to": "1152921504606846976",
      "error.type": "OFFSET_OUT_OF_RANGE",
    },
  ],
  [
    { type: "leaderChanged", ...place, from: 1, to: 2 },
    { ...atPlace, "dataqueues.leader.from": 1, "dataqueues.leader.to": 2 },
  ],
  [
    {
      type: "assigned",
      group: "averager",
      partitions: [
        ["a", 0],
        ["a", 3],
      ],
    },
    { "messaging.system": "kafka", "messaging.consumer.group.name": "averager", "dataqueues.partitions": 2 },
  ],
  [
    { type: "lost", group: "averager", partitions: [["a", 0]], reason },
    {
      "messaging.system": "kafka",
      "messaging.consumer.group.name": "averager",
      "dataqueues.partitions": 1,
      "error.type": "NOT_LEADER_OR_FOLLOWER",
    },
  ],
  [
    { type: "committed", group: "averager", offsets: [["a", 0, 7n]] },
    {
      "messaging.system": "kafka",
      "messaging.operation.name": "commit",
      "messaging.operation.type": "settle",
      "messaging.consumer.group.name": "averager",
      "dataqueues.partitions": 1,
    },
  ],
  [
    { type: "commitFailed", group: "averager", ...place, reason },
    {
      ...atPlace,
      "messaging.operation.name": "commit",
      "messaging.operation.type": "settle",
      "messaging.consumer.group.name": "averager",
      "error.type": "NOT_LEADER_OR_FOLLOWER",
    },
  ],
  [
    { type: "processingTimedOut", group: "averager", afterMs: 300_001 },
    { "messaging.system": "kafka", "messaging.consumer.group.name": "averager", "dataqueues.after_ms": 300_001 },
  ],
  [
    { type: "bufferFull", bufferedBytes: 5 },
    { "messaging.system": "kafka", "dataqueues.buffered_bytes": 5 },
  ],
  [
    { type: "connected", role: "read", transport: "kafkajs", attempt: 1 },
    {
      "messaging.system": "kafka",
      "dataqueues.role": "read",
      "dataqueues.transport": "kafkajs",
      "dataqueues.attempt": 1,
    },
  ],
  [
    { type: "retry", request: "fetch", ...place, attempt: 0, reason: null },
    {
      ...atPlace,
      "messaging.operation.name": "poll",
      "messaging.operation.type": "receive",
      "dataqueues.request": "fetch",
      "dataqueues.attempt": 0,
      "error.type": "_OTHER",
    },
  ],
  [
    // Unknown values are left out, also where the event has the field.
    { type: "retry", request: "listOffsets", topic: undefined, partition: undefined, attempt: 1, reason: undefined },
    {
      "messaging.system": "kafka",
      "dataqueues.request": "listOffsets",
      "dataqueues.attempt": 1,
      "error.type": "_OTHER",
    },
  ],
  [
    { type: "connectFailed", role: "write", transport: "kafkajs", attempt: 3, reason },
    {
      "messaging.system": "kafka",
      "dataqueues.role": "write",
      "dataqueues.transport": "kafkajs",
      "dataqueues.attempt": 3,
      "error.type": "NOT_LEADER_OR_FOLLOWER",
    },
  ],
  [
    // A code is a text; a number is no code.
    { type: "disconnected", role: "admin", transport: "kafkajs", reason: Object.assign(new RangeError(), { code: 5 }) },
    {
      "messaging.system": "kafka",
      "dataqueues.role": "admin",
      "dataqueues.transport": "kafkajs",
      "error.type": "RangeError",
    },
  ],
  [
    { type: "producerIdentityReset", topic: "a", partition: 0, reason: { why: "no error, no code" } },
    { ...atPlace, "messaging.destination.partition.id": "0", "error.type": "_OTHER" },
  ],
  [
    // The last whole number that a double holds exactly, and the first that it does not.
    { type: "offsetOutOfRange", ...place, lostFrom: 2n ** 53n - 1n, lostTo: 2n ** 53n, resumedAt: 0n },
    {
      ...atPlace,
      "messaging.kafka.offset": 0,
      "dataqueues.lost.from": 9_007_199_254_740_991,
      "dataqueues.lost.to": "9007199254740992",
      "error.type": "OFFSET_OUT_OF_RANGE",
    },
  ],
  [
    { type: "topicRecreated", topic: "a" },
    { "messaging.system": "kafka", "messaging.destination.name": "a" },
  ],
];

test.each(cases)("$type has OpenTelemetry's names", (event, attributes) => {
  expect(openTelemetryAttributes(event)).toStrictEqual(attributes);
});

test("attributes of the caller are added", () => {
  const known = { "messaging.system": "memory", "server.address": "localhost", "server.port": 9092 };
  expect(openTelemetryAttributes({ type: "topicMissing", topic: "a" }, known)).toEqual({
    ...known,
    "messaging.destination.name": "a",
  });
});

test.each([
  [0n, 0],
  [2n ** 53n - 1n, 9007199254740991],
  [2n ** 53n, "9007199254740992"],
  [2n ** 63n - 1n, "9223372036854775807"],
])("the offset %s is a number where that is exact, else text", (offset, value) => {
  expect(offsetAttribute(offset)).toBe(value);
});
