import type { SchemaRecord, TopicCodec, TopicSchema } from "../contract/by-topic.ts";
import type { Codec, DecodedBy, EncodedBy, RecordContext } from "../contract/codec.ts";
import type { Schema, StandardSchemaV1 } from "../contract/schema.ts";
import { isCodec, isSchema, schemaFor } from "../shared/check-formats.ts";
import { invalidArgument } from "../shared/invalid-argument.ts";
import { codecSelector } from "./codec-selector.ts";
import { listOf, noCodec } from "./no-codec.ts";

/**
 * A codec that uses another one for each topic; or, given schemas, a schema by topic.
 *
 * A topic that is not named has `otherwise`. Without it, its values cannot be encoded or decoded (`NO_CODEC`), but schemas
 * leave them unchecked. The value of a consumer's message has the type of its topic's codec, or schema.
 *
 * @param formats - a codec for each topic, or a schema for each
 * @param otherwise - the one of all other topics
 * @throws DataQueueError `INVALID_ARGUMENT` naming the topic that has neither a codec nor a schema, or not the same as the others
 *
 * @example
 * ```ts
 * const encoding = byTopic({ notes: utf8(), gains: npy() });
 * const consumer = new DataQueueConsumer(transport, { topics: ["notes", "gains"], encoding });
 * for await (const message of consumer) {
 *   if (message.topic === "notes") console.log(message.value?.toUpperCase());
 *   else console.log(message.value?.shape);
 * }
 * ```
 */
export function byTopic<
  Codecs extends Readonly<Record<string, Codec<never, unknown>>>,
  Otherwise extends Codec<never, unknown> = never,
>(
  formats: Codecs,
  otherwise?: Otherwise,
): TopicCodec<
  EncodedBy<Codecs[keyof Codecs] | Otherwise>,
  { [Topic in keyof Codecs]: DecodedBy<Codecs[Topic]> },
  DecodedBy<Otherwise>
>;
export function byTopic<Values>(formats: SchemaRecord<Values>): TopicSchema<Values> & { readonly otherwise: undefined };
export function byTopic<Values, Otherwise>(
  formats: SchemaRecord<Values>,
  otherwise: StandardSchemaV1<Otherwise, unknown>,
): TopicSchema<Values, Otherwise> & { readonly otherwise: StandardSchemaV1<Otherwise, unknown> };
export function byTopic(
  formats: object,
  otherwise?: unknown,
): TopicCodec<never, unknown, unknown> | TopicSchema<unknown, unknown> {
  if (typeof formats !== "object" || formats === null || Array.isArray(formats)) {
    throw invalidArgument("formats", "an object with a codec or a schema for each topic", formats);
  }
  const values: unknown[] = Object.values(formats);
  const first = values.length > 0 ? values[0] : otherwise;
  if (values.length === 0 && otherwise === undefined)
    throw invalidArgument("formats", "an object with at least one topic", formats);
  return isSchema(first)
    ? topicSchema(checkAll(formats, asSchema), otherwise === undefined ? undefined : asSchema("otherwise", otherwise))
    : topicCodec(checkAll(formats, asCodec), otherwise === undefined ? undefined : asCodec("otherwise", otherwise));
}

function checkAll<Format>(
  formats: object,
  check: (name: string, format: unknown) => Format,
): Readonly<Record<string, Format>> {
  const entries = Object.entries(formats).map(([topic, format]: [string, unknown]) => {
    return [topic, check(`formats[${JSON.stringify(topic)}]`, format)] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

function asSchema(name: string, format: unknown): Schema {
  if (isSchema(format)) return format;
  throw invalidArgument(name, "a Standard Schema, as the first one is", format);
}

function asCodec(name: string, format: unknown): Codec<never, unknown> {
  // Some schemas have the methods of a codec as well: zod's.
  if (isCodec(format) && !isSchema(format)) return format;
  throw invalidArgument(name, "a codec, with encode and decode (or all of them schemas)", format);
}

/** A codec for each topic; other topics have `otherwise`, if there is one. */
function topicCodec(
  codecs: Readonly<Record<string, Codec<never, unknown>>>,
  otherwise: Codec<never, unknown> | undefined,
): TopicCodec<never, unknown, unknown> {
  const codecFor = ({ topic }: RecordContext): Codec<never, unknown> => {
    // A topic may have any name, such as "toString".
    const codec = Object.hasOwn(codecs, topic) ? codecs[topic] : otherwise;
    if (codec !== undefined) return codec;
    throw noCodec(`there is no codec for topic ${topic}, only for ${listOf(Object.keys(codecs))}`);
  };
  return Object.freeze({ ...codecSelector("byTopic", codecFor), codecs, otherwise });
}

/** A schema for each topic; values of other topics are checked by `otherwise`, if there is one. */
function topicSchema(
  schemas: Readonly<Record<string, Schema>>,
  otherwise: Schema | undefined,
): TopicSchema<unknown, unknown> {
  return Object.freeze({ schemas, otherwise, schemaFor: (topic: string) => schemaFor(schemas, topic) ?? otherwise });
}
