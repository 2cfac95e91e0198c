import { DecodeError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import type { Message } from "../contract/record.ts";
import { startTimer } from "../shared/wait.ts";
import { decodeMessage } from "./decode-message.ts";
import type { Decoding } from "./decode-message.ts";
import type { FetchedRecord, RecordBuffer } from "./fetch-buffer.ts";

/** Where messages come from and what is told of them. */
export interface DeliveryOptions {
  readonly buffer: RecordBuffer;
  readonly decoding: Decoding;
  readonly onBadRecord: "skip" | ((error: DecodeError) => void | Promise<void>) | undefined;
  readonly onEvent: OnEvent;
  /** Begins to read, if that has not happened yet. */
  readonly start: () => Promise<void>;
  /** Whether nothing more is to be fetched. */
  readonly isDone: () => boolean;
  /** The loops ask for more than there is; answers whether that is all there will be. */
  readonly reachedEnd: () => boolean;
}

/** How messages are gathered; see `DataQueueConsumer.batches`. */
export interface BatchLimits {
  readonly maxMessages: number;
  readonly maxWaitMs: number;
}

type Result<Item> = IteratorResult<Item, undefined>;

/** What a loop takes: its next item, or undefined when it has to wait. */
type Take<Item> = () => Promise<Result<Item>> | undefined;

/** A call of `next` that waits. */
interface Waiter {
  /** Stands for one `for await`; only told apart. */
  readonly loop: object;
  /** Gives it what there is; false if it has to wait on. */
  readonly serve: () => boolean;
  readonly reject: (error: unknown) => void;
  readonly settle: (result: Promise<Result<never>>) => void;
}

const done: Result<never> = { done: true, value: undefined };

/**
 * Gives messages, single or in batches, to the loops over a consumer, in the order in which they asked.
 *
 * @typeParam One - the type of a message
 */
export class MessageDelivery<One extends Message<unknown>> {
  readonly #options: DeliveryOptions;
  readonly #waiters: Waiter[] = [];
  readonly #errors: unknown[] = [];
  #ended: (() => Promise<Result<never>>) | undefined;
  /** Wakes a loop that gathers a batch, at `#wakesAt` (`performance.now()`). */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Whether a loop waits. */
  get isWaiting(): boolean {
    return this.#waiters.length > 0;
  }

  /** A loop over single messages. */
  messages(): AsyncIterator<One, undefined> {
    const { buffer } = this.#options;
    const loop = {};
    const take: Take<One> = () => {
      const fetched = buffer.take();
      return fetched && this.#deliver(fetched, () => this.#next(loop, take));
    };
    return this.#iterator(loop, take);
  }

  /** A loop over batches, each of one partition. */
  batches({ maxMessages, maxWaitMs }: BatchLimits): AsyncIterator<One[], undefined> {
    const { buffer, isDone } = this.#options;
    const loop = {};
    /** When the loop began to gather what there is. */
    let since: number | undefined;
    const take: Take<One[]> = () => {
      const full = buffer.partitionWith(maxMessages);
      if (full === undefined && maxWaitMs > 0 && !buffer.isEmpty && !isDone()) {
        const now = performance.now();
        since ??= now;
        if (now - since < maxWaitMs) {
          this.#wakeAt(since + maxWaitMs, now);
          return undefined;
        }
      }
      const first = buffer.take(full);
      if (first === undefined) return undefined;
      since = undefined;
      return this.#deliverBatch(first, maxMessages, () => this.#next(loop, take));
    };
    return this.#iterator(loop, take);
  }

  /** Gives what there is, or errors, to the calls of `next` that wait, in their order. */
  serve(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      if (this.#errors.length > 0) waiter.reject(this.#errors.shift());
      else if (!waiter.serve()) break;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    }
    if (this.#waiters.length > 0 && this.#options.reachedEnd()) {
      for (const waiter of this.#waiters.splice(0)) waiter.settle(Promise.resolve(done));
    }
  }

  /** One call of `next` rejects with this. */
  fail(error: unknown): void {
    this.#errors.push(error);
    this.serve();
  }

  /** Ends all loops; `ended` is what every `next()` answers from now on. */
  end(ended: () => Promise<Result<never>>): void {
    this.#ended = ended;
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters.splice(0)) waiter.settle(ended());
  }

  #iterator<Item>(loop: object, take: Take<Item>): AsyncIterator<Item, undefined> {
    return {
      next: () => this.#next(loop, take),
      // break, return and throw end the loop and what it waits for, not the consumer.
      return: () => {
        for (const waiter of this.#waiters.filter((one) => one.loop === loop)) {
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          waiter.settle(Promise.resolve(done));
        }
        return Promise.resolve(done);
      },
    };
  }

  #next<Item>(loop: object, take: Take<Item>): Promise<Result<Item>> {
    if (this.#ended !== undefined) return this.#ended();
    if (this.#waiters.length === 0 && this.#errors.length === 0) {
      const taken = take();
      if (taken !== undefined) return taken;
    }
    const next = new Promise<Result<Item>>((resolve, reject) => {
      const serve = (): boolean => {
        const taken = take();
        if (taken !== undefined) resolve(taken);
        return taken !== undefined;
      };
      this.#waiters.push({ loop, serve, reject, settle: resolve });
    });
    this.#options.start().catch((error: unknown) => this.fail(error));
    this.serve();
    return next;
  }

  #deliver(fetched: FetchedRecord, next: () => Promise<Result<One>>): Promise<Result<One>> {
    try {
      const message = this.#decode(fetched);
      if (!(message instanceof Promise)) return Promise.resolve({ done: false, value: message });
      return message.then(
        (settled) => ({ done: false, value: settled }),
        (error: unknown) => this.#afterBadRecord(error, fetched, next),
      );
    } catch (error) {
      return this.#afterBadRecord(error, fetched, next);
    }
  }

  /** Reports a bad record; with `onBadRecord`, goes on to the next one. */
  async #afterBadRecord(
    error: unknown,
    fetched: FetchedRecord,
    next: () => Promise<Result<One>>,
  ): Promise<Result<One>> {
    await this.#passBadRecord(error, fetched);
    return next();
  }

  /** A batch that begins with a record. A bad one ends it, and the next call of `next` rejects. */
  async #deliverBatch(
    first: FetchedRecord,
    maxMessages: number,
    next: () => Promise<Result<One[]>>,
  ): Promise<Result<One[]>> {
    const messages: One[] = [];
    let fetched: FetchedRecord | undefined = first;
    while (fetched !== undefined) {
      try {
        const message = this.#decode(fetched);
        messages.push(message instanceof Promise ? await message : message);
      } catch (error) {
        try {
          await this.#passBadRecord(error, fetched);
        } catch (reason) {
          if (messages.length === 0) throw reason;
          this.#errors.unshift(reason);
          break;
        }
      }
      if (messages.length >= maxMessages || this.#ended !== undefined) break;
      fetched = this.#options.buffer.take(first.partition);
    }
    return messages.length === 0 ? next() : { done: false, value: messages };
  }

  #decode(fetched: FetchedRecord): One | Promise<One> {
    const { skipped, partition } = fetched;
    if (skipped !== undefined && skipped.count > 0) {
      this.#options.onEvent({ type: "skipped", topic: partition.topic, partition: partition.partition, ...skipped });
    }
    // What codecs and schemas accepted has their types; without a codec it is bytes.
    return decodeMessage(fetched, this.#options.decoding) as One | Promise<One>;
  }

  /** Reports a bad record; rejects unless `onBadRecord` passes it over. */
  async #passBadRecord(reason: unknown, { partition: { topic, partition }, record }: FetchedRecord): Promise<void> {
    const { onBadRecord, onEvent } = this.#options;
    onEvent({ type: "badRecord", topic, partition, offset: record.offset, reason });
    if (onBadRecord === undefined || !(reason instanceof DecodeError)) throw reason;
    if (onBadRecord !== "skip") await onBadRecord(reason);
  }

  #wakeAt(due: number, now: number): void {
    if (due >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = due;
    this.#timer = startTimer(Math.ceil(due - now), () => {
      this.#wakesAt = Infinity;
      this.serve();
    });
  }
}
