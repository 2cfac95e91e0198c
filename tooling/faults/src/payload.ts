import { crc32 } from "node:zlib";

/** Checksum, producer and sequence, each an unsigned 32-bit number in little-endian order; then filling. */
const headerBytes = 12;

/** Which message a payload is of. */
export interface Numbered {
  readonly producer: number;
  readonly sequence: number;
}

/** A payload that names its producer and its place among that producer's messages, under a CRC-32 (zlib's). */
export function numberedPayload({ producer, sequence }: Numbered, bytes: number): Uint8Array {
  const payload = new Uint8Array(Math.max(headerBytes, bytes)).fill(sequence & 0xff, headerBytes);
  const view = new DataView(payload.buffer);
  view.setUint32(4, producer, true);
  view.setUint32(8, sequence, true);
  view.setUint32(0, crc32(payload.subarray(4)), true);
  return payload;
}

/** The checksum that a payload says it has. */
export function checksumOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
}

/** Reads a payload; undefined when it is not what was sent. */
export function readPayload(payload: Uint8Array | null): Numbered | undefined {
  if (payload === null || payload.length < headerBytes) return undefined;
  if (checksumOf(payload) !== crc32(payload.subarray(4))) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { producer: view.getUint32(4, true), sequence: view.getUint32(8, true) };
}
