import type { Headers, LogRecord } from "@dataqueues/core";
import { BytesReader } from "./bytes-reader.ts";
import type { KeptBytes } from "./kept-bytes.ts";

/** What the records of a batch are counted from. */
export interface RecordBase {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly baseTimestamp: number;
  /** The time of all its records, where the log gives them one. */
  readonly appendTime: number | undefined;
  readonly recordCount: number;
}

const noHeaders: Headers = Object.freeze([]);

/** The fewest bytes of a record: its length, attributes, and six numbers of which each is one byte. */
const smallestRecord = 7;
/** The fewest bytes of a header: two lengths. */
const smallestHeader = 2;

/** The records of a batch; `bytes` are the batch's records, decompressed. Throws a RangeError for what is none. */
export function decodeRecords(
  bytes: Uint8Array,
  { baseOffset, lastOffset, baseTimestamp, appendTime, recordCount }: RecordBase,
  kept: KeptBytes,
): LogRecord[] {
  const records: LogRecord[] = [];
  const reader = new BytesReader(bytes);
  if (recordCount < 0 || recordCount * smallestRecord > bytes.length) {
    throw new RangeError(`${recordCount} records wanted in ${bytes.length} bytes`);
  }
  const lastDelta = Number(lastOffset - baseOffset);
  let before = -1;
  for (let index = 0; index < recordCount; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.uint8();
    const timestamp = baseTimestamp + reader.varlong();
    const delta = reader.varint();
    const offset = baseOffset + BigInt(delta);
    if (delta <= before || delta > lastDelta) throw new RangeError(`record ${offset} is out of place`);
    before = delta;
    const key = readKept(reader, kept);
    const value = readKept(reader, kept);
    const headers = readHeaders(reader, kept);
    if (reader.position !== end) throw new RangeError(`record ${offset} is not as long as it says`);
    records.push({ key, value, headers, timestamp: appendTime ?? timestamp, offset });
  }
  if (reader.remaining > 0) throw new RangeError(`${reader.remaining} bytes follow its last record`);
  return records;
}

function readKept(reader: BytesReader, kept: KeptBytes): Uint8Array | null {
  const length = reader.varint();
  if (length < 0) return null;
  const start = reader.skip(length);
  return kept.keep(reader.bytes, start, reader.position);
}

function readHeaders(reader: BytesReader, kept: KeptBytes): Headers {
  const count = reader.varint();
  if (count === 0) return noHeaders;
  if (count < 0 || count * smallestHeader > reader.remaining) throw new RangeError(`a record with ${count} headers`);
  const headers: [string, Uint8Array | null][] = [];
  for (let index = 0; index < count; index++) headers.push([reader.text(reader.varint()), readKept(reader, kept)]);
  return headers;
}
