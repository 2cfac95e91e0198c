/** What a stream needs of its producer. */
export interface SendStreamOptions {
  /** How many sends may wait to be acknowledged before the stream takes no more. */
  readonly highWaterMark: number;
  /** Sends one chunk; settles as the send does. May throw for a chunk that it cannot send. */
  readonly send: (chunk: unknown) => Promise<unknown>;
  /** Whether the producer buffers as many bytes as it may. */
  readonly isFull: () => boolean;
  /** Sends what waits for more. */
  readonly endLinger: () => void;
}

/**
 * A stream whose chunks are sent as they come, many at a time. It takes no more while `highWaterMark` sends, or too many
 * bytes, wait to be acknowledged. The first send that fails errors the stream.
 */
export function sendStream(options: SendStreamOptions): WritableStream<unknown> {
  return new WritableStream(new SendSink(options));
}

class SendSink implements UnderlyingSink<unknown> {
  readonly #options: SendStreamOptions;
  #unsettled = 0;
  #failure: { readonly error: unknown } | undefined;
  #signal: AbortSignal | undefined;
  /** Wakes the write or close that waits; the stream calls one at a time. */
  #wake: (() => void) | undefined;

  constructor(options: SendStreamOptions) {
    this.#options = options;
  }

  start(controller: WritableStreamDefaultController): void {
    this.#signal = controller.signal;
    controller.signal.addEventListener("abort", () => this.#wake?.());
  }

  /** Settles when the stream may take another chunk, which is not yet when this one is acknowledged. */
  write(chunk: unknown, controller: WritableStreamDefaultController): void | Promise<void> {
    const sent = this.#options.send(chunk);
    this.#unsettled += 1;
    sent.then(
      () => this.#settled(),
      (error: unknown) => {
        this.#failure ??= { error };
        controller.error(error);
        this.#settled();
      },
    );
    return this.#waits() ? this.#until(() => !this.#waits()) : undefined;
  }

  async close(): Promise<void> {
    this.#options.endLinger();
    await this.#until(() => this.#unsettled === 0 || this.#ended());
    // A stream that closes ignores what its controller is told.
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#signal?.throwIfAborted();
  }

  #waits(): boolean {
    const { highWaterMark, isFull } = this.#options;
    // Other sends of the producer may fill it; one chunk at a time goes on nevertheless.
    return !this.#ended() && this.#unsettled > 0 && (this.#unsettled >= highWaterMark || isFull());
  }

  /** Whether the stream failed or was aborted: then it must not wait, as its caller learns of that only afterwards. */
  #ended(): boolean {
    return this.#failure !== undefined || this.#signal?.aborted === true;
  }

  #settled(): void {
    this.#unsettled -= 1;
    this.#wake?.();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
