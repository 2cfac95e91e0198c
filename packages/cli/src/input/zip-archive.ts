import {
  ERR_AMBIGUOUS_ARCHIVE,
  ERR_BAD_FORMAT,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_ENCRYPTED,
  ERR_ENTRY_DATA_OUT_OF_BOUNDS,
  ERR_EOCDR_NOT_FOUND,
  ERR_INVALID_COMPRESSED_DATA,
  ERR_INVALID_CRC32,
  ERR_INVALID_UNCOMPRESSED_SIZE,
  ERR_LOCAL_FILE_HEADER_NOT_FOUND,
  ERR_UNSUPPORTED_COMPRESSION,
  ERR_UNSUPPORTED_ENCRYPTION,
  Reader,
  Uint8ArrayWriter,
  ZipReader,
} from "@zip.js/zip.js";
import type { Entry } from "@zip.js/zip.js";

import { errorMessage } from "../print/error-message.ts";

/** Bytes that can be read anywhere: a file, or what is in memory. */
export interface RandomAccess {
  readonly size: number;
  /** Gives fewer bytes than asked for only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  /** How many bytes it has, as the archive's list says. */
  readonly size: number;
  /**
   * Its bytes. The memory that this takes is bounded by `size`, which the caller has checked.
   *
   * @throws Error if they are damaged, encrypted, or compressed otherwise than by deflate
   */
  read(): Promise<Uint8Array>;
}

/** A list of files that is longer than this is none that a person made. */
const longestList = 2 ** 26;

/**
 * The files of a ZIP archive in the order of its list, one at a time, as what is kept of each takes kilobytes.
 *
 * @throws Error that says what is wrong with the archive; the signal's reason when that is aborted
 */
export async function* zipEntries(
  archive: RandomAccess,
  signal: AbortSignal,
): AsyncGenerator<ZipEntry, void, undefined> {
  const zip = new ZipReader(new ArchiveReader(archive, signal), {
    checkCrc32: true,
    // Nothing is written under these names.
    filenameValidation: "tolerant",
    // Workers live on for seconds.
    useWebWorkers: false,
  });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      yield { name: entry.filename, size: entry.uncompressedSize, read: () => readEntry(entry) };
    }
  } catch (cause) {
    throw archiveError(cause);
  }
}

async function readEntry(entry: Entry): Promise<Uint8Array> {
  if (entry.directory) throw new Error("it is a folder");
  try {
    return await entry.getData(new Uint8ArrayWriter());
  } catch (cause) {
    throw entryError(entry, cause);
  }
}

/** Lets the library read parts of an archive. */
class ArchiveReader extends Reader<RandomAccess> {
  readonly #archive: RandomAccess;
  readonly #signal: AbortSignal;

  constructor(archive: RandomAccess, signal: AbortSignal) {
    super(archive);
    this.#archive = archive;
    this.#signal = signal;
    this.size = archive.size;
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#signal.throwIfAborted();
    // What is in the files is read in small pieces, only the list at once.
    if (length > longestList) throw new Error(`its list of files takes ${length} bytes, which is too much`);
    const available = Math.max(0, Math.min(length, this.size - offset));
    return new Uint8Array(await this.#archive.read(offset, available));
  }
}

function archiveError(cause: unknown): Error {
  const said = errorMessage(cause);
  switch (said) {
    case ERR_BAD_FORMAT:
    case ERR_EOCDR_NOT_FOUND:
      return new Error("the archive has no end: it is cut, or no ZIP archive", { cause });
    case ERR_AMBIGUOUS_ARCHIVE:
    case ERR_CENTRAL_DIRECTORY_NOT_FOUND:
      return new Error("the archive's list of files is damaged", { cause });
    default:
      return cause instanceof Error ? cause : new Error(said, { cause });
  }
}

function entryError({ compressionMethod, uncompressedSize }: Entry, cause: unknown): Error {
  const said = errorMessage(cause);
  switch (said) {
    case ERR_ENCRYPTED:
    case ERR_UNSUPPORTED_ENCRYPTION:
      return new Error("it is encrypted", { cause });
    case ERR_UNSUPPORTED_COMPRESSION:
      return new Error(`it is compressed by method ${compressionMethod}; only deflate (8) and none (0) are read`, {
        cause,
      });
    case ERR_ENTRY_DATA_OUT_OF_BOUNDS:
    case ERR_LOCAL_FILE_HEADER_NOT_FOUND:
      return new Error("it is not where the archive's list says", { cause });
    case ERR_AMBIGUOUS_ARCHIVE:
      return new Error("the archive says two different things about it", { cause });
    case ERR_INVALID_UNCOMPRESSED_SIZE:
      return new Error(`it does not have the ${uncompressedSize} bytes that the archive's list says`, { cause });
    case ERR_INVALID_COMPRESSED_DATA:
    case ERR_INVALID_CRC32:
      return new Error("its checksum is wrong: the archive is damaged", { cause });
    default:
      return cause instanceof Error ? cause : new Error(said, { cause });
  }
}
