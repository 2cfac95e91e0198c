import { npyMagic } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";

import { textOf } from "../print/bytes-text.ts";
import { arrowStreamMark, byteOrderMark, startsWith } from "./marks.ts";
import { namedCodec } from "./named-codecs.ts";

/** Characters that text does not have: all controls but white space, backspace and escape. */
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const noText = /[\0-\x07\x0e-\x1a\x1c-\x1f\x7f]/;

/**
 * A codec that the bytes of a value look like: npy, msgpack-numpy, a Dataset, JSON or text; undefined for other bytes. Formats without
 * a mark of their own are tried, so that what is guessed can also be read. Never throws.
 *
 * Text wins over JSON for single numbers and quoted words, which are both.
 */
export function guessCodec(bytes: Uint8Array): Codec | undefined {
  const [first] = bytes;
  if (first === undefined) return namedCodec("utf-8");
  if (startsWith(bytes, npyMagic)) return namedCodec("npy");
  if (startsWith(bytes, arrowStreamMark)) return namedCodec("xarray");
  if (isJsonStart(bytes) && reads("json", bytes)) return namedCodec("json");
  const text = textOf(bytes);
  if (text !== undefined) return noText.test(text) ? undefined : namedCodec("utf-8");
  if (!isMsgpackStart(first)) return undefined;
  const value = read("msgpack_numpy", bytes);
  if (value === undefined) return undefined;
  return isDatasetDict(value) && reads("xarray_dict", bytes) ? namedCodec("xarray_dict") : namedCodec("msgpack_numpy");
}

/** Whether the first byte that is no white space, after a byte order mark, opens an object or a list. */
function isJsonStart(bytes: Uint8Array): boolean {
  let at = startsWith(bytes, byteOrderMark) ? byteOrderMark.length : 0;
  while (isSpace(bytes[at])) at += 1;
  return bytes[at] === 0x7b || bytes[at] === 0x5b;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Whether a byte begins a map, a list, text, bytes or a float of msgpack. Its numbers and constants of one byte could be anything
 * (https://github.com/msgpack/msgpack/blob/master/spec.md).
 */
function isMsgpackStart(first: number): boolean {
  const isLong = (first >= 0xc4 && first <= 0xc6) || (first >= 0xd9 && first <= 0xdf);
  return (first >= 0x80 && first <= 0xbf) || isLong || first === 0xca || first === 0xcb;
}

/** Whether a dict is `to_dict()` of a Dataset or a DataArray. */
function isDatasetDict(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return [
    ["coords", "data_vars"],
    ["coords", "dims", "data"],
  ].some((keys) => keys.every((key) => Object.hasOwn(value, key)));
}

function reads(name: string, bytes: Uint8Array): boolean {
  return read(name, bytes) !== undefined;
}

/** The value in the bytes; undefined if they are in another format. */
function read(name: string, bytes: Uint8Array): unknown {
  try {
    return namedCodec(name)?.decode(bytes);
  } catch {
    return undefined;
  }
}
