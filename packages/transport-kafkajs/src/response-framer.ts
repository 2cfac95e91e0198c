const sizeBytes = 4;
/** A response has at least the number of its request. */
const minResponseBytes = 4;

/** A response that is refused by its size alone, before there is memory for it. */
export class ResponseTooLargeError extends RangeError {
  constructor(bytes: number, maxBytes: number) {
    super(`a response of ${bytes} bytes is over maxResponseBytes (${maxBytes})`);
    this.name = "ResponseTooLargeError";
  }
}

/**
 * Cuts the bytes of a socket into responses, each with its size before it and in memory of its own. kafkajs does not check
 * the sizes: a negative one makes it loop for ever, one below four throws where nobody catches it, and one of gigabytes
 * (the text "HTTP" is one) makes it collect that much.
 */
export class ResponseFramer {
  readonly #maxBytes: number;
  /** The size of the next response; once that is complete, the whole response as far as it has arrived. */
  #frame: Buffer = Buffer.allocUnsafeSlow(sizeBytes);
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes a chunk from the socket, copies it, and yields the responses that are complete. Throws a RangeError for a size
   * that no response has, a {@link ResponseTooLargeError} for one over the limit.
   */
  *accept(chunk: Uint8Array): Generator<Buffer, void> {
    for (let position = 0; position < chunk.length;) {
      const taken = Math.min(this.#frame.length - this.#length, chunk.length - position);
      this.#frame.set(chunk.subarray(position, position + taken), this.#length);
      this.#length += taken;
      position += taken;
      if (this.#length < this.#frame.length) return;
      if (this.#length === sizeBytes) this.#allocate();
      else {
        const response = this.#frame;
        this.#frame = Buffer.allocUnsafeSlow(sizeBytes);
        this.#length = 0;
        yield response;
      }
    }
  }

  #allocate(): void {
    const size = this.#frame.readInt32BE();
    if (size < minResponseBytes) throw new RangeError(`a response of ${size} bytes`);
    if (size > this.#maxBytes) throw new ResponseTooLargeError(size, this.#maxBytes);
    const frame = Buffer.allocUnsafeSlow(sizeBytes + size);
    frame.set(this.#frame);
    this.#frame = frame;
  }
}
