import type { NdArray, RecordArray } from "@dataqueues/arrays";
import { isTypedArray } from "@dataqueues/arrays";

import { hexDump } from "./bytes-text.ts";
import { arrayText } from "./numpy/array-text.ts";
import { isComplex, isDataArray, isDataset, isNdArray, isNumpyScalar, isRecordArray } from "./recognise.ts";
import { safeText } from "./safe-text.ts";
import { textToJson } from "./value-json.ts";
import { arrayTitle, inlineText, rangeText, shapeText } from "./value-line.ts";
import type { Paint } from "./value-line.ts";

/** The most bytes of a dump. */
const mostDumped = 2 ** 16;

/** How deep lists and objects are laid out; what is deeper stands in one line. */
const mostLevels = 40;

/**
 * A value on as many lines as it takes: arrays as numpy prints them, Datasets as xarray does, JSON indented, text as it is, other bytes
 * as a dump. Control characters are escaped except for line breaks and tabs.
 */
export function valueText(value: unknown, paint: Paint): string {
  if (typeof value === "string") return safeLines(value);
  if (value instanceof Uint8Array) return bytesText(value, paint);
  if (isNdArray(value)) return `${arrayHeading(value, paint)}\n${arrayText(value)}`;
  if (isRecordArray(value)) return `${rowsHeading(value, paint)}\n${arrayText(value)}`;
  if (isDataset(value) || isDataArray(value)) return safeLines(value.toString());
  return layOut(value, "", paint);
}

/** Text with all its lines, and nothing in it that does something to a terminal. */
function safeLines(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/[^\n\t]+/g, safeText);
}

function arrayHeading(array: NdArray, paint: Paint): string {
  return `${arrayTitle(array, paint)} ${paint("dim", array.dtype)}${rangeText(array)}`;
}

/** The shape, and a line for each field with its dtype. */
function rowsHeading({ shape, dtype }: RecordArray, paint: Paint): string {
  const lines = dtype.map(([name, format, size]) => {
    const title = safeText(typeof name === "string" ? name : name[1]);
    return `  ${title} ${paint("dim", safeText(JSON.stringify(format)).replaceAll('"', ""))}${size === undefined ? "" : ` ${shapeText(size)}`}`;
  });
  return [`${paint("dim", "rows")} ${shapeText(shape)}`, ...lines].join("\n");
}

function bytesText(bytes: Uint8Array, paint: Paint): string {
  const more = bytes.length - mostDumped;
  const rest = more > 0 ? `\n${paint("dim", `… ${more} bytes more: --raw writes all`)}` : "";
  return `${paint("dim", "bytes")} (${bytes.length})\n${hexDump(bytes.subarray(0, mostDumped))}${rest}`;
}

/** Lists and objects as JSON with two spaces for each level, arrays among them as numpy prints them. */
function layOut(value: unknown, indent: string, paint: Paint): string {
  const inner = `${indent}  `;
  if (isNdArray(value) || isRecordArray(value) || isDataset(value) || isDataArray(value)) {
    return valueText(value, paint).replaceAll("\n", `\n${inner}`);
  }
  const isList = Array.isArray(value) || (isTypedArray(value) && !(value instanceof Uint8Array));
  const entries = isList ? undefined : entriesOf(value);
  if (typeof value === "string") return textToJson(value);
  if ((!isList && entries === undefined) || indent.length > 2 * mostLevels) return inlineText(value, Infinity, paint);
  const items = isList
    ? Array.from<unknown, string>(value, (item) => layOut(item, inner, paint))
    : (entries ?? []).map(([key, item]) => `${keyText(key)}: ${layOut(item, inner, paint)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return open + close;
  // Plain numbers are easier to read beside each other.
  const isShort = isList && items.every((item) => item.length <= 24 && !/[\n[{]/.test(item));
  if (isShort) return wrapped(items, indent, inner);
  return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${indent}${close}`;
}

/** Short items in lines of 80 characters. */
function wrapped(items: readonly string[], indent: string, inner: string): string {
  const lines: string[] = [];
  let line = "";
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? `${item}, ` : item;
    if (line !== "" && inner.length + line.length + text.length > 80) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += text;
  }
  lines.push(line);
  return lines.length === 1 ? `[${line}]` : `[\n${lines.map((each) => inner + each).join("\n")}\n${indent}]`;
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] | undefined {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return undefined;
  if (value instanceof Map) return [...value];
  if (isComplex(value) || isNumpyScalar(value) || typeof value.valueOf() !== "object") return undefined;
  return Object.entries(value);
}

function keyText(key: unknown): string {
  return inlineText(key, Infinity, (_, text) => text);
}
