import type { Codec, RecordContext } from "../contract/codec.ts";
import { ClosedError, DataQueueError } from "../contract/errors.ts";
import type { RecordMetadata } from "../contract/record.ts";
import type { Transport } from "../contract/transport.ts";
import { checkNumber, longestMs, sizeLimit } from "../shared/check-number.ts";
import { checkCommonOptions, checkFunction, checkSignal } from "../shared/check-options.ts";
import { schemaFor } from "../shared/check-formats.ts";
import { checkSchema } from "../shared/check-schema.ts";
import { checkTopic } from "../shared/check-topics.ts";
import { checkEncodingHeader } from "../shared/encoding-header.ts";
import { NetworkClient } from "../shared/network-client.ts";
import { settleWithin, unlessAborted } from "../shared/wait.ts";
import type { PendingSend } from "./batch.ts";
import { encodeValue } from "./encode-value.ts";
import { MetadataCache } from "./metadata-cache.ts";
import { ProduceBatcher } from "./produce-batcher.ts";
import { ProducerIds } from "./producer-ids.ts";
import type { ProducerOptions, SendOptions } from "./producer-options.ts";
import { producerSettings } from "./producer-settings.ts";
import { recordFields } from "./record-fields.ts";
import { SendQueue } from "./send-queue.ts";
import type { EncodedValue } from "./send-queue.ts";
import { sendStream } from "./send-stream.ts";
import { checkRecord, sendOptionsOf } from "./stream-options.ts";
import type { AnyStreamOptions, StreamOptions } from "./stream-options.ts";
import { TopicWriter } from "./topic-writer.ts";
import { withEncodingHeader } from "./with-encoding-header.ts";
import type { WriterContext } from "./writer-context.ts";

/** The options of a send that has none. */
const noSendOptions: SendOptions<never> = Object.freeze({});

/** How long a producer whose connection has ended waits for its sends to be rejected. */
const afterCloseMs = 1_000;

/**
 * Sends values to topics. Connects on first use.
 *
 * Sends to one partition keep call order, also across retries and slow encoders. Sends that come while a request is in
 * flight go together in the next. A send resolves only when the log has confirmed the record's offset; until then it is
 * sent again, without duplicates. Every send is settled within `deliveryTimeoutMs`.
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
  readonly #queue: SendQueue;
  readonly #unsettled = new Set<Promise<unknown>>();
  /** How many calls of flush wait: meanwhile batches do not wait for more sends. */
  #flushes = 0;
  #closed: Promise<void> | undefined;

  constructor(transport: Transport, options: ProducerOptions<Value> = {}) {
    const settings = producerSettings(options);
    const { acks, compression, idempotent, lingerMs, requestTimeoutMs } = settings;
    const { onEvent } = options;
    this.#options = options;
    this.#client = new NetworkClient(transport, "write", { ...settings, onEvent });
    const timeoutMs = Math.min(requestTimeoutMs, longestMs);
    const shared = { ...settings, signal: this.#client.signal, onEvent: this.#client.onEvent };
    this.#context = {
      ...shared,
      metadata: new MetadataCache(this.#client, settings.metadataMaxAgeMs, settings.allowAutoTopicCreation),
      batcher: new ProduceBatcher(this.#client, { acks, compression, timeoutMs }),
      producerIds: idempotent === false ? undefined : new ProducerIds(this.#client, idempotent === true),
      lingerMs: () => (this.#flushes > 0 ? 0 : lingerMs),
    };
    const write = (topic: string, send: PendingSend, partition: number | undefined): void =>
      this.#writerOf(topic).add(send, partition);
    this.#queue = new SendQueue({ ...shared, write });
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
  send(data: unknown, options: SendOptions<never> = noSendOptions): Promise<RecordMetadata> {
    let sent: Promise<RecordMetadata>;
    try {
      sent = this.#enqueue(data, options);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#unsettled.add(sent);
    const settled = (): boolean => this.#unsettled.delete(sent);
    sent.then(settled, settled);
    return sent;
  }

  /**
   * A stream whose chunks are sent one after the other, many at a time; see {@link StreamOptions}. It takes chunks as fast as
   * the log acknowledges them. `close` of the stream resolves when all are acknowledged; the producer stays open. The first
   * send that fails errors the stream with its error; `abort` stops taking more. What was sent before is sent in both cases.
   *
   * @throws DataQueueError `INVALID_ARGUMENT` naming the option that makes no sense
   * @throws ClosedError when the producer is closed
   *
   * @example
   * ```ts
   * await ReadableStream.from(readings).pipeTo(producer.writable({ record: (reading) => ({ value: reading, key: reading.mast }) }));
   * ```
   */
  writable<T, Chunk = T>(
    options: StreamOptions<T, Chunk> & { readonly encoding: Codec<T, unknown> },
  ): WritableStream<Chunk>;
  writable<Chunk = Uint8Array | null>(
    options: StreamOptions<Uint8Array | null, Chunk> & { readonly encoding: null },
  ): WritableStream<Chunk>;
  writable<Chunk = Value>(options?: StreamOptions<Value, Chunk>): WritableStream<Chunk>;
  writable(options: AnyStreamOptions = {}): WritableStream<unknown> {
    this.#assertOpen();
    checkCommonOptions(options);
    const { highWaterMark = 1_000, record, ...sendOptions } = options;
    checkNumber("highWaterMark", highWaterMark, sizeLimit);
    checkFunction("record", record);
    const isLater = record !== undefined && options.topic === undefined;
    this.#contextOf(isLater ? "named by record" : this.#topicOf(options), sendOptions);
    checkEncodingHeader(options.encodingHeader);
    return sendStream({
      highWaterMark,
      isFull: () => this.#queue.isFull,
      endLinger: () => void this.flush(),
      send: (chunk) => {
        const fields = record === undefined ? { value: chunk } : checkRecord(record(chunk));
        // Not this.#send: whoever replaces send, to trace it, wants to see these too.
        return this.send(fields.value as Value, sendOptionsOf(sendOptions, fields));
      },
    });
  }

  /** Checks what the caller gave; throws before anything has changed. */
  #enqueue(data: unknown, options: SendOptions<never>): Promise<RecordMetadata> {
    this.#assertOpen();
    if (options !== noSendOptions) checkCommonOptions(options);
    const encodingHeader = checkEncodingHeader(
      options.encodingHeader === undefined ? this.#options.encodingHeader : options.encodingHeader,
    );
    const encoding = (options.encoding === undefined ? this.#options.encoding : options.encoding) ?? undefined;
    let context = this.#contextOf(this.#topicOf(options), options);
    if (encodingHeader !== undefined && encoding !== undefined) {
      context = withEncodingHeader(context, encodingHeader, encoding);
    }
    const encode = (): EncodedValue | Promise<EncodedValue> => this.#encode(data, encoding, context, options);
    return this.#queue.add({ context, signal: options.signal, encode });
  }

  /** Checks where a record goes and what is in it beside the value. */
  #contextOf(topic: string, options: SendOptions<never>): RecordContext {
    options.signal?.throwIfAborted();
    const { partition } = options;
    if (partition !== undefined) checkNumber("partition", partition);
    const { key, headers, timestamp } = recordFields(options);
    return { topic, partition, key, headers, timestamp };
  }

  /** Waits for everything sent so far to be settled, acknowledged or not. */
  async flush(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    checkSignal(options.signal);
    this.#flushes += 1;
    try {
      for (const topic of this.#topics.values()) topic.endLinger();
      const all = Promise.allSettled(this.#unsettled);
      if (options.signal === undefined) await all;
      else await unlessAborted(all, options.signal);
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
    const timeoutError = (): Error =>
      new ClosedError(`the producer was closed; not acknowledged within ${timeoutMs} ms`);
    const reason = await settleWithin(this.flush(), timeoutMs, timeoutError).then(
      () => new ClosedError("the producer is closed"),
      (error: Error) => error,
    );
    this.#client.close(reason);
    // Sends that wait are rejected by this, now or a few turns later: nothing waits longer than that.
    await settleWithin(Promise.allSettled(this.#unsettled), afterCloseMs, timeoutError).catch(() => undefined);
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new ClosedError("the producer is closed");
  }

  /** Validates and encodes; answers at once unless the schema or the codec takes time. */
  #encode(
    data: unknown,
    encoding: Codec<never, unknown> | undefined,
    context: RecordContext,
    options: SendOptions<never>,
  ): EncodedValue | Promise<EncodedValue> {
    const { topic } = context;
    const validate = options.validate ?? this.#options.validate ?? true;
    const schema = validate ? schemaFor(options.schema ?? this.#options.schema, topic) : undefined;
    const checked = schema === undefined ? undefined : checkSchema(data, schema, { topic });
    if (checked instanceof Promise) return checked.then(() => encodeValue(data, encoding, context));
    return encodeValue(data, encoding, context);
  }

  #topicOf(options: SendOptions<never>): string {
    if (options.topic !== undefined) return checkTopic("topic", options.topic);
    if (this.#options.topic !== undefined) return this.#options.topic;
    throw new DataQueueError("send needs a topic: name one in send or in the producer's options", { code: "NO_TOPIC" });
  }

  #writerOf(topic: string): TopicWriter {
    let writer = this.#topics.get(topic);
    if (writer === undefined) {
      writer = new TopicWriter(topic, this.#context);
      this.#topics.set(topic, writer);
    }
    return writer;
  }
}
