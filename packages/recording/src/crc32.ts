/** The reversed polynomial of zlib, https://www.rfc-editor.org/rfc/rfc1952#section-8 */
const polynomial = 0xedb88320;

/** Slicing-by-4: row k of 256 entries says how a byte changes the checksum if k more bytes follow it. */
const table: Int32Array = /* @__PURE__ */ makeTable(4);

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
 * The CRC-32 of bytes as an unsigned number: the checksum of MCAP's chunks, attachments and summary.
 *
 * @param previous - the checksum of the bytes before these, which is continued
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  // Node's own is several times as fast. Taken in this way, it is no import, which bundlers for browsers would refuse.
  const native = globalThis.process?.getBuiltinModule?.("node:zlib").crc32;
  return native?.(bytes, previous) ?? crc32ByTables(bytes, previous);
}

/** The same, where there is no Node. */
export function crc32ByTables(bytes: Uint8Array, previous = 0): number {
  const fours = bytes.length & ~3;
  let crc = ~previous;
  for (let index = 0; index < fours; index += 4) {
    crc ^= bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24);
    crc =
      table[0x300 + (crc & 0xff)]! ^
      table[0x200 + ((crc >>> 8) & 0xff)]! ^
      table[0x100 + ((crc >>> 16) & 0xff)]! ^
      table[crc >>> 24]!;
  }
  for (let index = fours; index < bytes.length; index++) crc = (crc >>> 8) ^ table[(crc ^ bytes[index]!) & 0xff]!;
  return ~crc >>> 0;
}
