import type { Complex, NdArray } from "@dataqueues/arrays";
import { NaT, textRepr } from "@dataqueues/arrays";

import { formatDatetime } from "./numpy/format-datetime.ts";
import { hexOf } from "./bytes-text.ts";
import { noText, readableItem } from "./readable-item.ts";

/** The item at an index, short enough for a line that has many: floats with four digits, times in ISO 8601. */
export function shortItem(array: NdArray, index: number): string {
  const kind = array.dtype.charAt(1);
  const item = readableItem(array, index);
  if (item === undefined) return noText;
  if ((kind === "M" || kind === "m") && typeof item === "bigint") {
    if (item === NaT) return "NaT";
    const unit = array.dtype.slice(4, -1);
    return kind === "M" ? formatDatetime(item, unit) : `${item}${unit === "" ? "" : ` ${unit}`}`;
  }
  if (item instanceof Uint8Array) return hexOf(item.subarray(0, 32));
  switch (typeof item) {
    case "string":
      return textRepr(item);
    case "boolean":
      return item ? "True" : "False";
    case "number":
      return shortNumber(item);
    case "bigint":
      return String(item);
    default:
      return shortComplex(item);
  }
}

/** A number with four digits, or all of a whole number: `0.3333`, `1234567`, `1.5e-7`, `nan`, `-inf`. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0";
  return Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A complex number as Python writes it, with four digits: `1.5-0.25j`. */
export function shortComplex({ re, im }: Complex): string {
  const imaginary = shortNumber(im);
  return `${shortNumber(re)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j`;
}
