import { SchemaError } from "../contract/errors.ts";
import type { ErrorPlace } from "../contract/errors.ts";
import type { Schema, StandardSchemaIssue } from "../contract/schema.ts";

/** Throws a {@link SchemaError} for a value that its schema refuses; a promise only if the schema gives one. */
export function checkSchema(value: unknown, schema: Schema, place: ErrorPlace): void | Promise<void> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) return result.then((settled) => refuse(settled.issues, place));
  return refuse(result.issues, place);
}

function refuse(issues: readonly StandardSchemaIssue[] | undefined, place: ErrorPlace): void {
  if (issues === undefined || issues.length === 0) return;
  const where = place.topic === undefined ? "" : ` for topic ${place.topic}`;
  throw schemaError(`the value${where} does not match its schema`, issues, place);
}

/** The error for a value with issues. Its text is `what`, followed by a list of the issues. */
export function schemaError(what: string, issues: readonly StandardSchemaIssue[], place: ErrorPlace = {}): SchemaError {
  const list = issues.map((issue) => `\n * ${pathOf(issue)}${issue.message}`).join("");
  const count = issues.length === 1 ? "1 issue" : `${issues.length} issues`;
  return new SchemaError(`${what}: ${count}${list}`, { ...place, issues });
}

function pathOf(issue: StandardSchemaIssue): string {
  const keys = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step));
  return keys.length === 0 ? "" : `${keys.join(".")}: `;
}
