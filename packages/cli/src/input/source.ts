import { createReadStream } from "node:fs";
import type { Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";

import { errorMessage } from "../print/error-message.ts";
import { MessageTooLarge } from "./message-too-large.ts";
import type { RandomAccess } from "./zip-archive.ts";

/** Enough to recognise a format by its beginning. */
const startLength = 16;
const lineFeed = 0x0a;
/** How much of a file is read at a time. */
const chunkBytes = 2 ** 18;

/** Bytes that messages are made of: a file, or a pipe, which can be read once only. */
export interface Source {
  /** As errors call it: a path, or `stdin`. */
  readonly name: string;
  readonly isStdin: boolean;
  /** How many bytes; undefined of a pipe. */
  readonly size: number | undefined;
  /** The first bytes: 16 or more if there are as many, but of a pipe no more than its first line. */
  start(signal: AbortSignal): Promise<Uint8Array>;
  /** All bytes as they come. Ends with the signal's reason when that is aborted. */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * All bytes at once, which can be read again after that.
   *
   * @throws Error if they are more than `maxBytes`
   */
  bytes(maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** A file that can be read again and anywhere. */
export interface FileSource extends Source, RandomAccess {
  readonly size: number;
}

/**
 * The file of a path: a regular one as a {@link FileSource}, a named pipe or a device as a stream.
 *
 * @throws Error that names a file which cannot be read
 */
export async function openFile(path: string): Promise<Source> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (stats.isDirectory()) throw new Error(`${path} is a folder: name the files in it`);
  return stats.isFile() ? new RegularFile(path, stats.size) : streamSource(path, () => createReadStream(path), false);
}

/** What is piped into the command. */
export function openStdin(stdin: Readable): Source {
  return streamSource("stdin", () => stdin, true);
}

/** Whether a source can be read again and anywhere. */
export function isFile(source: Source): source is FileSource {
  return source instanceof RegularFile;
}

class RegularFile implements FileSource {
  readonly name: string;
  readonly isStdin = false;
  readonly size: number;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
  }

  start(): Promise<Uint8Array> {
    return this.read(0, startLength);
  }

  async *chunks(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* chunksOf(createReadStream(this.name, { highWaterMark: chunkBytes }), this.name, signal);
  }

  async bytes(maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    if (this.size > maxBytes) throw new MessageTooLarge(maxBytes, this.size);
    return collect(this.chunks(signal), maxBytes);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const fail = (cause: unknown): never => {
      throw unreadable(this.name, cause);
    };
    const file = await open(this.name).catch(fail);
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset).catch(fail);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

/** A source that can be read once: what `start` has taken comes first. */
function streamSource(name: string, openStream: () => Readable, isStdin: boolean): Source {
  let reading: { readonly rest: AsyncIterator<Uint8Array>; readonly first: Uint8Array[] } | undefined;
  const read = (signal: AbortSignal): typeof reading & {} =>
    (reading ??= { rest: chunksOf(openStream(), name, signal), first: [] });
  const chunks = async function* (signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { first, rest } = read(signal);
    yield* first.splice(0);
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  };
  return {
    name,
    isStdin,
    size: undefined,
    async start(signal) {
      const { first, rest } = read(signal);
      // A line that is complete is not to wait for more.
      while (!first.some((chunk) => chunk.includes(lineFeed)) && lengthOf(first) < startLength) {
        const next = await rest.next();
        if (next.done === true) break;
        first.push(next.value);
      }
      return Buffer.concat(first);
    },
    chunks,
    async bytes(maxBytes, signal) {
      const all = await collect(chunks(signal), maxBytes);
      read(signal).first.push(all);
      return all;
    },
  };
}

async function* chunksOf(stream: Readable, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  try {
    for await (const chunk of addAbortSignal(signal, stream)) {
      yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw unreadable(name, cause);
  }
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((length, chunk) => length + chunk.length, 0);
}

async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw new MessageTooLarge(maxBytes);
    parts.push(chunk);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** Node's errors of files begin with a code: `ENOENT: no such file or directory, open 'x.npy'`. */
function unreadable(name: string, cause: unknown): Error {
  const message = errorMessage(cause);
  const reason = /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
  return new Error(`cannot read ${name}: ${reason}`, { cause });
}
