import type { ErrorFactory } from "./error-factory.ts";
import { maxDigits } from "./parse-json.ts";

/** What becomes of NaN and the infinities, which JSON does not have. */
export type NonFinite = "error" | "null" | "python";

/** How JSON is written; with the names of Python's `json.dumps` where it has the option. */
export interface PrintOptions {
  /** What stands between items, and between a key and its value: `[", ", ": "]` in Python. */
  readonly separators: readonly [item: string, key: string];
  /** Whether all but ASCII is written as `\uXXXX`, as Python does. */
  readonly ensureAscii: boolean;
  /** Whether small numbers get Python's exponents, `1e-07`, instead of JavaScript's, `1e-7`. */
  readonly pythonExponents: boolean;
  /** What becomes of NaN and the infinities: refused, `null`, or Python's literals. */
  readonly nonFinite: NonFinite;
  /**
   * How deep lists and objects may nest. The writer calls itself for each level: over 2000 the stack may not suffice.
   */
  readonly maxDepth: number;
  /** How the path in an error begins, such as `$`. */
  readonly root: string;
  /** Makes the error that is thrown. */
  readonly error: ErrorFactory;
  /** Whether half of a surrogate pair is written as `\uXXXX`, as Python does; by default it is refused. */
  readonly loneSurrogates?: boolean;
  /** What to write instead of an object that is no list and no plain object; undefined refuses it. */
  readonly default?: (value: object, path: string) => unknown;
}

/** A part is handed over when it is longer than this, so that memory does not hold a large text whole. */
const partLength = 2 ** 16;

/** What JSON or UTF-8 does not hold as it is: control characters, `"`, `\`, surrogates. */
const special = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/**
 * Writes a value as JSON that Python's `json.loads` reads as the same value. Unlike JSON.stringify it loses nothing
 * silently: a value that JSON has no form for is refused with its path.
 *
 * @throws what `options.error` makes, with the path of the value
 */
export function printJson(value: unknown, options: PrintOptions): string {
  let text = "";
  printJsonInParts(value, options, (part) => {
    text += part;
  });
  return text;
}

/**
 * Writes a value as {@link printJson} does, and hands the text over in parts of some 65,536 characters, at least one.
 */
export function printJsonInParts(value: unknown, options: PrintOptions, take: (part: string) => void): void {
  new JsonWriter(options, take).write(value);
}

class JsonWriter {
  readonly #options: PrintOptions;
  readonly #comma: string;
  readonly #colon: string;
  readonly #take: (part: string) => void;
  /** Keys and indices of what is being written; only the first `depth` of them count. */
  readonly #path: (string | number)[] = [];
  #text = "";

  constructor(options: PrintOptions, take: (part: string) => void) {
    this.#options = options;
    [this.#comma, this.#colon] = options.separators;
    this.#take = take;
  }

  write(value: unknown): void {
    this.#value(value, 0);
    this.#take(this.#text);
  }

  #value(value: unknown, depth: number): void {
    if (this.#text.length > partLength) {
      this.#take(this.#text);
      this.#text = "";
    }
    switch (typeof value) {
      case "string":
        this.#text += this.#string(value, depth);
        return;
      case "number":
        this.#text += Number.isFinite(value)
          ? printNumber(value, this.#options.pythonExponents)
          : this.#nonFinite(value, depth);
        return;
      case "boolean":
        this.#text += value ? "true" : "false";
        return;
      case "bigint":
        this.#text += this.#bigint(value, depth);
        return;
      case "object":
        if (value === null) this.#text += "null";
        else if (Array.isArray(value)) this.#list(value, depth + 1);
        else this.#object(value, depth);
        return;
      default:
        this.#fail("type", `JSON has no form for ${typeof value}`, depth);
    }
  }

  #list(items: readonly unknown[], depth: number): void {
    this.#enter(depth);
    this.#text += "[";
    // Not forEach, which skips holes: a hole is undefined, and refused as such.
    for (let index = 0; index < items.length; index += 1) {
      this.#path[depth - 1] = index;
      if (index > 0) this.#text += this.#comma;
      this.#value(items[index], depth);
    }
    this.#text += "]";
  }

  #object(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#entries(value, depth + 1);
    const replaced = this.#options.default?.(value, this.#pathText(depth));
    if (replaced !== undefined) return this.#value(replaced, depth);
    const name = value.constructor?.name ?? "object";
    return this.#fail("type", `JSON has no form for a ${name}; make it a list, an object or text first`, depth);
  }

  #entries(value: object, depth: number): void {
    this.#enter(depth);
    let before = "{";
    for (const [key, item] of Object.entries(value)) {
      this.#path[depth - 1] = key;
      this.#text += before + this.#string(key, depth) + this.#colon;
      this.#value(item, depth);
      before = this.#comma;
    }
    this.#text += before === "{" ? "{}" : "}";
  }

  #string(text: string, depth: number): string {
    const { ensureAscii, loneSurrogates } = this.#options;
    if (!ensureAscii && !special.test(text)) return `"${text}"`;
    if (!loneSurrogates && !text.isWellFormed()) {
      this.#fail("utf8", "half of a surrogate pair has no UTF-8 form", depth);
    }
    const printed = JSON.stringify(text);
    if (!ensureAscii) return printed;
    return printed.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }

  #bigint(value: bigint, depth: number): string {
    const printed = String(value);
    const length = value < 0n ? printed.length - 1 : printed.length;
    if (length <= maxDigits) return printed;
    return this.#fail("integer", `an integer of ${length} digits; Python reads ${maxDigits} at most`, depth);
  }

  #nonFinite(value: number, depth: number): string {
    const { nonFinite } = this.#options;
    if (nonFinite === "null") return "null";
    if (nonFinite === "python") return String(value);
    return this.#fail("non-finite", `JSON has no ${value}; choose nonFinite: "null" or "python"`, depth);
  }

  #enter(depth: number): void {
    const { maxDepth } = this.#options;
    if (depth > maxDepth) this.#fail("depth", `deeper than ${maxDepth} levels (maxDepth), or within itself`, depth - 1);
  }

  #pathText(depth: number): string {
    const steps = this.#path.slice(0, depth).map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
    return `${this.#options.root}${steps.join("")}`;
  }

  #fail(code: string, message: string, depth: number): never {
    const path = this.#pathText(depth);
    throw this.#options.error(code, `${path}: ${message}`, { path });
  }
}

/**
 * A finite number as JSON. A whole number that would be read as a bigint gets the decimal point or the exponent of
 * Python's floats; all others are written as JavaScript does.
 */
function printNumber(value: number, pythonExponents: boolean): string {
  // JavaScript writes -0 as 0; Python, and the number itself, know the difference.
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size > Number.MAX_SAFE_INTEGER) return size < 1e16 ? `${value}.0` : value.toExponential();
  if (pythonExponents && size < 1e-4 && size > 0) return value.toExponential().replace(/-(\d)$/, "-0$1");
  return String(value);
}
