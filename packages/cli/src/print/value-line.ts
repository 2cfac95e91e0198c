import { stripVTControlCharacters } from "node:util";
import type { Dataset, NdArray, RecordArray } from "@dataqueues/arrays";
import { dtypeName, isTypedArray } from "@dataqueues/arrays";

import type { Style } from "../terminal/output.ts";
import { arrayRange } from "./array-range.ts";
import { asciiOf, hexOf } from "./bytes-text.ts";
import { isComplex, isDataArray, isDataset, isNdArray, isNumpyScalar, isRecordArray } from "./recognise.ts";
import { safeText } from "./safe-text.ts";
import { shortComplex, shortItem, shortNumber } from "./short-item.ts";
import { textToJson } from "./value-json.ts";

/** Sets a text in a style, or leaves it as it is where no colours are. */
export type Paint = (style: Style, text: string) => string;

/** The most characters of an array's items: in a pipe a line has no width of its own. */
const mostItemText = 120;

/**
 * A value in one line: arrays with dtype, shape, range and first items, Datasets with dimensions and variables, JSON in compact
 * form, text with its control characters escaped. The line is made up to about `columns` characters; whoever writes it cuts it.
 */
export function valueLine(value: unknown, columns: number, paint: Paint): string {
  if (isNdArray(value)) return arrayLine(value, columns, paint);
  if (isRecordArray(value)) return rowsLine(value, columns, paint);
  if (isDataset(value)) return datasetLine(value, paint);
  if (isDataArray(value)) {
    const name = value.name === undefined ? "" : `${safeText(value.name)} `;
    return `${paint("dim", "DataArray")} ${name}${sizesText(value.sizes)}  ${arrayLine(value.data, columns, paint)}`;
  }
  if (value instanceof Uint8Array) return bytesLine(value, columns, paint);
  if (typeof value === "string") return textLine(value, columns, paint);
  return inlineText(value, columns, paint);
}

/** A value as it stands within others, in one line: text in quotes, lists and objects like JSON, arrays with their first items. */
export function inlineText(value: unknown, columns: number, paint: Paint): string {
  const writer = new LineWriter(columns, paint);
  writer.write(value);
  return writer.text;
}

/** An array's dtype as numpy names it, and its shape: `float32 (4, 1024)`. */
export function arrayTitle({ dtype, shape }: NdArray, paint: Paint): string {
  return `${paint("dim", dtypeName(dtype))} ${shapeText(shape)}`;
}

/** A shape as Python prints it: `(3,)`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Dimensions with their lengths: `(time: 3, antenna: 2)`. */
function sizesText(sizes: Readonly<Record<string, number>>): string {
  return `(${Object.entries(sizes).map(([name, size]) => `${safeText(name)}: ${size}`).join(", ")})`; // prettier-ignore
}

/** The range of an array and how many items are missing: `  min -1.2  max 3.4  2 nan`; empty for what has no range. */
export function rangeText(array: NdArray): string {
  const found = array.size > 1 ? arrayRange(array) : undefined;
  if (found === undefined) return "";
  const { min, max, missing } = found;
  const range =
    min === undefined || max === undefined ? "" : `  min ${shortItem(array, min)}  max ${shortItem(array, max)}`;
  return range + (missing === 0 ? "" : `  ${missing} ${array.dtype.charAt(1) === "f" ? "nan" : "NaT"}`);
}

function arrayLine(array: NdArray, columns: number, paint: Paint): string {
  const title = arrayTitle(array, paint);
  if (array.size === 0) return `${title}  empty`;
  if (array.shape.length === 0) return `${title}  ${shortItem(array, 0)}`;
  return `${title}${rangeText(array)}  ${itemsText(array, Math.min(columns, mostItemText))}`;
}

/** The first items in brackets, as many as there is room for. */
function itemsText(array: NdArray, columns: number): string {
  let text = "[";
  for (let index = 0; index < array.size; index += 1) {
    const item = shortItem(array, index);
    if (index > 0 && text.length + item.length + 3 > columns) return `${text} …]`;
    text += (index > 0 ? " " : "") + item;
  }
  return `${text}]`;
}

/** Rows: how many, and the fields of the first one. */
function rowsLine(array: RecordArray, columns: number, paint: Paint): string {
  let text = `${paint("dim", "rows")} ${shapeText(array.shape)}`;
  if (array.size === 0) return `${text}  ${array.names.map(safeText).join(" ")}`;
  const first = array.row(0);
  for (const name of array.names) {
    // Styles take no room.
    if (stripVTControlCharacters(text).length > columns) return `${text} …`;
    text += `  ${paint("dim", safeText(name))} ${fieldText(first[name], columns, paint)}`;
  }
  return array.size > 1 ? `${text}  …` : text;
}

function fieldText(value: unknown, columns: number, paint: Paint): string {
  if (isNdArray(value)) return itemsText(value, Math.min(columns, mostItemText / 2));
  if (isRecordArray(value)) return rowsLine(value, columns, paint);
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array) && !isComplex(value)) {
    const fields = Object.entries(value).map(([name, item]) => `${safeText(name)} ${fieldText(item, columns, paint)}`);
    return `(${fields.join("  ")})`;
  }
  return scalarText(value);
}

function datasetLine({ sizes, dataVars, coords }: Dataset, paint: Paint): string {
  const names = Object.keys(dataVars).map(safeText).join(" ") || "no variables";
  const others = Object.keys(coords).filter((name) => !Object.hasOwn(sizes, name));
  const more = others.length === 0 ? "" : `  ${paint("dim", `coords ${others.map(safeText).join(" ")}`)}`;
  return `${paint("dim", "Dataset")} ${sizesText(sizes)}  ${names}${more}`;
}

function bytesLine(bytes: Uint8Array, columns: number, paint: Paint): string {
  const count = Math.max(Math.floor((Math.min(columns, 160) - 20) / 4), 8);
  const start = bytes.subarray(0, count);
  const more = bytes.length > count ? " …" : "";
  return `${paint("dim", "bytes")} (${bytes.length})  ${hexOf(start)}${more}  |${asciiOf(start)}|`;
}

function textLine(text: string, columns: number, paint: Paint): string {
  if (text === "") return paint("dim", "(empty)");
  // Escapes only make it longer. Half of a pair of surrogates would be one more.
  return safeText(text.length > columns ? `${text.slice(0, columns).replace(/[\ud800-\udbff]$/, "")}…` : text);
}

function scalarText(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  if (typeof value === "string") return textToJson(value);
  if (value instanceof Uint8Array) return `0x${hexOf(value.subarray(0, 32)).replaceAll(" ", "")}`;
  if (isComplex(value)) return shortComplex(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "NaT" : value.toISOString();
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  return value === null ? "null" : typeof value;
}

/** Whether a value has entries, or another value in it: it is no bytes, no time and no complex number. */
function isObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return !(value instanceof Uint8Array || value instanceof Date || isComplex(value));
}

/** Writes lists and objects in one line like JSON, arrays among them as a line has them, and stops when that is full. */
class LineWriter {
  readonly #columns: number;
  readonly #paint: Paint;
  text = "";

  constructor(columns: number, paint: Paint) {
    this.#columns = columns;
    this.#paint = paint;
  }

  write(value: unknown): void {
    if (this.#isFull) return;
    // As it was sent: a number of JSON is not rounded.
    if (typeof value === "number") this.text += String(value);
    else if (typeof value === "string") this.text += textToJson(value.slice(0, this.#columns + 1));
    else if (isNdArray(value)) this.text += `${arrayTitle(value, this.#paint)} ${itemsText(value, 40)}`;
    else if (isNumpyScalar(value)) this.text += shortItem(value.array, 0);
    else if (isRecordArray(value)) this.text += rowsLine(value, 40, this.#paint);
    else if (isDataset(value)) this.text += datasetLine(value, this.#paint);
    else if (isTypedArray(value) && !(value instanceof Uint8Array)) this.#list(value);
    else if (Array.isArray(value)) this.#list(value);
    else if (value instanceof Map) this.#entries(value);
    else if (isObject(value)) {
      const plain: unknown = value.valueOf();
      if (typeof plain !== "object") this.write(plain);
      else this.#entries(Object.entries(value));
    } else this.text += scalarText(value);
  }

  get #isFull(): boolean {
    return this.text.length > this.#columns;
  }

  #list(items: Iterable<unknown>): void {
    this.#each("[", items, (item) => this.write(item), "]");
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>): void {
    const writeEntry = ([key, item]: readonly [unknown, unknown]): void => {
      this.text += `${scalarText(key)}:`;
      this.write(item);
    };
    this.#each("{", entries, writeEntry, "}");
  }

  #each<T>(open: string, items: Iterable<T>, write: (item: T) => void, close: string): void {
    this.text += open;
    let isFirst = true;
    for (const item of items) {
      if (this.#isFull) break;
      if (!isFirst) this.text += ",";
      isFirst = false;
      write(item);
    }
    this.text += this.#isFull ? "…" : close;
  }
}
