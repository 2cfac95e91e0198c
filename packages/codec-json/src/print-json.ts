import { JsonError } from "./json-error.ts";

/** What becomes of NaN and the infinities, which JSON does not have. */
export type NonFinite = "error" | "null" | "python";

/** How JSON is written. */
export interface PrintOptions {
  readonly nonFinite: NonFinite;
  /** `", "` and `": "` between items and only ASCII characters, as Python's json.dumps writes. */
  readonly pythonStyle: boolean;
  readonly maxDepth: number;
}

/**
 * A value as JSON text. Unlike JSON.stringify it loses nothing silently: what JSON has no form for is refused by its path.
 *
 * @throws JsonError
 */
export function printJson(value: unknown, options: PrintOptions, path = "$", depth = 0): string {
  if (depth > options.maxDepth)
    throw new JsonError("depth", `${path}: deeper than ${options.maxDepth} levels`, { path });
  const [comma, colon] = options.pythonStyle ? [", ", ": "] : [",", ":"];
  switch (typeof value) {
    case "string":
      return printString(value, options.pythonStyle, path);
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? printNumber(value) : printNonFinite(value, options.nonFinite, path);
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) {
        // Array.from: a hole is undefined, and refused as such.
        const items = Array.from(value, (item, index) => printJson(item, options, `${path}[${index}]`, depth + 1));
        return `[${items.join(comma)}]`;
      }
      assertPlain(value, path);
      const items = Object.entries(value).map(([key, item]) => {
        const place = `${path}.${key}`;
        return `${printString(key, options.pythonStyle, place)}${colon}${printJson(item, options, place, depth + 1)}`;
      });
      return `{${items.join(comma)}}`;
    }
    default:
      throw new JsonError("type", `${path}: JSON has no form for ${typeof value}`, { path });
  }
}

/** JSON.stringify writes -0 as 0; Python, and the number itself, know the difference. */
function printNumber(value: number): string {
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function printNonFinite(value: number, nonFinite: NonFinite, path: string): string {
  if (nonFinite === "null") return "null";
  if (nonFinite === "python") return String(value);
  throw new JsonError("non-finite", `${path}: JSON has no ${value}; choose nonFinite: "null" or "python"`, { path });
}

function printString(text: string, ascii: boolean, path: string): string {
  if (!text.isWellFormed())
    throw new JsonError("utf8", `${path}: half of a surrogate pair has no UTF-8 form`, { path });
  const printed = JSON.stringify(text);
  if (!ascii) return printed;
  return printed.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function assertPlain(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return;
  const name = value.constructor?.name ?? "object";
  throw new JsonError("type", `${path}: JSON has no form for a ${name}; make it a list, an object or text first`, {
    path,
  });
}
