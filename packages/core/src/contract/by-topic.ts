import type { Codec, CodecSelector } from "./codec.ts";
import type { Message } from "./record.ts";
import type { Schema, StandardSchemaV1 } from "./schema.ts";

/**
 * A codec for each topic, as `byTopic` makes it.
 *
 * @typeParam In - what one of the codecs accepts
 * @typeParam Values - what the codecs give, by topic
 * @typeParam Otherwise - what the codec of all other topics gives; never without one
 */
export interface TopicCodec<In, Values, Otherwise = never> extends CodecSelector<In, Values[keyof Values] | Otherwise> {
  readonly codecs: { readonly [Topic in keyof Values]: Codec<never, Values[Topic]> };
  readonly otherwise: Codec<never, Otherwise> | undefined;
}

/** A plain object with a schema for each topic. Values of topics that it does not name are not checked. */
export type SchemaRecord<Values> = { readonly [Topic in keyof Values]: StandardSchemaV1<Values[Topic], unknown> };

/**
 * A schema for each topic, as `byTopic` makes it.
 *
 * @typeParam Values - what the schemas ask for, by topic
 * @typeParam Otherwise - what the schema of all other topics asks for; never without one
 */
export interface TopicSchema<Values, Otherwise = never> {
  readonly schemas: SchemaRecord<Values>;
  readonly otherwise: StandardSchemaV1<Otherwise, unknown> | undefined;
  /** The schema of a topic; undefined if its values are not checked. */
  schemaFor(topic: string): Schema | undefined;
}

/** What the option `schema` may be: one schema, or one for each topic. */
export type SchemaOption = Schema | SchemaRecord<Readonly<Record<string, unknown>>> | TopicSchema<unknown, unknown>;

/**
 * The messages of a consumer. The value's type follows from `topic` for topics whose format is known.
 *
 * @typeParam Value - the values of other topics; never if there are none
 * @typeParam Decoded - the values that `encoding` gives, by topic
 * @typeParam Checked - the values that `schema` asks for, by topic; they come first
 * @typeParam Topic - the topics that are read, as far as the compiler knows
 */
export type ConsumerMessage<Value, Decoded, Checked, Topic> = [keyof Decoded | keyof Checked] extends [never]
  ? Message<Value | null>
  : | NamedMessages<Decoded, Checked>[Extract<keyof Decoded | keyof Checked, string>]
    | OtherMessage<Value, Exclude<Topic, keyof Decoded | keyof Checked>>;

type NamedMessages<Decoded, Checked> = {
  [Topic in Extract<keyof Decoded | keyof Checked, string>]: Message<
    (Topic extends keyof Checked ? Checked[Topic] : Topic extends keyof Decoded ? Decoded[Topic] : never) | null,
    Topic
  >;
};

type OtherMessage<Value, OtherTopic> = [Value] extends [never]
  ? never
  : [OtherTopic] extends [never]
    ? never
    : Message<Value | null>;
