import { mkdtemp, open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { errorMessage } from "../print/error-message.ts";
import type { Output } from "../terminal/output.ts";
import { UsageError } from "../usage-error.ts";

/** Where an export goes: a file, which has its name only once it is complete, or stdout. */
export class OutputFile implements AsyncDisposable {
  /** A folder for files that are needed until the end. It is taken away with all that is in it. */
  readonly folder: string;
  readonly #path: string | undefined;
  readonly #stdout: Output;
  #file: FileHandle | undefined;
  #bytes = 0;

  private constructor(path: string | undefined, folder: string, stdout: Output) {
    this.#path = path;
    this.folder = folder;
    this.#stdout = stdout;
  }

  /**
   * @param path - `-` for stdout
   * @throws UsageError when the file exists and `overwrite` is not set, or its folder does not exist
   */
  static async create(path: string, stdout: Output, overwrite: boolean): Promise<OutputFile> {
    if (path === "-") return new OutputFile(undefined, await mkdtemp(join(tmpdir(), "dataqueues-")), stdout);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw new UsageError(`${path} is a folder: name a file in it`);
    if (found !== undefined && !overwrite)
      throw new UsageError(`${path} exists already: choose another name, or add --overwrite`);
    // Beside the file, because a file can only be renamed within one disk.
    const folder = await mkdtemp(join(dirname(path), `.${basename(path)}-`)).catch((cause: unknown) => {
      const reason = errorMessage(cause);
      throw new UsageError(`${path} cannot be written: ${reason}`, { cause });
    });
    return new OutputFile(path, folder, stdout);
  }

  /** How many bytes were written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes, and waits while the disk or the reader is slower. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    if (this.#path === undefined) {
      await this.#stdout.write(bytes);
      return;
    }
    this.#file ??= await open(join(this.folder, "export"), "wx");
    await this.#file.appendFile(bytes);
  }

  /** Gives the file its name. */
  async complete(): Promise<void> {
    if (this.#path === undefined) return;
    await this.write(new Uint8Array());
    await this.#close();
    await rename(join(this.folder, "export"), this.#path);
  }

  /** Takes away what is not complete. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
