import type { Codec } from "../contract/codec.ts";
import { DecodeError, SchemaError } from "../contract/errors.ts";
import type { Message } from "../contract/record.ts";
import type { FetchedRecord } from "./fetch-buffer.ts";
import type { Schema } from "../contract/schema.ts";
import { checkSchema } from "../shared/check-schema.ts";

/** How a consumer reads a record's value. */
export interface Decoding {
  readonly encoding: Codec<never, unknown> | undefined;
  readonly schema: Schema | undefined;
}

/**
 * A record with its value decoded and checked; at once unless the codec or the schema takes time.
 *
 * @throws DecodeError naming topic, partition and offset, with the record's bytes and the codec's or schema's own error
 */
export function decodeMessage(
  fetched: FetchedRecord,
  { encoding, schema }: Decoding,
): Message<unknown> | Promise<Message<unknown>> {
  const { value: bytes } = fetched.record;
  if (bytes === null) return toMessage(fetched, null);
  try {
    const value = encoding === undefined ? bytes : encoding.decode(bytes);
    if (value instanceof Promise || schema !== undefined)
      return decodeSlowly(fetched, bytes, value, { encoding, schema });
    return toMessage(fetched, value);
  } catch (error) {
    throw decodeError(fetched, bytes, encoding?.name, error);
  }
}

async function decodeSlowly(
  fetched: FetchedRecord,
  bytes: Uint8Array,
  pending: unknown,
  { encoding, schema }: Decoding,
): Promise<Message<unknown>> {
  try {
    const value = await pending;
    if (schema !== undefined) await checkSchema(value, schema, placeOf(fetched));
    return toMessage(fetched, value);
  } catch (error) {
    throw decodeError(fetched, bytes, encoding?.name, error);
  }
}

function toMessage(
  { partition: { topic, partition }, record, skipped }: FetchedRecord,
  value: unknown,
): Message<unknown> {
  const { offset, timestamp, key, headers } = record;
  if (skipped !== undefined)
    return { topic, value, partition, offset, timestamp, key, headers, skipped: skipped.count };
  return { topic, value, partition, offset, timestamp, key, headers };
}

function placeOf({ partition: { topic, partition }, record }: FetchedRecord): {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
} {
  return { topic, partition, offset: record.offset };
}

function decodeError(
  fetched: FetchedRecord,
  bytes: Uint8Array,
  encoding: string | undefined,
  cause: unknown,
): DecodeError {
  const place = placeOf(fetched);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isInvalid = cause instanceof SchemaError || encoding === undefined;
  const what = isInvalid ? "is not valid" : `cannot be decoded as ${encoding}`;
  const message = `the record at ${place.topic}[${place.partition}] offset ${place.offset} ${what}: ${reason}`;
  const details = typeof cause === "object" && cause !== null ? cause : {};
  const [code, offset]: unknown[] = [Reflect.get(details, "code"), Reflect.get(details, "offset")];
  return new DecodeError(message, {
    ...place,
    code: typeof code === "string" ? code : "DECODE_FAILED",
    bytes,
    byteOffset: typeof offset === "number" ? offset : undefined,
    cause,
  });
}
