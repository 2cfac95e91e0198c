import { DataQueueError } from "../contract/errors.ts";
import type { Headers, HeadersInput, ProducerRecord } from "../contract/record.ts";
import { isIterable } from "../shared/check-topics.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";

const encoder: TextEncoder = new TextEncoder();

const noHeaders: Headers = Object.freeze([]);

/** The last time that a Date can be. */
const lastTimestamp = 8.64e15;

/** A record without its value. */
export type RecordFields = Omit<ProducerRecord, "value">;

/**
 * A record's key, headers and timestamp. Text becomes UTF-8; a fraction of a millisecond is dropped. Throws a
 * `DataQueueError` `INVALID_ARGUMENT` that names what a record cannot have.
 */
export function recordFields(given: {
  readonly key?: string | Uint8Array | null | undefined;
  readonly headers?: HeadersInput | undefined;
  readonly timestamp?: number | Date | undefined;
}): RecordFields {
  const { key, headers, timestamp } = given;
  return {
    key: key === undefined ? null : toBytes("key", key),
    headers: toHeaders(headers),
    timestamp: timestamp === undefined ? Date.now() : toTimestamp(timestamp),
  };
}

/** Throws for bytes whose buffer was transferred or shrunk: they would go as an empty value. */
export function checkBytes(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0) return bytes;
  try {
    // Empty bytes are fine; on bytes whose buffer is gone, methods throw.
    bytes.at(0);
    return bytes;
  } catch {
    throw new DataQueueError(`${name} must be bytes, but its buffer was transferred or shrunk`, {
      code: "INVALID_ARGUMENT",
    });
  }
}

function toBytes(name: string, value: unknown): Uint8Array | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return checkBytes(name, value);
  if (typeof value !== "string") throw invalidArgument(name, "text, a Uint8Array or null", value);
  // UTF-8 cannot carry half of a surrogate pair: it would become another character.
  if (!value.isWellFormed()) throw invalidArgument(name, "text without lone surrogates", value);
  return encoder.encode(value);
}

function toHeaders(headers: unknown): Headers {
  if (headers === undefined || headers === null) return noHeaders;
  if (typeof headers !== "object") {
    throw invalidArgument("headers", "an object, or a list of pairs of name and value", headers);
  }
  const pairs: unknown[] = isIterable(headers) ? [...headers] : Object.entries(headers);
  return pairs.map((pair, index) => {
    if (!Array.isArray(pair)) throw invalidArgument(`headers[${index}]`, "a pair of name and value", pair);
    const [name, value]: unknown[] = pair;
    if (typeof name !== "string" || !name.isWellFormed()) {
      throw invalidArgument(`headers[${index}][0]`, "text without lone surrogates", name);
    }
    return [name, toBytes(`the header ${JSON.stringify(name)}`, value)] as const;
  });
}

function toTimestamp(given: unknown): number {
  const time = given instanceof Date ? given.getTime() : given;
  if (typeof time === "number" && time >= 0 && time <= lastTimestamp) return Math.trunc(time);
  throw invalidArgument("timestamp", `milliseconds from 0 to ${lastTimestamp}, or a Date of that time`, given);
}
