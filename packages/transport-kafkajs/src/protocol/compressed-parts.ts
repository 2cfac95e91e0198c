/** The header of a stream of snappy blocks, as Java's library writes it. Concatenated streams repeat it. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderSize = 16;
const lz4Magic = 0x184d2204;
const zstdMagic = 0xfd2fb528;
/** Zstd's Block_Maximum_Size: the most bytes that one block decompresses to. */
const maxZstdBlockSize = 128 * 1024;
/** The largest window that decoders of zstd accept by default. */
const maxZstdWindowSize = 2 ** 27;

/** A part that is decompressed on its own: a block of snappy, a frame of LZ4 or zstd. */
export interface CompressedPart {
  readonly bytes: Buffer;
  /** An upper bound of its decompressed size, known from the headers of its blocks without decompressing any. */
  readonly maxDecompressedSize: number;
}

/**
 * The parts of compressed bytes, one after the other. Skippable frames are left out. Throws a RangeError for bytes that are
 * not of this compression, are cut, or declare a larger content than they can hold.
 *
 * Specifications: https://github.com/google/snappy/blob/main/format_description.txt,
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
  let size = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes.readUInt8(index);
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    // The best that snappy can do is a copy of 64 bytes in an element of three.
    if (size > 22 * bytes.length) break;
    return { bytes, maxDecompressedSize: size };
  }
  throw new RangeError("not snappy");
}

/** An upper bound of a frame's decompressed size, and where the frame ends. */
interface Frame {
  readonly size: number;
  readonly end: number;
}

function* frames(bytes: Buffer, frame: (bytes: Buffer, start: number) => Frame): Generator<CompressedPart> {
  for (let start = 0; start < bytes.length;) {
    // A skippable frame has a magic number from 0x184D2A50 to 0x184D2A5F.
    if (bytes.readUInt32LE(start) >>> 4 === 0x184d2a5) {
      start += slice(bytes, start, start + 8 + bytes.readUInt32LE(start + 4)).length;
    } else {
      const { size, end } = frame(bytes, start);
      yield { bytes: slice(bytes, start, end), maxDecompressedSize: size };
      start = end;
    }
  }
}

function lz4Frame(bytes: Buffer, start: number): Frame {
  if (bytes.readUInt32LE(start) !== lz4Magic) throw new RangeError("not an LZ4 frame");
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
    // Each byte of a compressed block stands for 255 bytes at most.
    size += word > 0x7fff_ffff ? length : Math.min(blockSize, 255 * length);
    position += length + checksumSize;
  }
}

function zstdFrame(bytes: Buffer, start: number): Frame {
  if (bytes.readUInt32LE(start) !== zstdMagic) throw new RangeError("not a zstd frame");
  const descriptor = bytes.readUInt8(start + 4);
  if ((descriptor & 0x08) !== 0) throw new RangeError("not a zstd frame: a reserved bit is set");
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSizeSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const contentSizeAt = start + 5 + (singleSegment ? 0 : 1) + dictionarySize;
  const contentSize = zstdContentSize(bytes, contentSizeAt, contentSizeSize);
  const windowSize = singleSegment ? contentSize : zstdWindow(bytes.readUInt8(start + 5));
  const blockSize = Math.min(windowSize ?? 0, maxZstdBlockSize);
  let position = contentSizeAt + contentSizeSize;
  let size = 0;
  for (;;) {
    const header = bytes.readUIntLE(position, 3);
    const kind = (header >> 1) & 3;
    const length = header >> 3;
    if (kind === 3) throw new RangeError("not a zstd block");
    // The length of an RLE block (1) is how often its one byte is repeated, that of other blocks is their size.
    size += kind === 2 ? blockSize : length;
    position += 3 + (kind === 1 ? 1 : length);
    if ((header & 1) === 1) break;
  }
  if (contentSize !== undefined && contentSize > size)
    throw new RangeError("a zstd frame declares more content than it can hold");
  return { size: contentSize ?? size, end: position + (descriptor & 0x04 ? 4 : 0) };
}

/** The content size that a frame declares, if it has the field. */
function zstdContentSize(bytes: Buffer, start: number, size: number): number | undefined {
  if (size === 0) return undefined;
  if (size === 8) return Number(bytes.readBigUInt64LE(start));
  return bytes.readUIntLE(start, size) + (size === 2 ? 256 : 0);
}

function zstdWindow(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  const size = base + (base / 8) * (descriptor & 7);
  if (size > maxZstdWindowSize)
    throw new RangeError(`a zstd frame has a window of ${size} bytes, more than ${maxZstdWindowSize}`);
  return size;
}

/** Throws a RangeError if the end is beyond the bytes. */
function slice(bytes: Buffer, start: number, end: number): Buffer {
  if (end > bytes.length) throw new RangeError("it is cut");
  return bytes.subarray(start, end);
}
