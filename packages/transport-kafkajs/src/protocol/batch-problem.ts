import type { KafkaErrorName, ProduceBatch, ProducerRecord } from "@dataqueues/core";
import { int64Problem, numberProblem, topicProblem } from "./field-limits.ts";

/** Why a batch cannot be written, with Kafka's name of the error. Undefined if it can. */
export function batchProblem(batch: ProduceBatch): { readonly code: KafkaErrorName; readonly why: string } | undefined {
  const { topic, partition, records, identity, baseSequence } = batch;
  const topicWhy = topicProblem(topic);
  if (topicWhy !== undefined) return { code: "INVALID_TOPIC_EXCEPTION", why: topicWhy };
  const numberWhy =
    numberProblem("partition", partition) ??
    numberProblem("baseSequence", baseSequence, -1) ??
    (identity === undefined
      ? undefined
      : (int64Problem("producerId", identity.producerId) ??
        numberProblem("producerEpoch", identity.producerEpoch, -1, 16)));
  if (numberWhy !== undefined) return { code: "INVALID_REQUEST", why: numberWhy };
  if (records.length === 0) return { code: "INVALID_RECORD", why: "a batch needs at least one record" };
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    const why = record === undefined ? "is missing" : recordProblem(record);
    if (why !== undefined)
      return { code: "INVALID_RECORD", why: records.length === 1 ? why : `record ${index}: ${why}` };
  }
  return undefined;
}

function recordProblem({ timestamp, key, value, headers }: ProducerRecord): string | undefined {
  if (!Number.isSafeInteger(timestamp))
    return `timestamp must be a whole number of milliseconds, not ${describe(timestamp)}`;
  if (!isBytes(key)) return `key must be bytes or null, not ${describe(key)}`;
  if (!isBytes(value)) return `value must be bytes or null, not ${describe(value)}`;
  if (!Array.isArray(headers)) return `headers must be an array, not ${describe(headers)}`;
  for (const header of headers) {
    const [name, bytes] = Array.isArray(header) ? header : [];
    if (typeof name !== "string") return `headers must be pairs of a name and bytes, not ${describe(header)}`;
    if (!isBytes(bytes)) return `header ${name} must be bytes or null, not ${describe(bytes)}`;
  }
  return undefined;
}

/** Whether a value is null or a Uint8Array, also one of another realm, whose memory was not transferred. */
function isBytes(value: unknown): boolean {
  if (value === null) return true;
  const isUint8Array = value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
  return isUint8Array && !isDetached(value);
}

/** Bytes whose memory was transferred look empty, but no view of the memory can be made. */
function isDetached(bytes: unknown): boolean {
  if (!ArrayBuffer.isView(bytes) || bytes.byteLength > 0) return false;
  try {
    return new Uint8Array(bytes.buffer).length < 0;
  } catch {
    return true;
  }
}

function describe(value: unknown): string {
  if (typeof value === "number" || typeof value === "undefined") return String(value);
  if (ArrayBuffer.isView(value) && isDetached(value)) return "bytes whose memory was transferred";
  return value === null ? "null" : `a ${typeof value}`;
}
