import { DataQueueError } from "../contract/errors.ts";
import type { ErrorPlace } from "../contract/errors.ts";

/** The error for an argument or option that makes no sense; `name` is what the caller calls it. */
export function invalidArgument(name: string, wanted: string, given: unknown, place: ErrorPlace = {}): DataQueueError {
  const message = `${name} must be ${wanted}, not ${describe(given)}`;
  return new DataQueueError(message, { ...place, code: "INVALID_ARGUMENT" });
}

/** A value in a few words. Contents of objects are left out: they may be large or secret. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return value.length > 40 ? `a text of ${value.length}` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  return `a ${Array.isArray(value) ? "list" : (value.constructor?.name ?? "object")}`;
}
