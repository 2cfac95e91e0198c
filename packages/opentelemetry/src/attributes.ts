import { errorType, offsetAttribute } from "@dataqueues/core";
import { SpanStatusCode } from "@opentelemetry/api";
import type { Attributes, Span } from "@opentelemetry/api";

/** Kafka's names of the operations, and their types in the conventions. */
const operationTypes = { send: "send", poll: "receive", process: "process" } as const;

/** An operation of a producer or a consumer. */
export type Operation = keyof typeof operationTypes;

/** Text, without losing a byte order mark, and only if the bytes are UTF-8. */
const decoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What the metrics of an operation tell apart. */
export function metricAttributes(
  operation: Operation,
  known: Attributes,
  topic: string | undefined,
  partition: number | undefined,
): Attributes {
  const attributes: Attributes = { "messaging.system": "kafka", ...known, "messaging.operation.name": operation };
  if (topic !== undefined) attributes["messaging.destination.name"] = topic;
  if (partition !== undefined) attributes["messaging.destination.partition.id"] = String(partition);
  return attributes;
}

/** What a span has from its start, so that samplers see it: the metric's attributes and the type of the operation. */
export function spanAttributes(operation: Operation, ofMetric: Attributes): Attributes {
  return { ...ofMetric, "messaging.operation.type": operationTypes[operation] };
}

/** The name of an operation's span. */
export function spanName(operation: Operation, topic: string | undefined): string {
  return topic === undefined ? operation : `${operation} ${topic}`;
}

/** What tells one record from others. A key that is not UTF-8 has no form as text and is left out. */
export function recordAttributes(key: unknown, isTombstone: boolean, offset: bigint | undefined): Attributes {
  const attributes: Attributes = {};
  const text = keyText(key);
  if (text !== undefined) attributes["messaging.kafka.message.key"] = text;
  if (isTombstone) attributes["messaging.kafka.message.tombstone"] = true;
  if (offset !== undefined) attributes["messaging.kafka.offset"] = offsetAttribute(offset);
  return attributes;
}

/** Marks a span as failed, and returns what `error.type` is: the error's code, or else its name. */
export function setError(span: Span, error: unknown): string {
  const type = errorType(error);
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  return type;
}

function keyText(key: unknown): string | undefined {
  if (typeof key === "string") return key;
  if (!(key instanceof Uint8Array)) return undefined;
  try {
    return decoder.decode(key);
  } catch {
    return undefined;
  }
}
