import { formatDurations, formatTime, toNanoseconds } from "./format-times.ts";
import type { Item, NdArray } from "./ndarray.ts";

/** Texts of items `start` up to `end` of an array in C order, as xarray prints them in a line: floats to 4 digits. */
export function formatItems(array: Pick<NdArray, "dtype" | "item">, start: number, end: number): string[] {
  const items = Array.from({ length: Math.max(end - start, 0) }, (_, index) => array.item(start + index));
  const [, kind, unit = ""] = /^[<|]([A-Za-z])\d+(?:\[(\w+)\])?$/.exec(array.dtype) ?? [];
  const times = toNanoseconds(items, unit);
  if (times !== undefined) return kind === "M" ? times.map(formatTime) : formatDurations(times);
  if (kind === "f") return items.map((item) => formatFloat(Number(item)));
  return items.map((item) => (kind === "S" ? formatBytes(item) : formatItem(item)));
}

function formatItem(item: Item): string {
  if (typeof item === "string") return quote(item);
  if (typeof item === "boolean") return item ? "True" : "False";
  if (item instanceof Uint8Array) return `${item.length} bytes`;
  if (typeof item !== "object") return String(item);
  const imaginary = formatNumber(item.im);
  if (Object.is(item.re, 0)) return `${imaginary}j`;
  return `(${formatNumber(item.re)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/** A number as Python prints it, but for the zero behind a whole one's point. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Python's `repr` of bytes, which come as text of one character each. */
function formatBytes(item: Item): string {
  const hex = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return `b${formatItem(item).replace(/[^ -~]/g, hex)}`;
}

/** Python's `f"{value:.4}"`. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const [digits = "", exponent = "0"] = value.toExponential(3).split("e");
  const power = Number(exponent);
  const short = digits.replace(/\.?0+$/, "");
  if (value !== 0 && (power < -4 || power >= 3)) {
    return `${short}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const fixed = value.toFixed(Math.max(3 - power, 0)).replace(/(\.\d+?)0+$/, "$1");
  return Object.is(value, -0) ? "-0.0" : fixed;
}

/** Python's `repr` of a str, for what is usual in names. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}
