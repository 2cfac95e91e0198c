import { npyMagic, textRepr } from "@dataqueues/arrays";
import type { Descr, FieldDescr } from "@dataqueues/arrays";

import { headerStart, lengthOffset } from "./format.ts";

/** Digits for which numpy leaves room, so that the first size can grow in place: https://github.com/numpy/numpy/pull/20321 */
const growthDigits = 21;
const alignment = 64;

/**
 * The bytes before the data of an array in C order, the same as numpy 1.24 and later write: for files that are written piece by
 * piece.
 *
 * @example
 * ```ts
 * await file.write(printHeader("<f4", [1_000_000, 1024]));
 * for (const spectrum of spectra) await file.write(spectrum.bytes);
 * ```
 */
export function printHeader(descr: Descr, shape: readonly number[]): Uint8Array {
  const growth = shape.length === 0 ? "" : " ".repeat(growthDigits - String(shape[0]).length);
  const dict = `{'descr': ${printDescr(descr)}, 'fortran_order': False, 'shape': ${tuple(shape.map(String))}, }${growth}`;
  const latin1 = !/[^\0-\xff]/.test(dict);
  const text = latin1 ? undefined : new TextEncoder().encode(dict);
  const length = text?.length ?? dict.length;
  const version1 = latin1 && padded(headerStart(1), length) < 0x1_0000 + headerStart(1);
  const version = version1 ? 1 : latin1 ? 2 : 3;
  const start = headerStart(version);
  const header = new Uint8Array(padded(start, length)).fill(0x20);
  writeLatin1(npyMagic, header, 0);
  header[npyMagic.length] = version;
  header[npyMagic.length + 1] = 0;
  // In version 1 the dict overwrites the upper two bytes of the length, which are 0.
  new DataView(header.buffer).setUint32(lengthOffset, header.length - start, true);
  if (text === undefined) writeLatin1(dict, header, start);
  else header.set(text, start);
  header[header.length - 1] = 0x0a;
  return header;
}

function writeLatin1(text: string, into: Uint8Array, start: number): void {
  for (let index = 0; index < text.length; index += 1) into[start + index] = text.charCodeAt(index);
}

/** The bytes before the data: a multiple of 64, with 1 to 64 spaces and a newline after the dict, as in numpy. */
function padded(start: number, length: number): number {
  const unpadded = start + length + 1;
  return unpadded + alignment - (unpadded % alignment);
}

function printDescr(descr: Descr): string {
  if (typeof descr === "string") return textRepr(descr);
  if (isSubarray(descr)) return `(${printDescr(descr[0])}, ${tuple(descr[1].map(String))})`;
  return `[${descr.map(printField).join(", ")}]`;
}

function printField([name, format, shape]: FieldDescr): string {
  const title = typeof name === "string" ? textRepr(name) : tuple(name.map(textRepr));
  return tuple([title, printDescr(format), ...(shape === undefined ? [] : [tuple(shape.map(String))])]);
}

function isSubarray(descr: Exclude<Descr, string>): descr is readonly [Descr, readonly number[]] {
  const last: readonly unknown[] | undefined = descr.length === 2 ? descr[1] : undefined;
  return last !== undefined && last.every((size) => typeof size === "number");
}

function tuple(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}
