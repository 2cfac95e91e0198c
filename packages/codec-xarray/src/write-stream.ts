import { prefixLength } from "@dataqueues/arrow-ipc";
import type { DatasetColumns } from "@dataqueues/arrow-ipc";
import { writeBatch, writeSchema } from "./write-message.ts";

/** The first field of every message, and of the end of the stream. */
const continuation = 0xffffffff;
/** The validity of values without nulls. */
const noValidity: Uint8Array = new Uint8Array(0);

/**
 * Writes an Arrow IPC stream of a schema, one record batch of one row, and the end of the stream. The bytes have just
 * the right size. Each buffer is copied into them once, to a multiple of 8.
 */
export function writeStream({ columns, metadata }: DatasetColumns): Uint8Array {
  const buffers = columns.flatMap(({ length, buffers }) => [noValidity, listOffsets(length), noValidity, ...buffers]);
  const regions: { offset: number; length: number }[] = [];
  let bodyLength = 0;
  for (const { length } of buffers) {
    regions.push({ offset: bodyLength, length });
    bodyLength += padded(length);
  }
  const nodes = columns.flatMap(({ length }) => [1, length]);
  const messages = [writeSchema(columns, metadata), writeBatch(nodes, regions, bodyLength)];

  const headersLength = messages.reduce((sum, { length }) => sum + prefixLength + padded(length), 0);
  const bytes = new Uint8Array(headersLength + bodyLength + prefixLength);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at, continuation, true);
    view.setInt32(at + 4, padded(message.length), true);
    bytes.set(message, at + prefixLength);
    at += prefixLength + padded(message.length);
  }
  buffers.forEach((buffer, index) => bytes.set(buffer, at + (regions[index]?.offset ?? 0)));
  // The stream ends with a message of size 0.
  view.setUint32(at + bodyLength, continuation, true);
  return bytes;
}

/** The offsets of one list of all values: 0 and `length`, little-endian as all buffers. */
function listOffsets(length: number): Uint8Array {
  const offsets = new Uint8Array(8);
  new DataView(offsets.buffer).setInt32(4, length, true);
  return offsets;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
