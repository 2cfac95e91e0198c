import { JsonError } from "./json-error.ts";
import type { JsonSettings } from "./json-options.ts";
import { maxDigits } from "./limits.ts";
import { printNumber } from "./print-number.ts";

/** Characters after which text becomes bytes, so that large values do not become one text and its parts in memory. */
const mostCharacters = 2 ** 16;

/** What is not itself in a JSON text or in UTF-8: control characters, `"`, `\`, surrogates. */
const special = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/**
 * A value as JSON in UTF-8. Unlike JSON.stringify it loses nothing silently: what JSON has no form for is refused by its
 * path.
 *
 * @throws JsonError
 */
export function printJson(value: unknown, settings: JsonSettings): Uint8Array {
  return new JsonWriter(settings).write(value);
}

class JsonWriter {
  readonly #settings: JsonSettings;
  readonly #comma: string;
  readonly #colon: string;
  readonly #encoder = new TextEncoder();
  readonly #chunks: Uint8Array[] = [];
  /** Keys and indices of what is being written; only as many as the depth count. */
  readonly #path: (string | number)[] = [];
  #text = "";

  constructor(settings: JsonSettings) {
    this.#settings = settings;
    this.#comma = settings.pythonStyle ? ", " : ",";
    this.#colon = settings.pythonStyle ? ": " : ":";
  }

  write(value: unknown): Uint8Array {
    this.#value(value, 0);
    const last = this.#encoder.encode(this.#text);
    return this.#chunks.length === 0 ? last : join([...this.#chunks, last]);
  }

  #value(value: unknown, depth: number): void {
    if (this.#text.length > mostCharacters) this.#flush();
    switch (typeof value) {
      case "string":
        this.#text += this.#string(value, depth);
        return;
      case "number":
        this.#text += Number.isFinite(value)
          ? printNumber(value, this.#settings.pythonStyle)
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
        else this.#object(value, depth + 1);
        return;
      default:
        this.#fail("type", `JSON has no form for ${typeof value}`, depth);
    }
  }

  #list(items: readonly unknown[], depth: number): void {
    this.#enter(depth);
    this.#text += "[";
    // Not forEach: a hole is undefined, and refused as such.
    for (let index = 0; index < items.length; index += 1) {
      this.#path[depth - 1] = index;
      if (index > 0) this.#text += this.#comma;
      this.#value(items[index], depth);
    }
    this.#text += "]";
  }

  #object(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      const name = value.constructor?.name ?? "object";
      this.#fail("type", `JSON has no form for a ${name}; make it a list, an object or text first`, depth - 1);
    }
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
    if (!special.test(text) && !this.#settings.pythonStyle) return `"${text}"`;
    if (!text.isWellFormed()) this.#fail("utf8", "half of a surrogate pair has no UTF-8 form", depth);
    const printed = JSON.stringify(text);
    if (!this.#settings.pythonStyle) return printed;
    return printed.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }

  #bigint(value: bigint, depth: number): string {
    const printed = String(value);
    const length = value < 0n ? printed.length - 1 : printed.length;
    if (length <= maxDigits) return printed;
    return this.#fail("integer", `an integer of ${length} digits; Python reads ${maxDigits} at most`, depth);
  }

  #nonFinite(value: number, depth: number): string {
    const { nonFinite } = this.#settings;
    if (nonFinite === "null") return "null";
    if (nonFinite === "python") return String(value);
    return this.#fail("non-finite", `JSON has no ${value}; choose nonFinite: "null" or "python"`, depth);
  }

  #enter(depth: number): void {
    const { maxDepth } = this.#settings;
    if (depth > maxDepth) this.#fail("depth", `deeper than ${maxDepth} levels (maxDepth), or within itself`, depth - 1);
  }

  #flush(): void {
    this.#chunks.push(this.#encoder.encode(this.#text));
    this.#text = "";
  }

  #fail(code: string, message: string, depth: number): never {
    const steps = this.#path.slice(0, depth).map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
    const path = `$${steps.join("")}`;
    throw new JsonError(code, `${path}: ${message}`, { path });
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
