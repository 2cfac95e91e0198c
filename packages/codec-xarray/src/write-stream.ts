import { writeBatch, writeSchema } from "./write-message.ts";

/** A column of one row: a list of `length` values. */
export interface WrittenColumn {
  readonly name: string;
  /** The Arrow type of the values, as pyarrow prints it. */
  readonly type: string;
  readonly length: number;
  /** The buffers of the values, without the one for nulls, of which there are none. */
  readonly buffers: readonly Uint8Array[];
}

const continuation = 0xffffffff;
const none: Uint8Array = new Uint8Array(0);

/**
 * Writes an Arrow IPC stream of a schema, one record batch of one row and the end mark. Every buffer is copied once, to
 * where it belongs in bytes of just the right size, at a multiple of 8 from their start.
 */
export function writeStream(columns: readonly WrittenColumn[], metadata: ReadonlyMap<string, string>): Uint8Array {
  const buffers = columns.flatMap(({ length, buffers }) => [none, listOffsets(length), none, ...buffers]);
  const regions: { offset: number; length: number }[] = [];
  let bodyLength = 0;
  for (const { length } of buffers) {
    regions.push({ offset: bodyLength, length });
    bodyLength += padded(length);
  }
  const nodes = columns.flatMap(({ length }) => [1, length]);
  const messages = [writeSchema(columns, metadata), writeBatch(nodes, regions, bodyLength)];

  const headersLength = messages.reduce((sum, { length }) => sum + 8 + padded(length), 0);
  const bytes = new Uint8Array(headersLength + bodyLength + 8);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at, continuation, true);
    view.setInt32(at + 4, padded(message.length), true);
    bytes.set(message, at + 8);
    at += 8 + padded(message.length);
  }
  buffers.forEach((buffer, index) => bytes.set(buffer, at + (regions[index]?.offset ?? 0)));
  // The end mark is a message of size 0.
  view.setUint32(at + bodyLength, continuation, true);
  return bytes;
}

/** The offsets of one list with all values, little-endian as all buffers. */
function listOffsets(length: number): Uint8Array {
  const offsets = new Uint8Array(8);
  new DataView(offsets.buffer).setInt32(4, length, true);
  return offsets;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
