import { Endianness } from "apache-arrow/fb/endianness";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { MetadataVersion } from "apache-arrow/fb/metadata-version";
import { emptyColumn, readBatch } from "./arrow-array.ts";
import type { ArrowArray } from "./arrow-array.ts";
import { readField } from "./arrow-field.ts";
import * as slots from "./arrow-slots.ts";
import { FlatTable } from "./flatbuffer.ts";
import { formatError } from "./format-error.ts";

/** What an Arrow IPC stream with one record batch holds. */
export interface ArrowTable {
  readonly metadata: ReadonlyMap<string, string>;
  readonly rows: number;
  readonly columns: readonly ArrowArray[];
}

// Numbers instead of the enums, because the bytes may hold any number.
const littleEndian: number = Endianness.Little;
const version1: number = MetadataVersion.V1;
const version4: number = MetadataVersion.V4;
/** The first field of every message. */
const continuation = 0xffffffff;
/** The bytes of the continuation and of the size of the flatbuffer that follows. */
const prefixLength = 8;

/**
 * Reads an Arrow IPC stream (https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format): a schema, one
 * record batch and the end of the stream, and nothing after it. A table without rows may come without a batch.
 *
 * Whatever the bytes are, the buffers of the columns lie inside them, or a `FormatError` is thrown, in time and memory
 * that grow with the number of bytes.
 */
export function readStream(bytes: Uint8Array): ArrowTable {
  const schemaMessage = readMessage(bytes, 0, MessageHeader.Schema, "a schema");
  const { header: schema } = schemaMessage;
  if ((schema.int16(slots.schemaEndianness) ?? littleEndian) !== littleEndian) {
    throw formatError("format", "the Arrow stream is big-endian; write it little-endian");
  }
  const fields = schema.tables(slots.schemaFields, (field) => readField(field));
  const metadata = new Map(
    schema.tables(slots.schemaCustomMetadata, (pair): [string, string] => [
      pair.string(slots.keyValueKey) ?? "",
      pair.string(slots.keyValueValue) ?? "",
    ]),
  );

  if (readSize(bytes, schemaMessage.end) === 0) {
    readEnd(bytes, schemaMessage.end);
    return { metadata, rows: 0, columns: fields.map(emptyColumn) };
  }
  const batchMessage = readMessage(bytes, schemaMessage.end, MessageHeader.RecordBatch, "one record batch");
  const { header: batch, body, bodyOffset } = batchMessage;
  const { rows, columns } = readBatch(batch, fields, body, bodyOffset);
  readEnd(bytes, batchMessage.end);
  return { metadata, rows, columns };
}

/** Reads an encapsulated message: continuation, size of the flatbuffer, flatbuffer, body. */
function readMessage(
  bytes: Uint8Array,
  start: number,
  headerType: MessageHeader,
  what: string,
): { header: FlatTable; body: Uint8Array; bodyOffset: number; end: number } {
  const size = readSize(bytes, start);
  if (size === 0) throw formatError("format", `the Arrow stream ends where ${what} should be`, { offset: start });
  const message = FlatTable.root(slice(bytes, start + prefixLength, size), start + prefixLength);
  const header = message.table(slots.messageHeader);
  if ((message.int16(slots.messageVersion) ?? version1) < version4) {
    throw formatError("format", "the Arrow stream is of a format before version 4", { offset: start });
  }
  if (message.uint8(slots.messageHeaderType) !== headerType || header === undefined) {
    throw formatError("format", `an Arrow message is not ${what}`, { offset: start });
  }
  const bodyOffset = start + prefixLength + size;
  const bodyLength = message.size(slots.messageBodyLength) ?? 0;
  return { header, body: slice(bytes, bodyOffset, bodyLength), bodyOffset, end: bodyOffset + bodyLength };
}

/** Checks that the stream ends here: with a message of size 0, and no bytes after it. */
function readEnd(bytes: Uint8Array, start: number): void {
  if (readSize(bytes, start) !== 0) {
    throw formatError("format", "a second record batch follows the first; combine them into one", { offset: start });
  }
  const offset = start + prefixLength;
  const trailing = bytes.length - offset;
  if (trailing > 0) throw formatError("trailing", `${trailing} bytes follow the end of the Arrow stream`, { offset });
}

function readSize(bytes: Uint8Array, start: number): number {
  const prefix = slice(bytes, start, prefixLength);
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (view.getUint32(0, true) !== continuation) {
    throw formatError("format", "no Arrow message starts here", { offset: start });
  }
  const size = view.getInt32(4, true);
  if (size < 0) throw formatError("format", `an Arrow message cannot have ${size} bytes`, { offset: start + 4 });
  return size;
}

function slice(bytes: Uint8Array, start: number, size: number): Uint8Array {
  const { length } = bytes;
  if (start + size <= length) return bytes.subarray(start, start + size);
  const message = `the Arrow stream ends at byte ${length}, but should go on to ${start + size}`;
  throw formatError("truncated", message, { offset: length });
}
