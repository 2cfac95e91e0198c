import { DecodeError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import type { Message } from "../contract/record.ts";
import { nextTurn, startTimer } from "../shared/wait.ts";
import type { ConsumerOptions } from "./consumer-options.ts";
import { decodeMessage } from "./decode-message.ts";
import type { Decoding } from "./decode-message.ts";
import type { FetchedRecord, RecordBuffer } from "./fetch-buffer.ts";
import type { Held, InHand, Loop } from "./in-hand.ts";

/** Where messages come from and what is told of them. */
export interface DeliveryOptions {
  readonly buffer: RecordBuffer;
  readonly decoding: Decoding;
  readonly onBadRecord: ConsumerOptions<unknown>["onBadRecord"];
  readonly onEvent: OnEvent;
  /** Begins to read, if that has not happened yet. */
  readonly start: () => Promise<void>;
  /** Whether nothing more is to be fetched. */
  readonly isDone: () => boolean;
  /** The loops ask for more than there is; answers whether that is all there will be. */
  readonly reachedEnd: () => boolean;
  /** Where it matters what loops have processed: keeps account of what they have in hand. */
  readonly inHand?: InHand | undefined;
  /** Whether messages may be given now; always, if left out. */
  readonly mayDeliver?: (() => boolean) | undefined;
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
  readonly loop: Loop;
  /** Gives it what there is; false if it has to wait on. */
  readonly serve: () => boolean;
  readonly reject: (error: unknown) => void;
  readonly settle: (result: Promise<Result<never>>) => void;
}

/** Why a `next` rejects, and the record that was the reason. */
interface Failure {
  readonly reason: unknown;
  readonly held?: Held | undefined;
}

/** How long loops may be given what waits without a turn for timers and sockets. */
const longestTurnMs = 100;

const done: Result<never> = { done: true, value: undefined };

/**
 * Gives messages, single or in batches, to the loops over a consumer, in the order in which they asked.
 *
 * @typeParam One - the type of a message
 */
export class MessageDelivery<One extends Message<unknown>> {
  readonly #options: DeliveryOptions;
  readonly #waiters: Waiter[] = [];
  readonly #errors: Failure[] = [];
  #ended: (() => Promise<Result<never>>) | undefined;
  /** Wakes a loop that gathers a batch, at `#wakesAt` (`performance.now()`). */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;
  /** When timers and sockets had their turn last, as far as is known (`performance.now()`). */
  #turnAt: number | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Whether a loop waits. */
  get isWaiting(): boolean {
    return this.#waiters.length > 0;
  }

  /** A loop over single messages. */
  messages(): AsyncIterator<One, undefined> {
    const { buffer, mayDeliver } = this.#options;
    const loop: Loop = { isOver: false };
    const take: Take<One> = () => {
      if (mayDeliver?.() === false) return undefined;
      const fetched = buffer.take();
      return fetched && this.#deliver(loop, fetched, () => this.#next(loop, take));
    };
    return this.#iterator(loop, take);
  }

  /** A loop over batches, each of one partition. */
  batches({ maxMessages, maxWaitMs }: BatchLimits): AsyncIterator<One[], undefined> {
    const { buffer, isDone, mayDeliver } = this.#options;
    const loop: Loop = { isOver: false };
    /** Since when there is something to gather. */
    let since: number | undefined;
    const take: Take<One[]> = () => {
      if (mayDeliver?.() === false) return undefined;
      const now = performance.now();
      since = buffer.isEmpty ? undefined : (since ?? now);
      if (since === undefined) return undefined;
      const gathers = now - since < maxWaitMs && !isDone();
      const full = gathers ? buffer.partitionWith(maxMessages) : undefined;
      if (gathers && full === undefined) {
        this.#wakeAt(since + maxWaitMs, now);
        return undefined;
      }
      const first = buffer.take(full);
      if (first === undefined) return undefined;
      // Full partitions do not start the wait of the others anew.
      if (!gathers) since = undefined;
      return this.#deliverBatch(loop, first, maxMessages, () => this.#next(loop, take));
    };
    return this.#iterator(loop, take);
  }

  /** Gives what there is, or errors, to the calls of `next` that wait, in their order. */
  serve(): void {
    // It waited for an answer or a timer.
    if (this.#waiters.length > 0) this.#turnAt = performance.now();
    // A call is taken out before it is served: codecs and listeners may call the consumer, and so this method again.
    for (let waiter = this.#waiters.shift(); waiter !== undefined; waiter = this.#waiters.shift()) {
      const failure = this.#errors.shift();
      if (failure !== undefined) waiter.reject(this.#told(failure));
      else if (!waiter.serve()) {
        this.#waiters.unshift(waiter);
        break;
      }
    }
    if (this.#waiters.length > 0 && this.#options.reachedEnd()) this.#finish(this.#waiters.splice(0));
  }

  /** One call of `next` rejects with this. */
  fail(error: unknown): void {
    this.#errors.push({ reason: error });
    this.serve();
  }

  /** Ends all loops; `ended` is what every `next()` answers from now on. */
  end(ended: () => Promise<Result<never>>): void {
    this.#ended = ended;
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters.splice(0)) waiter.settle(ended());
  }

  #iterator<Item>(loop: Loop, take: Take<Item>): AsyncIterator<Item, undefined> {
    return {
      next: () => {
        this.#options.inHand?.asked(loop);
        return this.#next(loop, take);
      },
      // break, return and throw end the loop and what it waits for, not the consumer.
      return: () => {
        loop.isOver = true;
        this.#options.inHand?.left(loop);
        const waiters = this.#waiters.splice(0);
        this.#waiters.push(...waiters.filter((one) => one.loop !== loop));
        this.#finish(waiters.filter((one) => one.loop === loop));
        return Promise.resolve(done);
      },
    };
  }

  /** Ends loops for good, as the protocol of iterators wants it: a new loop goes on. */
  #finish(waiters: readonly Waiter[]): void {
    for (const { loop, settle } of waiters) {
      loop.isOver = true;
      settle(Promise.resolve(done));
    }
  }

  #next<Item>(loop: Loop, take: Take<Item>): Promise<Result<Item>> {
    if (this.#ended !== undefined) return this.#ended();
    if (loop.isOver) return Promise.resolve(done);
    // A loop that computes and awaits nothing would let no sign of life out, and no answer in, while there is something to give.
    this.#turnAt ??= performance.now();
    if (performance.now() - this.#turnAt > longestTurnMs && !this.#options.buffer.isEmpty) {
      return this.#afterTurn(() => this.#next(loop, take));
    }
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

  async #afterTurn<Item>(next: () => Promise<Result<Item>>): Promise<Result<Item>> {
    await nextTurn();
    this.#turnAt = performance.now();
    return next();
  }

  #deliver(loop: Loop, fetched: FetchedRecord, next: () => Promise<Result<One>>): Promise<Result<One>> {
    const held = this.#hold(loop, fetched);
    try {
      const message = this.#decode(fetched);
      if (!(message instanceof Promise)) {
        if (held !== undefined) held.isDelivered = true;
        return Promise.resolve({ done: false, value: message });
      }
      return message.then(
        (settled) => {
          if (held !== undefined) held.isDelivered = true;
          return { done: false, value: settled };
        },
        (error: unknown) => this.#afterBadRecord(error, fetched, held, next),
      );
    } catch (error) {
      return this.#afterBadRecord(error, fetched, held, next);
    }
  }

  /** Reports a bad record; with `onBadRecord`, goes on to the next one. */
  async #afterBadRecord(
    error: unknown,
    fetched: FetchedRecord,
    held: Held | undefined,
    next: () => Promise<Result<One>>,
  ): Promise<Result<One>> {
    try {
      await this.#passBadRecord(error, fetched);
    } catch (reason) {
      throw this.#told({ reason, held });
    }
    if (held !== undefined) this.#options.inHand?.passed(held);
    return next();
  }

  /** A batch that begins with a record. A bad one ends it, and the next call of `next` rejects. */
  async #deliverBatch(
    loop: Loop,
    first: FetchedRecord,
    maxMessages: number,
    next: () => Promise<Result<One[]>>,
  ): Promise<Result<One[]>> {
    const { buffer, inHand } = this.#options;
    const { partition } = first;
    const { restarts } = partition;
    const held = this.#hold(loop, first);
    // What comes while a codec takes its time is for the next batch: otherwise this one might never end.
    let waiting = buffer.countOf(partition);
    const messages: One[] = [];
    let fetched: FetchedRecord | undefined = first;
    while (fetched !== undefined) {
      try {
        const message = this.#decode(fetched);
        messages.push(message instanceof Promise ? await message : message);
        if (held !== undefined) inHand?.extend(held, fetched.record.offset);
      } catch (error) {
        try {
          await this.#passBadRecord(error, fetched);
        } catch (reason) {
          if (messages.length === 0) throw this.#told({ reason, held });
          this.#errors.unshift({ reason, held: this.#hold(loop, fetched) });
          break;
        }
      }
      // After a seek the partition's next record does not follow.
      const isOver = this.#ended !== undefined || partition.restarts !== restarts;
      if (isOver || messages.length >= maxMessages || waiting === 0) break;
      waiting -= 1;
      fetched = buffer.take(partition);
    }
    if (messages.length > 0) {
      if (held !== undefined) held.isDelivered = true;
      return { done: false, value: messages };
    }
    if (held !== undefined) inHand?.passed(held);
    return next();
  }

  #hold(loop: Loop, { partition, record }: FetchedRecord): Held | undefined {
    return this.#options.inHand?.take(loop, partition, record.offset);
  }

  /** A `next` is about to reject with this. */
  #told({ reason, held }: Failure): unknown {
    if (held !== undefined) this.#options.inHand?.told(held);
    return reason;
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
