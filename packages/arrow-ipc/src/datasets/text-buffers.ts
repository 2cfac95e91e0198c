import type { NdArray } from "@dataqueues/arrays";

const encoder = new TextEncoder();

/**
 * Text or bytes of a fixed width as Arrow holds them: one after the other, with the offset at which each starts. The
 * NULs that fill an item up to its width are left out, as numpy leaves them out.
 *
 * @throws TypeError for text with half a surrogate pair, which UTF-8 cannot hold.
 */
export function textBuffers(name: string, array: NdArray): [offsets: Uint8Array, data: Uint8Array] {
  const { bytes, itemsize, size } = array;
  const width = array.dtype.startsWith("<U") ? 4 : 1;
  const offsets = new Int32Array(size + 1);
  // UTF-8 never takes more than the 4 bytes that numpy has for a character.
  const data = new Uint8Array(bytes.length);
  let end = 0;
  for (let index = 0; index < size; index += 1) {
    const start = index * itemsize;
    let stop = start + itemsize;
    while (stop > start && bytes[stop - 1] === 0) stop -= 1;
    const length = width === 1 ? stop - start : asciiLength(bytes, start, stop);
    if (length === undefined) end += encodeItem(name, array, index, data.subarray(end));
    else for (let at = 0; at < length; at += 1) data[end++] = bytes[start + width * at] ?? 0;
    if (end > 0x7fffffff) throw new TypeError(`variable '${name}': its text takes more than 2 GiB`);
    offsets[index + 1] = end;
  }
  return [new Uint8Array(offsets.buffer), data.subarray(0, end)];
}

/** The number of characters in UCS-4 if all are ASCII, as in most names; otherwise undefined. */
function asciiLength(bytes: Uint8Array, start: number, stop: number): number | undefined {
  for (let at = start; at < stop; at += 1) {
    if ((bytes[at] ?? 0) > (at % 4 === 0 ? 0x7f : 0)) return undefined;
  }
  return Math.ceil((stop - start) / 4);
}

function encodeItem(name: string, array: NdArray, index: number, into: Uint8Array): number {
  const item = array.item(index);
  const text = typeof item === "string" ? item : "";
  if (!text.isWellFormed()) throw new TypeError(`variable '${name}': ${JSON.stringify(text)} has half a character`);
  return encoder.encodeInto(text, into).written;
}
