import { DataQueueError, invalidArgument } from "@dataqueues/core";

/** Bytes that can be read at any place; the same as `IReadable` of `@mcap/core`. */
export interface Readable {
  /** In bytes. */
  size(): Promise<bigint>;
  /** Reads up to `size` bytes from `offset` on: fewer at the end. Their memory may be used again for the next call. */
  read(offset: bigint, size: bigint): Promise<Uint8Array>;
}

/** Where bytes are written one after another; the same as `IWritable` of `@mcap/core`. */
export interface Writable {
  /** Writes after what was written before. */
  write(bytes: Uint8Array): Promise<unknown>;
  /** How many bytes are there, those that are being written left out. */
  position(): bigint;
}

/** A recording: the path of a file (in Node), a `Blob` such as a `File` that a page was given, or anything that can be read. */
export type RecordingFile = string | Blob | Readable;

/** A recording that is open for reading. */
export interface OpenFile {
  /** What errors call it. */
  readonly name: string;
  /** In bytes, when it was opened. */
  readonly size: number;
  /**
   * The bytes from `at` on, in memory of their own. The caller keeps within the file's size.
   *
   * @param known - the first of these bytes, where the caller has them: they are not read again
   * @throws DataQueueError with the code `RECORDING_READ_FAILED`
   */
  read(at: number, length: number, known?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a recording.
 *
 * @throws DataQueueError with the code `RECORDING_READ_FAILED`, when there is no such file or it cannot be read
 */
export async function openRecordingFile(file: RecordingFile): Promise<OpenFile> {
  checkRecordingFile(file);
  if (typeof file === "string") return openPath(file);
  return file instanceof Blob ? openBlob(file) : openReadable(file);
}

/** The same file, of which one part is read at a time, as it may use its memory again. Paths and Blobs do not. */
export function oneAtATime(file: RecordingFile): RecordingFile {
  if (typeof file === "string" || file instanceof Blob) return file;
  let last: Promise<unknown> = Promise.resolve();
  const read = (offset: bigint, size: bigint): Promise<Uint8Array> => {
    const bytes = last.then(async () => (await file.read(offset, size)).slice());
    // Whoever asked for it learns of it.
    last = bytes.catch(() => undefined);
    return bytes;
  };
  return { size: () => file.size(), read };
}

/** Throws an error with the code `INVALID_ARGUMENT` for what is no recording's place. */
export function checkRecordingFile(file: RecordingFile): void {
  if (typeof file === "string" && file !== "") return;
  const isReadable = typeof file === "object" && file !== null && "read" in file && typeof file.read === "function";
  if (file instanceof Blob || (isReadable && typeof file.size === "function")) return;
  throw invalidArgument("file", "a path, a Blob, or an object with the methods size and read", file);
}

async function openPath(path: string): Promise<OpenFile> {
  // Taken in this way, it is no import, which bundlers for browsers would refuse.
  const fs = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (fs === undefined) throw readFailed(path, "only Node opens paths; in a page, pass a Blob or File");
  const handle = await fs.open(path).catch((error: unknown) => {
    throw readFailed(path, adviceFor(error), error);
  });
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw readFailed(path, "it is a directory; name the file in it");
    if (!stats.isFile()) throw readFailed(path, "it is no file that can be read at any place; copy it into one");
    return openedFile(path, stats.size, {
      readInto: async (bytes, from, at) => (await handle.read(bytes, from, bytes.length - from, at)).bytesRead,
      close: () => handle.close(),
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function openBlob(blob: Blob): OpenFile {
  const name = "name" in blob && typeof blob.name === "string" ? blob.name : "the Blob";
  return openedFile(name, blob.size, {
    readInto: async (bytes, from, at) => {
      const part = await blob.slice(at, at + bytes.length - from).arrayBuffer();
      bytes.set(new Uint8Array(part), from);
      return part.byteLength;
    },
  });
}

async function openReadable(readable: Readable): Promise<OpenFile> {
  const name = "the recording";
  const size = Number(
    await readable.size().catch((error: unknown) => {
      throw readFailed(name, "its size is not known", error);
    }),
  );
  return openedFile(name, size, {
    readInto: async (bytes, from, at) => {
      const wanted = bytes.length - from;
      const part = (await readable.read(BigInt(at), BigInt(wanted))).subarray(0, wanted);
      bytes.set(part, from);
      return part.length;
    },
  });
}

interface Source {
  /** Reads bytes of the file from `at` on into `bytes`, from its index `from` on; resolves to how many. */
  readonly readInto: (bytes: Uint8Array, from: number, at: number) => Promise<number>;
  readonly close?: () => Promise<void>;
}

function openedFile(name: string, size: number, { readInto, close }: Source): OpenFile {
  return {
    name,
    size,
    read: async (at, length, known = new Uint8Array()) => {
      const bytes = new Uint8Array(length);
      bytes.set(known);
      for (let have = known.length; have < length;) {
        const count = await readInto(bytes, have, at + have).catch((error: unknown) => {
          throw readFailed(name, `reading at byte ${at + have} failed`, error);
        });
        if (count === 0) throw readFailed(name, `it ended at byte ${at + have}, before its size of ${size} bytes`);
        have += count;
      }
      return bytes;
    },
    close: async () => close?.(),
  };
}

function adviceFor(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file; check the path";
  if (code === "EACCES" || code === "EPERM") return "the file may not be read; check its permissions";
  return "it cannot be opened";
}

function readFailed(name: string, what: string, cause?: unknown): DataQueueError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  return new DataQueueError(`${name}: ${what}${reason}`, { code: "RECORDING_READ_FAILED", cause });
}
