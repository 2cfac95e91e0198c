import { newBytes } from "@dataqueues/arrays";

import { Budget } from "./budget.ts";
import type { Extensions } from "./extensions.ts";
import type { CheckedLimits } from "./limits.ts";

const utf8: TextEncoder = new TextEncoder();
/** Bytes of at least this length are not copied until the length of the whole message is known. */
const large = 128;

/**
 * Writes msgpack's types: https://github.com/msgpack/msgpack/blob/master/spec.md
 *
 * `@msgpack/msgpack` cannot write bytes as the keys of a map, as msgpack-numpy does. Large bytes are copied only once, into
 * a result of exactly the right size.
 */
export class Writer {
  // V8 allocates a buffer this small on its heap, which is cheap, and the keys of an array fit into it.
  #bytes = new Uint8Array(64);
  #view: DataView | undefined;
  #length = 0;
  /** Large pieces, each with the place in `#bytes` where it is inserted. */
  readonly #large: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #largeLength = 0;

  readonly maxDepth: number;
  readonly budget: Budget;
  /** The level of the outermost value: 0, or that within the extension of a message around this one. */
  readonly depth: number;
  /** How many levels the message may have. */
  readonly maxLevels: number;
  readonly extensions: Extensions;

  constructor(limits: CheckedLimits, extensions: Extensions) {
    const { place } = extensions;
    this.maxDepth = limits.maxDepth;
    this.budget = place?.budget ?? new Budget(limits);
    this.depth = place === undefined ? 0 : place.depth + 1;
    this.maxLevels = limits.maxDepth - this.depth;
    this.extensions = extensions;
  }

  /** The place of the next byte in the message. */
  get position(): number {
    return this.#length + this.#largeLength;
  }

  /** The message. */
  finish(): Uint8Array {
    if (this.#large.length === 0) return this.#bytes.slice(0, this.#length);
    const result = newBytes(this.position);
    let from = 0;
    let to = 0;
    for (const { at, bytes } of this.#large) {
      this.#copy(from, at, result, to);
      to += at - from;
      result.set(bytes, to);
      to += bytes.length;
      from = at;
    }
    this.#copy(from, this.#length, result, to);
    return result;
  }

  /** Copies short pieces, such as the keys of an array, one by one: creating a view of them would take longer. */
  #copy(from: number, end: number, result: Uint8Array, to: number): void {
    const bytes = this.#bytes;
    if (end - from > 128) result.set(bytes.subarray(from, end), to);
    else for (let index = from; index < end; index += 1) result[to + index - from] = bytes[index] ?? 0;
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** Writes an integer in the shortest form, as Python does. */
  integer(value: number | bigint): void {
    const number = Number(value);
    if (number >= 0) {
      if (number < 0x80) this.#byte(number);
      else if (number < 0x1_0000_0000) this.#unsigned(0xcc, number);
      else this.#long(0xcf, BigInt(value));
    } else if (number >= -0x20) this.#byte(number & 0xff);
    else if (number >= -0x80) this.#sized(0xd0, 1, number & 0xff);
    else if (number >= -0x8000) this.#sized(0xd1, 2, number & 0xffff);
    else if (number >= -0x8000_0000) this.#sized(0xd2, 4, number >>> 0);
    else this.#long(0xd3, BigInt.asUintN(64, BigInt(value)));
  }

  float(value: number): void {
    const at = this.#reserve(9);
    this.#bytes[at] = 0xcb;
    this.#numbers().setFloat64(at + 1, value);
  }

  /** Writes the numbers with fractions at the start of a list and returns their count. Long lists mostly contain nothing else. */
  floats(list: readonly unknown[]): number {
    let count = 0;
    while (isFraction(list[count])) count += 1;
    let at = this.#reserve(9 * count);
    const view = this.#numbers();
    for (let index = 0; index < count; index += 1) {
      view.setUint8(at, 0xcb);
      view.setFloat64(at + 1, Number(list[index]));
      at += 9;
    }
    return count;
  }

  /** Returns false, and writes nothing, if the text has half of a surrogate pair, which UTF-8 cannot encode. */
  text(value: string): boolean {
    if (value.length < 0x20 && this.#shortAscii(value)) return true;
    if (!value.isWellFormed()) return false;
    const bytes = utf8.encode(value);
    if (bytes.length < 0x20) this.#byte(0xa0 | bytes.length);
    else this.#unsigned(0xd9, bytes.length);
    this.raw(bytes);
    return true;
  }

  binary(bytes: Uint8Array): void {
    this.#unsigned(0xc4, bytes.length);
    this.raw(bytes);
  }

  /** Writes an extension in its shortest form, or an aligned one with four bytes for its length. */
  extension(type: number, data: Uint8Array, isAligned = false): void {
    const power = [1, 2, 4, 8, 16].indexOf(data.length);
    if (isAligned) this.#sized(0xc9, 4, data.length);
    else if (power >= 0) this.#byte(0xd4 + power);
    else this.#unsigned(0xc7, data.length);
    this.#byte(type & 0xff);
    this.raw(data);
  }

  arrayHeader(length: number): void {
    if (length < 0x10) this.#byte(0x90 | length);
    else this.#sized(length < 0x1_0000 ? 0xdc : 0xdd, length < 0x1_0000 ? 2 : 4, length);
  }

  mapHeader(length: number): void {
    if (length < 0x10) this.#byte(0x80 | length);
    else this.#sized(length < 0x1_0000 ? 0xde : 0xdf, length < 0x1_0000 ? 2 : 4, length);
  }

  /** Most texts are short names, for which a call of TextEncoder costs more than this loop. */
  #shortAscii(value: string): boolean {
    const at = this.#reserve(1 + value.length);
    const bytes = this.#bytes;
    bytes[at] = 0xa0 | value.length;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        this.#length = at;
        return false;
      }
      bytes[at + 1 + index] = code;
    }
    return true;
  }

  /** Writes bytes without a header. */
  raw(bytes: Uint8Array): void {
    if (bytes.length >= large) {
      this.#large.push({ at: this.#length, bytes });
      this.#largeLength += bytes.length;
      return;
    }
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  /** Writes a number in the shortest of the forms of 1, 2 and 4 bytes, whose types follow one another. */
  #unsigned(type: number, value: number): void {
    if (value < 0x100) this.#sized(type, 1, value);
    else if (value < 0x1_0000) this.#sized(type + 1, 2, value);
    else this.#sized(type + 2, 4, value);
  }

  #sized(type: number, width: 1 | 2 | 4, value: number): void {
    const at = this.#reserve(1 + width);
    this.#bytes[at] = type;
    for (let byte = 0; byte < width; byte += 1) this.#bytes[at + 1 + byte] = value >>> (8 * (width - 1 - byte));
  }

  #long(type: number, value: bigint): void {
    const at = this.#reserve(9);
    this.#bytes[at] = type;
    this.#numbers().setBigUint64(at + 1, value);
  }

  #numbers(): DataView {
    return (this.#view ??= new DataView(this.#bytes.buffer));
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(4 * at, 2 * this.#length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = undefined;
    }
    return at;
  }
}

function isFraction(value: unknown): boolean {
  return typeof value === "number" && !Number.isInteger(value);
}
