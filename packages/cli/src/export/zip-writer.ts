import { Zip, ZipPassThrough } from "fflate";

/** Without ZIP64, which fflate does not write. */
const mostBytes = 0xffff_ffff;
const maxMembers = 0xffff;

/** Writes a ZIP archive piece by piece; members are stored as they are, as `numpy.savez` stores them. */
export class ZipWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #maxBytes: number;
  readonly #zip: Zip;
  readonly #pending: Uint8Array[] = [];
  #error: Error | undefined;
  #bytes = 0;
  #members = 0;

  /**
   * @param write - called with the archive's bytes, one piece after another
   * @param maxBytes - the most bytes of an archive
   */
  constructor(write: (bytes: Uint8Array) => Promise<void>, maxBytes: number = mostBytes) {
    this.#write = write;
    this.#maxBytes = maxBytes;
    this.#zip = new Zip((error, chunk) => {
      if (error !== null) this.#error ??= error;
      else this.#pending.push(chunk);
    });
  }

  /**
   * Adds a member made of chunks.
   *
   * @throws Error when the archive would have more than 4 GiB or 65,535 members
   */
  async add(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#members += 1;
    if (this.#members > maxMembers) throw tooLarge("65,535 arrays");
    const member = new ZipPassThrough(name);
    // The same export gives the same bytes; a ZIP archive has no earlier time.
    member.mtime = new Date(1980, 0, 1);
    this.#zip.add(member);
    for await (const chunk of chunks) {
      member.push(chunk);
      await this.#flush();
    }
    member.push(new Uint8Array(), true);
    await this.#flush();
  }

  /** Writes the directory: the archive is complete. */
  async end(): Promise<void> {
    this.#zip.end();
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    for (const chunk of this.#pending.splice(0)) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#maxBytes) throw tooLarge("4 GiB");
      await this.#write(chunk);
    }
  }
}

function tooLarge(limit: string): Error {
  return new Error(
    `an npz file holds at most ${limit}: export fewer records with --from and --until or one topic at a time, or use --to parquet`,
  );
}
