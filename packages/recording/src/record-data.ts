import { CodecError } from "@dataqueues/core";
import type { LogRecord } from "@dataqueues/core";

/** What every record's data has at least. */
export const recordDataBytes = 28;

/** The bytes of a record's key and value, as progress counts them. */
export function payloadBytes({ key, value }: Pick<LogRecord, "key" | "value">): bigint {
  return BigInt((key?.length ?? 0) + (value?.length ?? 0));
}

/**
 * The data of one MCAP message: a Kafka record without losses. All numbers are little-endian, as everywhere in MCAP.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | offset, a signed integer |
 * | 8 | timestamp in ms since 1970, a signed integer |
 * | 4 | length of the key, -1 for none |
 * | 4 | length of the value, -1 for none (a tombstone) |
 * | 4 | number of headers |
 * | … | the key |
 * | … | for each header: length of the name (4), name in UTF-8, length of the value (4, -1 for none), value |
 * | … | the value, up to the end |
 *
 * @param memory - where it is written, if it fits: the data is a view of it until the next call
 */
export function encodeRecordData(
  record: LogRecord,
  memory: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const { key, value, headers } = record;
  const names = headers.map(([name]) => new TextEncoder().encode(name));
  const headerBytes = headers.reduce(
    (sum, [, bytes], at) => sum + 8 + (names[at]?.length ?? 0) + (bytes?.length ?? 0),
    0,
  );
  const length = recordDataBytes + (key?.length ?? 0) + headerBytes + (value?.length ?? 0);
  const data = length <= memory.length ? memory.subarray(0, length) : new Uint8Array(length);
  const view = new DataView(data.buffer, data.byteOffset);
  view.setBigInt64(0, record.offset, true);
  view.setBigInt64(8, BigInt(record.timestamp), true);
  view.setInt32(16, key?.length ?? -1, true);
  view.setInt32(20, value?.length ?? -1, true);
  view.setUint32(24, headers.length, true);
  let at = recordDataBytes;
  const put = (bytes: Uint8Array | null): void => {
    if (bytes === null) return;
    data.set(bytes, at);
    at += bytes.length;
  };
  const putLength = (length: number): void => {
    view.setInt32(at, length, true);
    at += 4;
  };
  put(key);
  headers.forEach(([, bytes], index) => {
    const name = names[index] ?? new Uint8Array();
    putLength(name.length);
    put(name);
    putLength(bytes?.length ?? -1);
    put(bytes);
  });
  put(value);
  return data;
}

/** Header names are read as Kafka's clients read them: a byte order mark belongs to the name. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads what {@link encodeRecordData} wrote. Key, value and headers are views of `data`.
 *
 * @throws CodecError with the code `BAD_RECORD_DATA` and the place in `data`, for bytes that are no such record
 */
export function decodeRecordData(data: Uint8Array): LogRecord {
  if (data.length < recordDataBytes)
    throw bad(data.length, `${data.length} bytes are fewer than a record's ${recordDataBytes}`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = recordDataBytes;
  const take = (length: number, what: string): Uint8Array | null => {
    if (length === -1) return null;
    if (length < 0 || length > data.length - at) {
      throw bad(at, `${what} of ${length} bytes where ${data.length - at} follow`);
    }
    at += length;
    return data.subarray(at - length, at);
  };
  const takeLength = (what: string): number => {
    if (data.length - at < 4) throw bad(at, `the length of ${what} is missing`);
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const key = take(view.getInt32(16, true), "a key");
  const count = view.getUint32(24, true);
  const headers: [name: string, value: Uint8Array | null][] = [];
  for (let index = 0; index < count; index += 1) {
    const start = at;
    const name = take(takeLength("a header's name"), "a header's name");
    if (name === null) throw bad(start, "a header without a name");
    headers.push([utf8.decode(name), take(takeLength("a header's value"), "a header's value")]);
  }
  const value = take(view.getInt32(20, true), "a value");
  if (at !== data.length) throw bad(at, `${data.length - at} bytes follow the value`);
  const offset = view.getBigInt64(0, true);
  return { offset, timestamp: Number(view.getBigInt64(8, true)), key, value, headers };
}

/** The offset in a record's data, which has at least {@link recordDataBytes}. */
export function peekOffset(data: Uint8Array): bigint {
  return new DataView(data.buffer, data.byteOffset).getBigInt64(0, true);
}

/** The timestamp in a record's data, in ms. */
export function peekTimestamp(data: Uint8Array): number {
  return Number(new DataView(data.buffer, data.byteOffset).getBigInt64(8, true));
}

function bad(offset: number, what: string): CodecError {
  return new CodecError(`no Kafka record at byte ${offset}: ${what}`, { code: "BAD_RECORD_DATA", offset });
}
