import { SchemaError } from "@dataqueues/core";
import type { Schema, SchemaIssue } from "@dataqueues/core";

/** What a schema that answers at once finds wrong with a value. */
export function issuesOf(schema: Schema, value: unknown): readonly SchemaIssue[] {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new Error("this schema takes time");
  return result.issues ?? [];
}

/** The SchemaError that a call throws. */
export function errorOf(call: () => unknown): SchemaError {
  try {
    call();
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Where an issue is, as text: `data_vars.pointing.dtype`. */
export function placeOf({ path = [] }: SchemaIssue): string {
  return path.map(String).join(".");
}

/** What is wrong with a value, an issue each line: `wrong_dtype data_vars.pointing.dtype`. */
export function codesOf(schema: Schema, value: unknown): readonly string[] {
  return issuesOf(schema, value).map((issue) => `${issue.code} ${placeOf(issue)}`.trim());
}
