import { kafkaError } from "@dataqueues/core";
import type { Headers, LogRecord, ProducerRecord } from "@dataqueues/core";

import { padded } from "./frame.ts";

/** Bytes of a record before its key. */
const recordHeaderBytes = 32;

/**
 * A record as bytes, whose length is a multiple of 8. They do not depend on where they stand, so a gateway encodes a record once
 * for all its clients.
 *
 * Layout, little-endian: offset i64, timestamp f64 (ms since 1970), length of the value i32, length of the key i32 (-1: null),
 * count of headers u32, bytes of all headers u32; the key; for each header the length of its name u32, the name as UTF-8, the
 * length of its value i32 (-1: null), the value; zeros up to a multiple of 8; the value; zeros up to a multiple of 8. So a value
 * always begins at a multiple of 8, where arrays can be views of it.
 *
 * @param offset - the record's offset in its partition; 0 for a record that is to be written
 */
export function encodeRecord(record: ProducerRecord, offset: bigint): Uint8Array<ArrayBuffer> {
  const { key, value, headers, timestamp } = record;
  const named = headers.map(([name, data]) => ({ name: new TextEncoder().encode(name), data }));
  const headersLength = named.reduce((sum, { name, data }) => sum + 8 + name.length + (data?.length ?? 0), 0);
  const valueStart = padded(recordHeaderBytes + (key?.length ?? 0) + headersLength);
  const bytes = new Uint8Array(valueStart + padded(value?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, offset, true);
  view.setFloat64(8, timestamp, true);
  view.setInt32(16, value?.length ?? -1, true);
  view.setInt32(20, key?.length ?? -1, true);
  view.setUint32(24, named.length, true);
  view.setUint32(28, headersLength, true);
  let at = recordHeaderBytes;
  const put = (data: Uint8Array | null): void => {
    if (data === null) return;
    bytes.set(data, at);
    at += data.length;
  };
  put(key);
  for (const { name, data } of named) {
    view.setUint32(at, name.length, true);
    at += 4;
    put(name);
    view.setInt32(at, data?.length ?? -1, true);
    at += 4;
    put(data);
  }
  if (value !== null) bytes.set(value, valueStart);
  return bytes;
}

/**
 * Reads `count` records that fill `bytes`. Keys, values and headers are views.
 *
 * @throws A `TransportError` `CORRUPT_MESSAGE` where a length leads out of the bytes, or bytes are left.
 */
export function decodeRecords(bytes: Uint8Array, count: number): LogRecord[] {
  const records: LogRecord[] = [];
  let at = 0;
  // Every record takes bytes, so a count that promises too many ends where they end.
  for (let i = 0; i < count; i++) {
    const { record, end } = decodeRecord(bytes, at);
    records.push(record);
    at = end;
  }
  if (at !== bytes.length) throw corrupt(at, `${bytes.length - at} bytes after the last of ${count}`);
  return records;
}

function decodeRecord(bytes: Uint8Array, start: number): { readonly record: LogRecord; readonly end: number } {
  const reader = new Reader(bytes, start);
  reader.skip(recordHeaderBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, recordHeaderBytes);
  const valueLength = view.getInt32(16, true);
  const headerCount = view.getUint32(24, true);
  const key = reader.nullable(view.getInt32(20, true));
  const headersEnd = reader.at + view.getUint32(28, true);
  const headers: (readonly [string, Uint8Array | null])[] = [];
  for (let i = 0; i < headerCount; i++) {
    const name = utf8.decode(reader.take(reader.uint32()));
    headers.push([name, reader.nullable(reader.int32())]);
  }
  if (reader.at !== headersEnd) throw corrupt(reader.at, `headers that end here and not at ${headersEnd}`);
  reader.skip(padded(reader.at - start) - (reader.at - start));
  const value = reader.nullable(valueLength);
  reader.skip(padded(reader.at - start) - (reader.at - start));
  const offset = view.getBigInt64(0, true);
  const timestamp = view.getFloat64(8, true);
  return { record: { offset, timestamp, key, headers: headers satisfies Headers, value }, end: reader.at };
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Takes bytes one after another, and checks each length before it is used. */
class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) {
      throw corrupt(this.#at, `a length of ${length} with ${this.#bytes.length - this.#at} bytes left`);
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  skip(length: number): void {
    this.take(length);
  }

  nullable(length: number): Uint8Array | null {
    return length === -1 ? null : this.take(length);
  }

  uint32(): number {
    const { buffer, byteOffset, byteLength } = this.take(4);
    return new DataView(buffer, byteOffset, byteLength).getUint32(0, true);
  }

  int32(): number {
    return this.uint32() | 0;
  }
}

function corrupt(at: number, why: string): Error {
  return kafkaError("CORRUPT_MESSAGE", `records of the gateway protocol, byte ${at}`, { why });
}
