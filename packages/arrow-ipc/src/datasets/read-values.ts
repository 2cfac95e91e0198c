import type { Copy } from "@dataqueues/arrays";
import { NaT, NdArray } from "@dataqueues/arrays";
import type { ArrowArray } from "./arrow-table.ts";
import { arrowLayout } from "./arrow-layout.ts";
import { isSet } from "./bits.ts";
import { decodeUtf8 } from "../ipc/decode-utf8.ts";
import { formatError } from "./format-error.ts";

/** The limits that reading and writing have in common. */
export interface Limits {
  readonly maxTextBytes: number;
  readonly maxDescriptionLength: number;
}

/** How values become arrays. */
export interface ReadOptions extends Limits {
  readonly copy: Copy;
}

/** Reads columns as arrays. Each message needs a reader of its own, because it counts the bytes of all text in it. */
export class ValuesReader {
  readonly #copy: Copy;
  #textBytesLeft: number;

  constructor({ copy, maxTextBytes }: ReadOptions) {
    this.#copy = copy;
    this.#textBytesLeft = maxTextBytes;
  }

  /**
   * The values of an Arrow array as an NdArray: a view of the bytes where Arrow and numpy hold the dtype alike.
   *
   * @param dtype - numpy's string; undefined for text or bytes that get the width of the longest item
   */
  read(array: ArrowArray, dtype: string | undefined, shape: readonly number[]): NdArray {
    const { name, type } = array.field;
    const layout = arrowLayout(dtype ?? (type === "binary" ? "|S1" : "<U1"));
    const isPackedBool = type === "bool" && dtype === "|b1";
    if (layout === undefined || (layout.type !== type && !isPackedBool)) {
      throw formatError("dtype", `column '${name}' of Arrow type ${type} cannot hold ${dtype ?? "text"}`);
    }
    const size = shape.reduce((product, length) => product * length, 1);
    if (array.length !== size * layout.perItem) {
      const message = `column '${name}' has ${array.length} values for the shape (${shape.join(", ")})`;
      throw formatError("size-mismatch", message);
    }
    const hasNulls = array.nullCount > 0;
    if (hasNulls && !/^(timestamp|duration)/.test(type)) {
      throw formatError("nulls", `column '${name}' has ${array.nullCount} nulls, which ${dtype ?? "text"} cannot hold`);
    }
    if (type === "binary") return this.#fixedWidth(array, dtype, shape, 1);
    if (type === "string" && array.values.every(isAscii)) return this.#fixedWidth(array, dtype, shape, 4);
    if (type === "string" || dtype === undefined) return this.#text(array, dtype, shape);
    const bytes = isPackedBool ? unpack(array.values, size) : array.values;
    const values = NdArray.fromBytes(dtype, shape, bytes, hasNulls ? "always" : this.#copy);
    return hasNulls ? fillNulls(values, array.validity) : values;
  }

  #text(array: ArrowArray, dtype: string | undefined, shape: readonly number[]): NdArray {
    const { name } = array.field;
    const texts = Array.from({ length: array.length }, (_, index) =>
      decodeUtf8(itemBytes(array, index), () => `text ${index} of column '${name}'`, formatError),
    );
    const longest = texts.reduce((length, text) => Math.max(length, codePoints(text)), 0);
    const fixed = dtype ?? `<U${Math.max(longest, 1)}`;
    const width = Number(fixed.slice(2));
    if (longest > width) {
      throw formatError("size-mismatch", `a text of column '${name}' has ${longest} characters, not ${fixed}`);
    }
    this.#countText(array, 4 * width);
    return NdArray.fromItems(fixed, shape, texts);
  }

  /** Bytes, or ASCII text, with `charWidth` bytes for each character. */
  #fixedWidth(array: ArrowArray, dtype: string | undefined, shape: readonly number[], charWidth: 1 | 4): NdArray {
    const { values, offsets, length, field } = array;
    const longest = offsets.reduce((most, end, index) => Math.max(most, end - (offsets[index - 1] ?? end)), 0);
    const fixed = dtype ?? `${charWidth === 1 ? "|S" : "<U"}${Math.max(longest, 1)}`;
    const width = Number(fixed.slice(2));
    if (longest > width) {
      throw formatError("size-mismatch", `an item of column '${field.name}' has ${longest} bytes, not ${fixed}`);
    }
    this.#countText(array, charWidth * width);
    const bytes = new Uint8Array(length * charWidth * width);
    for (let index = 0; index < length; index++) {
      let to = index * charWidth * width;
      for (let at = offsets[index] ?? 0; at < (offsets[index + 1] ?? 0); at++, to += charWidth) {
        bytes[to] = values[at] ?? 0;
      }
    }
    return NdArray.fromBytes(fixed, shape, bytes);
  }

  #countText({ length, field }: ArrowArray, itemsize: number): void {
    this.#textBytesLeft -= length * itemsize;
    if (this.#textBytesLeft < 0) {
      const message = `the text up to column '${field.name}' takes more than maxTextBytes at numpy's fixed width`;
      throw formatError("text-size", message);
    }
  }
}

function isAscii(byte: number): boolean {
  return byte < 0x80;
}

function itemBytes({ values, offsets }: ArrowArray, index: number): Uint8Array {
  return values.subarray(offsets[index], offsets[index + 1]);
}

/** The length of a text as numpy counts it: in code points. */
function codePoints(text: string): number {
  let surrogates = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xdc00 && unit <= 0xdfff) surrogates++;
  }
  return text.length - surrogates;
}

/** Arrow's packed bits as numpy's bool: a byte each. */
function unpack(bits: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => isSet(bits, index));
}

/** Makes nulls NaT. The values must be a copy. */
function fillNulls(values: NdArray, validity: Uint8Array): NdArray {
  if (!(values.data instanceof BigInt64Array)) return values;
  for (let index = 0; index < values.size; index++) {
    if (isSet(validity, index) === 0) values.data[index] = NaT;
  }
  return values;
}
