import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

const blockBytes = 1 << 20;

/** Bytes that wait on the disk until it is known how many there are. */
export class Spool {
  readonly #path: string;
  readonly #file: FileHandle;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #size = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @param path - a file that does not exist yet */
  static async create(path: string): Promise<Spool> {
    return new Spool(path, await open(path, "wx+"));
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
    for (let at = start; at < end;) {
      const block = new Uint8Array(Math.min(blockBytes, end - at));
      const { bytesRead } = await this.#file.read(block, 0, block.length, at);
      if (bytesRead === 0) throw new Error(`${this.#path} was cut by another program: it ends at byte ${at} of ${end}`);
      yield block.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  /** Takes the file away. */
  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (pending.length > 0) await this.#file.appendFile(Buffer.concat(pending));
  }
}
