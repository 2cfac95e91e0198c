import { JsonError } from "./json-error.ts";
import type { JsonSettings } from "./json-options.ts";
import { maxDigits } from "./limits.ts";

const codeOf = (character: string): number => character.charCodeAt(0);
const quote = codeOf('"');
const backslash = codeOf("\\");
const comma = codeOf(",");
const colon = codeOf(":");
const listStart = codeOf("[");
const listEnd = codeOf("]");
const objectStart = codeOf("{");
const objectEnd = codeOf("}");
const minus = codeOf("-");
const plus = codeOf("+");
const point = codeOf(".");
const zero = codeOf("0");

const words: readonly (readonly [word: string, value: boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const nonFinites = ["NaN", "Infinity", "-Infinity"];

/** Longer parts of a text may be kept by V8 as references to the whole text, which would keep all of a message alive. */
const longestCopied = 12;

/**
 * The value of a JSON text, one character after the other: no regular expression and no recursion but for nesting, which
 * `maxDepth` bounds, so that texts may have any size. A byte order mark at the start is dropped, as Python drops it.
 *
 * @throws JsonError with the place in the text's UTF-8
 */
export function parseJson(text: string, settings: JsonSettings): unknown {
  return new JsonReader(text, settings).read();
}

class JsonReader {
  readonly #text: string;
  readonly #settings: JsonSettings;
  #at = 0;

  constructor(text: string, settings: JsonSettings) {
    this.#text = text;
    this.#settings = settings;
  }

  read(): unknown {
    if (this.#text.startsWith("\ufeff")) this.#at = 1;
    const value = this.#value(0);
    if (!Number.isNaN(this.#next())) this.#fail("there is more behind the value");
    return value;
  }

  #value(depth: number): unknown {
    const first = this.#next();
    if (first === quote) return this.#string();
    if (first === minus || isDigit(first)) return this.#number();
    if (first === listStart) return this.#list(depth + 1);
    if (first === objectStart) return this.#object(depth + 1);
    for (const [word, value] of words) if (this.#takesWord(word)) return value;
    return this.#nonFinite();
  }

  #list(depth: number): unknown[] {
    this.#enter(depth);
    const items: unknown[] = [];
    if (this.#takes(listEnd)) return items;
    do items.push(this.#value(depth));
    while (this.#takes(comma));
    if (!this.#takes(listEnd)) this.#fail("',' or ']' is missing");
    return items;
  }

  #object(depth: number): Record<string, unknown> {
    this.#enter(depth);
    const entries: Record<string, unknown> = {};
    if (this.#takes(objectEnd)) return entries;
    do {
      if (this.#next() !== quote) this.#absent("a key in double quotes");
      const key = this.#string();
      if (!this.#takes(colon)) this.#fail("':' is missing");
      const value = this.#value(depth);
      // Assigned, this one would change the prototype.
      if (key === "__proto__") {
        Object.defineProperty(entries, key, { value, configurable: true, enumerable: true, writable: true });
      } else entries[key] = value;
    } while (this.#takes(comma));
    if (!this.#takes(objectEnd)) this.#fail("',' or '}' is missing");
    return entries;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    for (let at = start; at <= start + longestCopied; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === quote) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      // Also behind the end, where there is NaN.
      if (unit === backslash || !(unit >= 0x20)) break;
    }
    return this.#longString();
  }

  /** A text that is long or has escapes: JSON.parse does the rest, and makes a text of its own. */
  #longString(): string {
    const start = this.#at;
    let end = start;
    do end = this.#text.indexOf('"', end + 1);
    while (end > 0 && isEscaped(this.#text, end));
    if (end < 0) this.#fail("a text has no end");
    this.#at = end + 1;
    try {
      return String(JSON.parse(this.#text.slice(start, end + 1)));
    } catch (cause) {
      return this.#fail("a wrong escape, or a control character without one, in a text", start, "syntax", cause);
    }
  }

  #number(): number | bigint {
    const text = this.#text;
    const start = this.#at;
    const digits = text.charCodeAt(start) === minus ? start + 1 : start;
    let end = text.charCodeAt(digits) === zero ? digits + 1 : digitsEnd(text, digits);
    const length = end - digits;
    if (length === 0) return this.#nonFinite();
    const isInteger = text.charCodeAt(end) !== point && !isExponent(text.charCodeAt(end));
    if (text.charCodeAt(end) === point) end = this.#digits(end + 1, "behind the point");
    if (isExponent(text.charCodeAt(end))) {
      const sign = text.charCodeAt(end + 1);
      end = this.#digits(sign === plus || sign === minus ? end + 2 : end + 1, "in the exponent");
    }
    if (isInteger && length > maxDigits) {
      this.#fail(`an integer of ${length} digits, more than ${maxDigits}, which Python refuses too`, start, "integer");
    }
    this.#at = end;
    const token = text.slice(start, end);
    const number = Number(token);
    if (!isInteger || Number.isSafeInteger(number)) return number;
    if (this.#settings.bigint) return BigInt(token);
    return this.#fail(`the integer ${token} does not fit a number; use bigint: true`, start, "integer");
  }

  /** Where digits end of which there must be one. */
  #digits(start: number, where: string): number {
    const end = digitsEnd(this.#text, start);
    return end > start ? end : this.#fail(`a digit ${where} is missing`, start);
  }

  #nonFinite(): number {
    const start = this.#at;
    const word = nonFinites.find((name) => this.#takesWord(name));
    if (word === undefined) return this.#absent("a value");
    if (!this.#settings.acceptNonFinite) this.#fail(`JSON has no ${word}`, start, "non-finite");
    return Number(word);
  }

  #absent(what: string): never {
    const isPython = ["'", "True", "False", "None"].some((start) => this.#text.startsWith(start, this.#at));
    return this.#fail(isPython ? "this is Python's str() or repr(); json.dumps() writes JSON" : `${what} is missing`);
  }

  /** Steps over the sign that opens a list or an object. */
  #enter(depth: number): void {
    const { maxDepth } = this.#settings;
    if (depth > maxDepth) this.#fail(`deeper than ${maxDepth} levels (maxDepth)`, this.#at, "depth");
    this.#at += 1;
  }

  #unit(): number {
    return this.#text.charCodeAt(this.#at);
  }

  /** The next character that is not space; NaN at the end. */
  #next(): number {
    let unit = this.#unit();
    while (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
      this.#at += 1;
      unit = this.#unit();
    }
    return unit;
  }

  #takes(sign: number): boolean {
    if (this.#next() !== sign) return false;
    this.#at += 1;
    return true;
  }

  #takesWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #fail(what: string, at = this.#at, code = "syntax", cause?: unknown): never {
    const offset = new TextEncoder().encode(this.#text.slice(0, at)).length;
    throw new JsonError(code, `not JSON: ${what}, at byte ${offset}`, { offset, cause });
  }
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** E and e. */
function isExponent(unit: number): boolean {
  return unit === 0x45 || unit === 0x65;
}

/** Whether a quote is one of the text: behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text.charCodeAt(start - 1) === backslash) start -= 1;
  return (at - start) % 2 === 1;
}
