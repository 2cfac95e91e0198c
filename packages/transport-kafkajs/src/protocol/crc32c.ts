import { fold } from "./crc32c-folding.ts";

/** The reversed Castagnoli polynomial, https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const polynomial = 0x82f63b78;

/**
 * Slicing-by-16: row k of 256 entries says how a byte changes the checksum if k more bytes follow it. So sixteen bytes are
 * processed in each step.
 */
const table = makeTable(16);

/** Words are read in the byte order of the machine. On a big-endian one bytes are processed one by one instead. */
const littleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function makeTable(rows: number): Int32Array {
  const entries = new Int32Array(256 * rows);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    entries[byte] = value;
  }
  for (let index = 256; index < entries.length; index++) {
    const previous = entries[index - 256]!;
    entries[index] = (previous >>> 8) ^ entries[previous & 0xff]!;
  }
  return entries;
}

/**
 * The CRC-32C of bytes as an unsigned number: the checksum of Kafka's record batches. Its speed matters because every byte
 * that is sent or fetched is checked; tables alone get to some 2 GB/s. `zlib.crc32` of Node has another polynomial.
 */
export function crc32c(bytes: Uint8Array): number {
  return byTables(fold?.(bytes) ?? bytes);
}

function byTables(bytes: Uint8Array): number {
  const head = littleEndian ? Math.min(-bytes.byteOffset & 3, bytes.length) : bytes.length;
  const wordCount = ((bytes.length - head) >> 4) * 4;
  let crc = byBytes(-1, bytes, 0, head);
  if (wordCount > 0) crc = byWords(crc, new Int32Array(bytes.buffer, bytes.byteOffset + head, wordCount));
  return ~byBytes(crc, bytes, head + 4 * wordCount, bytes.length) >>> 0;
}

function byBytes(start: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = start;
  for (let index = from; index < to; index++) crc = (crc >>> 8) ^ table[(crc ^ bytes[index]!) & 0xff]!;
  return crc;
}

function byWords(start: number, words: Int32Array): number {
  let crc = start;
  for (let index = 0, end = words.length; index < end; index += 4) {
    const first = crc ^ words[index]!;
    const second = words[index + 1]!;
    const third = words[index + 2]!;
    const fourth = words[index + 3]!;
    crc =
      table[0xf00 + (first & 0xff)]! ^
      table[0xe00 + ((first >>> 8) & 0xff)]! ^
      table[0xd00 + ((first >>> 16) & 0xff)]! ^
      table[0xc00 + (first >>> 24)]! ^
      table[0xb00 + (second & 0xff)]! ^
      table[0xa00 + ((second >>> 8) & 0xff)]! ^
      table[0x900 + ((second >>> 16) & 0xff)]! ^
      table[0x800 + (second >>> 24)]! ^
      table[0x700 + (third & 0xff)]! ^
      table[0x600 + ((third >>> 8) & 0xff)]! ^
      table[0x500 + ((third >>> 16) & 0xff)]! ^
      table[0x400 + (third >>> 24)]! ^
      table[0x300 + (fourth & 0xff)]! ^
      table[0x200 + ((fourth >>> 8) & 0xff)]! ^
      table[0x100 + ((fourth >>> 16) & 0xff)]! ^
      table[fourth >>> 24]!;
  }
  return crc;
}
