/** Deeper than any attributes are, and shallow enough for every stack. */
const maxDepth = 512;

/** As Python, which refuses longer ones because reading them takes time with the square of their length. */
export const maxDigits = 4300;

/** Of a text only where it starts: what a group under a star matches, the engine keeps on its stack. */
const tokens: RegExp =
  /[\t\n\r ]*(?:([{}[\],:])|(")|(-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)|(true|false|null|NaN|-?Infinity))/uy;

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/**
 * Reads JSON as Python's `json.dumps` writes it: also `NaN`, `Infinity` and `-Infinity`. An integer that a number does
 * not hold exactly becomes a bigint. Objects have no prototype, so that any key is just a key.
 *
 * @throws SyntaxError for anything else, with the position.
 */
export function parseJson(text: string): unknown {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  readonly #text: string;
  readonly #tokens: RegExp = new RegExp(tokens);

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): unknown {
    if (depth > maxDepth) throw this.#error(`nested deeper than ${maxDepth}`);
    const [, mark, quote, number, fraction, exponent, word] = this.#next();
    if (quote !== undefined) return this.#string();
    if (word !== undefined) return words.get(word);
    if (number !== undefined) {
      return fraction === undefined && exponent === undefined ? this.#integer(number) : Number(number);
    }
    if (mark === "[") return this.#array(depth);
    if (mark === "{") return this.#object(depth);
    throw this.#error(`'${mark}' where a value should be`);
  }

  end(): void {
    if (/[^\t\n\r ]/.test(this.#text.slice(this.#tokens.lastIndex))) throw this.#error("text after the value");
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    if (this.#skip("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.#separator("]"));
    return items;
  }

  #object(depth: number): Record<string, unknown> {
    const entries: Record<string, unknown> = Object.create(null);
    if (this.#skip("}")) return entries;
    do {
      if (!this.#skip('"')) throw this.#error("a key must be a string");
      const name = this.#string();
      if (!this.#skip(":")) throw this.#error("':' expected");
      entries[name] = this.value(depth + 1);
    } while (this.#separator("}"));
    return entries;
  }

  #integer(digits: string): number | bigint {
    const number = Number(digits);
    if (Number.isSafeInteger(number)) return number;
    if (digits.length > maxDigits) throw this.#error(`an integer of more than ${maxDigits} digits`);
    return BigInt(digits);
  }

  /** The rest of a text whose first quote was read; JSON.parse knows the escapes. */
  #string(): string {
    const start = this.#tokens.lastIndex - 1;
    let end = start;
    do end = this.#text.indexOf('"', end + 1);
    while (end > 0 && isEscaped(this.#text, end));
    if (end < 0) throw this.#error("a string without an end");
    this.#tokens.lastIndex = end + 1;
    const value: unknown = JSON.parse(this.#text.slice(start, end + 1));
    return String(value);
  }

  /** Whether another item follows; false after the closing mark. */
  #separator(close: string): boolean {
    if (this.#skip(",")) return true;
    if (this.#skip(close)) return false;
    throw this.#error(`',' or '${close}' expected`);
  }

  #skip(mark: string): boolean {
    const before = this.#tokens.lastIndex;
    const token = this.#tokens.exec(this.#text);
    if ((token?.[1] ?? token?.[2]) === mark) return true;
    this.#tokens.lastIndex = before;
    return false;
  }

  #next(): RegExpExecArray {
    const before = this.#tokens.lastIndex;
    const token = this.#tokens.exec(this.#text);
    if (token === null) {
      this.#tokens.lastIndex = before;
      throw this.#error("not JSON");
    }
    return token;
  }

  #error(message: string): SyntaxError {
    return new SyntaxError(`${message} at position ${this.#tokens.lastIndex}`);
  }
}

/** Whether a quote belongs to the string: behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start -= 1;
  return (at - start) % 2 === 1;
}
