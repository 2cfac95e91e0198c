import type { Headers, ProduceBatch, ProducerRecord } from "@dataqueues/core";
import { crc32c } from "./crc32c.ts";
import { batchHeader } from "./record-batch.ts";

/** The records part of a batch that can be written (see {@link uncarriedBatch}), not yet compressed. */
export function encodeRecords(records: readonly ProducerRecord[]): Buffer {
  const baseTimestamp = records[0]?.timestamp ?? 0;
  const headers = records.map((record) => headerBytes(record.headers));
  const sizes = records.map((record, index) => {
    return (
      1 +
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
    bytes[position++] = 0;
    position = writeVarint(bytes, position, record.timestamp - baseTimestamp);
    position = writeVarint(bytes, position, index);
    position = writeNullable(bytes, position, record.key);
    position = writeNullable(bytes, position, record.value);
    position = writeVarint(bytes, position, record.headers.length);
    const own = headers[index];
    if (own !== undefined) {
      bytes.set(own, position);
      position += own.length;
    }
  });
  return bytes;
}

/** A whole batch around the bytes of its records. The log fills in the base offset and the leader epoch. */
export function encodeRecordBatch(
  { records, identity, baseSequence }: ProduceBatch,
  compression: number,
  encodedRecords: Uint8Array,
): Buffer {
  const bytes = Buffer.allocUnsafeSlow(batchHeader.size + encodedRecords.length);
  const first = records[0]?.timestamp ?? 0;
  const last = records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), first);
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - batchHeader.lengthEnd, 8);
  bytes.writeInt32BE(-1, 12);
  bytes.writeInt8(2, batchHeader.magicAt);
  bytes.writeInt16BE(compression, batchHeader.attributesAt);
  bytes.writeInt32BE(records.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(first), 27);
  bytes.writeBigInt64BE(BigInt(last), 35);
  bytes.writeBigInt64BE(identity?.producerId ?? -1n, 43);
  bytes.writeInt16BE(identity?.producerEpoch ?? -1, 51);
  bytes.writeInt32BE(identity === undefined ? -1 : baseSequence, 53);
  bytes.writeInt32BE(records.length, 57);
  bytes.set(encodedRecords, batchHeader.size);
  bytes.writeUInt32BE(crc32c(bytes.subarray(batchHeader.attributesAt)), batchHeader.crcAt);
  return bytes;
}

function headerBytes(headers: Headers): Buffer | undefined {
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
 * In numbers of variable length 0, -1, 1, -2, … are counted as 0, 1, 2, 3, …, seven bits to a byte: so the first byte has the
 * sign and six bits of this. Twice as much, as they are counted, would be exact only up to 2 ** 52.
 */
function withoutSign(value: number): number {
  return value < 0 ? -1 - value : value;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = Math.floor(withoutSign(value) / 64); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}

function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  const counted = withoutSign(value);
  let position = start;
  let byte = (counted % 64) * 2 + (value < 0 ? 1 : 0);
  for (let rest = Math.floor(counted / 64); rest > 0; rest = Math.floor(rest / 128)) {
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
