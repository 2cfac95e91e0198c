import type { FormatError } from "@dataqueues/arrays";

import { parseLiteral, Tuple } from "./literal.ts";
import type { Literal } from "./literal.ts";
import { refuse } from "./refuse.ts";

/** What an npy header says. */
export interface Header {
  /** numpy's descr as arrays, to be checked by `descrToDtype`. */
  readonly descr: unknown;
  readonly fortranOrder: boolean;
  /** Sizes as an array, undefined for what is no tuple; to be checked by `shapeSize`. */
  readonly shape: unknown;
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
  if (bytes.length < 12) throw truncated(bytes);
  const [version = 0, minor] = bytes.subarray(6, 8);
  if (version < 1 || version > 3 || minor !== 0) {
    throw refuse("version", `npy version ${version}.${minor} is unknown; 1.0, 2.0 and 3.0 are known`, 6);
  }
  const start = version === 1 ? 10 : 12;
  const length = bytes.subarray(8, start).reduceRight((sum, byte) => 256 * sum + byte, 0);
  if (length > bytes.length - start) throw truncated(bytes);
  if (length > maxHeaderBytes) {
    throw refuse("header-too-large", `the header has ${length} bytes; maxHeaderBytes is ${maxHeaderBytes}`, 8);
  }
  const text = decodeText(bytes.subarray(start, start + length), version, start);
  return { ...readFields(parseLiteral(text, version < 3, start), start), dataOffset: start + length };
}

function truncated(bytes: Uint8Array): FormatError {
  return refuse("truncated", "the bytes end within the header", bytes.length);
}

/** Latin-1 up to version 2; `TextDecoder`'s "latin1" is windows-1252, which is something else. */
function decodeText(bytes: Uint8Array, version: number, offset: number): string {
  if (version < 3) {
    let text = "";
    // In pieces, as a call takes only so many arguments.
    for (let start = 0; start < bytes.length; start += 4096) {
      text += String(Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, start + 4096)));
    }
    return text;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw refuse("header-syntax", "the header is not UTF-8", offset, cause);
  }
}

function readFields(literal: Literal, offset: number): Omit<Header, "dataOffset"> {
  const entries = literal instanceof Map ? literal : new Map<string, Literal>();
  const [descr, fortranOrder, shape] = ["descr", "fortran_order", "shape"].map((key) => entries.get(key));
  if (entries.size !== 3 || descr === undefined || typeof fortranOrder !== "boolean" || shape === undefined) {
    throw refuse("header-syntax", "the header is no dict of just descr, fortran_order and shape", offset);
  }
  return { descr: plain(descr), fortranOrder, shape: shape instanceof Tuple ? plain(shape) : undefined };
}

/** Tuples and lists both become arrays: where each stands tells which it was. What they hold is checked as a dtype is. */
function plain(literal: Literal): unknown {
  const items = literal instanceof Tuple ? literal.items : literal;
  if (!Array.isArray(items)) return items;
  const [name, format, shape] = items as readonly Literal[];
  // numpy takes a bare number for a field's shape of one dimension.
  const isField = typeof name !== "number" && format !== undefined && typeof shape === "number";
  return (isField ? [name, format, [shape]] : items).map(plain);
}
