import { formatDurations, formatTime, timeUnitOf, toNanoseconds } from "./format-times.ts";
import type { NdArray } from "./ndarray.ts";
import type { Item } from "./types.ts";

/** The items from `start` to before `end` in C order, as xarray prints them in a line; floats have 4 digits. */
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
  if (typeof item === "string") return textRepr(item);
  if (typeof item === "boolean") return item ? "True" : "False";
  if (item instanceof Uint8Array) return `b'${Array.from(item, escapeByte).join("")}'`;
  if (typeof item !== "object") return String(item);
  const imaginary = formatPart(item.im);
  if (Object.is(item.re, 0)) return `${imaginary}j`;
  return `(${formatPart(item.re)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/** Python's `repr` of bytes, made from the `repr` of a text with one character for each byte. */
function formatBytes(quoted: string): string {
  return `b${quoted.replace(/[^ -~]/g, escapeCharacter)}`;
}

/** For codecs: Python's `repr` of a str. It escapes what Python does not print, as `str.isprintable` says. */
export function textRepr(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/(?! )[\\\p{C}\p{Z}]/gu, (character) =>
    // Python and JSON escape these characters in the same way.
    "\\\n\r\t".includes(character) ? JSON.stringify(character).slice(1, -1) : escapeCharacter(character),
  );
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

/** A byte as numpy prints it in raw data. */
function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function escapeCharacter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const [letter, digits] = point < 0x100 ? ["x", 2] : point < 0x1_0000 ? ["u", 4] : ["U", 8];
  return `\\${letter}${point.toString(16).padStart(digits, "0")}`;
}

/** A number as Python prints it, except that whole numbers have no `.0`. */
export function formatNumber(value: number): string {
  return print(value, 1e16, String(value), value.toExponential());
}

/** A float32 number as numpy prints it in a complex one: with the fewest digits that distinguish it from its neighbours. */
export function formatFloat32(value: number): string {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(value.toPrecision(count))) === value) ?? 9;
  const shown = Number(value.toPrecision(digits));
  return print(value, 1e6, String(shown), shown.toExponential());
}

/** Python's `f"{value:.4}"`. */
export function formatShort(value: number): string {
  // If two numbers of four digits are equally near, JavaScript takes the larger one and Python the even one.
  const exact = value.toExponential(40);
  const rounded = /\.\d\d[02468]50*e/.test(exact) ? exact.replace(/50*e/, "e") : value.toExponential(3);
  // Rounding loses the sign of -0, and rounds the largest float up to Infinity.
  const near = Number(rounded) || value;
  const number = Number.isFinite(near) ? near : value;
  return print(number, 1e3, String(number), rounded.replace(/\.?0+e/, "e")).replace(/^-?\d+$/, "$&.0");
}

/** Chooses the form of a number: `exponential` from `limit` on and below 0.0001, else `plain`. */
function print(value: number, limit: number, plain: string, exponential: string): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value).toLowerCase().replace("inity", "");
  if (size === 0) return Object.is(value, -0) ? "-0" : "0";
  return size >= 1e-4 && size < limit ? plain : exponential.replace(/([+-])(\d)$/, "$10$2");
}
