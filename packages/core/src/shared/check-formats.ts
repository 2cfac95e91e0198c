import { invalidArgument } from "./invalid-argument.ts";
import type { SchemaOption, TopicSchema } from "../contract/by-topic.ts";
import type { Codec } from "../contract/codec.ts";
import type { Schema } from "../contract/schema.ts";

/** Checks an optional encoding; throws a `DataQueueError` `INVALID_ARGUMENT` for anything but a codec or null. */
export function checkEncoding(encoding: unknown): void {
  if (encoding === undefined || encoding === null || isCodec(encoding)) return;
  throw invalidArgument("encoding", "a codec, such as json(), with encode and decode", encoding);
}

/** Checks an optional schema, or one for each topic; throws a `DataQueueError` `INVALID_ARGUMENT` that names what is wrong. */
export function checkSchemaOption(schema: unknown): void {
  if (schema === undefined || isSchema(schema) || isTopicSchema(schema)) return;
  const wanted = 'a Standard Schema, with "~standard".validate';
  // With "~standard" it was meant to be a schema.
  const names = isPlain(schema) && !("~standard" in schema) ? Object.keys(schema) : [];
  if (names.length === 0) throw invalidArgument("schema", `${wanted}, or an object with one for each topic`, schema);
  for (const topic of names) {
    const found: unknown = Reflect.get(Object(schema), topic);
    if (!isSchema(found)) throw invalidArgument(`schema[${JSON.stringify(topic)}]`, wanted, found);
  }
}

/** The schema of a topic; undefined if its values are not checked. */
export function schemaFor(schema: SchemaOption | undefined, topic: string): Schema | undefined {
  if (schema === undefined || isSchema(schema)) return schema;
  if (isTopicSchema(schema)) return schema.schemaFor(topic);
  // A topic may have any name, such as "toString".
  return Object.hasOwn(schema, topic) ? schema[topic] : undefined;
}

/** Whether a value can encode and decode. */
export function isCodec(value: unknown): value is Codec<never, unknown> {
  return hasMethod(value, "encode") && hasMethod(value, "decode");
}

/** Schemas can be functions (arktype) or classes (`PointingNumpyArray`) as well as objects. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return "~standard" in value && hasMethod(value["~standard"], "validate");
}

/** Whether a value is an object with a method of this name; classes and functions are objects too. */
export function hasMethod(value: unknown, name: string): value is object {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof Reflect.get(value, name) === "function";
}

/** A topic may be called schemaFor, and its schema may be a function. */
function isTopicSchema(value: unknown): value is TopicSchema<unknown, unknown> {
  return hasMethod(value, "schemaFor") && !isSchema(Reflect.get(value, "schemaFor"));
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
