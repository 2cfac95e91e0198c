import type { ScalarDType } from "./scalar-dtype.ts";
import { refuse } from "./refuse.ts";

/** The arrays that hold numpy's items. Float16Array is one where the runtime has it. */
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

/** The typed array of a dtype that is known when compiling: `NdArray<"<f8">` has a Float64Array. */
export type TypedArrayFor<D extends string> = D extends
  | `${string}U${number}`
  | `${string}S${number}`
  | `${string}V${number}`
  ? Uint8Array
  : D extends `${string}M8${string}` | `${string}m8${string}`
    ? BigInt64Array
    : D extends `${"<" | ">" | "|" | "=" | ""}${infer Code extends keyof ArrayOfCode}`
      ? ArrayOfCode[Code]
      : TypedArray;

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
 * When an array shares memory with the bytes it is read from: "auto", where alignment and byte order allow it; "always"
 * a copy, which does not keep a larger buffer alive; "never" a copy: where one is needed, an error says so.
 */
export type Copy = "auto" | "always" | "never";

/** How to make a typed array over a buffer, or a new one of a length. */
export interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
  new (length: number): TypedArray;
}

/** What holds the items of a kind, by the sizes that it comes in. */
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
 * Which typed array holds items of a dtype: complex numbers as pairs of floats, bool as 0 and 1, dates as int64, text and
 * raw bytes as the bytes themselves, float16 as Float16Array, or its bits in a Uint16Array where that is missing.
 */
export function typedArrayFor({ kind, itemsize }: ScalarDType): TypedArrayConstructor {
  const float16: unknown = kind === "f" && itemsize === 2 ? Reflect.get(globalThis, "Float16Array") : undefined;
  if (typeof float16 === "function") return float16 as TypedArrayConstructor;
  return typedArrays[kind]?.[itemsize] ?? Uint8Array;
}

/**
 * Items in `bytes` as a typed array: a view where the bytes are aligned and little-endian, else a copy.
 *
 * @throws FormatError with code `copy` where a copy is needed and `copy` is "never"
 */
export function toTypedArray(bytes: Uint8Array, dtype: ScalarDType, copy?: Copy): TypedArray {
  const constructor = typedArrayFor(dtype);
  const unit = constructor.BYTES_PER_ELEMENT;
  // Text is made of 4-byte code points, which are swapped like numbers but held as bytes.
  const word = dtype.kind === "U" ? 4 : unit;
  const swap = dtype.bigEndian;
  const needed = swap || bytes.byteOffset % unit !== 0;
  if (needed && copy === "never") {
    const reason = swap ? "big-endian" : `not aligned to ${unit} bytes`;
    throw refuse("copy", `the items are ${reason}, and copying is off`);
  }
  // Not bytes.slice(): that of a Node Buffer is a view.
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
