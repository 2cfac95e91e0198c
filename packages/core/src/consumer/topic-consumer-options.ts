import type { SchemaOption, SchemaRecord, TopicCodec, TopicSchema } from "../contract/by-topic.ts";
import type { Codec } from "../contract/codec.ts";
import type { StandardSchemaV1 } from "../contract/schema.ts";
import type { TopicsSpec } from "./assignment.ts";
import type { ConsumerOptions } from "./consumer-options.ts";

/** The options that do not decide the types of values by topic. */
interface OtherOptions<Topic extends string> extends Omit<
  ConsumerOptions<unknown>,
  "topics" | "encoding" | "schema" | "validate"
> {
  /** As in {@link ConsumerOptions}. If all of these have a type of their own, messages have no other types. */
  readonly topics?: Topic | readonly Topic[] | TopicsSpec | undefined;
}

/** A schema for each topic, and none for the others. */
type SchemasByTopic<Checked> = SchemaRecord<Checked> | (TopicSchema<Checked> & { readonly otherwise: undefined });

/** Options with an encoding by topic: a message's value has the type of its topic's codec. */
export interface EncodedByTopicOptions<Value, Decoded, Topic extends string> extends OtherOptions<Topic> {
  readonly encoding: TopicCodec<never, Decoded, Value>;
  readonly schema?: SchemaOption | undefined;
  readonly validate?: boolean | undefined;
}

/** Options with schemas by topic: a message's value has the type of its topic's schema, or else that of the encoding. */
export interface CheckedByTopicOptions<Encoding, Checked, Topic extends string> extends OtherOptions<Topic> {
  readonly encoding?: Encoding | undefined;
  readonly schema: SchemasByTopic<Checked>;
  readonly validate?: true | undefined;
}

/** Options with schemas by topic and one for all other topics. */
export interface AllCheckedByTopicOptions<Value, Checked, Topic extends string> extends OtherOptions<Topic> {
  readonly encoding?: Codec<never, unknown> | undefined;
  readonly schema: TopicSchema<Checked, Value> & { readonly otherwise: StandardSchemaV1<Value, unknown> };
  readonly validate?: true | undefined;
}
