import type { ArrowArray } from "./arrow-array.ts";
import { readBatch, withoutValues } from "./arrow-array.ts";
import { readField } from "./arrow-field.ts";
import { FlatTable } from "./flatbuffer.ts";
import { refuse } from "./refuse.ts";

/** What an Arrow IPC stream with one record batch holds. */
export interface ArrowTable {
  readonly metadata: ReadonlyMap<string, string>;
  readonly rows: number;
  readonly columns: readonly ArrowArray[];
}

/** `MessageHeader` and slots of `Message`, `Schema` and `KeyValue` in Arrow's Message.fbs and Schema.fbs. */
const schemaHeader = 1;
const recordBatchHeader = 3;
const messageSlots = { version: 0, headerType: 1, header: 2, bodyLength: 3 } as const;
const schemaSlots = { endianness: 0, fields: 1, metadata: 2 } as const;
const metadataV4 = 3;

/**
 * Reads an Arrow IPC stream of a schema, one record batch and the end mark, and nothing after it
 * (https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format); a table without rows comes without a batch.
 * Whatever the bytes are, it gives arrays whose
 * buffers lie inside them or fails with a `FormatError`, in time and memory that grow with the number of bytes.
 */
export function readStream(bytes: Uint8Array): ArrowTable {
  const schemaMessage = readMessage(bytes, 0, schemaHeader, "a schema");
  const { header: schema } = schemaMessage;
  if ((schema.int16(schemaSlots.endianness) ?? 0) !== 0)
    refuse("format", "the Arrow stream is big-endian; write it little-endian");
  const fields = schema.tables(schemaSlots.fields, (field) => readField(field));
  const metadata = new Map(
    schema.tables(schemaSlots.metadata, (pair): [string, string] => [pair.string(0) ?? "", pair.string(1) ?? ""]),
  );

  if (readSize(bytes, schemaMessage.end) === 0) {
    readEnd(bytes, schemaMessage.end);
    return { metadata, rows: 0, columns: fields.map(withoutValues) };
  }
  const batchMessage = readMessage(bytes, schemaMessage.end, recordBatchHeader, "one record batch");
  const { header: batch, body, bodyOffset } = batchMessage;
  const { rows, columns } = readBatch(batch, fields, body, bodyOffset);
  readEnd(bytes, batchMessage.end);
  return { metadata, rows, columns };
}

/** A message: continuation mark, size of the flatbuffer, flatbuffer, body. */
function readMessage(
  bytes: Uint8Array,
  start: number,
  wanted: number,
  what: string,
): { header: FlatTable; body: Uint8Array; bodyOffset: number; end: number } {
  const size = readSize(bytes, start);
  if (size === 0) refuse("format", `the Arrow stream ends where ${what} should be`, start);
  const message = FlatTable.root(slice(bytes, start + 8, size), start + 8);
  const header = message.table(messageSlots.header);
  if ((message.int16(messageSlots.version) ?? 0) < metadataV4) {
    refuse("format", "the Arrow stream is of a format before version 4", start);
  }
  if (message.uint8(messageSlots.headerType) !== wanted || header === undefined) {
    return refuse("format", `an Arrow message is not ${what}`, start);
  }
  const bodyOffset = start + 8 + size;
  const bodyLength = message.size(messageSlots.bodyLength) ?? 0;
  return { header, body: slice(bytes, bodyOffset, bodyLength), bodyOffset, end: bodyOffset + bodyLength };
}

function readEnd(bytes: Uint8Array, start: number): void {
  if (readSize(bytes, start) !== 0) {
    refuse("format", "a second record batch follows the first; combine them into one", start);
  }
  if (bytes.length > start + 8) {
    refuse("trailing", `${bytes.length - start - 8} bytes follow the end of the Arrow stream`, start + 8);
  }
}

function readSize(bytes: Uint8Array, start: number): number {
  const frame = slice(bytes, start, 8);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0xffffffff) refuse("format", "no Arrow message starts here", start);
  const size = view.getInt32(4, true);
  return size < 0 ? refuse("format", `an Arrow message cannot have ${size} bytes`, start + 4) : size;
}

function slice(bytes: Uint8Array, start: number, size: number): Uint8Array {
  if (start + size > bytes.length) {
    refuse("truncated", `the Arrow stream ends at byte ${bytes.length}, but goes on to ${start + size}`, bytes.length);
  }
  return bytes.subarray(start, start + size);
}
