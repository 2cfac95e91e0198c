import type { ErrorFactory } from "./error-factory.ts";

/** How JSON is read. */
export interface ParseOptions {
  /** Whether `NaN`, `Infinity` and `-Infinity` are read, or refused. */
  readonly acceptNonFinite: boolean;
  /** Whether integers of 2^53 and more are read as bigint, or refused. */
  readonly bigint: boolean;
  /**
   * How deep lists and objects may nest. The reader calls itself for each level: over 2000 the stack may not suffice.
   */
  readonly maxDepth: number;
  /** Makes the error that is thrown. */
  readonly error: ErrorFactory;
}

/** Python's `int` refuses integers of more digits, because reading them takes quadratic time. */
export const maxDigits = 4300;

const quote = 0x22; // "
const plus = 0x2b; // +
const comma = 0x2c; // ,
const minus = 0x2d; // -
const point = 0x2e; // .
const zero = 0x30; // 0
const colon = 0x3a; // :
const listStart = 0x5b; // [
const backslash = 0x5c; // \
const listEnd = 0x5d; // ]
const objectStart = 0x7b; // {
const objectEnd = 0x7d; // }

const words: readonly (readonly [word: string, value: boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const nonFinites = ["NaN", "Infinity", "-Infinity"];

/**
 * V8 copies a slice of up to 12 characters. A longer slice may refer to the whole text, and so keep all of a message in
 * memory.
 */
const longestCopied = 12;

/**
 * Reads JSON as Python's `json.loads` does: also `NaN` and the infinities, and integers of up to 4300 digits, as bigint
 * where a number does not hold them exactly. A byte order mark at the start is dropped. Any key, `__proto__` too, is
 * just a key.
 *
 * The text may have any size: it is read one character after the other, without regular expressions, and with recursion
 * only for nesting, which `maxDepth` bounds.
 *
 * @throws what `options.error` makes, with the position of the fault
 */
export function parseJson(text: string, options: ParseOptions): unknown {
  return new JsonReader(text, options).read();
}

class JsonReader {
  readonly #text: string;
  readonly #options: ParseOptions;
  #at = 0;

  constructor(text: string, options: ParseOptions) {
    this.#text = text;
    this.#options = options;
  }

  read(): unknown {
    if (this.#text.startsWith("\ufeff")) this.#at = 1;
    const value = this.#value(0);
    if (!Number.isNaN(this.#next())) this.#fail("there is more after the value");
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
      if (this.#next() !== quote) this.#missing("a key in double quotes");
      const key = this.#string();
      if (!this.#takes(colon)) this.#fail("':' is missing");
      const value = this.#value(depth);
      // Assigning this key would change the prototype.
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
      // After the end of the text `unit` is NaN.
      if (unit === backslash || !(unit >= 0x20)) break;
    }
    return this.#longString();
  }

  /** A string that is long or has escapes: JSON.parse reads it, and the result does not refer to the whole text. */
  #longString(): string {
    const start = this.#at;
    let end = start;
    do end = this.#text.indexOf('"', end + 1);
    while (end > 0 && isEscaped(this.#text, end));
    if (end < 0) this.#fail("a string has no end");
    this.#at = end + 1;
    try {
      return String(JSON.parse(this.#text.slice(start, end + 1)));
    } catch (cause) {
      return this.#fail("a string has a wrong escape or an unescaped control character", start, "syntax", cause);
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
    if (text.charCodeAt(end) === point) end = this.#digits(end + 1, "after the point");
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
    if (this.#options.bigint) return BigInt(token);
    return this.#fail(`the integer ${token} does not fit a number; use bigint: true`, start, "integer");
  }

  /** The end of digits, of which there must be at least one. */
  #digits(start: number, where: string): number {
    const end = digitsEnd(this.#text, start);
    return end > start ? end : this.#fail(`a digit ${where} is missing`, start);
  }

  #nonFinite(): number {
    const start = this.#at;
    const word = nonFinites.find((name) => this.#takesWord(name));
    if (word === undefined) return this.#missing("a value");
    if (!this.#options.acceptNonFinite) this.#fail(`JSON has no ${word}`, start, "non-finite");
    return Number(word);
  }

  #missing(what: string): never {
    const isPython = ["'", "True", "False", "None"].some((start) => this.#text.startsWith(start, this.#at));
    return this.#fail(isPython ? "this is Python's str() or repr(); json.dumps() writes JSON" : `${what} is missing`);
  }

  /** Steps over the bracket that opens a list or an object. */
  #enter(depth: number): void {
    const { maxDepth } = this.#options;
    if (depth > maxDepth) this.#fail(`deeper than ${maxDepth} levels (maxDepth)`, this.#at, "depth");
    this.#at += 1;
  }

  #unit(): number {
    return this.#text.charCodeAt(this.#at);
  }

  /** The next character that is not whitespace; NaN at the end. */
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
    throw this.#options.error(code, `not JSON: ${what}, at byte ${offset}`, { offset, cause });
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

/** Whether a character is `E` or `e`. */
function isExponent(unit: number): boolean {
  return unit === 0x45 || unit === 0x65;
}

/** Whether a quote belongs to the string: it follows an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text.charCodeAt(start - 1) === backslash) start -= 1;
  return (at - start) % 2 === 1;
}
