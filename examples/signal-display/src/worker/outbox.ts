import type { ToPage } from "../display-messages.ts";

/** Hands a list to the page; the buffers move there with it. */
export type Post = (messages: readonly ToPage[], transfer: ArrayBuffer[]) => void;

/** Told without waiting for the page: small, and wanted most when the page is slow. */
const urgent: ReadonlySet<ToPage["type"]> = new Set(["connection", "streams", "badRecord"]);

/**
 * Gathers what is to be shown, and hands it over when the page has drawn what it got before. Whoever fills it waits in `drained`,
 * so that with a slow page the consumer leaves out records and nothing is shown late.
 */
export class Outbox {
  readonly #post: Post;
  #waiting: ToPage[] = [];
  #isDrawing = false;
  #isScheduled = false;
  #isClosed = false;
  #onDrained: (() => void)[] = [];

  constructor(post: Post) {
    this.#post = post;
  }

  /** Adds messages, which go together with others of the same moment. */
  add(...messages: readonly ToPage[]): void {
    if (this.#isClosed) return;
    const now = messages.filter(({ type }) => urgent.has(type));
    if (now.length > 0) this.#hand(now);
    this.#waiting.push(...messages.filter(({ type }) => !urgent.has(type)));
    this.#schedule();
  }

  /** The page has drawn what it was handed. */
  drawn(): void {
    this.#isDrawing = false;
    this.#schedule();
    if (this.#waiting.length === 0) this.#drained();
  }

  /** Drops what waits: it is not wanted any more. */
  clear(): void {
    this.#waiting = [];
    this.#drained();
  }

  /** Drops all, and what is added later. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#drained();
  }

  /** Resolves when more may be added: at once, unless the page is still drawing and something waits for it already. */
  async drained(): Promise<void> {
    if (!this.#isDrawing || this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#onDrained.push(resolve));
  }

  /** Hands over after a turn, so that records of one fetch go together. */
  #schedule(): void {
    if (this.#isScheduled || this.#isDrawing || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#isScheduled = false;
      if (this.#isDrawing || this.#waiting.length === 0) return;
      this.#isDrawing = true;
      this.#hand(this.#waiting.splice(0));
      this.#drained();
    }, 0);
  }

  #drained(): void {
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }

  #hand(messages: readonly ToPage[]): void {
    const buffers = messages.flatMap((message) => Object.values(message).flatMap(bufferOf));
    this.#post(messages, [...new Set(buffers)]);
  }
}

function bufferOf(value: unknown): ArrayBuffer[] {
  return ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
}
