import type { Headers, Message } from "@dataqueues/core";

import { textOf } from "./bytes-text.ts";
import { textToJson, valueToJson } from "./value-json.ts";

/**
 * A record as one line of JSON, without the line break: `topic`, `partition`, `offset`, `timestamp` in milliseconds since 1970, `key`,
 * `headers`, `encoding`, `value`; `skipped` with the consumer's option `latest`. Keys and headers are text if they are UTF-8, else
 * `{"base64": …}`, or null. A tombstone's value is null.
 *
 * @param message - with its value decoded, or with its bytes
 * @param encoding - the name of the codec that decoded it; null in JSON where none did
 * @param error - why the value is not what it should be: it is then in `error`, and the value should be the record's bytes
 * @throws RangeError as {@link valueToJson} does
 *
 * @example
 * ```ts
 * messageToJson(message, "json");
 * // {"topic":"weather","partition":0,"offset":5,"timestamp":1795773600000,"key":"mast 1","headers":[],"encoding":"json","value":{"wind":3.5}}
 * ```
 */
export function messageToJson(message: Message<unknown>, encoding: string | undefined, error?: string): string {
  const { topic, partition, offset, timestamp, key, headers, value, skipped } = message;
  const fields = [
    `"topic":${textToJson(topic)}`,
    `"partition":${partition}`,
    `"offset":${offset}`,
    `"timestamp":${timestamp}`,
    `"key":${bytesToJson(key)}`,
    `"headers":${headersToJson(headers)}`,
    ...(skipped === undefined ? [] : [`"skipped":${skipped}`]),
    `"encoding":${encoding === undefined ? "null" : textToJson(encoding)}`,
    ...(error === undefined ? [] : [`"error":${textToJson(error)}`]),
    `"value":${valueToJson(value)}`,
  ];
  return `{${fields.join(",")}}`;
}

/** Headers as JSON: a list of names with their values. */
export function headersToJson(headers: Headers): string {
  return `[${headers.map(([name, value]) => `[${textToJson(name)},${bytesToJson(value)}]`).join(",")}]`;
}

/** Bytes that are most likely text: as text, if they are UTF-8. */
function bytesToJson(bytes: Uint8Array | null): string {
  if (bytes === null) return "null";
  const text = textOf(bytes);
  return text === undefined ? valueToJson(bytes) : textToJson(text);
}
