import { metadataVersions } from "./enums.ts";
import type { ErrorFactory } from "./error-factory.ts";
import { FlatTable } from "./flat-table.ts";
import { readMetadata } from "./metadata.ts";
import { slots } from "./slots.ts";

/** An encapsulated message, whose body lies inside the bytes. */
export interface IpcMessage {
  /** A number of the union `MessageHeader`, or any other. */
  readonly headerType: number;
  readonly header: FlatTable;
  /** A number of the enumeration `MetadataVersion`: 3 or 4. */
  readonly version: number;
  readonly body: Uint8Array;
  /** Where the body starts, in bytes. */
  readonly bodyOffset: number;
  /** Where the next message starts, in bytes. */
  readonly end: number;
}

/** The first field of every message. */
const continuation = 0xffffffff;
/** The bytes before the flatbuffer of a message: the continuation, and the size of the flatbuffer as an int32. */
export const prefixLength = 8;
/** The version of a message that names none: V1. */
const firstVersion = 0;

/**
 * Reads the encapsulated message at `start`: continuation, size of the flatbuffer, flatbuffer, body
 * (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format).
 *
 * @returns undefined for the end of a stream, a message of size 0
 * @throws what `fail` makes, for bytes that are no such message: `truncated`, `format`, `flatbuffer`
 */
export function readMessage(bytes: Uint8Array, start: number, fail: ErrorFactory): IpcMessage | undefined {
  const prefix = slice(bytes, start, prefixLength, fail);
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (view.getUint32(0, true) !== continuation) {
    throw fail("format", "no Arrow message starts here", { offset: start });
  }
  const size = view.getInt32(4, true);
  if (size < 0) throw fail("format", `an Arrow message cannot have ${size} bytes`, { offset: start + 4 });
  if (size === 0) return undefined;
  const message = FlatTable.root(slice(bytes, start + prefixLength, size, fail), start + prefixLength, fail);
  const header = message.table(slots.message.header);
  const version = readVersion(message, slots.message.version, start, fail);
  if (header === undefined) throw fail("format", "an Arrow message has no header", { offset: start });
  // Not needed here, but who reads the message with another reader relies on it.
  readMetadata(message, slots.message.customMetadata);
  const bodyOffset = start + prefixLength + size;
  const bodyLength = message.size(slots.message.bodyLength) ?? 0;
  return {
    headerType: message.uint8(slots.message.headerType) ?? 0,
    header,
    version,
    body: slice(bytes, bodyOffset, bodyLength, fail),
    bodyOffset,
    end: bodyOffset + bodyLength,
  };
}

/**
 * Reads the version of a message or of a file's footer.
 *
 * @throws what `fail` makes, with the code `format`, for versions other than 4 and 5
 */
export function readVersion(table: FlatTable, slot: number, offset: number, fail: ErrorFactory): number {
  const version = table.int16(slot) ?? firstVersion;
  if (version < metadataVersions.v4)
    throw fail("format", "the Arrow stream is of a format before version 4", { offset });
  if (version > metadataVersions.v5)
    throw fail("format", "the Arrow stream is of a format after version 5", { offset });
  return version;
}

function slice(bytes: Uint8Array, start: number, size: number, fail: ErrorFactory): Uint8Array {
  const { length } = bytes;
  if (start + size <= length) return bytes.subarray(start, start + size);
  const message = `the Arrow stream ends at byte ${length}, but should go on to ${start + size}`;
  throw fail("truncated", message, { offset: length });
}
