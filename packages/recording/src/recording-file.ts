/** Bytes that can be read at any place; the same as `IReadable` of `@mcap/core`. */
export interface Readable {
  size(): Promise<bigint>;
  /** Reads up to `size` bytes from `offset` on: fewer at the end. */
  read(offset: bigint, size: bigint): Promise<Uint8Array>;
}

/** Where bytes are written one after another; the same as `IWritable` of `@mcap/core`. */
export interface Writable {
  write(bytes: Uint8Array): Promise<unknown>;
  position(): bigint;
}

/** A recording: the path of a file (in Node), a `Blob` such as a `File` that a page was given, or anything that can be read. */
export type RecordingFile = string | Blob | Readable;
