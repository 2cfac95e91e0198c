import { CodecError } from "@dataqueues/core";
import type { NonFinite } from "@dataqueues/python-json";

/** How deep `maxDepth` may allow: the stack holds some 6,000 levels of the reader and the writer. */
const deepest = 2000;

/** How JSON is written and read. */
export interface JsonOptions {
  /** What becomes of NaN and the infinities on encode: refused by default, else `null` or Python's literals. */
  readonly nonFinite?: NonFinite | undefined;
  /** Whether Python's NaN, Infinity and -Infinity are read: yes by default. */
  readonly acceptNonFinite?: boolean | undefined;
  /** Writes as Python does: its separators, `\uXXXX` for all but ASCII, exponents of two digits. Off by default. */
  readonly pythonStyle?: boolean | undefined;
  /** Whether integers of 2^53 and more are read as bigint: yes by default; otherwise they are refused. */
  readonly bigint?: boolean | undefined;
  /** How deep lists and objects may nest, both ways: 512 by default, a whole number from 0 to 2000. */
  readonly maxDepth?: number | undefined;
}

/** Options with their defaults filled in. */
export type JsonSettings = { readonly [Name in keyof JsonOptions]-?: NonNullable<JsonOptions[Name]> };

/** Checks options and fills in defaults; throws a CodecError `INVALID_ARGUMENT` that names the option. */
export function checkJsonOptions(options: JsonOptions): JsonSettings {
  if (typeof options !== "object" || options === null) throw invalid("options", "an object", options);
  const { nonFinite = "error", acceptNonFinite = true, pythonStyle = false, bigint = true, maxDepth = 512 } = options;
  if (!["error", "null", "python"].includes(nonFinite)) {
    throw invalid("nonFinite", '"error", "null" or "python"', nonFinite);
  }
  for (const [name, value] of Object.entries({ acceptNonFinite, pythonStyle, bigint })) {
    if (typeof value !== "boolean") throw invalid(name, "true or false", value);
  }
  if (!Number.isInteger(maxDepth) || maxDepth < 0 || maxDepth > deepest) {
    throw invalid("maxDepth", `a whole number from 0 to ${deepest}`, maxDepth);
  }
  return { nonFinite, acceptNonFinite, pythonStyle, bigint, maxDepth };
}

function invalid(name: string, wanted: string, given: unknown): CodecError {
  const shown = typeof given === "object" && given !== null ? "an object" : showScalar(given);
  return new CodecError(`${name} must be ${wanted}, not ${shown}`, { code: "INVALID_ARGUMENT" });
}

function showScalar(given: unknown): string {
  if (typeof given === "string") return JSON.stringify(given.slice(0, 40));
  return typeof given === "function" ? "a function" : String(given);
}
