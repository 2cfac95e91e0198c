import type { ProduceBatch } from "@dataqueues/core";
import { crc32c } from "./crc32c.ts";

/**
 * Where the fields of a record batch begin. This is format 2, which every Kafka since 0.11 writes:
 *
 * ```text
 * baseOffset: int64
 * batchLength: int32
 * partitionLeaderEpoch: int32
 * magic: int8 (2)
 * crc: uint32
 * attributes: int16
 *     bit 0~2: compression (0: none, 1: gzip, 2: snappy, 3: lz4, 4: zstd)
 *     bit 3: timestampType
 *     bit 4: isTransactional
 *     bit 5: isControlBatch
 * lastOffsetDelta: int32
 * baseTimestamp: int64
 * maxTimestamp: int64
 * producerId: int64
 * producerEpoch: int16
 * baseSequence: int32
 * recordsCount: int32
 * records: [Record]
 * ```
 *
 * https://kafka.apache.org/documentation/#recordbatch
 */
const at = {
  baseOffset: 0,
  batchLength: 8,
  /** `batchLength` counts the bytes from here on. */
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  /** The checksum covers the bytes from here on. */
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordsCount: 57,
  records: 61,
} as const;

const magic = 2;

const attributeBits = {
  compression: 0b111,
  logAppendTime: 0b1000,
  transactional: 0b1_0000,
  control: 0b10_0000,
} as const;

/** A record batch as it is stored in a log. Its records are not yet decompressed. */
export interface RecordBatch {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly crc: number;
  /** The bytes that `crc` is the checksum of. */
  readonly crcData: Buffer;
  /** Kafka's number of the compression, 0 for none. */
  readonly compression: number;
  readonly transactional: boolean;
  readonly control: boolean;
  readonly producerId: bigint;
  readonly baseTimestamp: number;
  /** The timestamp of all records, if the topic uses the log's append time. */
  readonly appendTime: number | undefined;
  readonly recordCount: number;
  readonly records: Buffer;
}

/** Puts a batch's header before the bytes of its records. The broker sets the base offset and the leader epoch. */
export function encodeRecordBatch(
  { records, identity, baseSequence }: ProduceBatch,
  compression: number,
  encodedRecords: Uint8Array,
): Buffer {
  const bytes = Buffer.allocUnsafeSlow(at.records + encodedRecords.length);
  const baseTimestamp = records[0]?.timestamp ?? 0;
  const maxTimestamp = records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), baseTimestamp);
  bytes.writeBigInt64BE(0n, at.baseOffset);
  bytes.writeInt32BE(bytes.length - at.partitionLeaderEpoch, at.batchLength);
  bytes.writeInt32BE(-1, at.partitionLeaderEpoch);
  bytes.writeInt8(magic, at.magic);
  bytes.writeInt16BE(compression, at.attributes);
  bytes.writeInt32BE(records.length - 1, at.lastOffsetDelta);
  bytes.writeBigInt64BE(BigInt(baseTimestamp), at.baseTimestamp);
  bytes.writeBigInt64BE(BigInt(maxTimestamp), at.maxTimestamp);
  bytes.writeBigInt64BE(identity?.producerId ?? -1n, at.producerId);
  bytes.writeInt16BE(identity?.producerEpoch ?? -1, at.producerEpoch);
  bytes.writeInt32BE(identity === undefined ? -1 : baseSequence, at.baseSequence);
  bytes.writeInt32BE(records.length, at.recordsCount);
  bytes.set(encodedRecords, at.records);
  bytes.writeUInt32BE(crc32c(bytes.subarray(at.attributes)), at.crc);
  return bytes;
}

/**
 * The batches of a record set, as views of its bytes. A broker cuts a record set at the byte limit, so an incomplete
 * last batch is left out. Throws a RangeError for bytes that are not a batch, for batches that are out of order, and
 * for the formats 0 and 1 of Kafka before 0.11.
 */
export function* decodeRecordBatches(recordSet: Buffer): Generator<RecordBatch> {
  let previousOffset = -1n;
  let start = 0;
  while (recordSet.length - start > at.magic) {
    const batchLength = recordSet.readInt32BE(start + at.batchLength);
    const end = start + at.partitionLeaderEpoch + batchLength;
    if (end > recordSet.length) return;
    const format = recordSet.readUInt8(start + at.magic);
    if (format < magic) throw new RangeError(`record format ${format}, which Kafka wrote before 0.11, is not read`);
    if (end - start < at.records) throw new RangeError(`no batch of ${batchLength} bytes`);
    if (format > magic) throw new RangeError(`record format ${format} is not known`);
    const baseOffset = recordSet.readBigInt64BE(start + at.baseOffset);
    const lastOffset = baseOffset + BigInt(recordSet.readInt32BE(start + at.lastOffsetDelta));
    if (baseOffset <= previousOffset || lastOffset < baseOffset) {
      throw new RangeError(`a batch of offsets ${baseOffset} to ${lastOffset} is out of place`);
    }
    const attributes = recordSet.readInt16BE(start + at.attributes);
    const maxTimestamp = Number(recordSet.readBigInt64BE(start + at.maxTimestamp));
    yield {
      baseOffset,
      lastOffset,
      crc: recordSet.readUInt32BE(start + at.crc),
      crcData: recordSet.subarray(start + at.attributes, end),
      compression: attributes & attributeBits.compression,
      transactional: (attributes & attributeBits.transactional) !== 0,
      control: (attributes & attributeBits.control) !== 0,
      producerId: recordSet.readBigInt64BE(start + at.producerId),
      baseTimestamp: Number(recordSet.readBigInt64BE(start + at.baseTimestamp)),
      appendTime: (attributes & attributeBits.logAppendTime) === 0 ? undefined : maxTimestamp,
      recordCount: recordSet.readInt32BE(start + at.recordsCount),
      records: recordSet.subarray(start + at.records, end),
    };
    previousOffset = lastOffset;
    start = end;
  }
}
