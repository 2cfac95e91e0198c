import type { NdArray } from "@dataqueues/arrays";

/**
 * Text or bytes of a fixed width as Arrow holds them: all one after the other, and where each one starts. The NULs that
 * fill an item up to its width are left out, as numpy leaves them out.
 *
 * @throws TypeError for text with half a surrogate pair, which UTF-8 cannot hold.
 */
export function textBuffers(name: string, array: NdArray): [offsets: Uint8Array, data: Uint8Array] {
  const items = array.dtype.startsWith("<U") ? encodeTexts(name, array) : splitBytes(array);
  const offsets = new Int32Array(items.length + 1);
  const total = items.reduce((end, item, index) => (offsets[index + 1] = end + item.length), 0);
  if (total > 0x7fffffff) throw new TypeError(`variable '${name}': its text takes more than 2 GiB`);
  const data = new Uint8Array(total);
  items.forEach((item, index) => data.set(item, offsets[index]));
  return [new Uint8Array(offsets.buffer), data];
}

function encodeTexts(name: string, array: NdArray): Uint8Array[] {
  const encoder = new TextEncoder();
  return Array.from(array, (item) => {
    const text = typeof item === "string" ? item : "";
    if (!text.isWellFormed()) throw new TypeError(`variable '${name}': ${JSON.stringify(text)} has half a character`);
    return encoder.encode(text);
  });
}

function splitBytes(array: NdArray): Uint8Array[] {
  const { bytes, itemsize, size } = array;
  return Array.from({ length: size }, (_, index) => {
    const item = bytes.subarray(index * itemsize, (index + 1) * itemsize);
    return item.subarray(0, item.findLastIndex((byte) => byte !== 0) + 1);
  });
}
