import type { Descr, FieldDescr } from "@dataqueues/arrays";

import { parseLiteral } from "./literal.ts";
import type { Literal } from "./literal.ts";
import { refuse } from "./refuse.ts";

/** What an npy header says. */
export interface Header {
  readonly descr: Descr;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the data start. */
  readonly dataOffset: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/**
 * Reads the header of versions 1.0, 2.0 and 3.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws FormatError with code `magic`, `version`, `truncated`, `header-too-large`, `header-syntax` or `shape`
 */
export function readHeader(bytes: Uint8Array, maxHeaderBytes: number): Header {
  if (bytes.length === 0) throw refuse("empty", "there are no bytes", 0);
  const wrong = magic.findIndex((byte, index) => index < bytes.length && bytes[index] !== byte);
  if (wrong >= 0) throw refuse("magic", "this is no npy file: it does not begin with \\x93NUMPY", wrong);
  if (bytes.length < 12) throw refuse("truncated", "the bytes end within the header", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3 || view.getUint8(7) !== 0) {
    throw refuse("version", `npy version ${version}.${view.getUint8(7)} is unknown; 1.0, 2.0 and 3.0 are known`, 6);
  }
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > bytes.length - start) {
    throw refuse("truncated", `a header of ${length} bytes is promised, ${bytes.length - start} are left`, 8);
  }
  if (length > maxHeaderBytes) {
    throw refuse("header-too-large", `the header has ${length} bytes; maxHeaderBytes is ${maxHeaderBytes}`, 8);
  }
  const text = decodeText(bytes.subarray(start, start + length), version, start);
  return { ...readFields(parseLiteral(text, version < 3, start), start), dataOffset: start + length };
}

/** Latin-1 up to version 2; `TextDecoder`'s "latin1" is windows-1252, which is something else. */
function decodeText(bytes: Uint8Array, version: number, offset: number): string {
  if (version < 3) return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse("header-syntax", "the header is not UTF-8", offset);
  }
}

function readFields(literal: Literal, offset: number): Omit<Header, "dataOffset"> {
  const entries =
    typeof literal === "object" && literal?.type === "dict" ? literal.entries : new Map<string, Literal>();
  const [descr, fortranOrder, shape] = [entries.get("descr"), entries.get("fortran_order"), entries.get("shape")];
  if (entries.size !== 3 || descr === undefined || typeof fortranOrder !== "boolean" || shape === undefined) {
    throw refuse("header-syntax", "the header is no dict of just descr, fortran_order and shape", offset);
  }
  return { descr: toDescr(descr), fortranOrder, shape: toShape(shape) };
}

/** Tuples and lists both become arrays: where each stands tells which it was. */
function toDescr(literal: Literal): Descr {
  if (typeof literal === "string") return literal;
  if (typeof literal !== "object" || literal === null || literal.type === "dict")
    throw refuse("dtype", "the dtype is neither a string nor a list");
  if (literal.type === "list") return literal.items.map(toField);
  const [base, shape] = literal.items;
  if (literal.items.length !== 2 || base === undefined || shape === undefined)
    throw refuse("dtype", "a subarray is a dtype and a shape");
  return [toDescr(base), toShape(shape)];
}

function toField(literal: Literal): FieldDescr {
  const [name, format, shape] = isTuple(literal) ? literal.items : [];
  if (!isTuple(literal) || literal.items.length > 3 || name === undefined || format === undefined) {
    throw refuse("dtype", "a field is a tuple of name, format and perhaps a shape");
  }
  const descr = toDescr(format);
  // numpy takes a bare number for a shape of one dimension in a field.
  return shape === undefined
    ? [toName(name), descr]
    : [toName(name), descr, typeof shape === "number" ? [shape] : toShape(shape)];
}

function toName(literal: Literal): string | readonly [title: string, name: string] {
  if (typeof literal === "string") return literal;
  const [title, name] = isTuple(literal) ? literal.items : [];
  if (typeof title === "string" && typeof name === "string") return [title, name];
  throw refuse("dtype", "the name of a field is not text");
}

function toShape(literal: Literal): readonly number[] {
  const sizes = isTuple(literal) ? literal.items : [NaN];
  return sizes.map((size) => {
    if (typeof size === "number" && size >= 0) return size;
    throw refuse("shape", "the shape is no tuple of sizes");
  });
}

function isTuple(literal: Literal): literal is { readonly type: "tuple"; readonly items: readonly Literal[] } {
  return typeof literal === "object" && literal?.type === "tuple";
}
