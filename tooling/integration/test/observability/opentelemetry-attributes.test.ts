import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { openTelemetryAttributes, TransportError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { expect, test } from "vitest";

const reason = new TransportError("moved", { code: "NOT_LEADER_OR_FOLLOWER", retriable: true });
const position = { topic: "a", partition: 3 };
const events: readonly DataQueueEvent[] = [
  { type: "connected", role: "read", transport: "kafkajs", attempt: 1 },
  { type: "connectFailed", role: "write", transport: "kafkajs", attempt: 1, reason },
  { type: "disconnected", role: "admin", transport: "kafkajs", reason },
  ...(["produce", "fetch", "metadata", "commitOffsets"] as const).map((request): DataQueueEvent => ({
    type: "retry",
    request,
    ...position,
    attempt: 0,
    reason,
  })),
  { type: "leaderChanged", ...position, from: 1, to: 2 },
  { type: "offsetOutOfRange", ...position, lostFrom: 1n, lostTo: 2n, resumedAt: 2n },
  { type: "topicMissing", topic: "a" },
  { type: "partitionMissing", ...position },
  { type: "topicRecreated", topic: "a" },
  { type: "badRecord", ...position, offset: 1n, reason },
  { type: "assigned", group: "g", partitions: [["a", 1]] },
  { type: "revoked", group: "g", partitions: [["a", 1]] },
  { type: "lost", group: "g", partitions: [["a", 1]], reason },
  { type: "committed", group: "g", offsets: [["a", 1, 2n]] },
  { type: "commitFailed", group: "g", ...position, reason },
  { type: "fenced", group: "g", reason },
  { type: "processingTimedOut", group: "g", afterMs: 1 },
  { type: "bufferFull", bufferedBytes: 1 },
  { type: "idempotenceUnavailable", reason },
  { type: "producerIdentityReset", ...position, reason },
];

const constants: ReadonlyMap<string, unknown> = new Map(Object.entries(conventions));
const valuesOf = (prefix: string): unknown[] =>
  [...constants].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);

test.each(events)("the attributes of $type are OpenTelemetry's own, or begin with dataqueues", (event) => {
  const attributes = openTelemetryAttributes(event);
  const standard = Object.keys(attributes).filter((name) => !name.startsWith("dataqueues."));
  expect(valuesOf("ATTR_")).toEqual(expect.arrayContaining(standard));
  const { "messaging.system": system, "messaging.operation.type": type } = attributes;
  expect(valuesOf("MESSAGING_SYSTEM_VALUE_")).toContain(system);
  if (type !== undefined) expect(valuesOf("MESSAGING_OPERATION_TYPE_VALUE_")).toContain(type);
});
