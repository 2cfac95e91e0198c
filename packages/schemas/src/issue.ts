import type { Schema, SchemaIssue } from "@dataqueues/core";

/**
 * One thing that is wrong with a value, as data. `code` is a word that never changes, `path` leads to the place, and
 * `found` and `expected` have what the message says, for programs.
 */
export interface Issue extends SchemaIssue {
  readonly code: string;
  readonly path: readonly (string | number)[];
}

/** Whether a schema reports the first issue or all. */
export interface CollectOptions {
  /** Reports all issues instead of the first one. */
  readonly collect?: boolean | undefined;
}

/** The issues that are reported: the first one, or all of them. */
export function limit(issues: readonly Issue[], { collect = false }: CollectOptions): readonly Issue[] {
  return collect ? issues : issues.slice(0, 1);
}

/** The end of a message, as xradio prints it: `(expected: "<f4" or "<f8" found: "<i4")`. */
export function comparison(expected: readonly unknown[], found?: unknown): string {
  const options = expected.map(toJson).join(" or ");
  return found === undefined ? ` (expected: ${options})` : ` (expected: ${options} found: ${toJson(found)})`;
}

function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? Number(item) : item));
}

/** The Standard Schema that accepts a value for which `issuesOf` finds no issues. */
export function schemaOf<T>(issuesOf: (value: unknown) => readonly Issue[]): Schema<T> {
  return {
    "~standard": {
      version: 1,
      vendor: "dataqueues",
      validate(value) {
        const issues = issuesOf(value);
        return issues.length > 0 ? { issues } : { value: value as T };
      },
    },
  };
}
