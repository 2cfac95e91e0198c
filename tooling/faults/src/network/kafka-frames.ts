/** Kafka's API key of a produce request. */
export const produceKey = 0;

/** Finds the frames in one direction of a connection: each is a 32-bit length and then that many bytes. */
export class KafkaFrames {
  /** The first bytes of the current frame: its length, then the header of the request or response. */
  readonly #head = new Uint8Array(12);
  readonly #onFrame: (head: DataView, start: number, end: number) => void;
  #seen = 0;
  #start = 0;

  /**
   * @param onFrame - called with the first 12 bytes of a frame (or all of a shorter one) as soon as they have come, and
   *   with the positions in the stream where the frame starts and ends
   */
  constructor(onFrame: (head: DataView, start: number, end: number) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes of the stream, in pieces of any size. */
  push(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length;) {
      const within = this.#seen - this.#start;
      if (within < this.#head.length && within < this.#length) {
        this.#head[within] = bytes[index] ?? 0;
        index += 1;
        this.#seen += 1;
        if (this.#seen - this.#start === Math.min(this.#head.length, this.#length) && within >= 3) {
          this.#onFrame(new DataView(this.#head.buffer), this.#start, this.#start + this.#length);
        }
      } else {
        const skipped = Math.min(bytes.length - index, this.#start + this.#length - this.#seen);
        index += skipped;
        this.#seen += skipped;
      }
      if (this.#seen === this.#start + this.#length) this.#start = this.#seen;
    }
  }

  /** Size of the current frame, its length field included. While that field is incomplete, the size of the header. */
  get #length(): number {
    if (this.#seen - this.#start < 4) return this.#head.length;
    return 4 + new DataView(this.#head.buffer).getUint32(0);
  }
}
