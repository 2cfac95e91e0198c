import { JsonError } from "./json-error.ts";

/** How JSON is read. */
export interface ParseOptions {
  /** Whether NaN, Infinity and -Infinity are read, as Python writes them. */
  readonly acceptNonFinite: boolean;
  /** Whether integers that a number cannot hold exactly become bigint; otherwise they are refused. */
  readonly bigint: boolean;
  readonly maxDepth: number;
}

/** What JSON.parse does not do as is: these literals outside strings, and numbers that lose digits. */
const special = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])|[[\]{}]/g;

/** Marks a literal that was put in a string for JSON.parse. */
const mark = "\u0000dataqueues:";

/**
 * The value of a JSON text: JSON.parse, preceded by one pass that finds Python's literals, integers of 16 digits and more,
 * and too much depth.
 *
 * @throws JsonError
 */
export function parseJson(text: string, options: ParseOptions): unknown {
  let depth = 0;
  let marked = false;
  const prepared = text.replace(special, (token, offset: number) => {
    const first = token.charAt(0);
    if (first === "[" || first === "{") {
      depth += 1;
      if (depth > options.maxDepth) throw new JsonError("depth", `deeper than ${options.maxDepth} levels`, { offset });
    } else if (first === "]" || first === "}") depth -= 1;
    else if (first === '"') {
      // A text that begins like a mark is marked itself, so that it comes out as it went in; keys are left alone.
      if (token.startsWith('"\\u0000') && !isKey(text, offset + token.length)) {
        marked = true;
        return `"\\u0000dataqueues:s${token.slice(1)}`;
      }
    } else {
      const replacement = replacementFor(token, offset, options);
      marked ||= replacement !== token;
      return replacement;
    }
    return token;
  });
  try {
    return marked ? JSON.parse(prepared, revive) : JSON.parse(prepared);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new JsonError("syntax", `not JSON: ${reason}`);
  }
}

/** Whether a string that ends here is the key of an object. */
function isKey(text: string, end: number): boolean {
  let next = end;
  while (" \t\r\n".includes(text[next] ?? "-")) next += 1;
  return text[next] === ":";
}

function replacementFor(token: string, offset: number, options: ParseOptions): string {
  if (/^-?\d/.test(token)) {
    if (Number.isSafeInteger(Number(token))) return token;
    if (options.bigint) return `"\\u0000dataqueues:${token}"`;
    throw new JsonError("integer", `the integer ${token} does not fit a number; use bigint: true`, { offset });
  }
  if (!options.acceptNonFinite) throw new JsonError("non-finite", `JSON has no ${token}`, { offset });
  return `"\\u0000dataqueues:${token}"`;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(mark)) return value;
  const literal = value.slice(mark.length);
  if (literal.startsWith("s")) return literal.slice(1);
  return /^-?\d/.test(literal) ? BigInt(literal) : Number(literal);
}
