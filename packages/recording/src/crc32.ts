import { crc32Final, crc32Update } from "@foxglove/crc";

/**
 * The CRC-32 of bytes as an unsigned number: the checksum of MCAP's chunks, attachments and summary.
 *
 * @param previous - the checksum of the bytes before these, which is continued
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  // Node's own is several times as fast. Taken in this way, it is no import, which bundlers for browsers would refuse.
  const native = globalThis.process?.getBuiltinModule?.("node:zlib").crc32;
  // What goes on is the checksum before its last step, which inverts it.
  return native?.(bytes, previous) ?? crc32Final(crc32Update(~previous, bytes));
}
