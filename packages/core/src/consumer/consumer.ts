import type { ConsumerMessage, TopicCodec } from "../contract/by-topic.ts";
import type { Codec } from "../contract/codec.ts";
import { ClosedError, UnsupportedError } from "../contract/errors.ts";
import type { Message, PartitionPosition, TopicPartition } from "../contract/record.ts";
import type { Transport } from "../contract/transport.ts";
import { topicPartitions } from "../shared/check-topics.ts";
import { NetworkClient } from "../shared/network-client.ts";
import { Assignment } from "./assignment.ts";
import type { TopicsSpec } from "./assignment.ts";
import type { BatchOptions, CheckedConsumerOptions, ConsumerOptions } from "./consumer-options.ts";
import { batchLimits, consumerSettings } from "./consumer-settings.ts";
import { Fetcher } from "./fetcher.ts";
import { GroupConsumer } from "./group/group-consumer.ts";
import { InHand } from "./in-hand.ts";
import { MessageDelivery } from "./message-delivery.ts";
import { seekTargets } from "./offset-spec.ts";
import type { SeekTargets } from "./offset-spec.ts";
import type {
  AllCheckedByTopicOptions,
  CheckedByTopicOptions,
  EncodedByTopicOptions,
} from "./topic-consumer-options.ts";

const done: { readonly done: true; readonly value: undefined } = { done: true, value: undefined };

/**
 * Reads topics, or exact partitions, and can change them at any time. Connects on first use.
 *
 * With the option `group` it shares the topics' partitions with the other consumers of that name, and the log keeps its place: a
 * message counts as processed when its loop asks for the next one, and what is processed is committed by itself. What is in hand
 * when a loop is left, by `break`, `return` or an exception, comes again after a restart. Without a group it reads everything and
 * commits nothing.
 *
 * `break` leaves the consumer open, and iterating again goes on where it stopped. Two loops over one consumer share its
 * messages. A tombstone has the value null.
 *
 * @typeParam Value - what `schema` asks for; without one what `encoding` gives; without either bytes
 * @typeParam Decoded - with an encoding by topic: what it gives, by topic; `Value` is then what other topics have
 * @typeParam Checked - with a schema by topic: what it asks for, by topic
 * @typeParam Topic - the topics that are read, as far as the compiler knows
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
export class DataQueueConsumer<
  Value = Uint8Array,
  Decoded = unknown,
  Checked = unknown,
  Topic extends string = string,
> implements AsyncIterable<ConsumerMessage<Value, Decoded, Checked, Topic>> {
  readonly #client: NetworkClient<"read">;
  readonly #fetcher: Fetcher;
  readonly #options: ConsumerOptions<unknown>;
  readonly #topics: Assignment;
  readonly #delivery: MessageDelivery<ConsumerMessage<Value, Decoded, Checked, Topic>>;
  readonly #inHand: InHand | undefined;
  readonly #group: GroupConsumer | undefined;
  #closing: Promise<void> | undefined;
  #started: Promise<void> | undefined;
  #isEnded = false;

  constructor(transport: Transport, options: CheckedConsumerOptions<Value>);
  constructor(transport: Transport, options: AllCheckedByTopicOptions<Value, Checked, Topic>);
  constructor(transport: Transport, options: CheckedByTopicOptions<TopicCodec<never, Decoded, Value>, Checked, Topic>);
  constructor(transport: Transport, options: CheckedByTopicOptions<Codec<never, Value>, Checked, Topic>);
  constructor(transport: Transport, options: EncodedByTopicOptions<Value, Decoded, Topic>);
  constructor(transport: Transport, options?: ConsumerOptions<Value>);
  constructor(transport: Transport, options: ConsumerOptions<unknown> = {}) {
    const { topics, inGroup, ...settings } = consumerSettings(options, transport?.maxWaitMs);
    const { onEvent, signal, encoding, schema, validate = true, onBadRecord } = options;
    this.#options = options;
    this.#topics = topics;
    this.#client = new NetworkClient(transport, "read", { ...settings, onEvent });
    this.#fetcher = new Fetcher(this.#client, {
      ...settings,
      onProgress: () => this.#delivery.serve(),
      onError: (error) => this.#delivery.fail(error),
    });
    this.#inHand = inGroup && new InHand();
    this.#delivery = new MessageDelivery({
      buffer: this.#fetcher.buffer,
      decoding: { encoding, schema: validate ? schema : undefined },
      onBadRecord,
      onEvent: this.#client.onEvent,
      start: () => this.#start(),
      isDone: () => this.#fetcher.done,
      reachedEnd: () => this.#fetcher.reachedEnd(),
      inHand: this.#inHand,
      mayDeliver: inGroup && (() => this.#group?.mayDeliver ?? false),
    });
    this.#group =
      inGroup &&
      this.#inHand &&
      new GroupConsumer(topics, {
        ...settings,
        ...inGroup,
        client: new NetworkClient(transport, "group", { ...settings, onEvent }),
        fetcher: this.#fetcher,
        inHand: this.#inHand,
        isWaiting: () => this.#delivery.isWaiting,
        onProgress: () => this.#delivery.serve(),
        onError: (error) => this.#delivery.fail(error),
        onReplaced: (error) => this.#fail(error),
      });
    const abort = (): void => this.#fail(signal?.reason, new ClosedError("the consumer was aborted"));
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
   * resolved, no record of the others is delivered. A topic that does not exist is waited for, never created. With `until`,
   * every partition gets its bound anew. In a group it changes the subscription, and partitions follow as the group gives
   * them.
   *
   * @param topics - names of topics; a single text is one topic; a RegExp all topics whose name it matches
   * @throws TransportError when a topic is refused or the log cannot be reached; then nothing has changed
   * @throws DataQueueError `INVALID_ARGUMENT` for anything but names
   */
  async updateTopics(topics: TopicsSpec): Promise<void> {
    this.#assertOpen();
    const assignment = Assignment.ofTopics(topics);
    await (this.#group === undefined ? this.#assign(assignment) : this.#group.updateTopics(assignment));
  }

  /**
   * As {@link updateTopics}, for exact partitions: `[["a", 0], ["a", 3]]`. A partition that its topic does not have (yet) is
   * waited for; the event `partitionMissing` names it.
   *
   * @throws UnsupportedError in a group, which decides itself who reads which partitions
   */
  async assignTopics(partitions: Iterable<TopicPartition>): Promise<void> {
    this.#assertOpen();
    if (this.#group !== undefined) {
      const message = `assignTopics: group ${this.#options.group} decides which partitions are read; use updateTopics, or a consumer without group`;
      throw new UnsupportedError(message);
    }
    await this.#assign(Assignment.ofPartitions(partitions));
  }

  /**
   * Goes on elsewhere in some partitions: at an offset, at the first or after the last record, at the first record from a
   * time on, or with the newest `{ last: n }`. The other partitions lose nothing. Once this has resolved, the next message of
   * such a partition is the one at its new place.
   *
   * @throws TransportError when the log does not tell an offset; then nothing has changed
   * @throws DataQueueError `INVALID_ARGUMENT` for a partition that is not read, or what is no place
   *
   * @example
   * ```ts
   * await consumer.seek([["weather", 0, new Date("2026-11-27T02:00:00Z")], ["weather", 1, "earliest"]]);
   * ```
   */
  async seek(targets: SeekTargets): Promise<void> {
    this.#assertOpen();
    const checked = seekTargets(targets);
    await this.#start();
    await this.#fetcher.seek(checked);
    for (const { partition } of checked) {
      const state = this.#fetcher.subscription.get(...partition);
      if (state !== undefined) this.#inHand?.forget(state);
    }
  }

  /**
   * In a group: commits what counts as processed, without waiting for `autoCommitIntervalMs`. With a message, that one counts as
   * well, although its loop has not asked for the next, and with it what was delivered before it of its partition and no other loop
   * has in hand; only that partition is committed. While `close()` waits for what is in hand, it can still be committed.
   *
   * @throws TransportError when the log refuses, does not answer within `requestTimeoutMs`, or `ILLEGAL_GENERATION` when the group
   *   has given the partition to another member, which processes again what was not committed
   * @throws UnsupportedError without a group
   *
   * @example
   * ```ts
   * for await (const message of consumer) {
   *   await archive.write(message.value);
   *   await consumer.commit(message);
   * }
   * ```
   */
  async commit(message?: Pick<Message<unknown>, "topic" | "partition" | "offset">): Promise<void> {
    this.#options.signal?.throwIfAborted();
    if (this.#group === undefined) throw new UnsupportedError("commit: the consumer has no group that keeps its place");
    await this.#group.commit(message);
  }

  /**
   * Holds partitions back, at once: nothing of them is fetched or delivered until {@link resume}. They keep their place; what
   * was fetched of them and is not delivered yet is fetched again then.
   *
   * @throws DataQueueError `INVALID_ARGUMENT` for a partition that is not read, or not yet: `connect()` finds them
   */
  pause(partitions: Iterable<TopicPartition>): void {
    this.#assertOpen();
    this.#fetcher.pause(topicPartitions("partitions", partitions));
  }

  /** Reads paused partitions again, from where they were. Others are left as they are. */
  resume(partitions: Iterable<TopicPartition>): void {
    this.#assertOpen();
    this.#fetcher.resume(topicPartitions("partitions", partitions));
  }

  /** How far each partition was read, and how far there is to go, as of the last fetch. Makes no request. */
  positions(): PartitionPosition[] {
    return this.#fetcher.positions();
  }

  /**
   * Ends every loop over this consumer and disconnects; safe to call again. In a group it first waits for what loops have in hand, for
   * three seconds at most, commits what is processed, and leaves.
   */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown(new ClosedError("the consumer is closed"));
    return this.#closing;
  }

  async #shutDown(reason: Error): Promise<void> {
    if (this.#isEnded) return;
    this.#endReading(reason, () => Promise.resolve(done));
    await this.#group?.close(reason);
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The messages from here on. Leaving the loop does not close the consumer: the next loop goes on where it stopped. */
  [Symbol.asyncIterator](): AsyncIterator<ConsumerMessage<Value, Decoded, Checked, Topic>, undefined> {
    return this.#delivery.messages();
  }

  /**
   * The messages from here on in batches, each of one partition and in its order: for work that is cheaper for many at a time.
   * All promises are the same. A bad record ends the batch before it; the next `next()`
   * rejects, and iteration can go on.
   *
   * @example
   * ```ts
   * for await (const messages of consumer.batches({ maxMessages: 500, maxWaitMs: 100 })) {
   *   await database.insert(messages.map(({ value }) => value));
   * }
   * ```
   */
  batches(options: BatchOptions = {}): AsyncIterable<ConsumerMessage<Value, Decoded, Checked, Topic>[], undefined> {
    const limits = batchLimits(options);
    return { [Symbol.asyncIterator]: () => this.#delivery.batches(limits) };
  }

  async #assign(assignment: Assignment): Promise<void> {
    // Replaces the constructor's topics, unless it fails.
    const before = this.#started;
    this.#started ??= Promise.resolve();
    try {
      await this.#fetcher.assign(assignment);
    } catch (error) {
      this.#started = before;
      if (this.#delivery.isWaiting) this.#start().catch((reason: unknown) => this.#delivery.fail(reason));
      throw error;
    }
  }

  #start(): Promise<void> {
    if (this.#group !== undefined) return this.#group.start();
    this.#started ??= this.#fetcher.assign(this.#topics).catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  /** Ends the consumer at once: every `next()` rejects from now on. */
  #fail(error: unknown, closedBy: Error = new ClosedError("the consumer has failed")): void {
    this.#endReading(closedBy, async () => {
      throw error;
    });
    this.#group?.abort(closedBy);
  }

  /** Ends reading; `ended` is what every `next()` answers from now on. */
  #endReading(reason: Error, ended: () => Promise<typeof done>): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#client.close(reason);
    this.#delivery.end(ended);
  }

  #assertOpen(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#isEnded) throw new ClosedError("the consumer is closed");
  }
}
