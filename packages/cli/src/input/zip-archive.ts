import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";

/** Bytes that can be read anywhere: a file, or what is in memory. */
export interface RandomAccess {
  readonly size: number;
  /** Gives fewer bytes than asked for only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly crc: number;
  readonly method: number;
  readonly flags: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const inflate = promisify(inflateRaw);

const endLength = 22;
const end64Length = 56;
const locatorLength = 20;
const entryLength = 46;
const localLength = 30;
const longestComment = 0xffff;
/** A list of files that is longer than this is none that a person made. */
const longestList = 2 ** 26;
/** In fields of 32 bits: the number is in the field of 64 bits. */
const isIn64 = 0xffffffff;
const isEncrypted = 1;
const hasUtf8Name = 1 << 11;
const stored = 0;
const deflated = 8;

/**
 * The files of a ZIP archive in the order of its list, also of one over 4 GiB
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). Libraries for this take the whole archive into memory, or read it from
 * its beginning, where sizes may be missing; and they do not check sums.
 *
 * @throws Error that says what is wrong with the archive
 */
export async function zipEntries(archive: RandomAccess): Promise<ZipEntry[]> {
  const { count, listOffset, listLength } = await readEnd(archive);
  if (listLength > longestList) throw new Error(`its list of files takes ${listLength} bytes, which is too much`);
  const list = viewOf(await readFully(archive, listOffset, listLength));
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + entryLength > list.byteLength || list.getUint32(at, true) !== 0x02014b50) {
      throw new Error(`its list of files is damaged at file ${index + 1} of ${count}`);
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => list.getUint16(at + field, true));
    const nameEnd = at + entryLength + (nameLength ?? 0);
    const extraEnd = nameEnd + (extraLength ?? 0);
    if (extraEnd > list.byteLength) throw new Error(`its list of files is cut at file ${index + 1} of ${count}`);
    entries.push(entryOf(list, at, nameEnd, extraEnd));
    at = extraEnd + (commentLength ?? 0);
  }
  return entries;
}

/**
 * The bytes of a file in an archive. Never takes more memory than the sizes in the list, which the caller has checked.
 *
 * @throws Error if they are damaged, encrypted, or compressed otherwise than by deflate
 */
export async function readZipEntry(archive: RandomAccess, entry: ZipEntry): Promise<Uint8Array> {
  const { compressedSize, crc, flags, method, offset, size } = entry;
  if ((flags & isEncrypted) !== 0) throw new Error("it is encrypted");
  if (method !== stored && method !== deflated) {
    throw new Error(`it is compressed by method ${method}; only deflate (8) and none (0) are read`);
  }
  const local = viewOf(await readFully(archive, offset, localLength));
  if (local.getUint32(0, true) !== 0x04034b50) throw new Error("it is not where the archive's list says");
  const start = offset + localLength + local.getUint16(26, true) + local.getUint16(28, true);
  // Deflate makes nothing much larger. A longer one hides something else.
  if (compressedSize > size + size / 100 + 1_024) throw new Error("its compressed size makes no sense");
  const compressed = await readFully(archive, start, compressedSize);
  const bytes = method === stored ? compressed : await inflated(compressed, size);
  if (bytes.length !== size) throw new Error(`it has ${bytes.length} bytes, the archive's list says ${size}`);
  if (crc32(bytes) !== crc) throw new Error("its checksum is wrong: the archive is damaged");
  return bytes;
}

async function inflated(compressed: Uint8Array, size: number): Promise<Uint8Array> {
  try {
    return await inflate(compressed, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`it cannot be inflated to the ${size} bytes that the archive's list says: ${reason}`, { cause });
  }
}

async function readEnd(archive: RandomAccess): Promise<{ count: number; listOffset: number; listLength: number }> {
  const tailStart = Math.max(0, archive.size - endLength - longestComment);
  const tail = viewOf(await readFully(archive, tailStart, archive.size - tailStart));
  let at = tail.byteLength - endLength;
  while (at >= 0 && !(tail.getUint32(at, true) === 0x06054b50 && isEnd(tail, at))) at -= 1;
  if (at < 0) throw new Error("the archive has no end: it is cut, or no ZIP archive");
  const locator = tailStart + at - locatorLength;
  const end64 = locator < 0 ? undefined : await readEnd64(archive, locator);
  if (end64 !== undefined) return end64;
  return {
    count: tail.getUint16(at + 10, true),
    listLength: tail.getUint32(at + 12, true),
    listOffset: tail.getUint32(at + 16, true),
  };
}

/** Whether the archive's comment, which comes last, ends where the archive does. */
function isEnd(tail: DataView, at: number): boolean {
  return at + endLength + tail.getUint16(at + 20, true) === tail.byteLength;
}

async function readEnd64(
  archive: RandomAccess,
  locatorOffset: number,
): Promise<{ count: number; listOffset: number; listLength: number } | undefined> {
  const locator = viewOf(await readFully(archive, locatorOffset, locatorLength));
  if (locator.getUint32(0, true) !== 0x07064b50) return undefined;
  const end = viewOf(await readFully(archive, size64(locator, 8), end64Length));
  if (end.getUint32(0, true) !== 0x06064b50) throw new Error("the archive's end is damaged");
  return { count: size64(end, 32), listLength: size64(end, 40), listOffset: size64(end, 48) };
}

function entryOf(list: DataView, at: number, nameEnd: number, extraEnd: number): ZipEntry {
  const flags = list.getUint16(at + 8, true);
  const nameBytes = new Uint8Array(list.buffer, list.byteOffset + at + entryLength, nameEnd - at - entryLength);
  const sizes = {
    size: list.getUint32(at + 24, true),
    compressedSize: list.getUint32(at + 20, true),
    offset: list.getUint32(at + 42, true),
  };
  for (let field = nameEnd; field + 4 <= extraEnd; field += 4 + list.getUint16(field + 2, true)) {
    if (list.getUint16(field, true) !== 1) continue;
    // Only the numbers that do not fit above are here, in this order.
    let number = field + 4;
    for (const name of ["size", "compressedSize", "offset"] as const) {
      if (sizes[name] !== isIn64 || number + 8 > extraEnd) continue;
      sizes[name] = size64(list, number);
      number += 8;
    }
  }
  return {
    name: new TextDecoder((flags & hasUtf8Name) === 0 ? "latin1" : "utf-8").decode(nameBytes),
    ...sizes,
    crc: list.getUint32(at + 16, true),
    method: list.getUint16(at + 10, true),
    flags,
  };
}

function size64(view: DataView, at: number): number {
  const size = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(size)) throw new Error("a size in the archive makes no sense");
  return size;
}

async function readFully(archive: RandomAccess, offset: number, length: number): Promise<Uint8Array> {
  const fits = offset + length <= archive.size;
  const bytes = fits ? await archive.read(offset, length) : undefined;
  if (bytes?.length === length) return bytes;
  throw new Error(`the archive ends at byte ${archive.size}, but should go on to ${offset + length}`);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
