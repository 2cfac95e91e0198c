import { parseDtype, printDtype, productOf } from "./dtype.ts";
import type { ScalarDType } from "./dtype.ts";
import { FormatError } from "./format-error.ts";
import { inspect } from "./inspect.ts";
import { readBytesText, readUcs4, writeText } from "./text.ts";
import { toTypedArray, typedArrayFor } from "./typed-arrays.ts";
import type { TypedArray } from "./typed-arrays.ts";

export type { TypedArray } from "./typed-arrays.ts";

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** One item of an array, as JavaScript has it. */
export type Item = number | bigint | boolean | string | Complex | Uint8Array;

/** Items in lists of lists, as deep as the array has dimensions. */
export type NestedValues = Item | readonly NestedValues[];

/**
 * numpy's n-dimensional array: items of one dtype in C order, little-endian. `data` is a typed array; see
 * `typedArrayFor` for which. `at` and iteration give items as JavaScript has them: int64 as bigint, bool as boolean,
 * text as string, complex as `{re, im}`, dates as bigint counts of their unit.
 *
 * @example
 * ```ts
 * const array = NdArray.from([[1, 2, 3], [4, 5, 6]], "<f8");
 * array.shape; // [2, 3]
 * array.at(1, 2); // 6
 * ```
 */
export class NdArray implements Iterable<Item> {
  /** numpy's string for the dtype, such as `<f8`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: TypedArray;
  readonly #dtype: ScalarDType;

  /** @throws FormatError when dtype, shape and data do not go together */
  constructor(dtype: string, shape: readonly number[], data: TypedArray) {
    const parsed = scalar(dtype);
    const bytes = productOf(shape) * parsed.itemsize;
    if (data.byteLength !== bytes || data.BYTES_PER_ELEMENT !== typedArrayFor(parsed).BYTES_PER_ELEMENT) {
      const found = `${data.byteLength} bytes in a ${data.constructor.name}`;
      const message = `${dtype} of shape (${shape.join(", ")}) takes ${bytes} bytes, not ${found}`;
      throw new FormatError(message, { codec: "numpy", code: "size-mismatch" });
    }
    this.#dtype = parsed;
    const printed = printDtype(parsed);
    this.dtype = typeof printed === "string" ? printed : dtype;
    this.shape = shape;
    this.data = data;
  }

  /**
   * An array of nested lists, or of a typed array in one dimension. Without a dtype numbers are `<f8`, bigints `<i8`,
   * booleans `|b1`, texts `<Un` of the longest, complex numbers `<c16`, and a typed array's items what they are.
   */
  static from(values: NestedValues | TypedArray, dtype?: string): NdArray {
    if (ArrayBuffer.isView(values) && !(values instanceof Uint8Array && dtype !== undefined)) {
      return new NdArray(dtype ?? dtypeOf(values), [values.length], values);
    }
    const nested = values instanceof Uint8Array ? [...values] : values;
    const shape: number[] = [];
    for (let level: NestedValues | undefined = nested; isList(level); level = level[0]) shape.push(level.length);
    const items: Item[] = [];
    gather(nested, shape, 0, items);
    return NdArray.ofItems(dtype ?? guessDtype(items), shape, items);
  }

  /** An array of items in C order. */
  static ofItems(dtype: string, shape: readonly number[], items: readonly Item[]): NdArray {
    const parsed = scalar(dtype);
    const bytes = new Uint8Array(productOf(shape) * parsed.itemsize);
    const array = new NdArray(dtype, shape, toTypedArray(bytes, { ...parsed, bigEndian: false }));
    if (items.length !== array.size) throw new FormatError("items and shape differ", { codec: "numpy", code: "shape" });
    items.forEach((item, index) => array.#write(index, item));
    return array;
  }

  /** An array over bytes as numpy has them in memory; a view where they are aligned and little-endian. */
  static fromBytes(dtype: string, shape: readonly number[], bytes: Uint8Array, copy = false): NdArray {
    const parsed = scalar(dtype);
    const needed = productOf(shape) * parsed.itemsize;
    if (bytes.length !== needed) {
      const message = `${dtype} of shape (${shape.join(", ")}) takes ${needed} bytes, not ${bytes.length}`;
      throw new FormatError(message, { codec: "numpy", code: "size-mismatch" });
    }
    return new NdArray(dtype, shape, toTypedArray(bytes, parsed, copy));
  }

  /** How many items. */
  get size(): number {
    return productOf(this.shape);
  }

  /** Bytes of one item. */
  get itemsize(): number {
    return this.#dtype.itemsize;
  }

  /** The bytes of all items, in the memory of `data`. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.data.buffer, this.data.byteOffset, this.data.byteLength);
  }

  /** One item, by one index for each dimension; negative ones count from the end. */
  at(...indices: readonly number[]): Item {
    if (indices.length !== this.shape.length) throw new RangeError(`${this.shape.length} indices are needed`);
    const flat = indices.reduce((sum, index, axis) => {
      const size = this.shape[axis] ?? 0;
      const wrapped = index < 0 ? index + size : index;
      if (!(wrapped >= 0 && wrapped < size)) throw new RangeError(`index ${index} is outside of dimension ${axis}`);
      return sum * size + wrapped;
    }, 0);
    return this.item(flat);
  }

  /** One item, by its place in C order. */
  item(index: number): Item {
    const { data } = this;
    const { kind, itemsize } = this.#dtype;
    if (kind === "c") return { re: Number(data[2 * index] ?? NaN), im: Number(data[2 * index + 1] ?? NaN) };
    if (kind === "S" || kind === "U" || kind === "V") {
      const bytes = this.bytes.subarray(index * itemsize, (index + 1) * itemsize);
      return kind === "U" ? readUcs4(bytes) : kind === "S" ? readBytesText(bytes) : bytes;
    }
    const item = data[index];
    if (item === undefined) throw new RangeError(`there is no item ${index}`);
    return kind === "b" ? item !== 0 : item;
  }

  /** All items in C order. */
  *[Symbol.iterator](): Generator<Item, void, undefined> {
    for (let index = 0; index < this.size; index += 1) yield this.item(index);
  }

  /** The items in lists of lists; a single item for an array without dimensions. */
  toNested(): NestedValues {
    let index = 0;
    const build = (axis: number): NestedValues => {
      if (axis === this.shape.length) return this.item(index++);
      return Array.from({ length: this.shape[axis] ?? 0 }, () => build(axis + 1));
    };
    return build(0);
  }

  /** A line for logs: `NdArray <f8 (2, 3) [1, 2, 3, 4, 5, 6]`. */
  toString(): string {
    const shown: string[] = [];
    for (const item of this) {
      if (shown.push(typeof item === "object" ? JSON.stringify(item) : String(item)) === 10) break;
    }
    return `NdArray ${this.dtype} (${this.shape.join(", ")}) [${shown.join(", ")}${this.size > 10 ? ", …" : ""}]`;
  }

  [inspect](): string {
    return this.toString();
  }

  #write(index: number, item: Item): void {
    const { data } = this;
    const { kind, itemsize } = this.#dtype;
    if (typeof item === "object" && "re" in item) {
      data.set([item.re, item.im] as never, 2 * index);
    } else if (kind === "U" || kind === "S") {
      writeText(textOf(item), kind, this.bytes.subarray(index * itemsize, (index + 1) * itemsize));
    } else if (item instanceof Uint8Array) {
      this.bytes.set(item, index * itemsize);
    } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      data[index] = BigInt(item);
    } else {
      data[kind === "c" ? 2 * index : index] = Number(item);
    }
  }
}

function scalar(dtype: string): ScalarDType {
  const parsed = parseDtype(dtype);
  if (parsed.kind === "struct") throw new FormatError("this is a structured dtype", { codec: "numpy", code: "dtype" });
  return parsed;
}

function isList(value: NestedValues | undefined): value is readonly NestedValues[] {
  return Array.isArray(value);
}

function gather(values: NestedValues, shape: readonly number[], axis: number, items: Item[]): void {
  if (!isList(values)) {
    if (axis !== shape.length)
      throw new FormatError("the lists are not equally deep", { codec: "numpy", code: "shape" });
    items.push(values);
    return;
  }
  if (values.length !== shape[axis])
    throw new FormatError("the lists are not equally long", { codec: "numpy", code: "shape" });
  for (const value of values) gather(value, shape, axis + 1, items);
}

function textOf(item: Item): string {
  if (typeof item === "string") return item;
  throw new FormatError(`${typeof item} is no text`, { codec: "numpy", code: "text" });
}

function guessDtype(items: readonly Item[]): string {
  const [first] = items;
  if (typeof first === "bigint") return "<i8";
  if (typeof first === "boolean") return "|b1";
  if (typeof first === "string") {
    const lengths = items.map((item) => (typeof item === "string" ? Array.from(item).length : 0));
    return `<U${Math.max(1, ...lengths)}`;
  }
  return typeof first === "object" && "re" in first ? "<c16" : "<f8";
}

function dtypeOf(data: TypedArray): string {
  const name = data.constructor.name;
  const kind = name.startsWith("Float") ? "f" : name.startsWith("U") || name.startsWith("BigU") ? "u" : "i";
  return `${data.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${kind}${data.BYTES_PER_ELEMENT}`;
}
