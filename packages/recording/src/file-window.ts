import type { OpenFile } from "./recording-file.ts";

/** How much is read at once where records are small. */
const windowBytes = 2 ** 18;

/** Reads a file forward in large pieces. What it gives stays as it is: each piece has memory of its own. */
export class FileWindow {
  readonly #file: OpenFile;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** The bytes from `at` on: fewer where the file ends. */
  async view(at: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.#file.size - at));
    const known = at >= this.#start ? this.#bytes.subarray(at - this.#start) : new Uint8Array();
    if (wanted <= known.length) return known.subarray(0, wanted);
    this.#bytes = await this.#file.read(at, Math.min(Math.max(wanted, windowBytes), this.#file.size - at), known);
    this.#start = at;
    return this.#bytes.subarray(0, wanted);
  }
}
