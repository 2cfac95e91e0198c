import type { ArrowArray, ArrowField } from "../datasets/arrow-table.ts";
import { isSet, setBit } from "../datasets/bits.ts";
import { formatError } from "../datasets/format-error.ts";

/** The offsets of Arrow's text and lists are int32. */
export const maxOffset = 0x7fffffff;

/**
 * The values of one array after those of the other. A single array stays as it is; several are copied.
 *
 * @param arrays - their offsets begin with 0 and end at the end of their values
 */
export function concatArrays(field: ArrowField, arrays: readonly ArrowArray[]): ArrowArray {
  const [first] = arrays;
  if (first !== undefined && arrays.length === 1) return first;
  const length = sum(arrays.map((array) => array.length));
  const nullCount = sum(arrays.map((array) => array.nullCount));
  const hasOffsets = field.type === "list" || field.type === "string" || field.type === "binary";
  const { item } = field;
  return {
    field,
    length,
    nullCount,
    validity: nullCount === 0 ? new Uint8Array(0) : concatBits(length, arrays, isValid),
    offsets: hasOffsets ? concatOffsets(field, length, arrays) : new Int32Array(0),
    values:
      field.type === "bool"
        ? concatBits(length, arrays, ({ values }, index) => isSet(values, index) === 1)
        : concatBytes(arrays.map(({ values }) => values)),
    item:
      item &&
      concatArrays(
        item,
        arrays.flatMap((array) => array.item ?? []),
      ),
  };
}

function isValid({ nullCount, validity }: ArrowArray, index: number): boolean {
  return nullCount === 0 || isSet(validity, index) === 1;
}

function concatBits(
  length: number,
  arrays: readonly ArrowArray[],
  test: (array: ArrowArray, index: number) => boolean,
): Uint8Array {
  const bits = new Uint8Array(Math.ceil(length / 8));
  let start = 0;
  for (const array of arrays) {
    for (let index = 0; index < array.length; index++) if (test(array, index)) setBit(bits, start + index);
    start += array.length;
  }
  return bits;
}

function concatOffsets({ name }: ArrowField, length: number, arrays: readonly ArrowArray[]): Int32Array {
  const offsets = new Int32Array(length + 1);
  let start = 0;
  let base = 0;
  for (const array of arrays) {
    const end = base + (array.offsets[array.length] ?? 0);
    if (end > maxOffset) throw formatError("size-mismatch", `column '${name}' takes more than 2 GiB in one batch`);
    for (let index = 0; index < array.length; index++) {
      offsets[start + index + 1] = base + (array.offsets[index + 1] ?? 0);
    }
    start += array.length;
    base = end;
  }
  return offsets;
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(sum(parts.map((part) => part.length)));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}
