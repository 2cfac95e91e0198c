import { DataQueueError } from "@dataqueues/core";

/** The bytes that an MCAP file begins and ends with. Source: https://mcap.dev/spec#magic */
export const magic: readonly number[] = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a];

/** The kinds of MCAP records that are read here. Source: https://mcap.dev/spec#opcodes */
export const opcodes = {
  header: 0x01,
  footer: 0x02,
  channel: 0x04,
  message: 0x05,
  chunk: 0x06,
  chunkIndex: 0x08,
  attachment: 0x09,
  attachmentIndex: 0x0a,
  statistics: 0x0b,
  metadata: 0x0c,
  metadataIndex: 0x0d,
  dataEnd: 0x0f,
} as const;

/** An MCAP record begins with its kind, one byte, and the length of what follows, eight. */
export const recordHeadBytes = 9;

/** Of a Message, the bytes before its data: channel, sequence, and two times. */
export const messageHeadBytes = 22;

/** Larger ones are refused: a reader holds one in memory. */
export const largestRecordBytes: number = 2 ** 30;

/** The length in the head of a record at `at`; beyond 2^53 it is not exact. */
export function recordLength(bytes: Uint8Array, at = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + 1, 8);
  return view.getUint32(0, true) + 2 ** 32 * view.getUint32(4, true);
}

/** The error of a file that is not what its format asks for: it names the file and the place in it. */
export function damaged(name: string, at: number, what: string, cause?: unknown): DataQueueError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new DataQueueError(`${name}: damaged at byte ${at}: ${what}${reason}`, { code: "RECORDING_DAMAGED", cause });
}
