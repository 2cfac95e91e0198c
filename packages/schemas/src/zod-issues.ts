import type * as z from "zod";

import { shortRepr, typeName } from "./type-name.ts";
import type { Issue } from "./issue.ts";

/** This package's names of zod's codes. Other codes stay; a custom check may have its own. */
const codes: Readonly<Record<string, string>> = {
  invalid_type: "wrong_type",
  invalid_union: "wrong_type",
  invalid_value: "bad_literal",
  invalid_format: "bad_format",
  too_small: "out_of_range",
  too_big: "out_of_range",
};

/** Converts zod's issues about `value`: one issue for each unknown field, each with the value that was found. */
export function toIssues(issues: readonly z.core.$ZodIssue[], value: unknown): Issue[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key): Issue => {
        const message = `there is no field '${key}' here`;
        return { code: "unknown_field", path: [...path, key], message, found: key };
      });
    }
    return [toIssue(issue, path, valueAt(value, issue.path))];
  });
}

function toIssue(issue: z.core.$ZodIssue, path: readonly (string | number)[], found: unknown): Issue {
  const expected = expectedBy(issue);
  if (found === undefined) {
    const field = path.at(-1);
    const message = field === undefined ? "the value is missing" : `field '${field}' is missing`;
    return { code: "missing_field", path, message, expected };
  }
  const code = codeOf(issue);
  // Only the type of a list or a dict: a thousand numbers would fill a log.
  if (typeof found === "object" && found !== null) {
    return { code, path, message: issue.message, found: typeName(found), expected };
  }
  return { code, path, message: `${issue.message} (found: ${shortRepr(found)})`, found, expected };
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "custom") return codes[issue.code] ?? issue.code;
  const own: unknown = issue.params?.["code"];
  return typeof own === "string" ? own : issue.code;
}

function expectedBy(issue: z.core.$ZodIssue): unknown {
  if (issue.code === "custom") return issue.params?.["expected"];
  if (issue.code === "invalid_type") return issue.expected;
  if (issue.code === "invalid_value") return issue.values;
  if (issue.code === "invalid_format") return issue.format;
  if (issue.code === "invalid_union") return issue.errors.flat().map(expectedBy);
  if (issue.code === "too_small") return { minimum: issue.minimum };
  return issue.code === "too_big" ? { maximum: issue.maximum } : undefined;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let place = value;
  for (const key of path) {
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, key)) return undefined;
    place = Reflect.get(place, key);
  }
  return place;
}
