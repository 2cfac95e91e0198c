import { typeName } from "./type-name.ts";

/** A single value for the person who made it, cut when it is long; of a list or dict only that it is one. */
export function inWords(value: unknown): string {
  if (typeof value === "object" && value !== null) return typeName(value);
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
