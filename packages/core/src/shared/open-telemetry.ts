import type { DataQueueEvent } from "../contract/events.ts";

/** Attributes of a span, a log record or a metric. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Fields that several events have. */
interface CommonFields {
  readonly type: string;
  readonly request?: string | undefined;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly attempt?: number | undefined;
  readonly role?: string | undefined;
  readonly transport?: string | undefined;
  readonly group?: string | undefined;
}

/** OpenTelemetry's names and types of the operations that a client of Kafka does. */
const operations: Readonly<Record<string, Attributes>> = {
  produce: { "messaging.operation.name": "send", "messaging.operation.type": "send" },
  fetch: { "messaging.operation.name": "poll", "messaging.operation.type": "receive" },
  commitOffsets: { "messaging.operation.name": "commit", "messaging.operation.type": "settle" },
  committed: { "messaging.operation.name": "commit", "messaging.operation.type": "settle" },
  commitFailed: { "messaging.operation.name": "commit", "messaging.operation.type": "settle" },
  badRecord: { "messaging.operation.name": "process", "messaging.operation.type": "process" },
};

/**
 * An event as OpenTelemetry's attributes for messaging, by the semantic conventions 1.27 to 1.44, which JavaScript's
 * instrumentations use. What these have no name for is under `dataqueues.`.
 * Source: https://opentelemetry.io/docs/specs/semconv/messaging/kafka/
 *
 * @param known - attributes that the caller adds, such as `server.address` and `server.port`
 *
 * @example
 * ```ts
 * const onEvent: OnEvent = (event) =>
 *   logger.emit({ eventName: `dataqueues.${event.type}`, attributes: openTelemetryAttributes(event) });
 * ```
 */
export function openTelemetryAttributes(event: DataQueueEvent, known: Attributes = {}): Attributes {
  const attributes: Record<string, string | number | boolean> = { "messaging.system": "kafka", ...known };
  const set = (name: string, value: string | number | bigint | undefined): void => {
    if (value !== undefined) attributes[name] = typeof value === "bigint" ? offsetAttribute(value) : value;
  };
  const common: CommonFields = event;
  Object.assign(attributes, operations[common.request ?? common.type]);
  set("dataqueues.request", common.request);
  set("messaging.destination.name", common.topic);
  set("messaging.destination.partition.id", common.partition?.toString());
  set("messaging.consumer.group.name", common.group);
  if ("reason" in event) set("error.type", errorType(event.reason));
  set("dataqueues.attempt", common.attempt);
  set("dataqueues.role", common.role);
  set("dataqueues.transport", common.transport);
  switch (event.type) {
    case "badRecord":
      set("messaging.kafka.offset", event.offset);
      break;
    case "offsetOutOfRange":
      set("messaging.kafka.offset", event.resumedAt);
      set("dataqueues.lost.from", event.lostFrom);
      set("dataqueues.lost.to", event.lostTo);
      set("error.type", "OFFSET_OUT_OF_RANGE");
      break;
    case "skipped":
      set("dataqueues.skipped.from", event.from);
      set("dataqueues.skipped.to", event.to);
      set("dataqueues.skipped.count", event.count);
      break;
    case "leaderChanged":
      set("dataqueues.leader.from", event.from);
      set("dataqueues.leader.to", event.to);
      break;
    case "assigned":
    case "revoked":
    case "lost":
      set("dataqueues.partitions", event.partitions.length);
      break;
    case "committed":
      set("dataqueues.partitions", event.offsets.length);
      break;
    case "processingTimedOut":
      set("dataqueues.after_ms", event.afterMs);
      break;
    case "bufferFull":
      set("dataqueues.buffered_bytes", event.bufferedBytes);
      break;
    default:
  }
  return attributes;
}

/** An offset as an attribute. OpenTelemetry has no bigint: one beyond the safe integers becomes text. */
export function offsetAttribute(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** An error as OpenTelemetry's attribute `error.type`: its code, or else its name. */
export function errorType(reason: unknown): string {
  if (typeof reason !== "object" || reason === null) return "_OTHER";
  if ("code" in reason && typeof reason.code === "string") return reason.code;
  return reason instanceof Error ? reason.name : "_OTHER";
}
