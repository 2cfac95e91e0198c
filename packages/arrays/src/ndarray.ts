import { inspect, arrayRepr } from "./array-repr.ts";
import { littleEndian, descrToDtype, shapeSize } from "./dtype.ts";
import { formatError } from "./errors.ts";
import { fromFloat16Bits } from "./float16.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { flatten, guessDtype } from "./nested-values.ts";
import { readBytesText, readUcs4 } from "./text.ts";
import { isTypedArray, toTypedArray, typedArrayFor } from "./typed-arrays.ts";
import type { Copy, TypedArray, TypedArrayFor } from "./typed-arrays.ts";
import type { Item, NestedValues, ScalarDType } from "./types.ts";
import { writeItem } from "./write-item.ts";

/**
 * numpy's n-dimensional array: little-endian items of one dtype in C order. `data` is the typed array that fits the dtype
 * best (the README has a table). `at` and iteration return items as JavaScript has them: int64 as bigint, bool as boolean,
 * text as string, complex numbers as `{re, im}`, times as bigint counts of their unit, missing ones as `NaT`.
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
  /** The number of items. */
  readonly size: number;
  readonly #dtype: ScalarDType;

  /**
   * @param dtype - numpy's string, or what `descrToDtype` made of it
   * @throws FormatError when dtype, shape and data do not fit together, TypeError when data is not a typed array
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
   * An array of nested lists or of a typed array. If no dtype is given, numbers are `<f8`, bigints `<i8`, booleans `|b1`,
   * texts `<Un` with the length of the longest, complex numbers `<c16`, and a typed array has its own dtype. If no shape is
   * given, a typed array has one dimension.
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
    const { shape: found, items } = flatten(values);
    return NdArray.fromItems((dtype ?? guessDtype(items)) as D, shape ?? found, items);
  }

  /** An array of the given items in C order. @throws FormatError when there are too many, too few, or one does not fit. */
  static fromItems<D extends string>(dtype: D, shape: readonly number[], items: readonly Item[]): NdArray<D> {
    const parsed = littleEndian(scalar(dtype));
    if (!Array.isArray(items)) throw invalidArgument("items", "a list", items);
    const bytes = new Uint8Array(shapeSize(shape) * parsed.itemsize);
    const array = new NdArray<D>(parsed, shape, toTypedArray(bytes, parsed) as TypedArrayFor<D>);
    if (items.length !== array.size)
      throw formatError("shape", `${items.length} items do not fill (${shape.join(", ")})`);
    items.forEach((item, index) => writeItem(array.data, parsed, index, item));
    return array;
  }

  /**
   * An array over bytes as numpy has them in memory: a view if they are aligned and little-endian, else a copy.
   *
   * @throws FormatError with code `size-mismatch`, or `copy` when `copy` is "never" and the bytes cannot be viewed
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

  /** The bytes of all items; they share memory with `data`. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.data.buffer, this.data.byteOffset, this.data.byteLength);
  }

  /** The item at one index for each dimension; negative indices count from the end. */
  at(...indices: readonly number[]): Item {
    if (indices.length !== this.shape.length) throw new RangeError(`${this.shape.length} indices are needed`);
    const flat = indices.reduce((sum, index, axis) => {
      const size = this.shape[axis] ?? 0;
      const wrapped = index < 0 ? index + size : index;
      if (!(wrapped >= 0 && wrapped < size && Number.isInteger(wrapped)))
        throw new RangeError(`index ${index} is out of bounds for axis ${axis} with size ${size}`);
      return sum * size + wrapped;
    }, 0);
    return this.item(flat);
  }

  /** The item at an index in C order. */
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

  /** The items in nested lists, as numpy's `tolist`; a single item for an array without dimensions. */
  toList(): NestedValues {
    let index = 0;
    const build = (axis: number): NestedValues => {
      if (axis === this.shape.length) return this.item(index++);
      return Array.from({ length: this.shape[axis] ?? 0 }, () => build(axis + 1));
    };
    return build(0);
  }

  /** The numbers as float32, which holds every float16: for runtimes without Float16Array. */
  toFloat32(): Float32Array {
    return Float32Array.from(this, Number);
  }

  /** A line for logs: `NdArray <f8 (2, 3) [[1, 2, 3], [4, 5, 6]]`. */
  toString(): string {
    return `NdArray ${this.dtype} (${this.shape.join(", ")}) ${arrayRepr(this)}`;
  }

  /** Called by Node's console. */
  [inspect](): string {
    return this.toString();
  }
}

function checkSize(dtype: string, shape: readonly number[], needed: number, found: number): void {
  if (found === needed) return;
  throw formatError("size-mismatch", `${dtype} of shape (${shape.join(", ")}) takes ${needed} bytes, not ${found}`);
}

function checkType(data: TypedArray, dtype: ScalarDType): void {
  const expected = typedArrayFor(dtype);
  if (data.constructor === expected) return;
  // The data may be of a subclass, such as Node's Buffer, or come from another realm.
  const type = data[Symbol.toStringTag];
  if (type !== expected.name) throw formatError("dtype", `${dtype.str} is not held in a ${type}`);
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
  if (parsed.kind === "struct") throw formatError("dtype", "this is a structured dtype");
  return parsed;
}

/** `instanceof` would refuse those of another realm. */
function isBytes(values: unknown): values is Uint8Array {
  return isTypedArray(values) && values[Symbol.toStringTag] === "Uint8Array";
}

function dtypeOf(data: TypedArray): string {
  const kind = /Float|U/.exec(data[Symbol.toStringTag])?.[0][0] ?? "i";
  return `${data.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${kind.toLowerCase()}${data.BYTES_PER_ELEMENT}`;
}
