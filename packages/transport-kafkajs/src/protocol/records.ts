import type { Headers, LogRecord, ProducerRecord } from "@dataqueues/core";
import { BytesReader } from "./bytes-reader.ts";
import type { RecordBatch } from "./record-batch.ts";
import type { SlabAllocator } from "./slab-allocator.ts";

/*
 * The records of a batch. Numbers of variable length are zigzag-encoded, as in Protocol Buffers; the length -1 stands
 * for null.
 *
 *   Record =>
 *     length: varint
 *     attributes: int8 (unused)
 *     timestampDelta: varlong
 *     offsetDelta: varint
 *     keyLength: varint
 *     key: byte[]
 *     valueLength: varint
 *     value: byte[]
 *     headersCount: varint
 *     headers: [Header]
 *   Header =>
 *     headerKeyLength: varint
 *     headerKey: String
 *     headerValueLength: varint
 *     value: byte[]
 *
 * https://kafka.apache.org/documentation/#record
 */

/** The smallest record: one byte for each field that is always there. */
const minRecordSize = 7;
/** The smallest header: one byte for each of its two lengths. */
const minHeaderSize = 2;

const noHeaders: Headers = Object.freeze([]);

/** Encodes the records of a batch for which there is no `batchProblem`; compression comes afterwards. */
export function encodeRecords(records: readonly ProducerRecord[]): Buffer {
  const baseTimestamp = records[0]?.timestamp ?? 0;
  const headers = records.map((record) => encodeHeaders(record.headers));
  const sizes = records.map((record, index) => {
    return (
      1 + // attributes
      varintSize(record.timestamp - baseTimestamp) +
      varintSize(index) +
      nullableSize(record.key) +
      nullableSize(record.value) +
      varintSize(record.headers.length) +
      (headers[index]?.length ?? 0)
    );
  });
  const total = sizes.reduce((sum, size) => sum + varintSize(size) + size, 0);
  const bytes = Buffer.allocUnsafeSlow(total);
  let position = 0;
  records.forEach((record, index) => {
    position = writeVarint(bytes, position, sizes[index] ?? 0);
    bytes[position++] = 0; // attributes
    position = writeVarint(bytes, position, record.timestamp - baseTimestamp);
    position = writeVarint(bytes, position, index); // offsetDelta
    position = writeNullable(bytes, position, record.key);
    position = writeNullable(bytes, position, record.value);
    position = writeVarint(bytes, position, record.headers.length);
    const encodedHeaders = headers[index];
    if (encodedHeaders !== undefined) {
      bytes.set(encodedHeaders, position);
      position += encodedHeaders.length;
    }
  });
  return bytes;
}

function encodeHeaders(headers: Headers): Buffer | undefined {
  if (headers.length === 0) return undefined;
  const encoded = headers.map(([name, value]) => [Buffer.from(name, "utf8"), value] as const);
  const size = encoded.reduce((sum, [name, value]) => sum + nullableSize(name) + nullableSize(value), 0);
  const bytes = Buffer.allocUnsafe(size);
  let position = 0;
  for (const [name, value] of encoded) {
    position = writeNullable(bytes, position, name);
    position = writeNullable(bytes, position, value);
  }
  return bytes;
}

/**
 * Zigzag encoding puts the sign into the lowest bit: 0, -1, 1, -2 become 0, 1, 2, 3. This is that number without the sign
 * bit. The whole number would be twice as large, and exact only up to 2 ** 52.
 */
function withoutSign(value: number): number {
  return value < 0 ? -1 - value : value;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = Math.floor(withoutSign(value) / 64); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** The first byte has six bits of the number and its sign, each further byte has seven bits. */
function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  const unsigned = withoutSign(value);
  let position = start;
  let byte = (unsigned % 64) * 2 + (value < 0 ? 1 : 0);
  for (let rest = Math.floor(unsigned / 64); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[position++] = byte | 128;
    byte = rest % 128;
  }
  bytes[position++] = byte;
  return position;
}

function nullableSize(value: Uint8Array | null): number {
  return value === null ? 1 : varintSize(value.length) + value.length;
}

function writeNullable(bytes: Uint8Array, start: number, value: Uint8Array | null): number {
  if (value === null) return writeVarint(bytes, start, -1);
  const position = writeVarint(bytes, start, value.length);
  bytes.set(value, position);
  return position + value.length;
}

/** Decodes the decompressed records of a batch. Throws a RangeError for bytes that are not what the batch promises. */
export function decodeRecords(
  bytes: Uint8Array,
  batch: Pick<RecordBatch, "baseOffset" | "lastOffset" | "baseTimestamp" | "appendTime" | "recordCount">,
  slabs: SlabAllocator,
): LogRecord[] {
  const { baseOffset, lastOffset, baseTimestamp, appendTime, recordCount } = batch;
  const records: LogRecord[] = [];
  const reader = new BytesReader(bytes);
  if (recordCount < 0 || recordCount * minRecordSize > bytes.length) {
    throw new RangeError(`${recordCount} records wanted in ${bytes.length} bytes`);
  }
  const lastOffsetDelta = Number(lastOffset - baseOffset);
  let previousDelta = -1;
  let offset = baseOffset - 1n;
  for (let index = 0; index < recordCount; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.uint8(); // attributes
    const timestamp = baseTimestamp + reader.varlong();
    const offsetDelta = reader.varint();
    // Adding 1n is much cheaper than making a bigint of a number.
    const step = offsetDelta - previousDelta;
    offset += step === 1 ? 1n : BigInt(step);
    if (offsetDelta <= previousDelta || offsetDelta > lastOffsetDelta) {
      throw new RangeError(`record ${offset} is out of place`);
    }
    previousDelta = offsetDelta;
    const key = readNullable(reader, slabs);
    const value = readNullable(reader, slabs);
    const headers = readHeaders(reader, slabs);
    if (reader.position !== end) throw new RangeError(`record ${offset} is not as long as it says`);
    records.push({ key, value, headers, timestamp: appendTime ?? timestamp, offset });
  }
  if (reader.remaining > 0) throw new RangeError(`${reader.remaining} bytes follow its last record`);
  return records;
}

function readNullable(reader: BytesReader, slabs: SlabAllocator): Uint8Array | null {
  const length = reader.varint();
  if (length < 0) return null;
  const start = reader.skip(length);
  return slabs.retain(reader.bytes, start, reader.position);
}

function readHeaders(reader: BytesReader, slabs: SlabAllocator): Headers {
  const count = reader.varint();
  if (count === 0) return noHeaders;
  if (count < 0 || count * minHeaderSize > reader.remaining) throw new RangeError(`a record with ${count} headers`);
  const headers: [string, Uint8Array | null][] = [];
  for (let index = 0; index < count; index++) {
    const name = reader.text(reader.varint());
    headers.push([name, readNullable(reader, slabs)]);
  }
  return headers;
}
