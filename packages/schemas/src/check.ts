import { schemaError } from "@dataqueues/core";
import type { Schema } from "@dataqueues/core";

/**
 * Checks a value with any Standard Schema, without sending it.
 *
 * @returns the same value, typed
 * @throws SchemaError with the schema's issues, as text and as data
 * @throws TypeError for a schema whose check is asynchronous
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
  // A schema may transform a value, but here it only checks: the caller gets the value as it was.
  return value as T;
}
