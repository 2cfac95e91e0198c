import { formatError } from "./errors.ts";
import type { ScalarDType } from "./types.ts";

/** The typed arrays that hold numpy's items; also Float16Array where the runtime has it. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** The typed array for a dtype that is known when compiling: `NdArray<"<f8">` has a Float64Array. */
export type TypedArrayFor<D extends string> = D extends
  | `${string}U${number}`
  | `${string}S${number}`
  | `${string}V${number}`
  ? Uint8Array
  : D extends `${string}M8${string}` | `${string}m8${string}`
    ? BigInt64Array
    : CodeOf<D> extends infer Code extends keyof ArrayOfCode
      ? ArrayOfCode[Code]
      : TypedArray;

/** A dtype without its byte order. */
type CodeOf<D extends string> = D extends `${"<" | ">" | "|" | "="}${infer Code}` ? Code : D;

interface ArrayOfCode {
  b1: Uint8Array;
  i1: Int8Array;
  i2: Int16Array;
  i4: Int32Array;
  i8: BigInt64Array;
  u1: Uint8Array;
  u2: Uint16Array;
  u4: Uint32Array;
  u8: BigUint64Array;
  f4: Float32Array;
  f8: Float64Array;
  c8: Float32Array;
  c16: Float64Array;
}

/**
 * Whether an array shares memory with the bytes it is read from. "auto": a view if alignment and byte order allow it,
 * else a copy. "always": a copy, which does not keep a larger buffer alive. "never": a view, or an error if the bytes
 * cannot be viewed.
 */
export type Copy = "auto" | "always" | "never";

/** Makes a typed array over a buffer, or a new one of a length. */
export interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  new (length: number): TypedArray;
}

/** The typed arrays by kind of dtype and bytes of an item. */
export const typedArrays: Readonly<Record<string, Readonly<Record<number, TypedArrayConstructor>>>> = {
  b: { 1: Uint8Array },
  i: { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array },
  u: { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array },
  f: { 2: Uint16Array, 4: Float32Array, 8: Float64Array },
  c: { 8: Float32Array, 16: Float64Array },
  M: { 8: BigInt64Array },
  m: { 8: BigInt64Array },
};

/**
 * The typed array that holds items of a dtype: pairs of floats for complex numbers, 0 and 1 for bool, int64 for times, the
 * bytes themselves for text and raw bytes, and for float16 a Float16Array, or a Uint16Array with its bits where the
 * runtime has none.
 */
export function typedArrayFor({ kind, itemsize }: ScalarDType): TypedArrayConstructor {
  const float16: unknown = kind === "f" && itemsize === 2 ? Reflect.get(globalThis, "Float16Array") : undefined;
  if (typeof float16 === "function") return float16 as TypedArrayConstructor;
  return typedArrays[kind]?.[itemsize] ?? Uint8Array;
}

/** Whether a value is a typed array; a DataView is none. */
export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/**
 * The items in `bytes` as a typed array: a view if the bytes are aligned and little-endian, else a copy.
 *
 * @throws FormatError with code `copy` if a copy is needed and `copy` is "never"
 */
export function toTypedArray(bytes: Uint8Array, dtype: ScalarDType, copy?: Copy): TypedArray {
  const constructor = typedArrayFor(dtype);
  const unit = constructor.BYTES_PER_ELEMENT;
  // Text consists of 4-byte code points, which are swapped like numbers but held as bytes.
  const word = dtype.kind === "U" ? 4 : unit;
  const swap = dtype.bigEndian;
  const needed = swap || bytes.byteOffset % unit !== 0;
  if (needed && copy === "never") {
    const reason = swap ? "big-endian" : `not aligned to ${unit} bytes`;
    throw formatError("copy", `the items are ${reason}, and copying is off`);
  }
  // bytes.slice() does not copy if the bytes are a Node Buffer.
  const own = copy === "always" || needed ? new Uint8Array(bytes) : bytes;
  if (swap) swapBytes(own, word);
  return new constructor(own.buffer, own.byteOffset, own.length / unit);
}

function swapBytes(bytes: Uint8Array, word: number): void {
  for (let start = 0; start < bytes.length; start += word) {
    for (let low = start, high = start + word - 1; low < high; low += 1, high -= 1) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
  }
}

/** Below this length, looking for Node's Buffer takes longer than filling with zeros. */
const large = 65_536;

interface WithBuffer {
  readonly Buffer?: { allocUnsafeSlow(length: number): Uint8Array };
}

/**
 * For codecs: memory whose bytes are all written before any is read. Node does not fill it with zeros first, which would
 * be the largest cost of encoding an array.
 */
export function newBytes(length: number): Uint8Array {
  const { Buffer } = globalThis as WithBuffer;
  if (length < large || Buffer === undefined) return new Uint8Array(length);
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length);
  return new Uint8Array(buffer, byteOffset, length);
}
