import { refuse } from "./refuse.ts";

/** A Python literal, as far as npy headers have them. */
export type Literal =
  | string
  | number
  | boolean
  | null
  | { readonly type: "tuple" | "list"; readonly items: readonly Literal[] }
  | { readonly type: "dict"; readonly entries: ReadonlyMap<string, Literal> };

const maxDepth = 32;
const words: ReadonlyMap<string, boolean | null> = new Map([
  ["True", true],
  ["False", false],
  ["None", null],
]);
const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
]);
const escape = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs;

/**
 * Reads one Python literal and nothing else: dict, list, tuple, str, int, `True`, `False`, `None`. Nothing is evaluated.
 *
 * @param longs - whether integers may end in `L`, as Python 2 wrote them
 * @param offset - where the text is in the bytes, for errors
 * @throws FormatError with code `header-syntax` and the place
 */
export function parseLiteral(source: string, longs: boolean, offset = 0): Literal {
  let at = 0;
  const space = /[ \t\n\r\f\v]*/y;
  const number = /-?\d+/y;
  const word = /[A-Za-z]+/y;
  const text = /[uU]?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/y;

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found !== null) at += found[0].length;
    return found;
  }

  function take(sign: string): boolean {
    match(space);
    if (source[at] !== sign) return false;
    at += 1;
    return true;
  }

  function fail(what: string): never {
    throw refuse("header-syntax", `the header is no Python literal: ${what} at its character ${at}`, offset + at);
  }

  function items<Each>(end: string, read: () => Each): { list: Each[]; comma: boolean } {
    const list: Each[] = [];
    let comma = true;
    while (!take(end)) {
      if (!comma) fail(`"," or "${end}" is missing`);
      list.push(read());
      comma = take(",");
    }
    return { list, comma };
  }

  function entry(depth: number): readonly [string, Literal] {
    const key = value(depth);
    return typeof key === "string" && take(":") ? [key, value(depth)] : fail("a key is wrong");
  }

  function value(depth: number): Literal {
    if (depth > maxDepth) fail(`it is deeper than ${maxDepth} levels`);
    if (take("{")) {
      const { list } = items("}", () => entry(depth + 1));
      const entries = new Map(list);
      return entries.size === list.length ? { type: "dict", entries } : fail("a key is there twice");
    }
    const read = () => value(depth + 1);
    if (take("[")) return { type: "list", items: items("]", read).list };
    if (take("(")) {
      const { list, comma } = items(")", read);
      const [only] = list;
      return list.length === 1 && !comma && only !== undefined ? only : { type: "tuple", items: list };
    }
    const quoted = match(text)?.[1];
    if (quoted !== undefined) return unescape(quoted.slice(1, -1), offset + at);
    const digits = match(number)?.[0];
    if (digits !== undefined) {
      if (source[at] === "L" && longs) at += 1;
      return Number(digits);
    }
    const known = words.get(match(word)?.[0] ?? "");
    return known === undefined ? fail("a value is missing") : known;
  }

  const result = value(0);
  match(space);
  if (at < source.length) fail("more follows");
  return result;
}

function unescape(raw: string, offset: number): string {
  return raw.replace(escape, (whole, code: string) => {
    if (code.length === 1) return escapes.get(code) ?? whole;
    const point = Number.parseInt(code.slice(1), 16);
    if (point > 0x10ffff) throw refuse("header-syntax", `${whole} is no character`, offset);
    return String.fromCodePoint(point);
  });
}
