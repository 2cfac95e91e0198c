import { formatDurations, formatTime, timeUnitOf, toNanoseconds } from "./format-times.ts";
import { formatFloat32, formatNumber, formatShort } from "./format-numbers.ts";
import type { Item, NdArray } from "./ndarray.ts";

/** Texts of items `start` up to `end` of an array in C order, as xarray prints them in a line: floats to 4 digits. */
export function formatItems(array: Pick<NdArray, "dtype" | "item">, start: number, end: number): string[] {
  const items = Array.from({ length: Math.max(end - start, 0) }, (_, index) => array.item(start + index));
  const kind = array.dtype.charAt(1);
  const times = toNanoseconds(items, timeUnitOf(array.dtype));
  if (times !== undefined) return kind === "M" ? times.map(formatTime) : formatDurations(times);
  if (kind === "f") return items.map((item) => formatShort(Number(item)));
  const format = array.dtype === "<c8" ? formatFloat32 : formatNumber;
  const texts = items.map((item) => formatItem(item, format));
  return kind === "S" ? texts.map(formatBytes) : texts;
}

function formatItem(item: Item, formatPart: (part: number) => string): string {
  if (typeof item === "string") return quote(item);
  if (typeof item === "boolean") return item ? "True" : "False";
  if (item instanceof Uint8Array) return `b'${Array.from(item, escapeByte).join("")}'`;
  if (typeof item !== "object") return String(item);
  const imaginary = formatPart(item.im);
  if (Object.is(item.re, 0)) return `${imaginary}j`;
  return `(${formatPart(item.re)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/** Python's `repr` of bytes, of the `repr` of the text that has one character for each. */
function formatBytes(quoted: string): string {
  return `b${quoted.replace(/[^ -~]/g, escapeCharacter)}`;
}

/** Python's `repr` of a str. */
export function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  const marked = mark === "'" ? escaped.replaceAll("'", "\\'") : escaped;
  return mark + marked.replace(/(?! )[\p{C}\p{Z}]/gu, escapeCharacter) + mark;
}

/** As numpy prints raw bytes. */
function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function escapeCharacter(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
