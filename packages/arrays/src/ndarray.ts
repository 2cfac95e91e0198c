import { invalidArgument } from "./invalid-argument.ts";
import { littleEndian, descrToDtype, shapeSize } from "./dtype.ts";
import type { ScalarDType } from "./scalar-dtype.ts";
import { fromFloat16Bits, toFloat16Bits } from "./float16.ts";
import type { FormatError } from "./format-error.ts";
import { inspect } from "./inspect.ts";
import { showNested } from "./show-nested.ts";
import { readBytesText, readUcs4, writeText } from "./text.ts";
import { toTypedArray, typedArrayFor } from "./typed-arrays.ts";
import type { Copy, TypedArray, TypedArrayFor } from "./typed-arrays.ts";
import { refuse } from "./refuse.ts";

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
 * text as string, complex as `{re, im}`, dates as bigint counts of their unit, `NaT` where there is none.
 *
 * @example
 * ```ts
 * const array = NdArray.from([[1, 2, 3], [4, 5, 6]], "<f8");
 * array.shape; // [2, 3]
 * array.at(1, 2); // 6
 * ```
 */
export class NdArray<D extends string = string> implements Iterable<Item> {
  /** numpy's string for the dtype, such as `<f8`; always little-endian. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: TypedArrayFor<D>;
  /** How many items. */
  readonly size: number;
  readonly #dtype: ScalarDType;

  /**
   * @param dtype - numpy's string, or what `descrToDtype` made of it
   * @throws FormatError when dtype, shape and data do not go together, TypeError for what is no data at all
   */
  constructor(dtype: D | ScalarDType, shape: readonly number[], data: TypedArrayFor<D>) {
    const parsed = isParsed(dtype) ? dtype : scalar(dtype);
    if (!isTypedArray(data)) throw invalidArgument("data", "a typed array", data);
    this.#dtype = parsed;
    this.dtype = littleEndian(parsed).str;
    this.size = shapeSize(shape);
    checkSize(this.dtype, shape, this.size * parsed.itemsize, data.byteLength);
    checkType(data, parsed);
    this.shape = shape;
    this.data = data;
  }

  /**
   * An array of nested lists, or of a typed array. Without a dtype numbers are `<f8`, bigints `<i8`, booleans `|b1`,
   * texts `<Un` of the longest, complex numbers `<c16`, and a typed array's items what they are. Without a shape a typed
   * array has one dimension.
   *
   * @throws FormatError when lists are not equally long and deep, or an item does not fit the dtype
   *
   * @example
   * ```ts
   * NdArray.from(new Float32Array(6), { shape: [2, 3] });
   * ```
   */
  static from<D extends string = string>(
    values: NestedValues | TypedArray,
    options: D | ArrayOptions<D> = {},
  ): NdArray<D> {
    const { dtype, shape } = readOptions(options);
    if (isTypedArray(values)) {
      const own = (dtype ?? dtypeOf(values)) as D;
      const parsed = scalar(own);
      if (!(values instanceof typedArrayFor(parsed)))
        return NdArray.fromItems(own, shape ?? [values.length], [...values]);
      return new NdArray(own, shape ?? [values.byteLength / parsed.itemsize], values as TypedArrayFor<D>);
    }
    const found: number[] = [];
    for (let level: NestedValues | undefined = values; isList(level); level = level[0]) found.push(level.length);
    const items: Item[] = [];
    gather(values, found, 0, items);
    return NdArray.fromItems((dtype ?? guessDtype(items)) as D, shape ?? found, items);
  }

  /** An array of items in C order. */
  static fromItems<D extends string>(dtype: D, shape: readonly number[], items: readonly Item[]): NdArray<D> {
    const parsed = littleEndian(scalar(dtype));
    if (!Array.isArray(items)) throw invalidArgument("items", "a list", items);
    const bytes = new Uint8Array(shapeSize(shape) * parsed.itemsize);
    const array = new NdArray<D>(parsed, shape, toTypedArray(bytes, parsed) as TypedArrayFor<D>);
    if (items.length !== array.size) throw refuse("shape", `${items.length} items do not fill (${shape.join(", ")})`);
    items.forEach((item, index) => array.#write(index, item));
    return array;
  }

  /**
   * An array over bytes as numpy has them in memory; a view where they are aligned and little-endian.
   *
   * @throws FormatError with code `size-mismatch`, or `copy` where `copy` is "never" and the bytes cannot be viewed
   */
  static fromBytes<D extends string>(
    dtype: D,
    shape: readonly number[],
    bytes: Uint8Array,
    copy: Copy = "auto",
  ): NdArray<D> {
    const parsed = scalar(dtype);
    if (!isBytes(bytes)) throw invalidArgument("bytes", "a Uint8Array", bytes);
    if (copy !== "auto" && copy !== "always" && copy !== "never") {
      throw invalidArgument("copy", '"auto", "always" or "never"', copy);
    }
    checkSize(dtype, shape, shapeSize(shape) * parsed.itemsize, bytes.length);
    return new NdArray<D>(parsed, shape, toTypedArray(bytes, parsed, copy) as TypedArrayFor<D>);
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
      if (!(wrapped >= 0 && wrapped < size && Number.isInteger(wrapped)))
        throw new RangeError(`index ${index} is outside of dimension ${axis}`);
      return sum * size + wrapped;
    }, 0);
    return this.item(flat);
  }

  /** One item, by its place in C order. */
  item(index: number): Item {
    const { data } = this;
    const { kind, itemsize } = this.#dtype;
    if (!(index >= 0 && index < this.size && Number.isInteger(index)))
      throw new RangeError(`there is no item ${index}`);
    if (kind === "c") return { re: Number(data[2 * index] ?? NaN), im: Number(data[2 * index + 1] ?? NaN) };
    if (kind === "S" || kind === "U" || kind === "V") {
      const bytes = this.bytes.subarray(index * itemsize, (index + 1) * itemsize);
      return kind === "U" ? readUcs4(bytes) : kind === "S" ? readBytesText(bytes) : bytes;
    }
    const item = data[index] ?? 0;
    if (kind === "f" && data instanceof Uint16Array) return fromFloat16Bits(Number(item));
    return kind === "b" ? item !== 0 : item;
  }

  /** All items in C order. */
  *[Symbol.iterator](): Generator<Item, void, undefined> {
    for (let index = 0; index < this.size; index += 1) yield this.item(index);
  }

  /** The items in lists of lists; a single item for an array without dimensions. */
  toList(): NestedValues {
    let index = 0;
    const build = (axis: number): NestedValues => {
      if (axis === this.shape.length) return this.item(index++);
      return Array.from({ length: this.shape[axis] ?? 0 }, () => build(axis + 1));
    };
    return build(0);
  }

  /** The numbers as float32, which all float16 fit: for runtimes without Float16Array. */
  toFloat32(): Float32Array {
    return Float32Array.from(this, Number);
  }

  /** A line for logs: `NdArray <f8 (2, 3) [[1, 2, 3], [4, 5, 6]]`. */
  toString(): string {
    return `NdArray ${this.dtype} (${this.shape.join(", ")}) ${showNested(this)}`;
  }

  /** What Node's console shows. */
  [inspect](): string {
    return this.toString();
  }

  #write(index: number, item: Item): void {
    const data: TypedArray = this.data;
    const { kind, itemsize } = this.#dtype;
    if (kind === "U" || kind === "S") {
      writeText(item, kind, this.bytes.subarray(index * itemsize, (index + 1) * itemsize));
    } else if (kind === "V") {
      if (!(item instanceof Uint8Array) || item.length !== itemsize) throw misfit(item, this.dtype);
      this.bytes.set(item, index * itemsize);
    } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      const integer = toBigint(item, this.dtype);
      data[index] = integer;
      if (data[index] !== integer) throw misfit(item, this.dtype);
    } else if (kind === "c") {
      const complex = isComplex(item) ? item : { re: toNumber(item, this.dtype), im: 0 };
      data[2 * index] = complex.re;
      data[2 * index + 1] = complex.im;
    } else {
      const number = toNumber(item, this.dtype);
      data[index] =
        kind === "b"
          ? Number(number !== 0)
          : kind === "f" && data instanceof Uint16Array
            ? toFloat16Bits(number)
            : number;
      // Typed arrays wrap silently what does not fit.
      if ((kind === "i" || kind === "u") && data[index] !== number) throw misfit(item, this.dtype);
    }
  }
}

function toNumber(item: Item, dtype: string): number {
  if (typeof item === "number" || typeof item === "boolean") return Number(item);
  if (typeof item === "bigint" && Number.isSafeInteger(Number(item))) return Number(item);
  throw misfit(item, dtype);
}

function toBigint(item: Item, dtype: string): bigint {
  if (typeof item === "bigint") return item;
  if (typeof item === "boolean" || Number.isInteger(item)) return BigInt(Number(item));
  throw misfit(item, dtype);
}

/** Lists of data from elsewhere may hold null. */
function isComplex(item: Item | null | undefined): item is Complex {
  return typeof item === "object" && item !== null && "re" in item;
}

function misfit(item: Item, dtype: string): FormatError {
  const shown = typeof item === "object" || typeof item === "string" ? JSON.stringify(item) : String(item);
  return refuse("value", `${shown} is no ${dtype}`);
}

function checkSize(dtype: string, shape: readonly number[], needed: number, found: number): void {
  if (found === needed) return;
  throw refuse("size-mismatch", `${dtype} of shape (${shape.join(", ")}) takes ${needed} bytes, not ${found}`);
}

function checkType(data: TypedArray, dtype: ScalarDType): void {
  const expected = typedArrayFor(dtype);
  if (data.constructor === expected) return;
  // Of a subclass, as Node's Buffer is, or of another realm's constructor.
  const type = data[Symbol.toStringTag];
  if (type !== expected.name) throw refuse("dtype", `${dtype.str} is not held in a ${type}`);
}

interface ArrayOptions<D extends string> {
  readonly dtype?: D | undefined;
  readonly shape?: readonly number[] | undefined;
}

function readOptions<D extends string>(options: D | ArrayOptions<D>): ArrayOptions<D> {
  if (typeof options === "string") return { dtype: options };
  if (typeof options !== "object" || options === null)
    throw invalidArgument("options", "a dtype or an object", options);
  if (options.dtype === null) throw invalidArgument("dtype", "a text", null);
  if (options.shape === null) throw invalidArgument("shape", "a list of sizes", null);
  return options;
}

function isParsed(dtype: string | ScalarDType): dtype is ScalarDType {
  return typeof dtype === "object" && dtype !== null && "str" in dtype;
}

function scalar(dtype: string): ScalarDType {
  const parsed = descrToDtype(dtype);
  if (parsed.kind === "struct") throw refuse("dtype", "this is a structured dtype");
  return parsed;
}

function isList(value: NestedValues | undefined): value is readonly NestedValues[] {
  return Array.isArray(value);
}

function gather(values: NestedValues, shape: readonly number[], axis: number, items: Item[]): void {
  const length = isList(values) ? values.length : undefined;
  if (length !== shape[axis]) throw refuse("shape", "the lists are not equally long and deep");
  if (!isList(values)) items.push(values);
  else for (const value of values) gather(value, shape, axis + 1, items);
}

function isTypedArray(values: unknown): values is TypedArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView);
}

/** Also those of another realm. */
function isBytes(values: unknown): values is Uint8Array {
  return isTypedArray(values) && values[Symbol.toStringTag] === "Uint8Array";
}

function guessDtype(items: readonly Item[]): string {
  const [first] = items;
  if (typeof first === "bigint") return "<i8";
  if (typeof first === "boolean") return "|b1";
  if (typeof first === "string") {
    const lengthOf = (item: Item) => (typeof item === "string" ? Array.from(item).length : 0);
    return `<U${items.reduce((longest: number, item) => Math.max(longest, lengthOf(item)), 1)}`;
  }
  return isComplex(first) ? "<c16" : "<f8";
}

function dtypeOf(data: TypedArray): string {
  const kind = /Float|U/.exec(data[Symbol.toStringTag])?.[0][0] ?? "i";
  return `${data.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${kind.toLowerCase()}${data.BYTES_PER_ELEMENT}`;
}
