import type { TypedArray } from "@dataqueues/arrays";
import type { ArrowArray } from "../datasets/arrow-table.ts";
import { setBit } from "../datasets/bits.ts";
import { formatError } from "../datasets/format-error.ts";

/** The bytes of a text; undefined for null. */
export type TextItem = Uint8Array | undefined;

/** Bytes of a view: the length of the text, and the text itself or where it is. */
export const viewWidth = 16;
/** The longest text that is in the view itself. */
const maxInline = 12;

/** The texts of a view column (https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout). */
export function viewItems(
  name: string,
  views: Uint8Array,
  buffers: readonly Uint8Array[],
  isNull: (index: number) => boolean,
): TextItem[] {
  const { buffer, byteOffset, byteLength } = views;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength / viewWidth }, (_, index) => {
    if (isNull(index)) return undefined;
    const at = index * viewWidth;
    const length = view.getInt32(at, true);
    const isInline = length <= maxInline;
    const source = isInline ? views : (buffers[view.getInt32(at + 8, true)] ?? views.subarray(0, 0));
    const start = isInline ? at + 4 : view.getInt32(at + 12, true);
    if (length >= 0 && start >= 0 && start + length <= source.length) return source.subarray(start, start + length);
    throw formatError("size-mismatch", `text ${index} of column '${name}' is not inside its buffers`);
  });
}

/** The texts of a dictionary column: each is one of the dictionary's, by its index. */
export function dictionaryItems(
  name: string,
  dictionary: readonly TextItem[],
  indices: TypedArray,
  isNull: (index: number) => boolean,
): TextItem[] {
  return Array.from(indices as ArrayLike<number | bigint>, (entry, index) => {
    if (isNull(index)) return undefined;
    const place = Number(entry);
    if (place >= 0 && place < dictionary.length) return dictionary[place];
    const message = `value ${index} of column '${name}' is number ${place} of a dictionary of ${dictionary.length}`;
    throw formatError("size-mismatch", message);
  });
}

/** Texts one after the other, as Arrow's string and binary hold them. */
export function joinItems(
  items: readonly TextItem[],
): Pick<ArrowArray, "nullCount" | "validity" | "offsets" | "values"> {
  const validity = new Uint8Array(Math.ceil(items.length / 8));
  const offsets = new Int32Array(items.length + 1);
  let nullCount = 0;
  items.forEach((item, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + (item?.length ?? 0);
    if (item === undefined) nullCount++;
    else setBit(validity, index);
  });
  const values = new Uint8Array(offsets[items.length] ?? 0);
  items.forEach((item, index) => item && values.set(item, offsets[index]));
  return { nullCount, validity: nullCount === 0 ? validity.subarray(0, 0) : validity, offsets, values };
}
