const sizeBytes = 4;

/** Puts the frames of a direction of a connection together: a 32-bit length each, then that many bytes. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #length = 0;

  /** Takes what came, and gives the frames that are whole with it, with their lengths. */
  *accept(chunk: Buffer): Generator<Buffer, void> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted()) return;
    this.#rest = Buffer.concat(this.#chunks);
    for (let end = this.#end(); end !== undefined; end = this.#end()) {
      yield this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
    }
    this.#chunks = [this.#rest];
    this.#length = this.#rest.length;
  }

  /** Bytes until there is something to look at. */
  #wanted(): number {
    const [first] = this.#chunks;
    return first === undefined || first.length < sizeBytes ? sizeBytes : sizeBytes + first.readInt32BE();
  }

  /** Where the first frame ends, when all of it is there. */
  #end(): number | undefined {
    if (this.#rest.length < sizeBytes) return undefined;
    const end = sizeBytes + this.#rest.readInt32BE();
    return end <= this.#rest.length ? end : undefined;
  }
}
