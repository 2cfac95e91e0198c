import { crc32 } from "./crc32.ts";
import { FieldReader } from "./field-reader.ts";
import { largestRecordBytes, opcodes, recordHeadBytes, recordLength } from "./mcap-record.ts";
import { decodeOffsetIndex, offsetIndexName } from "./offset-index.ts";
import type { OffsetRun } from "./offset-index.ts";
import type { RecordingReader } from "./recording-reader.ts";

/** What the end of a file says about the rest of it. */
export interface Summary {
  /** How many messages there are; undefined where that is not told. */
  readonly messageCount: number | undefined;
  /** Where the chunks begin. */
  readonly chunkStarts: ReadonlySet<number>;
  /** Which offsets are where, as it stands in the file. It may be older than the chunks if another program changed them. */
  readonly runs: readonly OffsetRun[] | undefined;
}

/** A place in the file. */
interface Piece {
  readonly at: number;
  readonly length: number;
}

/** Reads the summary; channels and settings go to the reader. Undefined where there is none, or none that makes sense. */
export async function readSummary(reader: RecordingReader): Promise<Summary | undefined> {
  if (!reader.hasEnd) return undefined;
  try {
    return await summaryOf(reader);
  } catch (error) {
    // A field that goes past its record: without a summary the chunks are gone through, which have checksums of their own.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function summaryOf(reader: RecordingReader): Promise<Summary | undefined> {
  const { file, limit } = reader;
  const footer = new FieldReader((await file.read(limit, recordHeadBytes + 20)).subarray(recordHeadBytes));
  const start = footer.uint64();
  footer.skip(8);
  const crc = footer.uint32();
  if (start === 0) return undefined;
  const bytes = await readPiece(reader, { at: start, length: limit + recordHeadBytes + 16 - start });
  if (crc !== 0 && crc32(bytes) !== crc) return undefined;
  let messageCount: number | undefined;
  const chunkStarts = new Set<number>();
  const metadata: Piece[] = [];
  const indexes: Piece[] = [];
  for (let at = 0; at < limit - start;) {
    const opcode = bytes[at] ?? 0;
    const record = new FieldReader(bytes.subarray(at));
    record.skip(1);
    const body = record.bytes(record.uint64());
    const fields = new FieldReader(body);
    if (opcode === opcodes.channel) reader.addRecord(opcode, start + at, body);
    else if (opcode === opcodes.statistics) messageCount = fields.uint64();
    else if (opcode === opcodes.metadataIndex) metadata.push({ at: fields.uint64(), length: fields.uint64() });
    else if (opcode === opcodes.attachmentIndex) indexes.push(...indexPlace(fields));
    else if (opcode === opcodes.chunkIndex) {
      fields.skip(16);
      chunkStarts.add(fields.uint64());
    }
    at += record.at;
  }
  for (const piece of metadata) {
    const record = await readPiece(reader, piece);
    if (record[0] === opcodes.metadata) reader.addRecord(opcodes.metadata, piece.at, record.subarray(recordHeadBytes));
  }
  return { messageCount, chunkStarts, runs: await readIndexes(reader, indexes) };
}

function indexPlace(fields: FieldReader): Piece[] {
  const place = { at: fields.uint64(), length: fields.uint64() };
  fields.skip(24);
  return fields.string() === offsetIndexName ? [place] : [];
}

/** The index of offsets, which is in several attachments in a long recording. */
async function readIndexes(reader: RecordingReader, pieces: readonly Piece[]): Promise<OffsetRun[] | undefined> {
  const runs: OffsetRun[] = [];
  for (const piece of pieces) {
    const found = await readIndex(reader, piece);
    if (found === undefined) return undefined;
    for (const run of found) runs.push(run);
  }
  return pieces.length === 0 ? undefined : runs;
}

/** One part of it, if its checksum is right. */
async function readIndex(reader: RecordingReader, piece: Piece): Promise<OffsetRun[] | undefined> {
  const record = await readPiece(reader, piece);
  if (record[0] !== opcodes.attachment || recordLength(record) !== record.length - recordHeadBytes) return undefined;
  const body = record.subarray(recordHeadBytes);
  const fields = new FieldReader(body);
  fields.skip(16);
  fields.string();
  fields.string();
  const data = fields.bytes(fields.uint64());
  const checked = body.subarray(0, fields.at);
  const crc = fields.uint32();
  return crc === 0 || crc32(checked) === crc ? decodeOffsetIndex(data) : undefined;
}

async function readPiece({ file }: RecordingReader, { at, length }: Piece): Promise<Uint8Array> {
  if (length < recordHeadBytes || length > largestRecordBytes || at > file.size - length) {
    throw new RangeError(`${length} bytes at byte ${at} are not in the file`);
  }
  return file.read(at, length);
}
