/** Before the blocks of snappy as Java's library frames it. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderSize = 16;
const lz4Magic = 0x184d2204;
const zstdMagic = 0xfd2fb528;
/** What a compressed block of zstd has at most. */
const zstdBlockSize = 128 * 1024;

/**
 * The most bytes that compressed ones can become, as the headers of their blocks tell without decompressing any. Throws a
 * RangeError for what is no such compression.
 *
 * Sources: https://github.com/google/snappy/blob/main/format_description.txt,
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, https://www.rfc-editor.org/rfc/rfc8878
 */
export function largestSize(compression: "snappy" | "lz4" | "zstd", bytes: Buffer): number {
  if (compression === "snappy") return snappySize(bytes);
  const frame = compression === "lz4" ? lz4Frame : zstdFrame;
  let total = 0;
  for (let position = 0; position < bytes.length;) {
    const { size, end } = frame(bytes, position);
    total += size;
    position = end;
  }
  return total;
}

/** The bytes that a frame can become, and where it ends. */
interface Frame {
  readonly size: number;
  readonly end: number;
}

function snappySize(bytes: Buffer): number {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return snappyBlockSize(bytes, 0);
  let total = 0;
  for (let position = xerialHeaderSize; position + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(position);
    if (length > 0) total += snappyBlockSize(bytes, position + 4);
    position += 4 + length;
  }
  return total;
}

function snappyBlockSize(bytes: Buffer, start: number): number {
  let size = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes.readUInt8(start + index);
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return size;
  }
  throw new RangeError("no snappy");
}

function lz4Frame(bytes: Buffer, start: number): Frame {
  if (bytes.readUInt32LE(start) !== lz4Magic) throw new RangeError("no LZ4 frame");
  const flags = bytes.readUInt8(start + 4);
  const blockSize = 2 ** (8 + 2 * ((bytes.readUInt8(start + 5) >> 4) & 7));
  const checksumSize = flags & 0x10 ? 4 : 0;
  let position = start + 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  let size = 0;
  for (;;) {
    const word = bytes.readUInt32LE(position);
    position += 4;
    if (word === 0) return { size, end: position + (flags & 0x04 ? 4 : 0) };
    const length = word & 0x7fff_ffff;
    // A byte of a compressed block stands for 255 at most.
    size += word > 0x7fff_ffff ? length : Math.min(blockSize, 255 * length);
    position += length + checksumSize;
  }
}

function zstdFrame(bytes: Buffer, start: number): Frame {
  if (bytes.readUInt32LE(start) !== zstdMagic) throw new RangeError("no zstd frame");
  const descriptor = bytes.readUInt8(start + 4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  let position = start + 5 + (singleSegment ? 0 : 1) + dictionarySize + contentSize;
  let size = 0;
  for (;;) {
    const header = bytes.readUIntLE(position, 3);
    const kind = (header >> 1) & 3;
    const length = header >> 3;
    if (kind === 3) throw new RangeError("no zstd block");
    // One block says how often a byte is repeated, others how many bytes follow.
    size += kind === 2 ? zstdBlockSize : length;
    position += 3 + (kind === 1 ? 1 : length);
    if ((header & 1) === 1) return { size, end: position + (descriptor & 0x04 ? 4 : 0) };
  }
}
