import { ERR_DUPLICATED_NAME, ZipWriter as Archive } from "@zip.js/zip.js";

/** Where an archive is, and how much it may have. */
interface ZipWriterOptions {
  /** Where it begins in its file. */
  readonly start?: number;
  /** The most members, as each takes about 5 kB of memory until the end. */
  readonly maxMembers?: number;
}

/**
 * Writes a ZIP archive piece by piece, also one over 4 GiB (ZIP64). Members are stored as they are, as `numpy.savez` stores them.
 */
export class ZipWriter {
  readonly #archive: Archive<unknown>;
  readonly #maxMembers: number;
  #members = 0;

  /** @param write - called with the archive's bytes, one piece after another */
  constructor(write: (bytes: Uint8Array) => Promise<void>, { start = 0, maxMembers = 250_000 }: ZipWriterOptions = {}) {
    this.#maxMembers = maxMembers;
    this.#archive = new Archive(new WritableStream({ write }), {
      level: 0,
      offset: start,
      // The same export gives the same bytes; a ZIP archive has no earlier time.
      lastModDate: new Date(1980, 0, 1),
      extendedTimestamp: false,
      // Workers live on for seconds.
      useWebWorkers: false,
    });
  }

  /**
   * Adds a member made of chunks.
   *
   * @throws Error when there would be more than 250,000 members, or two of one name
   */
  async add(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#members += 1;
    if (this.#members > this.#maxMembers) {
      throw new Error(
        `an npz file holds at most ${this.#maxMembers} arrays: export fewer records with --from and --until or one topic at a time, or use --to parquet`,
      );
    }
    try {
      await this.#archive.add(name, streamOf(chunks));
    } catch (cause) {
      if (!(cause instanceof Error) || cause.message !== ERR_DUPLICATED_NAME) throw cause;
      throw new Error(`two arrays would have the name ${name} in the npz file: use --to parquet or --to jsonl`, {
        cause,
      });
    }
  }

  /** Writes the directory: the archive is complete. */
  async end(): Promise<void> {
    await this.#archive.close();
  }
}

async function* iterated(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** As `ReadableStream.from`, which the types of browsers do not have. */
function streamOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = iterated(chunks);
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return(undefined);
    },
  });
}
