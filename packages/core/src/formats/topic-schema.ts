import type { TopicSchema } from "../contract/by-topic.ts";
import type { Schema } from "../contract/schema.ts";
import { schemaFor } from "../shared/check-formats.ts";

/** A schema for each topic; values of other topics are checked by `otherwise`, if there is one. */
export function topicSchema(
  schemas: Readonly<Record<string, Schema>>,
  otherwise: Schema | undefined,
): TopicSchema<unknown, unknown> {
  return Object.freeze({ schemas, otherwise, schemaFor: (topic: string) => schemaFor(schemas, topic) ?? otherwise });
}
