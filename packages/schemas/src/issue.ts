import { SchemaError } from "@dataqueues/core";
import type { SchemaIssue } from "@dataqueues/core";

/**
 * One thing that is wrong with a value, as data. `code` is a word that never changes; `path` leads to the place;
 * `found` and `expected` are what the message says, for programs.
 */
export interface Issue extends SchemaIssue {
  readonly code: string;
  readonly path: readonly (string | number)[];
}

/** How many issues a schema reports. */
export interface CollectOptions {
  /** All issues rather than the first one. */
  readonly collect?: boolean | undefined;
}

/** The issues that are reported: the first one, or all of them. */
export function limit(issues: readonly Issue[], { collect = false }: CollectOptions): readonly Issue[] {
  return collect ? issues : issues.slice(0, 1);
}

/** What a message says behind its sentence, as xradio prints it: `(expected: "<f4" or "<f8" found: "<i4")`. */
export function comparison(expected: readonly unknown[], found?: unknown): string {
  const options = expected.map(show).join(" or ");
  return found === undefined ? ` (expected: ${options})` : ` (expected: ${options} found: ${show(found)})`;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? Number(item) : item));
}

/** An error whose text is the list of what is wrong. */
export function schemaError(what: string, issues: readonly SchemaIssue[]): SchemaError {
  const list = issues.map((issue) => `\n * ${formatPath(issue)}${issue.message}`).join("");
  return new SchemaError(`${what}: ${issues.length === 1 ? "1 issue" : `${issues.length} issues`}${list}`, { issues });
}

function formatPath({ path = [] }: SchemaIssue): string {
  const keys = path.map((step) => String(typeof step === "object" ? step.key : step));
  return keys.length === 0 ? "" : `${keys.join(".")}: `;
}
