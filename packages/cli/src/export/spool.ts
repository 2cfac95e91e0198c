import { appendFile, open, rm } from "node:fs/promises";

const blockBytes = 1 << 20;

/**
 * Bytes that wait on the disk until it is known how many there are. Its file is open only while it is read or written, as an export of
 * many topics has many of them, and one that fails leaves them as they are.
 */
export class Spool {
  readonly #path: string;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #size = 0;

  /** @param path - a file that does not exist yet */
  constructor(path: string) {
    this.#path = path;
  }

  /** How many bytes were added. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes at the end; a copy is taken of them. */
  async add(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length;
    // What a record's bytes are a view of would stay in memory with them.
    this.#pending.push(new Uint8Array(bytes));
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= blockBytes) await this.#flush();
  }

  /** The bytes from `start` to before `end`, block by block. */
  async *read(start = 0, end: number = this.#size): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#flush();
    if (start >= end) return;
    await using file = await open(this.#path);
    for (let at = start; at < end;) {
      const block = new Uint8Array(Math.min(blockBytes, end - at));
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead === 0) throw new Error(`${this.#path} was cut by another program: it ends at byte ${at} of ${end}`);
      yield block.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  /** Takes the file away. */
  async close(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (pending.length > 0) await appendFile(this.#path, Buffer.concat(pending));
  }
}
