import { timeLeft } from "./batch.ts";
import type { PendingSend } from "./batch.ts";
import type { Codec } from "../contract/codec.ts";
import { encodeValue } from "./encode-value.ts";
import { ClosedError, DataQueueError, EncodeError, TransportError } from "../contract/errors.ts";
import { checkNumber, longestMs } from "../shared/check-number.ts";
import { checkCommonOptions, checkSignal } from "../shared/check-options.ts";
import { checkTopic } from "../shared/check-topics.ts";
import { NetworkClient } from "../shared/network-client.ts";
import type { WriterContext } from "./partition-writer.ts";
import { ProduceBatcher } from "./produce-batcher.ts";
import { ProducerIds } from "./producer-ids.ts";
import { recordSize } from "../shared/record-size.ts";
import type { ProducerOptions, SendOptions } from "./producer-options.ts";
import { producerSettings } from "./producer-settings.ts";
import type { ProducerRecord, RecordMetadata } from "../contract/record.ts";
import { checkBytes, recordFields } from "./record-fields.ts";
import type { RecordFields } from "./record-fields.ts";
import { MetadataCache } from "./metadata-cache.ts";
import { TopicWriter } from "./topic-writer.ts";
import type { Transport } from "../contract/transport.ts";
import { checkSchema } from "../shared/check-schema.ts";
import { settleWithin } from "../shared/wait.ts";

type Bytes = Uint8Array | null;

/** The options of a send that has none. */
const asTheProducer: SendOptions<never> = Object.freeze({});

/** How long a producer whose connection has ended waits for its sends to learn of it. */
const afterCloseMs = 1_000;

/**
 * Sends values to topics. Connects on first use.
 *
 * Sends to one partition keep call order, also across retries and slow encoders; sends that come while a request is in
 * flight go together in the next. A send resolves only when the log has named its offset, is sent again until then, and
 * is never written twice: after `deliveryTimeoutMs` at most it is settled one way or the other.
 *
 * @typeParam Value - what `encoding` takes; bytes or null without one
 *
 * @example
 * ```ts
 * const producer = new DataQueueProducer(transport, { topic: "weather", encoding: json() });
 * const { partition, offset } = await producer.send({ windSpeed: 11.2 }, { key: "mast-4" });
 * await producer.close();
 * ```
 */
export class DataQueueProducer<Value = Uint8Array | null> {
  readonly #client: NetworkClient<"write">;
  readonly #options: ProducerOptions<Value>;
  readonly #context: WriterContext;
  readonly #topics = new Map<string, TopicWriter>();
  readonly #unsettled = new Set<Promise<unknown>>();
  readonly #maxMessageBytes: number;
  readonly #maxBufferedBytes: number;
  #bufferedBytes = 0;
  /** Wakes the one send, first in line, that waits for space. */
  #onSpace: (() => void) | undefined;
  /** The end of the line of sends that are not queued yet, because they or one before them take time to encode. */
  #line: Promise<unknown> | undefined;
  /** How many calls of flush wait: meanwhile batches do not wait for more sends. */
  #flushes = 0;
  #closed: Promise<void> | undefined;

  constructor(transport: Transport, options: ProducerOptions<Value> = {}) {
    const settings = producerSettings(options);
    const { acks, compression, idempotent, lingerMs, connectTimeoutMs, requestTimeoutMs } = settings;
    this.#options = options;
    this.#client = new NetworkClient(transport, "write", {
      connectTimeoutMs,
      requestTimeoutMs,
      onEvent: options.onEvent,
    });
    this.#maxMessageBytes = settings.maxMessageBytes;
    this.#maxBufferedBytes = settings.maxBufferedBytes;
    const timeoutMs = Math.min(requestTimeoutMs, longestMs);
    this.#context = {
      ...settings,
      directory: new MetadataCache(this.#client, settings.metadataMaxAgeMs, settings.allowAutoTopicCreation),
      requests: new ProduceBatcher(this.#client, { acks, compression, timeoutMs }),
      identities: idempotent === false ? undefined : new ProducerIds(this.#client, idempotent === true),
      signal: this.#client.signal,
      onEvent: this.#client.onEvent,
      lingerMs: () => (this.#flushes > 0 ? 0 : lingerMs),
    };
  }

  /**
   * Connects before the first send does.
   *
   * @throws TransportError naming the host when the log cannot be reached within `connectTimeoutMs`
   */
  async connect(): Promise<void> {
    this.#assertOpen();
    await this.#client.connect();
  }

  /**
   * Validates, encodes and sends a value, and resolves when the log has it.
   *
   * @throws SchemaError, EncodeError before anything is sent; `EncodeError` with code `RECORD_TOO_LARGE` over the limit
   * @throws DataQueueError `INVALID_ARGUMENT` naming the option that makes no sense; nothing was sent
   * @throws TransportError naming topic and reason when the log refused it or did not answer in time
   * @throws ClosedError when the producer is closed
   */
  send<T>(data: T, options: SendOptions<T> & { readonly encoding: Codec<T, unknown> }): Promise<RecordMetadata>;
  send(data: Uint8Array | null, options: SendOptions<never> & { readonly encoding: null }): Promise<RecordMetadata>;
  send(data: Value, options?: SendOptions<Value>): Promise<RecordMetadata>;
  send(data: unknown, options: SendOptions<never> = asTheProducer): Promise<RecordMetadata> {
    const sent = this.#send(data, options);
    this.#unsettled.add(sent);
    const settled = (): boolean => this.#unsettled.delete(sent);
    sent.then(settled, settled);
    return sent;
  }

  async #send(data: unknown, options: SendOptions<never>): Promise<RecordMetadata> {
    this.#assertOpen();
    if (options !== asTheProducer) checkCommonOptions(options);
    options.signal?.throwIfAborted();
    const topic = this.#topicOf(options);
    if (options.partition !== undefined) checkNumber("partition", options.partition);
    const fields = recordFields(options);
    const deadline = performance.now() + this.#context.deliveryTimeoutMs;
    let bytes: Bytes | Promise<Bytes> | undefined;
    if (this.#line === undefined && this.#bufferedBytes < this.#maxBufferedBytes) {
      bytes = this.#encode(data, topic, options);
      if (!(bytes instanceof Promise)) return this.#queue(withValue(fields, bytes), topic, deadline, options);
    }
    const signal = options.signal ? AbortSignal.any([this.#client.signal, options.signal]) : this.#client.signal;
    const soon = <T>(promise: Promise<T>): Promise<T> =>
      settleWithin(promise, timeLeft({ deadline }), () => this.#late(topic), signal);
    const before = this.#line;
    let done: (() => void) | undefined;
    const line = Promise.all([before, new Promise<void>((resolve) => (done = resolve))]);
    this.#line = line;
    try {
      if (bytes === undefined) {
        await soon(Promise.resolve(before));
        await soon(this.#space());
        bytes = this.#encode(data, topic, options);
      }
      const value = await soon(Promise.resolve(bytes));
      // Not awaited here: the next in line goes on as soon as this send is queued.
      return this.#queue(withValue(fields, value), topic, deadline, options);
    } finally {
      done?.();
      if (this.#line === line) this.#line = undefined;
    }
  }

  /** Waits for everything sent so far to be settled, acknowledged or not. */
  async flush(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    checkSignal(options.signal);
    this.#flushes += 1;
    try {
      for (const topic of this.#topics.values()) topic.hurry();
      const all = Promise.allSettled(this.#unsettled);
      if (options.signal === undefined) await all;
      else await settleWithin(all, Infinity, () => new Error("unreachable"), options.signal);
    } finally {
      this.#flushes -= 1;
    }
  }

  /**
   * Waits up to `timeoutMs` (5,000 by default; Infinity until all is settled) for what was sent to be settled, then rejects
   * the rest with a {@link ClosedError} and disconnects. Safe to call again.
   */
  async close(options: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    const timeoutMs = checkNumber("timeoutMs", options.timeoutMs ?? 5_000, { infinity: true });
    this.#closed ??= this.#close(timeoutMs);
    return this.#closed;
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(timeoutMs: number): Promise<void> {
    const late = (): Error => new ClosedError(`the producer was closed; not acknowledged within ${timeoutMs} ms`);
    const reason = await settleWithin(this.flush(), timeoutMs, late).then(
      () => new ClosedError("the producer is closed"),
      (error: Error) => error,
    );
    this.#client.close(reason);
    // Whoever waits is told by the client's end, in this turn or a few after it: longer than that is not waited for.
    await settleWithin(Promise.allSettled(this.#unsettled), afterCloseMs, late).catch(() => undefined);
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new ClosedError("the producer is closed");
  }

  /** Validates and encodes; answers at once unless the schema or the codec takes time. */
  #encode(data: unknown, topic: string, options: SendOptions<never>): Bytes | Promise<Bytes> {
    const schema = options.schema ?? this.#options.schema;
    const validate = options.validate ?? this.#options.validate ?? true;
    const checked = schema !== undefined && validate ? checkSchema(data, schema, { topic }) : undefined;
    const encoding = options.encoding === undefined ? this.#options.encoding : options.encoding;
    if (checked instanceof Promise) return checked.then(() => encodeValue(data, encoding ?? undefined, topic));
    return encodeValue(data, encoding ?? undefined, topic);
  }

  #topicOf(options: SendOptions<never>): string {
    if (options.topic !== undefined) return checkTopic("topic", options.topic);
    if (this.#options.topic !== undefined) return this.#options.topic;
    throw new DataQueueError("send needs a topic: name one in send or in the producer's options", { code: "NO_TOPIC" });
  }

  #queue(
    record: ProducerRecord,
    topic: string,
    deadline: number,
    { partition, signal }: SendOptions<never>,
  ): Promise<RecordMetadata> {
    if (record.value !== null) checkBytes("the value", record.value);
    const size = recordSize(record);
    if (size > this.#maxMessageBytes) {
      const message = `a record of ${size} bytes for topic ${topic} is over maxMessageBytes (${this.#maxMessageBytes})`;
      throw new EncodeError(`${message}; send less at a time or raise the limit here and on the broker`, {
        code: "RECORD_TOO_LARGE",
        topic,
      });
    }
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (send.settled) return;
        send.settled = true;
        signal?.removeEventListener("abort", abort);
        this.#release(size);
      };
      const send: PendingSend = {
        record,
        size,
        deadline,
        settled: false,
        resolve: (metadata) => {
          settle();
          resolve(metadata);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      const abort = (): void => send.reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      this.#bufferedBytes += size;
      try {
        this.#topic(topic).add(send, partition);
      } catch (error) {
        send.reject(error);
      }
    });
  }

  #topic(topic: string): TopicWriter {
    let writer = this.#topics.get(topic);
    if (writer === undefined) {
      writer = new TopicWriter(topic, this.#context);
      this.#topics.set(topic, writer);
    }
    return writer;
  }

  async #space(): Promise<void> {
    while (this.#bufferedBytes >= this.#maxBufferedBytes) {
      this.#context.onEvent({ type: "bufferFull", bufferedBytes: this.#bufferedBytes });
      await new Promise<void>((resolve) => (this.#onSpace = resolve));
    }
  }

  #release(size: number): void {
    this.#bufferedBytes -= size;
    if (this.#bufferedBytes < this.#maxBufferedBytes) this.#onSpace?.();
  }

  #late(topic: string): TransportError {
    const message = `send to topic ${topic} could not be encoded and queued within ${this.#context.deliveryTimeoutMs} ms`;
    return new TransportError(message, { code: "REQUEST_TIMED_OUT", retriable: true, topic });
  }
}

/** One shape for all records; a spread would cost a tenth of a send. */
function withValue({ key, headers, timestamp }: RecordFields, value: Bytes): ProducerRecord {
  return { key, value, headers, timestamp };
}
