import type { Schema } from "@dataqueues/core";

import { schemaError } from "./issue.ts";

/**
 * Checks a value with any Standard Schema, without sending it.
 *
 * @returns the same value, typed
 * @throws SchemaError with the schema's issues, as text and as data
 * @throws TypeError for a schema that answers with a promise
 *
 * @example
 * ```ts
 * const table = check(PointingTable, dataset);
 * table.dataVars.pointing.data.data; // Float64Array
 * ```
 */
export function check<T>(schema: Schema<T>, value: unknown): T {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new TypeError("this schema checks asynchronously: await its validate instead");
  }
  if (result.issues !== undefined && result.issues.length > 0) {
    throw schemaError("the value does not match its schema", result.issues);
  }
  // What was given is what was checked: schemas here never transform.
  return value as T;
}
