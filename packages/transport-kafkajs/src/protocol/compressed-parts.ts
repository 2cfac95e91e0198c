/** Before the blocks of snappy as Java's library frames it; concatenated streams have it again. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderSize = 16;
const lz4Magic = 0x184d2204;
const zstdMagic = 0xfd2fb528;
/** What a block of zstd becomes at most. */
const zstdBlockSize = 128 * 1024;
/** What decoders of zstd look back at most, as long as nobody tells them otherwise. */
const zstdWindowSize = 2 ** 27;

/** What is decompressed on its own: a block of snappy, a frame of LZ4 or zstd. */
export interface CompressedPart {
  readonly bytes: Buffer;
  /** The most bytes that it can become, as the headers of its blocks tell without decompressing any. */
  readonly mostBytes: number;
}

/**
 * The parts of compressed bytes, one after the other. Frames of user data (skippable ones) are left out. Throws a RangeError
 * at what is no such compression, is cut, or promises more than its bytes can hold.
 *
 * Sources: https://github.com/google/snappy/blob/main/format_description.txt,
 * https://github.com/xerial/snappy-java (SnappyOutputStream),
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, https://www.rfc-editor.org/rfc/rfc8878
 */
export function compressedParts(compression: "snappy" | "lz4" | "zstd", bytes: Buffer): Iterable<CompressedPart> {
  if (compression === "snappy") return snappyParts(bytes);
  return frames(bytes, compression === "lz4" ? lz4Frame : zstdFrame);
}

function* snappyParts(bytes: Buffer): Generator<CompressedPart> {
  if (!isXerialHeader(bytes, 0)) {
    yield snappyBlock(bytes);
    return;
  }
  for (let position = 0; position < bytes.length;) {
    if (isXerialHeader(bytes, position)) {
      position += xerialHeaderSize;
    } else {
      const start = position + 4;
      position = start + bytes.readUInt32BE(position);
      if (position > start) yield snappyBlock(slice(bytes, start, position));
    }
  }
}

function isXerialHeader(bytes: Buffer, start: number): boolean {
  return bytes.subarray(start, start + xerialMagic.length).equals(xerialMagic);
}

function snappyBlock(bytes: Buffer): CompressedPart {
  let mostBytes = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes.readUInt8(index);
    mostBytes += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    // Three bytes stand for 64 at most.
    if (mostBytes > 22 * bytes.length) break;
    return { bytes, mostBytes };
  }
  throw new RangeError("no snappy");
}

/** The bytes that a frame can become, and where it ends. */
interface Frame {
  readonly size: number;
  readonly end: number;
}

function* frames(bytes: Buffer, frame: (bytes: Buffer, start: number) => Frame): Generator<CompressedPart> {
  for (let start = 0; start < bytes.length;) {
    if (bytes.readUInt32LE(start) >>> 4 === 0x184d2a5) {
      start += slice(bytes, start, start + 8 + bytes.readUInt32LE(start + 4)).length;
    } else {
      const { size, end } = frame(bytes, start);
      yield { bytes: slice(bytes, start, end), mostBytes: size };
      start = end;
    }
  }
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
  if ((descriptor & 0x08) !== 0) throw new RangeError("no zstd frame: a reserved bit is set");
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSizeSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const contentSizeAt = start + 5 + (singleSegment ? 0 : 1) + dictionarySize;
  const contentSize = zstdContentSize(bytes, contentSizeAt, contentSizeSize);
  const windowSize = singleSegment ? contentSize : zstdWindow(bytes.readUInt8(start + 5));
  const blockSize = Math.min(windowSize ?? 0, zstdBlockSize);
  let position = contentSizeAt + contentSizeSize;
  let size = 0;
  for (;;) {
    const header = bytes.readUIntLE(position, 3);
    const kind = (header >> 1) & 3;
    const length = header >> 3;
    if (kind === 3) throw new RangeError("no zstd block");
    // One block says how often a byte is repeated, others how many bytes follow.
    size += kind === 2 ? blockSize : length;
    position += 3 + (kind === 1 ? 1 : length);
    if ((header & 1) === 1) break;
  }
  if (contentSize !== undefined && contentSize > size) throw new RangeError("a zstd frame promises too much");
  return { size: contentSize ?? size, end: position + (descriptor & 0x04 ? 4 : 0) };
}

/** What a frame says that it becomes, if it does. */
function zstdContentSize(bytes: Buffer, start: number, size: number): number | undefined {
  if (size === 0) return undefined;
  if (size === 8) return Number(bytes.readBigUInt64LE(start));
  return bytes.readUIntLE(start, size) + (size === 2 ? 256 : 0);
}

function zstdWindow(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  const size = base + (base / 8) * (descriptor & 7);
  if (size > zstdWindowSize)
    throw new RangeError(`a zstd frame has a window of ${size} bytes, more than ${zstdWindowSize}`);
  return size;
}

/** Throws a RangeError at an end that is beyond the bytes. */
function slice(bytes: Buffer, start: number, end: number): Buffer {
  if (end > bytes.length) throw new RangeError("it is cut");
  return bytes.subarray(start, end);
}
