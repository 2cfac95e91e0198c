/** Large records: some at a time, so that the page does not wait for each. */
export const maxBytesPerPartition: number = 4 * 2 ** 20;

/** What a page reads, and from where. */
export interface ReadAmplitudes {
  readonly url: string;
  readonly topic: string;
  readonly count: number;
  /** Whether a Worker hands over all rows, or what a display shows: four in full, and 60 points of the others. */
  readonly rows?: "all" | "shown" | undefined;
}

/** The rows of an amplitude message, one after another in one array that can be handed over. */
export interface PackedAmplitudes {
  readonly rows: readonly { readonly baseline: string; readonly polarisation: string }[];
  readonly values: Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

/** What a page found. */
export interface ReadResult {
  /** Milliseconds from the first message to the last. */
  readonly ms: number;
  /** Messages after the first. */
  readonly messages: number;
  /** The sum of some values, so that nothing can be left out. */
  readonly sum: number;
}

/** Counts messages from the first on. */
export class MessageCount {
  /** Resolves after the last. */
  readonly done: Promise<ReadResult>;
  readonly #count: number;
  #settle: (result: ReadResult) => void = () => undefined;
  #first = 0;
  #messages = 0;
  #sum = 0;

  constructor(count: number) {
    this.#count = count;
    this.done = new Promise((resolve) => (this.#settle = resolve));
  }

  /** @param value - one of the message's values */
  add(value: number): void {
    if (this.#messages === 0) this.#first = performance.now();
    this.#messages += 1;
    this.#sum += value;
    if (this.#messages !== this.#count) return;
    this.#settle({ ms: performance.now() - this.#first, messages: this.#messages - 1, sum: this.#sum });
  }
}
