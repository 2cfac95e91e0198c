import type { Complex, Item, NdArray, RecordArray } from "@dataqueues/arrays";
import { NaT, shapeSize, textRepr } from "@dataqueues/arrays";

import { noText, readableItem } from "../readable-item.ts";
import { formatDatetime } from "./format-datetime.ts";
import { floatFormat } from "./float-format.ts";
import type { FloatSize } from "./float-format.ts";

/** The text of the item at an index in C order. */
export type ItemFormat = (index: number) => string;

/** numpy's `threshold` and `edgeitems`: larger arrays are shown by three items at each end of each dimension. */
export const threshold = 1000;
export const edgeItems = 3;

/**
 * How numpy prints the items of an array, all as wide as the widest where numpy does so: `_get_format_function` of
 * numpy/_core/arrayprint.py.
 */
export function itemFormat(array: NdArray | RecordArray): ItemFormat {
  if ("names" in array) return rowFormat(array);
  const kind = array.dtype.charAt(1);
  if (kind === "U" || kind === "S" || kind === "V") return (index) => textOf(array, kind, index);
  const items = Array.from({ length: array.size }, (_, index) => array.item(index));
  const format = formatOf(items, array);
  return (index) => format(items[index] ?? 0);
}

function formatOf(items: readonly Item[], { dtype, shape, itemsize }: NdArray): (item: Item) => string {
  switch (dtype.charAt(1)) {
    case "b": {
      // Single items have nothing to be aligned with.
      const yes = shape.length === 0 ? "True" : " True";
      return (item) => (item === true ? yes : "False");
    }
    case "f": {
      const format = floatFormat(items.map(Number), itemsize as FloatSize);
      return (item) => format(Number(item));
    }
    case "c": {
      const parts = items.map(toComplex);
      const size = (itemsize / 2) as FloatSize;
      const real = floatFormat(parts.map(({ re }) => re), size); // prettier-ignore
      const imaginary = floatFormat(parts.map(({ im }) => im), size, "+"); // prettier-ignore
      return (item) => {
        const { re, im } = toComplex(item);
        return real(re) + imaginary(im).replace(/ *$/, "j$&");
      };
    }
    case "M":
    case "m": {
      const isTime = dtype.charAt(1) === "M";
      const unit = dtype.slice(4, -1);
      const print = (item: Item): string =>
        isTime && typeof item === "bigint" ? `'${formatDatetime(item, unit)}'` : numberText(item);
      const known = items.filter((item) => item !== NaT);
      const width = Math.max(widthOf(known, print), known.length < items.length ? 5 : 0);
      return (item) => (item === NaT ? "'NaT'" : print(item)).padStart(width);
    }
    default: {
      const width = widthOf(items, numberText);
      return (item) => numberText(item).padStart(width);
    }
  }
}

function numberText(item: Item): string {
  return typeof item === "object" ? "" : String(item);
}

/** The width of the wider one of the largest and the smallest item, as numpy has it. */
function widthOf(items: readonly Item[], print: (item: Item) => string): number {
  let [most, least] = [items[0], items[0]];
  for (const item of items) {
    if (most === undefined || item > most) most = item;
    if (least === undefined || item < least) least = item;
  }
  return Math.max(most === undefined ? 0 : print(most).length, least === undefined ? 0 : print(least).length);
}

function toComplex(item: Item): Complex {
  return typeof item === "object" && "re" in item ? item : { re: Number(item), im: 0 };
}

/** Text and bytes as Python's `repr` has them. Bytes of a message may not be valid text, and are shown nevertheless. */
function textOf(array: NdArray, kind: string, index: number): string {
  const item = readableItem(array, index);
  if (item === undefined) return noText;
  if (item instanceof Uint8Array) {
    return `b'${Array.from(item, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("")}'`;
  }
  const text = textRepr(typeof item === "string" ? item : "");
  return kind === "U" ? text : `b${text.replace(/[^ -~]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16)}`)}`;
}

/** Rows in parentheses, each field in its own form; subarrays in brackets. */
function rowFormat(array: RecordArray): ItemFormat {
  const fields = array.names.map((name): ItemFormat => {
    const column = array.field(name);
    const format = itemFormat(column);
    const shape = column.shape.slice(array.shape.length);
    return shape.length === 0 ? format : subarrayFormat(shape, format);
  });
  return (index) => {
    const texts = fields.map((format) => format(index));
    return `(${texts.join(", ")}${texts.length === 1 ? "," : ""})`;
  };
}

function subarrayFormat(shape: readonly number[], format: ItemFormat): ItemFormat {
  const isLong = shapeSize(shape) > threshold;
  const print = (axis: number, index: number): string => {
    const size = shape[axis];
    if (size === undefined) return format(index);
    const texts = (from: number, to: number): string[] =>
      Array.from({ length: Math.max(to - from, 0) }, (_, at) => print(axis + 1, index * size + from + at));
    const isCut = isLong && size > 2 * edgeItems;
    const shown = isCut ? [...texts(0, edgeItems), "...", ...texts(size - edgeItems, size)] : texts(0, size);
    return `[${shown.join(", ")}]`;
  };
  return (index) => print(0, index);
}
