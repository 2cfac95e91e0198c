import { ERR_DUPLICATED_NAME, ZipWriter as Archive } from "@zip.js/zip.js";

/** Each takes about 5 kB of memory until the end. */
const maxMembers = 250_000;

/** Writes a ZIP archive piece by piece; members are stored as they are, as `numpy.savez` stores them. */
export class ZipWriter {
  readonly #archive: Archive<unknown>;
  #members = 0;

  /** @param write - called with the archive's bytes, one piece after another */
  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#archive = new Archive(new WritableStream({ write }), {
      level: 0,
      // The same export gives the same bytes; a ZIP archive has no earlier time.
      lastModDate: new Date(1980, 0, 1),
      extendedTimestamp: false,
      // Workers live on for seconds.
      useWebWorkers: false,
    });
  }

  /**
   * Adds a member made of chunks, which may be larger than 4 GiB.
   *
   * @throws Error when there would be more than 250,000 members, or two of one name
   */
  async add(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#members += 1;
    if (this.#members > maxMembers) {
      throw new Error(
        "an npz file holds at most 250,000 arrays: export fewer records with --from and --until or one topic at a time, or use --to parquet",
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
