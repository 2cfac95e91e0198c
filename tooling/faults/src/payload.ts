import { crc32 } from "node:zlib";

/** Checksum, producer and sequence, each an unsigned 32-bit number in little-endian order. Filling follows. */
const headerBytes = 12;

/** The number of a message. */
export interface Numbered {
  readonly producer: number;
  readonly sequence: number;
}

/** A payload that holds its producer, its place among that producer's messages, and a CRC-32 (zlib's) of all bytes after it. */
export function numberedPayload({ producer, sequence }: Numbered, bytes: number): Uint8Array {
  const payload = new Uint8Array(Math.max(headerBytes, bytes)).fill(sequence & 0xff, headerBytes);
  const view = new DataView(payload.buffer);
  view.setUint32(4, producer, true);
  view.setUint32(8, sequence, true);
  view.setUint32(0, crc32(payload.subarray(4)), true);
  return payload;
}

/** The checksum that stands in a payload. */
export function checksumOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
}

/** Reads the number of a payload; undefined when the checksum is wrong. */
export function readPayload(payload: Uint8Array | null): Numbered | undefined {
  if (payload === null || payload.length < headerBytes) return undefined;
  if (checksumOf(payload) !== crc32(payload.subarray(4))) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { producer: view.getUint32(4, true), sequence: view.getUint32(8, true) };
}
