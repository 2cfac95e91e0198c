import {
  formatError,
  littleEndian,
  messageHeaders,
  prefixLength,
  readMessage,
  readMetadata,
  slots,
} from "@dataqueues/arrow-ipc";
import type { ArrowTable, IpcMessage } from "@dataqueues/arrow-ipc";
import { emptyColumn, readBatch } from "./arrow-array.ts";
import { readField } from "./arrow-field.ts";

/**
 * Reads an Arrow IPC stream (https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format): a schema, one
 * record batch and the end of the stream, and nothing after it. A table without rows may come without a batch.
 *
 * Whatever the bytes are, the buffers of the columns lie inside them, or a `FormatError` is thrown, in time and memory
 * that grow with the number of bytes.
 */
export function readStream(bytes: Uint8Array): ArrowTable {
  const first = readMessage(bytes, 0, formatError);
  const { header: schema, end } = expectHeader(first, "Schema", "a schema", 0);
  if ((schema.int16(slots.schema.endianness) ?? littleEndian) !== littleEndian) {
    throw formatError("format", "the Arrow stream is big-endian; write it little-endian");
  }
  const fields = schema.tables(slots.schema.fields, (field) => readField(field));
  const metadata = readMetadata(schema, slots.schema.customMetadata);

  const second = readMessage(bytes, end, formatError);
  if (second === undefined) {
    checkEnd(bytes, end);
    return { metadata, rows: 0, columns: fields.map(emptyColumn) };
  }
  const { header: batch, body, bodyOffset } = expectHeader(second, "RecordBatch", "one record batch", end);
  const { rows, columns } = readBatch(batch, fields, body, bodyOffset);
  if (readMessage(bytes, second.end, formatError) !== undefined) {
    const message = "a second record batch follows the first; combine them into one";
    throw formatError("format", message, { offset: second.end });
  }
  checkEnd(bytes, second.end);
  return { metadata, rows, columns };
}

function expectHeader(message: IpcMessage | undefined, header: string, what: string, offset: number): IpcMessage {
  if (message === undefined) throw formatError("format", `the Arrow stream ends where ${what} should be`, { offset });
  if (message.headerType === messageHeaders.indexOf(header)) return message;
  throw formatError("format", `an Arrow message is not ${what}`, { offset });
}

/** Checks that no bytes follow the end of the stream, which is a message of size 0 at `start`. */
function checkEnd(bytes: Uint8Array, start: number): void {
  const offset = start + prefixLength;
  const trailing = bytes.length - offset;
  if (trailing > 0) throw formatError("trailing", `${trailing} bytes follow the end of the Arrow stream`, { offset });
}
