/** Kafka's number for a produce request. */
export const produceKey = 0;

/** Where the frames of one direction of a connection begin and end: a 32-bit length each, then that many bytes. */
export class KafkaFrames {
  /** The first bytes of the frame under way: its length, then what requests and answers begin with. */
  readonly #head = new Uint8Array(12);
  readonly #onFrame: (head: DataView, start: number, end: number) => void;
  #seen = 0;
  #start = 0;

  /**
   * @param onFrame - called when the first 12 bytes of a frame have come (or all of a shorter one), with them and the
   *   places in the stream where the frame begins and ends
   */
  constructor(onFrame: (head: DataView, start: number, end: number) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes what comes through, in pieces of any size. */
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

  /** Bytes of the frame under way, with its length; as many as are needed to know it while it is not known. */
  get #length(): number {
    if (this.#seen - this.#start < 4) return this.#head.length;
    return 4 + new DataView(this.#head.buffer).getUint32(0);
  }
}
