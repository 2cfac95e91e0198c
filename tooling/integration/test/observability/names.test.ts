import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { openTelemetryAttributes, TransportError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { expect, test } from "vitest";

const reason = new TransportError("moved", { code: "NOT_LEADER_OR_FOLLOWER", retriable: true });
const place = { topic: "a", partition: 3 };
const events: readonly DataQueueEvent[] = [
  { type: "connected", role: "read", transport: "kafkajs", attempt: 1 },
  { type: "connectFailed", role: "write", transport: "kafkajs", attempt: 1, reason },
  { type: "disconnected", role: "admin", transport: "kafkajs", reason },
  ...(["produce", "fetch", "metadata"] as const).map((request): DataQueueEvent => ({
    type: "retry",
    request,
    ...place,
    attempt: 0,
    reason,
  })),
  { type: "leaderChanged", ...place, from: 1, to: 2 },
  { type: "offsetOutOfRange", ...place, lostFrom: 1n, lostTo: 2n, resumedAt: 2n },
  { type: "topicMissing", topic: "a" },
  { type: "partitionMissing", ...place },
  { type: "topicRecreated", topic: "a" },
  { type: "badRecord", ...place, offset: 1n, reason },
  { type: "bufferFull", bufferedBytes: 1 },
  { type: "idempotenceUnavailable", reason },
  { type: "producerIdentityReset", ...place, reason },
];

const published: ReadonlyMap<string, unknown> = new Map(Object.entries(conventions));
const named = (prefix: string): unknown[] =>
  [...published].filter(([name]) => name.startsWith(prefix)).map(([, one]) => one);

test.each(events)("the attributes of $type are OpenTelemetry's own, or say whose they are", (event) => {
  const attributes = openTelemetryAttributes(event);
  const theirs = Object.keys(attributes).filter((name) => !name.startsWith("dataqueues."));
  expect(named("ATTR_")).toEqual(expect.arrayContaining(theirs));
  const { "messaging.system": system, "messaging.operation.type": type } = attributes;
  expect(named("MESSAGING_SYSTEM_VALUE_")).toContain(system);
  if (type !== undefined) expect(named("MESSAGING_OPERATION_TYPE_VALUE_")).toContain(type);
});
