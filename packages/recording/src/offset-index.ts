/** The name of the attachment with the index. */
export const offsetIndexName = "dataqueues.offsets";

const rowBytes = 48;

/** Records of one channel in one chunk, as long as their offsets rise. */
export interface OffsetRun {
  /** Where the chunk begins in the file, in bytes. */
  readonly chunkStart: number;
  readonly channelId: number;
  readonly records: number;
  /** The offsets of the first and the last record. */
  readonly first: bigint;
  readonly last: bigint;
  /** The least and the greatest timestamp, in ms. */
  readonly leastTimestamp: number;
  readonly greatestTimestamp: number;
}

/**
 * The index of a recording: where in the file which offsets are. It is the data of an MCAP attachment; without it a reader has
 * to go through the whole file. Rows of 48 bytes in the order of the chunks, all numbers little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 8 | where the chunk begins in the file |
 * | 2 | the channel |
 * | 2 | zero |
 * | 4 | number of records |
 * | 8 | offset of the first record, a signed integer |
 * | 8 | offset of the last record, a signed integer |
 * | 8 | least timestamp in ms since 1970, a signed integer |
 * | 8 | greatest timestamp in ms since 1970, a signed integer |
 *
 * A channel has one row for each chunk with records of it. It has more where an offset does not rise, because the topic was
 * deleted and created again.
 */
export function encodeOffsetIndex(runs: readonly OffsetRun[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(runs.length * rowBytes);
  const view = new DataView(bytes.buffer);
  runs.forEach((run, index) => {
    const at = index * rowBytes;
    view.setBigUint64(at, BigInt(run.chunkStart), true);
    view.setUint16(at + 8, run.channelId, true);
    view.setUint32(at + 12, run.records, true);
    view.setBigInt64(at + 16, run.first, true);
    view.setBigInt64(at + 24, run.last, true);
    view.setBigInt64(at + 32, BigInt(run.leastTimestamp), true);
    view.setBigInt64(at + 40, BigInt(run.greatestTimestamp), true);
  });
  return bytes;
}

/** Reads what {@link encodeOffsetIndex} wrote; undefined for bytes that are no whole number of rows. */
export function decodeOffsetIndex(bytes: Uint8Array): OffsetRun[] | undefined {
  if (bytes.length % rowBytes !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / rowBytes }, (_, index) => {
    const at = index * rowBytes;
    return {
      chunkStart: Number(view.getBigUint64(at, true)),
      channelId: view.getUint16(at + 8, true),
      records: view.getUint32(at + 12, true),
      first: view.getBigInt64(at + 16, true),
      last: view.getBigInt64(at + 24, true),
      leastTimestamp: Number(view.getBigInt64(at + 32, true)),
      greatestTimestamp: Number(view.getBigInt64(at + 40, true)),
    };
  });
}
