import type { FormatError } from "@dataqueues/arrays";
import { npyMagic } from "@dataqueues/arrays";

import { formatError, headerStart, lengthOffset } from "./format.ts";
import { parseLiteral, Tuple } from "./literal.ts";
import type { Literal } from "./literal.ts";

/** The facts in an npy header. */
export interface Header {
  /** numpy's descr, with tuples as arrays; `descrToDtype` checks it. */
  readonly descr: unknown;
  readonly fortranOrder: boolean;
  /** The sizes as an array, or undefined if the shape is not a tuple; `shapeSize` checks it. */
  readonly shape: unknown;
  /** Where the data start. */
  readonly dataOffset: number;
}

/**
 * Reads the header of versions 1.0, 2.0 and 3.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws FormatError with code `empty`, `magic`, `version`, `truncated`, `header-too-large`, `header-syntax` or `shape`
 */
export function readHeader(bytes: Uint8Array, maxHeaderBytes: number): Header {
  if (bytes.length === 0) throw formatError("empty", "there are no bytes", { offset: 0 });
  const wrong = Array.from(npyMagic).findIndex(
    (character, index) => index < bytes.length && bytes[index] !== character.charCodeAt(0),
  );
  if (wrong >= 0) {
    throw formatError("magic", "this is not an npy file: it does not begin with \\x93NUMPY", { offset: wrong });
  }
  if (bytes.length < headerStart(2)) throw truncated(bytes);
  const [version = 0, minor] = bytes.subarray(npyMagic.length);
  if (version < 1 || version > 3 || minor !== 0) {
    throw formatError("version", `npy version ${version}.${minor} is unknown; 1.0, 2.0 and 3.0 are known`, {
      offset: npyMagic.length,
    });
  }
  const start = headerStart(version);
  const view = new DataView(bytes.buffer, bytes.byteOffset + lengthOffset);
  const length = version === 1 ? view.getUint16(0, true) : view.getUint32(0, true);
  if (length > bytes.length - start) throw truncated(bytes);
  if (length > maxHeaderBytes) {
    throw formatError("header-too-large", `the header has ${length} bytes; maxHeaderBytes is ${maxHeaderBytes}`, {
      offset: lengthOffset,
    });
  }
  const text = decodeText(bytes.subarray(start, start + length), version, start);
  return { ...readFields(parseLiteral(text, version < 3, start), start), dataOffset: start + length };
}

function truncated(bytes: Uint8Array): FormatError {
  return formatError("truncated", "the bytes end within the header", { offset: bytes.length });
}

/** UTF-8 in version 3, else Latin-1. `TextDecoder` cannot read Latin-1: its "latin1" is windows-1252. */
function decodeText(bytes: Uint8Array, version: number, offset: number): string {
  if (version < 3) {
    let text = "";
    // Piece by piece, because the number of arguments of a call is limited.
    for (let start = 0; start < bytes.length; start += 4096) {
      text += String(Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, start + 4096)));
    }
    return text;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw formatError("header-syntax", "the header is not UTF-8", { offset, cause });
  }
}

function readFields(literal: Literal, offset: number): Omit<Header, "dataOffset"> {
  const entries = literal instanceof Map ? literal : new Map<string, Literal>();
  const [descr, fortranOrder, shape] = ["descr", "fortran_order", "shape"].map((key) => entries.get(key));
  if (entries.size !== 3 || descr === undefined || typeof fortranOrder !== "boolean" || shape === undefined) {
    throw formatError("header-syntax", "the header is not a dict of just descr, fortran_order and shape", { offset });
  }
  return { descr: plain(descr), fortranOrder, shape: shape instanceof Tuple ? plain(shape) : undefined };
}

/** Turns tuples and lists into arrays. `descrToDtype`, which checks the result, tells them apart by their position. */
function plain(literal: Literal): unknown {
  const items = literal instanceof Tuple ? literal.items : literal;
  if (!Array.isArray(items)) return items;
  const [name, format, shape] = items as readonly Literal[];
  // numpy accepts a number as the shape of a field with one dimension.
  const isField = typeof name !== "number" && format !== undefined && typeof shape === "number";
  return (isField ? [name, format, [shape]] : items).map(plain);
}
