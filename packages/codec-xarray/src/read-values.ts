import type { Copy } from "@dataqueues/arrays";
import { NdArray } from "@dataqueues/arrays";
import type { ArrowArray } from "./arrow-array.ts";
import { arrowLayout } from "./arrow-type.ts";
import { refuse } from "./refuse.ts";
import { utf8 } from "./utf8.ts";

/** What both ends hold a Dataset to. */
export interface Limits {
  readonly maxTextBytes: number;
  readonly maxDescriptionLength: number;
}

/** What reading may do with memory. */
export interface ReadOptions extends Limits {
  readonly copy: Copy;
}

const notATime = -(2n ** 63n);

/** Reads columns as arrays; one for each message, because it counts the bytes of all its text. */
export class ValuesReader {
  readonly #copy: Copy;
  #textBytes: number;

  constructor({ copy, maxTextBytes }: ReadOptions) {
    this.#copy = copy;
    this.#textBytes = maxTextBytes;
  }

  /**
   * The values of an Arrow array as an NdArray: a view of the bytes where their dtypes are held alike.
   *
   * @param dtype - numpy's string; undefined for text or bytes as wide as the longest
   */
  read(array: ArrowArray, dtype: string | undefined, shape: readonly number[]): NdArray {
    const { name, type } = array.field;
    const layout = arrowLayout(dtype ?? (type === "binary" ? "|S1" : "<U1"));
    const isPackedBool = type === "bool" && dtype === "|b1";
    if (layout === undefined || (layout.type !== type && !isPackedBool)) {
      return refuse("dtype", `column '${name}' of Arrow type ${type} cannot hold ${dtype ?? "text"}`);
    }
    const size = shape.reduce((product, length) => product * length, 1);
    if (array.length !== size * layout.perItem) {
      refuse("size-mismatch", `column '${name}' has ${array.length} values for the shape (${shape.join(", ")})`);
    }
    const hasNulls = array.nullCount > 0;
    if (hasNulls && !/^(timestamp|duration)/.test(type)) {
      refuse("nulls", `column '${name}' has ${array.nullCount} nulls, which ${dtype ?? "text"} cannot hold`);
    }
    if (type === "binary") return this.#fixedWidth(array, dtype, shape, 1);
    if (type === "string" && array.values.every(isAscii)) return this.#fixedWidth(array, dtype, shape, 4);
    if (type === "string" || dtype === undefined) return this.#text(array, dtype, shape);
    const bytes = isPackedBool ? unpack(array.values, size) : array.values;
    const values = NdArray.fromBytes(dtype, shape, bytes, hasNulls ? "always" : this.#copy);
    return hasNulls ? withNotATime(values, array.validity) : values;
  }

  #text(array: ArrowArray, dtype: string | undefined, shape: readonly number[]): NdArray {
    const texts = Array.from({ length: array.length }, (_, index) => {
      try {
        return utf8.decode(itemBytes(array, index));
      } catch (cause) {
        return refuse("utf8", `text ${index} of column '${array.field.name}' is not UTF-8`, undefined, cause);
      }
    });
    const width = texts.reduce((longest, text) => Math.max(longest, lengthOf(text)), 0);
    const held = dtype ?? `<U${Math.max(width, 1)}`;
    const room = Number(held.slice(2));
    if (width > room) {
      refuse("size-mismatch", `a text of column '${array.field.name}' has ${width} characters, not ${held}`);
    }
    this.#spendText(array, 4 * room);
    return NdArray.fromItems(held, shape, texts);
  }

  /** Bytes, or text of which each byte is a character, in `charWidth` bytes each. */
  #fixedWidth(array: ArrowArray, dtype: string | undefined, shape: readonly number[], charWidth: 1 | 4): NdArray {
    const { values, offsets, length, field } = array;
    const width = offsets.reduce((longest, end, index) => Math.max(longest, end - (offsets[index - 1] ?? end)), 0);
    const held = dtype ?? `${charWidth === 1 ? "|S" : "<U"}${Math.max(width, 1)}`;
    const room = Number(held.slice(2));
    if (width > room) refuse("size-mismatch", `an item of column '${field.name}' has ${width} bytes, not ${held}`);
    this.#spendText(array, charWidth * room);
    const bytes = new Uint8Array(length * charWidth * room);
    for (let index = 0; index < length; index++) {
      let to = index * charWidth * room;
      for (let at = offsets[index] ?? 0; at < (offsets[index + 1] ?? 0); at++, to += charWidth) {
        bytes[to] = values[at] ?? 0;
      }
    }
    return NdArray.fromBytes(held, shape, bytes);
  }

  #spendText({ length, field }: ArrowArray, itemsize: number): void {
    this.#textBytes -= length * itemsize;
    if (this.#textBytes < 0) {
      refuse("text-size", `the text up to column '${field.name}' takes more than maxTextBytes at numpy's fixed width`);
    }
  }
}

function isAscii(byte: number): boolean {
  return byte < 0x80;
}

function itemBytes({ values, offsets }: ArrowArray, index: number): Uint8Array {
  return values.subarray(offsets[index], offsets[index + 1]);
}

/** Characters as numpy counts them: code points. */
function lengthOf(text: string): number {
  let surrogates = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xdc00 && unit <= 0xdfff) surrogates++;
  }
  return text.length - surrogates;
}

function unpack(bits: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => isSet(bits, index));
}

function isSet(bits: Uint8Array, index: number): number {
  return ((bits[index >> 3] ?? 0) >> (index & 7)) & 1;
}

function withNotATime(values: NdArray, validity: Uint8Array): NdArray {
  if (!(values.data instanceof BigInt64Array)) return values;
  for (let index = 0; index < values.size; index++) {
    if (isSet(validity, index) === 0) values.data[index] = notATime;
  }
  return values;
}
