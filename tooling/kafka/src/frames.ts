const sizeBytes = 4;

/** Splits one direction of a connection into frames: each is a 32-bit length and then that many bytes. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #length = 0;

  /** Takes the next bytes and yields the frames that are complete now, with their lengths. */
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

  /** How many bytes must have come before the next frame can be complete. */
  #wanted(): number {
    const [first] = this.#chunks;
    return first === undefined || first.length < sizeBytes ? sizeBytes : sizeBytes + first.readInt32BE();
  }

  /** Where the first frame ends, if it is complete. */
  #end(): number | undefined {
    if (this.#rest.length < sizeBytes) return undefined;
    const end = sizeBytes + this.#rest.readInt32BE();
    return end <= this.#rest.length ? end : undefined;
  }
}
