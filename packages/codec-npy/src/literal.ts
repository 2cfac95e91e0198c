import { formatError } from "./format.ts";

/** A Python literal of a type that occurs in npy headers. Lists are arrays, dicts are Maps. */
export type Literal = string | number | boolean | null | Tuple | readonly Literal[] | ReadonlyMap<string, Literal>;

/** A Python tuple. */
export class Tuple {
  readonly items: readonly Literal[];

  constructor(items: readonly Literal[]) {
    this.items = items;
  }
}

/** The most nested brackets, as in Python's own parser; a dtype of 32 levels has 65. */
const maxDepth = 200;
const words: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };
const escape = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs;

/**
 * Reads text that is exactly one Python literal: a dict, list, tuple, str, int, `True`, `False` or `None`. Nothing is
 * evaluated.
 *
 * @param longs - whether integers may end with `L`, as Python 2 wrote them
 * @param offset - the position of the text in the file, for errors
 * @throws FormatError with code `header-syntax` and an offset
 */
export function parseLiteral(source: string, longs: boolean, offset: number): Literal {
  let at = 0;
  /** Whether a comma followed the last item of the bracket that was closed last. */
  let comma = true;

  /** Skips spaces and returns the next character. */
  function next(): string {
    while (at < source.length && " \t\n\r\f\v".includes(source.charAt(at))) at += 1;
    return source.charAt(at);
  }

  function take(sign: string): boolean {
    const found = next() === sign;
    if (found) at += 1;
    return found;
  }

  function fail(what: string): never {
    throw formatError("header-syntax", `the header is not a Python literal: ${what} at its character ${at}`, {
      offset: offset + at,
    });
  }

  /** Reads items up to the bracket `end`. */
  function items<Each>(end: string, read: (depth: number) => Each, depth: number): Each[] {
    const list: Each[] = [];
    comma = true;
    while (!take(end)) {
      if (!comma) fail(`"," or "${end}" is missing`);
      list.push(read(depth));
      comma = take(",");
    }
    return list;
  }

  function entry(depth: number): readonly [string, Literal] {
    const key = value(depth);
    return typeof key === "string" && take(":")
      ? [key, value(depth)]
      : fail("a key is not text, or not followed by a colon");
  }

  function value(depth: number): Literal {
    if (depth > maxDepth) fail(`it nests deeper than ${maxDepth} levels`);
    if (take("{")) {
      const list = items("}", entry, depth + 1);
      const entries = new Map(list);
      return entries.size === list.length ? entries : fail("a key occurs twice");
    }
    if (take("[")) return items("]", value, depth + 1);
    if (take("(")) {
      const list = items(")", value, depth + 1);
      const [only] = list;
      return list.length === 1 && !comma && only !== undefined ? only : new Tuple(list);
    }
    // Python 2 wrote `u` before the quotation mark of text.
    const from = next() === "u" ? at + 1 : at;
    const mark = source.charAt(from);
    if (mark !== "'" && mark !== '"') return number() ?? word();
    at = from + 1;
    return text(mark);
  }

  function text(mark: string): string {
    const start = at;
    let escaped = false;
    for (; source.charAt(at) !== mark; at += 1) {
      if (source.charAt(at) === "\\") {
        escaped = true;
        at += 1;
      }
      if (at >= source.length || source.charAt(at) === "\n") fail("a text has no end");
    }
    at += 1;
    const raw = source.slice(start, at - 1);
    return escaped ? raw.replace(escape, unescape) : raw;
  }

  function unescape(whole: string, code: string): string {
    // Python has more escapes, which numpy never writes.
    if (code.length === 1) return escapes[code] ?? fail(`${whole} is not a known escape`);
    const point = Number.parseInt(code.slice(1), 16);
    return point > 0x10ffff ? fail(`${whole} is not a character`) : String.fromCodePoint(point);
  }

  function number(): number | undefined {
    let end = source.charAt(at) === "-" ? at + 1 : at;
    const first = end;
    while (source.charAt(end) >= "0" && source.charAt(end) <= "9") end += 1;
    if (end === first) return undefined;
    const found = Number(source.slice(at, end));
    at = longs && source.charAt(end) === "L" ? end + 1 : end;
    return found;
  }

  function word(): boolean | null {
    const name = Object.keys(words).find((each) => source.startsWith(each, at)) ?? fail("a value is missing");
    at += name.length;
    return words[name] ?? null;
  }

  const result = value(0);
  return next() === "" ? result : fail("more follows");
}
