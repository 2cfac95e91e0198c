import type { ProduceBatch, ProducerRecord } from "@dataqueues/core";
import { uncarriedInt64, uncarriedNumber, uncarriedTopic } from "./carried.ts";

/** Why a batch cannot be written, by Kafka's name of the error; undefined for one that can. */
export function uncarriedBatch(batch: ProduceBatch): { readonly code: string; readonly why: string } | undefined {
  const { topic, partition, records, identity, baseSequence } = batch;
  const badTopic = uncarriedTopic(topic);
  if (badTopic !== undefined) return { code: "INVALID_TOPIC_EXCEPTION", why: badTopic };
  const badPlace =
    uncarriedNumber("partition", partition) ??
    uncarriedNumber("baseSequence", baseSequence, -1) ??
    (identity === undefined
      ? undefined
      : (uncarriedInt64("producerId", identity.producerId) ??
        uncarriedNumber("producerEpoch", identity.producerEpoch, -1, 16)));
  if (badPlace !== undefined) return { code: "INVALID_REQUEST", why: badPlace };
  if (records.length === 0) return { code: "INVALID_RECORD", why: "a batch has at least one record" };
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    const why = record === undefined ? "is none" : uncarriedRecord(record);
    if (why !== undefined)
      return { code: "INVALID_RECORD", why: records.length === 1 ? why : `record ${index}: ${why}` };
  }
  return undefined;
}

function uncarriedRecord({ timestamp, key, value, headers }: ProducerRecord): string | undefined {
  if (!Number.isSafeInteger(timestamp))
    return `timestamp must be a whole number of milliseconds, not ${shown(timestamp)}`;
  if (!isBytes(key)) return `key must be bytes or null, not ${shown(key)}`;
  if (!isBytes(value)) return `value must be bytes or null, not ${shown(value)}`;
  if (!Array.isArray(headers)) return `headers must be an array, not ${shown(headers)}`;
  for (const header of headers) {
    const [name, bytes] = Array.isArray(header) ? header : [];
    if (typeof name !== "string") return `headers must be pairs of a name and bytes, not ${shown(header)}`;
    if (!isBytes(bytes)) return `header ${name} must be bytes or null, not ${shown(bytes)}`;
  }
  return undefined;
}

/** Whether something is bytes that are still there, or null. Uint8Arrays of other realms count. */
function isBytes(value: unknown): boolean {
  if (value === null) return true;
  const known = value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
  return known && !isDetached(value);
}

/** Bytes whose memory was given to another thread look empty. */
function isDetached(bytes: unknown): boolean {
  if (!ArrayBuffer.isView(bytes) || bytes.byteLength > 0) return false;
  try {
    return new Uint8Array(bytes.buffer).length < 0;
  } catch {
    return true;
  }
}

function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "undefined") return String(value);
  if (ArrayBuffer.isView(value) && isDetached(value)) return "bytes whose memory was transferred";
  return value === null ? "null" : `a ${typeof value}`;
}
