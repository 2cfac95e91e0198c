import { UnsupportedError } from "@dataqueues/core";

import { crc32 } from "./crc32.ts";
import { FieldReader } from "./field-reader.ts";
import { damaged, messageHeadBytes, opcodes, recordHeadBytes, recordLength } from "./mcap-record.ts";

/** The bytes of a chunk from its head on, and where they stand. */
export interface ChunkBytes {
  /** The file's name. */
  readonly name: string;
  /** Where the chunk begins in the file. */
  readonly at: number;
  /** The length of the chunk's content, as its head says; of a chunk that is cut, `bytes` has less. */
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Whether it is the last one of a file without an end. */
  readonly isLast: boolean;
}

/** A record in a chunk. */
export interface ChunkRecord {
  readonly opcode: number;
  /** Where it begins in the file. */
  readonly at: number;
  readonly body: Uint8Array;
}

/** A chunk's fields before its compression's name: two times, the size and the checksum of what it holds. */
const fixedBytes = 28;

/**
 * The records of a chunk. Of one that is cut, those that are whole; their checksum cannot be compared then. A loss of power can
 * leave zeros where the last chunk was to be: then those before the zeros.
 *
 * @throws DataQueueError for a chunk that is damaged, UnsupportedError for one that is compressed
 */
export function* readChunk({ name, at, length, bytes, isLast }: ChunkBytes): Generator<ChunkRecord> {
  const content = bytes.subarray(recordHeadBytes);
  const isCut = content.length < length;
  if (content.length < fixedBytes + 4) {
    if (isCut) return;
    throw damaged(name, at, `a chunk of ${length} bytes is too short`);
  }
  const fields = new FieldReader(content);
  fields.skip(fixedBytes - 4);
  const crc = fields.uint32();
  const nameBytes = fields.uint32();
  const start = fixedBytes + 4 + nameBytes + 8;
  if (start > length) throw damaged(name, at, `the name of the chunk's compression has ${nameBytes} bytes`);
  if (start > content.length) return;
  const compression = new TextDecoder().decode(fields.bytes(nameBytes));
  if (compression !== "") {
    const advice = "decompress it first: mcap decompress FILE -o COPY";
    throw new UnsupportedError(`${name}: the chunk at byte ${at} is compressed (${compression}); ${advice}`);
  }
  const size = length - start;
  const told = fields.bigUint64();
  if (told !== BigInt(size)) throw damaged(name, at, `a chunk of ${size} bytes says that it has ${told}`);
  let records = content.subarray(start);
  if (!isCut && crc !== 0 && crc32(records) !== crc) {
    const written = isLast ? records.findLastIndex((byte) => byte !== 0) + 1 : records.length;
    if (records.length - written < recordHeadBytes) throw damaged(name, at, "the checksum of the chunk is wrong");
    records = records.subarray(0, written);
  }
  yield* recordsIn(records, size, name, at + recordHeadBytes + start);
}

/** @param size - the length of all records, of which `bytes` may have the first only */
function* recordsIn(bytes: Uint8Array, size: number, name: string, start: number): Generator<ChunkRecord> {
  let at = 0;
  while (at < bytes.length) {
    const from = at + recordHeadBytes;
    if (from > bytes.length) {
      if (bytes.length < size) return;
      throw damaged(name, start + at, "the head of a record goes past the end of its chunk");
    }
    const length = recordLength(bytes, at);
    if (length > size - from) throw damaged(name, start + at, `a record of ${length} bytes goes past its chunk`);
    if (length > bytes.length - from) return;
    const opcode = bytes[at] ?? 0;
    if (opcode === opcodes.message && length < messageHeadBytes) {
      throw damaged(name, start + at, `a message of ${length} bytes is too short`);
    }
    yield { opcode, at: start + at, body: bytes.subarray(from, from + length) };
    at = from + length;
  }
}
