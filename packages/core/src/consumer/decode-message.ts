import type { SchemaOption } from "../contract/by-topic.ts";
import type { Codec, RecordContext } from "../contract/codec.ts";
import { DecodeError, SchemaError } from "../contract/errors.ts";
import type { Message } from "../contract/record.ts";
import type { FetchedRecord } from "./fetch-buffer.ts";
import type { Schema } from "../contract/schema.ts";
import { schemaFor } from "../shared/check-formats.ts";
import { codecName } from "../shared/chosen-codec.ts";
import { checkSchema } from "../shared/check-schema.ts";

/** How a consumer reads a record's value. */
export interface Decoding {
  readonly encoding: Codec<never, unknown> | undefined;
  readonly schema: SchemaOption | undefined;
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
    const checkedBy = schema === undefined ? undefined : schemaFor(schema, fetched.partition.topic);
    const value = encoding === undefined ? bytes : encoding.decode(bytes, contextOf(fetched));
    if (value instanceof Promise || checkedBy !== undefined)
      return decodeSlowly(fetched, bytes, value, { encoding, schema: checkedBy });
    return toMessage(fetched, value);
  } catch (error) {
    throw decodeError(fetched, bytes, encoding, error);
  }
}

async function decodeSlowly(
  fetched: FetchedRecord,
  bytes: Uint8Array,
  pending: unknown,
  { encoding, schema }: { readonly encoding: Decoding["encoding"]; readonly schema: Schema | undefined },
): Promise<Message<unknown>> {
  try {
    const value = await pending;
    if (schema !== undefined) await checkSchema(value, schema, placeOf(fetched));
    return toMessage(fetched, value);
  } catch (error) {
    throw decodeError(fetched, bytes, encoding, error);
  }
}

function contextOf({ partition: { topic, partition }, record }: FetchedRecord): RecordContext {
  const { key, headers, timestamp } = record;
  return { topic, partition, key, headers, timestamp };
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
  encoding: Decoding["encoding"],
  cause: unknown,
): DecodeError {
  const place = placeOf(fetched);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isInvalid = cause instanceof SchemaError || encoding === undefined;
  const what = isInvalid ? "is not valid" : `cannot be decoded as ${codecName(encoding, contextOf(fetched))}`;
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
