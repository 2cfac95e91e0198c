import { AnswerTooLarge } from "./answer-too-large.ts";

const sizeBytes = 4;
/** An answer has at least the number of its request. */
const fewestBytes = 4;

/**
 * Puts the answers of a socket together, each with its size before it, in memory of their own. kafkajs would believe the
 * sizes: a negative one makes it loop for ever, one below four throws where nobody catches it, and for one of gigabytes, such
 * as "HTTP" is, it collects that much.
 */
export class AnswerFrames {
  readonly #mostBytes: number;
  /** The size of the answer that comes, and then the whole of it, as far as it is there. */
  #frame: Buffer = Buffer.allocUnsafeSlow(sizeBytes);
  #length = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Takes what a socket gave, whose memory may be used again, and gives the answers that are whole with it. Throws a
   * RangeError for a size that no answer has, an {@link AnswerTooLarge} for one over the limit.
   */
  *accept(chunk: Uint8Array): Generator<Buffer, void> {
    for (let position = 0; position < chunk.length;) {
      const taken = Math.min(this.#frame.length - this.#length, chunk.length - position);
      this.#frame.set(chunk.subarray(position, position + taken), this.#length);
      this.#length += taken;
      position += taken;
      if (this.#length < this.#frame.length) return;
      if (this.#length === sizeBytes) this.#makeRoom();
      else {
        const answer = this.#frame;
        this.#frame = Buffer.allocUnsafeSlow(sizeBytes);
        this.#length = 0;
        yield answer;
      }
    }
  }

  #makeRoom(): void {
    const size = this.#frame.readInt32BE();
    if (size < fewestBytes) throw new RangeError(`an answer of ${size} bytes`);
    if (size > this.#mostBytes) throw new AnswerTooLarge(size, this.#mostBytes);
    const frame = Buffer.allocUnsafeSlow(sizeBytes + size);
    frame.set(this.#frame);
    this.#frame = frame;
  }
}
