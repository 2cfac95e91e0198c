import { ViewerOffence } from "./viewer-offence.ts";

/** What a frame takes at least, so that many small ones count as well. */
const leastBytes = 1_024;

/** Records that go ahead of their produce request, in frames of their own. */
export class ProducedRecords {
  readonly #mostBytes: number;
  #id: number | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** @throws A {@link ViewerOffence} if these are of another request than those before, or too many. */
  add(id: number, records: Uint8Array): void {
    if (this.#id !== undefined && this.#id !== id) {
      throw new ViewerOffence("badFrame", "records of two requests at a time");
    }
    this.#id = id;
    this.#bytes += Math.max(leastBytes, records.length);
    if (this.#bytes > this.#mostBytes + leastBytes) {
      throw new ViewerOffence("tooMany", `more than ${this.#mostBytes} bytes of records`);
    }
    this.#chunks.push(records);
  }

  /** All records of a request, with the last ones, and forgets them. */
  take(id: number, last: Uint8Array): Uint8Array {
    if (last.length > 0 || this.#id !== undefined) this.add(id, last);
    const [only = last, ...others] = this.#chunks.filter(({ length }) => length > 0);
    const records = others.length === 0 ? only : Buffer.concat([only, ...others]);
    this.#id = undefined;
    this.#chunks = [];
    this.#bytes = 0;
    return records;
  }
}
