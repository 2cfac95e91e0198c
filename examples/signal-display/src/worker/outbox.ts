import type { ToPage } from "../display-messages.ts";

/** Hands a list to the page; the buffers move there with it. */
export type Post = (messages: readonly ToPage[], transfer: ArrayBuffer[]) => void;

/** Makes what the page shows of a record. */
export type MakeMessages = () => readonly ToPage[];

/** Told without waiting for the page: small, and wanted most when the page is slow. */
const urgent: ReadonlySet<ToPage["type"]> = new Set(["connection", "streams", "badRecord"]);

/**
 * Gathers what is to be shown, and hands it over when the page has drawn what it got before. Whoever fills it with records waits in
 * `ready` first, so that with a slow page the consumer leaves out records and nothing is shown late.
 */
export class Outbox {
  readonly #post: Post;
  #waiting: ToPage[] = [];
  /** What is made of the newest record of each partition. */
  readonly #records = new Map<string, MakeMessages>();
  #isDrawing = false;
  #isScheduled = false;
  #isClosed = false;
  #onReady: (() => void)[] = [];

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

  /**
   * Adds the newest record of a partition, which is decoded only when it is handed over.
   *
   * @returns whether it took the place of an older one, which is not shown
   */
  addRecord(key: string, make: MakeMessages): boolean {
    const isReplaced = this.#records.has(key);
    if (!this.#isClosed) this.#records.set(key, make);
    this.#schedule();
    return isReplaced;
  }

  /** The page has drawn what it was handed. */
  drawn(): void {
    this.#isDrawing = false;
    this.#schedule();
    this.#tellReady();
  }

  /** Drops the records that wait: they are not wanted any more. */
  dropRecords(): void {
    this.#records.clear();
  }

  /** Drops all, and what is added later. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#records.clear();
    this.#tellReady();
  }

  /** Resolves when the page has nothing to draw. */
  async ready(): Promise<void> {
    if (!this.#isDrawing || this.#isClosed) return;
    await new Promise<void>((resolve) => this.#onReady.push(resolve));
  }

  get #isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#records.size === 0;
  }

  /** Hands over after a turn, so that records of one fetch go together. */
  #schedule(): void {
    if (this.#isScheduled || this.#isDrawing || this.#isEmpty) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#isScheduled = false;
      const records = [...this.#records.values()];
      this.#records.clear();
      const messages = [...this.#waiting.splice(0), ...records.flatMap((make) => make())];
      // Of bad records and tombstones there is nothing to draw.
      this.#isDrawing = messages.some(({ type }) => !urgent.has(type));
      if (messages.length > 0) this.#hand(messages);
    }, 0);
  }

  #tellReady(): void {
    for (const resolve of this.#onReady.splice(0)) resolve();
  }

  #hand(messages: readonly ToPage[]): void {
    const buffers = messages.flatMap((message) => Object.values(message).flatMap(bufferOf));
    this.#post(messages, [...new Set(buffers)]);
  }
}

function bufferOf(value: unknown): ArrayBuffer[] {
  return ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
}
