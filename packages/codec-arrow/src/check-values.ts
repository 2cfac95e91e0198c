import { valueInMemory } from "./budget.ts";
import type { CheckedArray } from "./check-batch.ts";
import type { DictionaryStorage, FieldLayout, UnionStorage } from "./field-layout.ts";
import { formatError } from "./format-error.ts";

/** The values that the indices of a dictionary stand for. */
export interface Dictionary {
  /** About how many bytes each value stands for. */
  readonly weights: Float64Array;
}

type Weigh = CheckedArray["weigh"];

/** The bytes of a view of text or bytes, of which this many are in the view itself. */
const viewSize = 16;
const inlineBytes = 12;

/**
 * Checks the offsets of lists, text or bytes: not negative, and none smaller than the one before.
 *
 * @returns reads the offset at an index
 */
export function checkOffsets(
  bytes: Uint8Array,
  offsetSize: 4 | 8,
  length: number,
  path: string,
): (index: number) => number {
  // An array without values may come without offsets.
  if (bytes.length === 0) return () => 0;
  const at = offsetSize === 4 ? readInt32s(bytes) : readInt64s(bytes);
  let previous = 0;
  for (let index = 0; index <= length; index++) {
    const offset = at(index);
    if (offset < previous) {
      throw formatError("size-mismatch", `the offsets of column '${path}' decrease at index ${index}`, { path });
    }
    previous = offset;
  }
  return at;
}

/** numpy's NaT. */
const notATime = -(2 ** 63);

/** Checks that no time is larger than apache-arrow's `get` can give, but for NaT. */
export function checkTimes(
  bytes: Uint8Array,
  length: number,
  validity: Uint8Array | undefined,
  largest: number,
  path: string,
): void {
  const at = readInt64s(bytes);
  for (let index = 0; index < length; index++) {
    const time = at(index);
    if (Math.abs(time) <= largest || time === notATime || !isValid(validity, index)) continue;
    const advice = "write it as null, or allow it with the option times";
    const message = `column '${path}' has a time at index ${index} that apache-arrow's get cannot give; ${advice}`;
    throw formatError("time", message, { path });
  }
}

/**
 * Checks the views of text or bytes. `sizes` are those of the buffers that they may point into.
 *
 * @returns the bytes in these buffers that all views point at, counted as often as they do
 */
export function checkViews(
  bytes: Uint8Array,
  length: number,
  validity: Uint8Array | undefined,
  sizes: readonly number[],
  path: string,
): { weigh: Weigh; total: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let total = 0;
  for (let index = 0; index < length; index++) {
    if (!isValid(validity, index)) continue;
    const size = view.getInt32(viewSize * index, true);
    if (size >= 0 && size <= inlineBytes) continue;
    const buffer = sizes[view.getInt32(viewSize * index + 8, true)] ?? -1;
    const offset = view.getInt32(viewSize * index + 12, true);
    if (size < 0 || offset < 0 || offset + size > buffer) {
      throw formatError("size-mismatch", `the view at index ${index} of column '${path}' is not inside a buffer`, {
        path,
      });
    }
    total += size;
  }
  return {
    total,
    weigh(start, end) {
      let sum = valueInMemory * (end - start);
      for (let index = start; index < end; index++) {
        if (isValid(validity, index)) sum += view.getInt32(viewSize * index, true);
      }
      return sum;
    },
  };
}

/**
 * Checks that the indices lie in the dictionary, whose values weigh `weights`.
 *
 * @returns what all values weigh together
 */
export function checkIndices(
  bytes: Uint8Array,
  length: number,
  validity: Uint8Array | undefined,
  { indexSize, isSigned, id, path }: FieldLayout & DictionaryStorage,
  weights: Float64Array,
): { weigh: Weigh; total: number } {
  const indices = indexArray(bytes, indexSize, isSigned);
  let total = valueInMemory * length;
  for (let index = 0; index < length; index++) {
    if (!isValid(validity, index)) continue;
    const place = indices[index] ?? -1;
    const weight = weights[place];
    if (weight !== undefined) {
      total += weight;
      continue;
    }
    const message = `column '${path}' has the index ${place} at ${index}; dictionary ${id} has ${weights.length} values`;
    throw formatError("size-mismatch", message, { path });
  }
  return {
    total,
    weigh(start, end) {
      let sum = valueInMemory * (end - start);
      for (let index = start; index < end; index++) {
        if (isValid(validity, index)) sum += weights[indices[index] ?? -1] ?? 0;
      }
      return sum;
    },
  };
}

/** Where a value of a dense union is. */
interface UnionPlaces {
  readonly childOf: (index: number) => number;
  readonly placeOf: (index: number) => number;
}

/**
 * Checks the types of the values of a union, and for a dense one that the values of each child are used in turn, none
 * of them twice.
 */
export function checkUnion(
  { path, typeIds: ids }: FieldLayout & UnionStorage,
  typeIds: Uint8Array,
  length: number,
  dense?: { readonly offsets: Uint8Array; readonly children: readonly CheckedArray[] },
): UnionPlaces {
  const children = new Map(ids.map((id, child) => [id, child]));
  const types = new Int8Array(typeIds.buffer, typeIds.byteOffset, typeIds.byteLength);
  const childOf = (index: number): number => children.get(types[index] ?? 0) ?? -1;
  const placeOf = dense === undefined ? (index: number): number => index : readInt32s(dense.offsets);
  const next = ids.map(() => 0);
  for (let index = 0; index < length; index++) {
    const child = childOf(index);
    if (child === -1) {
      throw formatError("format", `column '${path}' has a type at index ${index} that its schema does not have`, {
        path,
      });
    }
    if (dense === undefined) continue;
    const place = placeOf(index);
    if (place < (next[child] ?? 0) || place >= (dense.children[child]?.length ?? 0)) {
      throw formatError("size-mismatch", `the offsets of column '${path}' do not increase within a type`, { path });
    }
    next[child] = place + 1;
  }
  return { childOf, placeOf };
}

function isValid(validity: Uint8Array | undefined, index: number): boolean {
  return validity === undefined || ((validity[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}

function readInt32s(bytes: Uint8Array): (index: number) => number {
  const numbers = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  return (index) => numbers[index] ?? 0;
}

/** Reads int64 as numbers: exact up to 2 ** 53, and beyond it at least as large. BigInts would take ten times as long. */
function readInt64s(bytes: Uint8Array): (index: number) => number {
  const halves = new Int32Array(bytes.buffer, bytes.byteOffset, 2 * Math.floor(bytes.byteLength / 8));
  return (index) => (halves[2 * index + 1] ?? 0) * 2 ** 32 + ((halves[2 * index] ?? 0) >>> 0);
}

function indexArray(bytes: Uint8Array, size: 1 | 2 | 4, isSigned: boolean): ArrayLike<number> {
  const { buffer, byteOffset, byteLength } = bytes;
  const length = Math.floor(byteLength / size);
  if (size === 1) return isSigned ? new Int8Array(buffer, byteOffset, length) : bytes;
  if (size === 2)
    return isSigned ? new Int16Array(buffer, byteOffset, length) : new Uint16Array(buffer, byteOffset, length);
  return isSigned ? new Int32Array(buffer, byteOffset, length) : new Uint32Array(buffer, byteOffset, length);
}
