import type { Headers, Message } from "@dataqueues/core";

import { valueToJson } from "./value-json.ts";

/**
 * A record as one line of JSON, without its end:
 * `{"topic","partition","offset","timestamp","key","headers","encoding","value"}`. The timestamp is in milliseconds since 1970;
 * keys and headers are text, `{"base64": …}` where they are no UTF-8, or null. A tombstone's value is null.
 *
 * @param message - with its value decoded, or with its bytes
 * @param encoding - the name of the codec that decoded it; null in JSON where none did
 * @param error - why the value is not what it should be: it is then in `error`, and the value should be the record's bytes
 */
export function messageToJson(message: Message<unknown>, encoding: string | undefined, error?: string): string {
  const { topic, partition, offset, timestamp, key, headers, value } = message;
  const fields = [
    ["topic", valueToJson(topic)],
    ["partition", String(partition)],
    ["offset", String(offset)],
    ["timestamp", String(timestamp)],
    ["key", bytesToJson(key)],
    ["headers", headersToJson(headers)],
    ["encoding", valueToJson(encoding ?? null)],
    ...(error === undefined ? [] : [["error", valueToJson(error)]]),
    ["value", valueToJson(value)],
  ];
  return `{${fields.map(([name, json]) => `"${name}":${json}`).join(",")}}`;
}

/** Headers as JSON: a list of names with their values. */
export function headersToJson(headers: Headers): string {
  return `[${headers.map(([name, value]) => `[${valueToJson(name)},${bytesToJson(value)}]`).join(",")}]`;
}

/** Bytes that are most likely text: as text, if they are UTF-8. */
function bytesToJson(bytes: Uint8Array | null): string {
  if (bytes === null) return "null";
  try {
    return valueToJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return valueToJson(bytes);
  }
}
