import { CodecError } from "@dataqueues/core";

/** Refuses what is not a string, as Python does. */
export function assertString(value: unknown, encoding: string): asserts value is string {
  if (typeof value === "string") return;
  const found = value === null ? "null" : `a value of type ${typeof value}`;
  throw new CodecError(`${encoding} encodes text, not ${found}`, { code: "type" });
}

/** The first bytes of other formats, and what they are. */
const signatures: readonly (readonly [start: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], "gzip: decompress it first"],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "an npy file, which npy() reads"],
  [[0xff, 0xff, 0xff, 0xff], "an Arrow stream, which xarray() reads if it is a Dataset"],
  [[0xff, 0xfe], "UTF-16, which is not read"],
  [[0xfe, 0xff], "UTF-16, which is not read"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd: decompress it first"],
  [[0x80, 0x04], "a Python pickle, which only Python reads"],
  [[0x80, 0x05], "a Python pickle, which only Python reads"],
];

/**
 * What bytes that are not text look like, as the end of an error message; empty if their beginning does not show it.
 */
export function looksLike(bytes: Uint8Array): string {
  const found = signatures.find(([start]) => start.every((byte, index) => bytes[index] === byte))?.[1];
  if (found !== undefined) return `; this looks like ${found}`;
  const [first = 0] = bytes;
  if ((first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)) {
    return "; this may be msgpack, which msgpackNumpy() reads";
  }
  if (first !== 0 || bytes.length < 6) return "";
  const id = new DataView(bytes.buffer, bytes.byteOffset + 1, 4).getInt32(0);
  return `; this looks like the framing of Confluent's Schema Registry (schema id ${id}), whose body starts after five bytes`;
}
