import { Assignment } from "./assignment.ts";
import type { CheckedConsumerOptions, ConsumerOptions } from "./consumer-options.ts";
import { consumerSettings } from "./consumer-settings.ts";
import { decodeMessage } from "./decode-message.ts";
import type { Decoding } from "./decode-message.ts";
import { ClosedError, DecodeError } from "../contract/errors.ts";
import { NetworkClient } from "../shared/network-client.ts";
import { Fetcher } from "./fetcher.ts";
import type { Message, PartitionPosition, TopicPartition } from "../contract/record.ts";
import type { FetchedRecord } from "./fetch-buffer.ts";
import type { Transport } from "../contract/transport.ts";

type Next<Value> = IteratorResult<Message<Value | null>, undefined>;

/** Stands for one `for await` over the consumer; only told apart, so an empty object. */
type Loop = object;

interface Waiter<Value> {
  readonly loop: Loop;
  resolve(next: Next<Value> | Promise<Next<Value>>): void;
  reject(error: unknown): void;
}

const done: { readonly done: true; readonly value: undefined } = { done: true, value: undefined };

/**
 * Reads topics, or exact partitions, and can change them at any time. It belongs to no group and commits nothing.
 * Connects on first use.
 *
 * `break` leaves the consumer open, and iterating again goes on where it stopped. Two loops over one consumer share its
 * messages. A tombstone has the value null.
 *
 * @typeParam Value - what `schema` asks for; without one what `encoding` gives; without either bytes
 *
 * @example
 * ```ts
 * const consumer = new DataQueueConsumer(transport, { topics: ["weather"], encoding: json() });
 * for await (const { topic, value, offset } of consumer) {
 *   console.log(topic, offset, value);
 *   if (offset === 9n) break;
 * }
 * await consumer.close();
 * ```
 */
export class DataQueueConsumer<Value = Uint8Array> implements AsyncIterable<Message<Value | null>> {
  readonly #client: NetworkClient<"read">;
  readonly #fetcher: Fetcher;
  readonly #options: ConsumerOptions<Value>;
  readonly #topics: readonly string[];
  readonly #decoding: Decoding;
  readonly #waiters: Waiter<Value>[] = [];
  readonly #errors: unknown[] = [];
  #started: Promise<void> | undefined;
  #ended: (() => Promise<Next<Value>>) | undefined;

  constructor(transport: Transport, options: CheckedConsumerOptions<Value>);
  constructor(transport: Transport, options?: ConsumerOptions<Value>);
  constructor(transport: Transport, options: ConsumerOptions<Value> = {}) {
    const { topics, ...settings } = consumerSettings(options);
    const { onEvent, signal } = options;
    this.#options = options;
    this.#topics = topics;
    this.#decoding = { encoding: options.encoding, schema: (options.validate ?? true) ? options.schema : undefined };
    this.#client = new NetworkClient(transport, "read", { ...settings, onEvent });
    this.#fetcher = new Fetcher(this.#client, {
      ...settings,
      onRecords: () => this.#serve(),
      onError: (error) => this.#fail(error),
    });
    const abort = (): void =>
      this.#end(new ClosedError("the consumer was aborted"), () => Promise.reject(signal?.reason));
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { signal: this.#client.signal });
  }

  /**
   * Connects and finds the offsets to start at. The first `next()` does it too, but with `from: "latest"` only what is sent
   * after this has resolved is sure to be seen.
   *
   * @throws TransportError naming the host when the log cannot be reached within `connectTimeoutMs`
   */
  async connect(): Promise<void> {
    this.#assertOpen();
    await this.#start();
  }

  /**
   * Replaces what is read with these topics, all partitions of each. Partitions that stay lose nothing; once this has
   * resolved, no record of the others is delivered. A topic that does not exist is waited for, never created.
   *
   * @param topics - names of topics; a single text is one topic
   * @throws TransportError when a topic is refused or the log cannot be reached; then nothing has changed
   * @throws DataQueueError `INVALID_ARGUMENT` for anything but names
   */
  async updateTopics(topics: string | Iterable<string>): Promise<void> {
    this.#assertOpen();
    await this.#assign(Assignment.ofTopics(topics));
  }

  /**
   * As {@link updateTopics}, for exact partitions: `[["a", 0], ["a", 3]]`. A partition that its topic does not have (yet) is
   * waited for; the event `partitionMissing` names it.
   */
  async assignTopics(partitions: Iterable<TopicPartition>): Promise<void> {
    this.#assertOpen();
    await this.#assign(Assignment.ofPartitions(partitions));
  }

  /** How far each partition was read, and how far there is to go, as of the last fetch. Makes no request. */
  positions(): PartitionPosition[] {
    return this.#fetcher.positions();
  }

  /** Ends every loop over this consumer and disconnects at once. Safe to call again. */
  async close(): Promise<void> {
    this.#end(new ClosedError("the consumer is closed"), () => Promise.resolve(done));
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The messages from here on. Leaving the loop does not close the consumer: the next loop goes on where it stopped. */
  [Symbol.asyncIterator](): AsyncIterator<Message<Value | null>, undefined> {
    const loop: Loop = {};
    return {
      next: () => this.#next(loop),
      // break, return and throw end the loop and what it waits for, not the consumer.
      return: () => {
        for (const waiter of this.#waiters.filter((one) => one.loop === loop)) this.#dismiss(waiter);
        return Promise.resolve(done);
      },
    };
  }

  async #assign(assignment: Assignment): Promise<void> {
    // Replaces the constructor's topics, unless it fails.
    const before = this.#started;
    this.#started ??= Promise.resolve();
    try {
      await this.#fetcher.assign(assignment);
    } catch (error) {
      this.#started = before;
      if (this.#waiters.length > 0) this.#start().catch((reason: unknown) => this.#fail(reason));
      throw error;
    }
  }

  #start(): Promise<void> {
    this.#started ??= this.#fetcher.assign(Assignment.ofTopics(this.#topics)).catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  #next(loop: Loop): Promise<Next<Value>> {
    if (this.#ended !== undefined) return this.#ended();
    if (this.#waiters.length === 0 && this.#errors.length === 0) {
      const fetched = this.#fetcher.take();
      if (fetched !== undefined) return this.#deliver(fetched, loop);
    }
    const next = new Promise<Next<Value>>((resolve, reject) => this.#waiters.push({ loop, resolve, reject }));
    this.#start().catch((error: unknown) => this.#fail(error));
    this.#serve();
    return next;
  }

  /** Gives fetched records, or errors, to the calls of `next` that wait, in their order. */
  #serve(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const failed = this.#errors.length > 0;
      const fetched = failed ? undefined : this.#fetcher.take();
      if (!failed && fetched === undefined) return;
      this.#waiters.shift();
      if (fetched === undefined) waiter.reject(this.#errors.shift());
      else waiter.resolve(this.#deliver(fetched, waiter.loop));
    }
  }

  #fail(error: unknown): void {
    this.#errors.push(error);
    this.#serve();
  }

  #deliver(fetched: FetchedRecord, loop: Loop): Promise<Next<Value>> {
    try {
      const message = decodeMessage(fetched, this.#decoding);
      if (!(message instanceof Promise)) return Promise.resolve(this.#found(message));
      return message.then(
        (settled) => this.#found(settled),
        (error: unknown) => this.#handleBadRecord(error, fetched, loop),
      );
    } catch (error) {
      return this.#handleBadRecord(error, fetched, loop);
    }
  }

  #found(message: Message<unknown>): Next<Value> {
    // Value is the codec's own type; without a codec it is bytes.
    return { done: false, value: message as Message<Value | null> };
  }

  /** Reports a bad record; with `onBadRecord`, goes on to the next good one. */
  async #handleBadRecord(error: unknown, fetched: FetchedRecord, loop: Loop): Promise<Next<Value>> {
    const { onBadRecord } = this.#options;
    for (let [reason, bad] = [error, fetched]; ;) {
      const { topic, partition } = bad.partition;
      this.#client.onEvent({ type: "badRecord", topic, partition, offset: bad.record.offset, reason });
      if (onBadRecord === undefined || !(reason instanceof DecodeError)) throw reason;
      if (onBadRecord !== "skip") await onBadRecord(reason);
      if (this.#ended !== undefined) return this.#ended();
      const next = this.#fetcher.take();
      if (next === undefined) return this.#next(loop);
      try {
        return this.#found(await decodeMessage(next, this.#decoding));
      } catch (again) {
        [reason, bad] = [again, next];
      }
    }
  }

  #dismiss(waiter: Waiter<Value>): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    waiter.resolve(done);
  }

  /** Ends the consumer; `ended` is what every `next()` answers from now on. */
  #end(reason: Error, ended: () => Promise<Next<Value>>): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    this.#client.close(reason);
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(ended());
  }

  #assertOpen(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#ended !== undefined) throw new ClosedError("the consumer is closed");
  }
}
