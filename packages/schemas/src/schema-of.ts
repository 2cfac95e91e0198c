import type { Schema } from "@dataqueues/core";

import type { Issue } from "./issue.ts";

/** The Standard Schema of what has no issues. */
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
