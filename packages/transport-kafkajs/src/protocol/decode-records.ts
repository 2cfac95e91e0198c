import type { Headers, LogRecord } from "@dataqueues/core";
import { BytesReader } from "./bytes-reader.ts";
import type { KeptBytes } from "./kept-bytes.ts";

/** What the records of a batch are counted from. */
export interface RecordBase {
  readonly baseOffset: bigint;
  readonly baseTimestamp: number;
  /** The time of all its records, where the log gives them one. */
  readonly appendTime: number | undefined;
  readonly recordCount: number;
}

const noHeaders: Headers = Object.freeze([]);

/** Appends the records of a batch from offset `from` on to `records`; `bytes` are the batch's records, decompressed. */
export function decodeRecords(
  bytes: Uint8Array,
  { baseOffset, baseTimestamp, appendTime, recordCount }: RecordBase,
  from: bigint,
  kept: KeptBytes,
  records: LogRecord[],
): void {
  const reader = new BytesReader(bytes);
  for (let index = 0; index < recordCount; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.uint8();
    const timestamp = baseTimestamp + reader.varlong();
    const offset = baseOffset + BigInt(reader.varint());
    const key = readKept(reader, kept);
    const value = readKept(reader, kept);
    const headers = readHeaders(reader, kept);
    if (reader.position !== end) throw new RangeError(`record ${offset} is not as long as it says`);
    if (offset >= from) records.push({ key, value, headers, timestamp: appendTime ?? timestamp, offset });
  }
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
  if (count < 0 || count > reader.remaining) throw new RangeError(`a record with ${count} headers`);
  const headers: [string, Uint8Array | null][] = [];
  for (let index = 0; index < count; index++) headers.push([reader.text(reader.varint()), readKept(reader, kept)]);
  return headers;
}
