import { AnswerTooLarge } from "./answer-too-large.ts";

/** An answer has at least the number of its request. */
const fewestBytes = 4;

/**
 * Follows the sizes that stand before each answer of a socket. kafkajs believes them: a negative one makes it loop for ever,
 * one below four throws where nobody catches it, and for one of gigabytes, such as "HTTP" is, it collects that much.
 */
export class AnswerFrames {
  readonly #mostBytes: number;
  /** Bytes of the answer that are still to come. */
  #left = 0;
  /** The size as far as it was read, and of how many of its four bytes. */
  #size = 0;
  #sizeBytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Takes what a socket gave. Throws a RangeError for a size that no answer has, an {@link AnswerTooLarge} for one over the limit. */
  accept(chunk: Uint8Array): void {
    for (let position = 0; position < chunk.length;) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - position);
        this.#left -= taken;
        position += taken;
        continue;
      }
      this.#size = (this.#size << 8) | (chunk[position++] ?? 0);
      this.#sizeBytes += 1;
      if (this.#sizeBytes < 4) continue;
      if (this.#size < fewestBytes) throw new RangeError(`an answer of ${this.#size} bytes`);
      if (this.#size > this.#mostBytes) throw new AnswerTooLarge(this.#size, this.#mostBytes);
      this.#left = this.#size;
      this.#size = 0;
      this.#sizeBytes = 0;
    }
  }
}
