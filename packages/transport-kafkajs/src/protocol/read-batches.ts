import { BytesReader } from "./bytes-reader.ts";
import { batchAttributes, batchHeader } from "./record-batch.ts";

/** A record batch of format 2 as it stands in a log, its records not yet decompressed. */
export interface RecordBatch {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly crc: number;
  /** What the checksum is of. */
  readonly checked: Buffer;
  /** Kafka's number of the compression, 0 for none. */
  readonly compression: number;
  readonly transactional: boolean;
  readonly control: boolean;
  readonly producerId: bigint;
  readonly baseTimestamp: number;
  /** The time of all its records, where the topic takes the log's append time. */
  readonly appendTime: number | undefined;
  readonly recordCount: number;
  readonly records: Buffer;
}

/**
 * The batches of a record set. A last one that is cut is left out, as Kafka cuts at the byte limit. Throws a RangeError for
 * bytes that are no batch, batches out of order, and the formats 0 and 1 of Kafka before 0.11.
 */
export function* readBatches(recordSet: Buffer): Generator<RecordBatch> {
  const reader = new BytesReader(recordSet);
  let before = -1n;
  while (reader.remaining > batchHeader.magicAt) {
    const start = reader.position;
    const baseOffset = reader.int64();
    const length = reader.int32();
    if (length > reader.remaining) return;
    const end = reader.position + length;
    reader.skip(4);
    const magic = reader.uint8();
    if (magic < 2) throw new RangeError(`record format ${magic}, which Kafka wrote before 0.11, is not read`);
    if (magic > 2 || end - start < batchHeader.size) throw new RangeError(`no batch of ${length} bytes`);
    const crc = reader.uint32();
    const attributes = reader.int16();
    const lastOffset = baseOffset + BigInt(reader.int32());
    if (baseOffset <= before || lastOffset < baseOffset) {
      throw new RangeError(`a batch of offsets ${baseOffset} to ${lastOffset} is out of place`);
    }
    before = lastOffset;
    const baseTimestamp = Number(reader.int64());
    const maxTimestamp = Number(reader.int64());
    const producerId = reader.int64();
    reader.skip(6);
    const recordCount = reader.int32();
    yield {
      baseOffset,
      lastOffset,
      crc,
      checked: recordSet.subarray(start + batchHeader.attributesAt, end),
      compression: attributes & batchAttributes.compressionMask,
      transactional: (attributes & batchAttributes.transactional) !== 0,
      control: (attributes & batchAttributes.control) !== 0,
      producerId,
      baseTimestamp,
      appendTime: (attributes & batchAttributes.logAppendTime) === 0 ? undefined : maxTimestamp,
      recordCount,
      records: recordSet.subarray(reader.position, end),
    };
    reader.position = end;
  }
}
