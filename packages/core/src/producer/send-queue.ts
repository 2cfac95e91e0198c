import type { RecordContext } from "../contract/codec.ts";
import { EncodeError, TransportError } from "../contract/errors.ts";
import type { OnEvent } from "../contract/events.ts";
import type { ProducerRecord, RecordMetadata } from "../contract/record.ts";
import { recordSize } from "../shared/record-size.ts";
import { settleWithin } from "../shared/wait.ts";
import { timeLeft } from "./batch.ts";
import type { PendingSend } from "./batch.ts";
import { checkBytes } from "./record-fields.ts";

/** A record's value, encoded. */
export type EncodedValue = Uint8Array | null;

/** One call of `send`, checked and not yet encoded. */
export interface SendRequest {
  /** The record without its value, and where it goes. */
  readonly context: RecordContext;
  readonly signal: AbortSignal | undefined;
  /** Validates and encodes the value; at once, unless the schema or the codec takes time. */
  readonly encode: () => EncodedValue | Promise<EncodedValue>;
}

/** How a queue bounds what waits in it. */
export interface SendQueueOptions {
  readonly maxMessageBytes: number;
  readonly maxBufferedBytes: number;
  readonly deliveryTimeoutMs: number;
  /** Aborts when the producer is closed. */
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** Hands a record to the writer of its topic. */
  readonly write: (topic: string, send: PendingSend, partition: number | undefined) => void;
}

/**
 * Keeps sends in call order until they are encoded and handed to their topic: a send that takes time to encode, or that
 * waits because too many bytes are buffered, holds up those after it.
 */
export class SendQueue {
  readonly #options: SendQueueOptions;
  #bufferedBytes = 0;
  /** Wakes the first send that waits for space. */
  #onSpace: (() => void) | undefined;
  /** Settles when all sends that wait have left the queue; undefined while none waits. */
  #tail: Promise<unknown> | undefined;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  /** Whether so many bytes are buffered that further sends wait. */
  get isFull(): boolean {
    return this.#bufferedBytes >= this.#options.maxBufferedBytes;
  }

  /** Settles when the log has the record, or has refused it, or time is over. */
  async add(request: SendRequest): Promise<RecordMetadata> {
    const { deliveryTimeoutMs } = this.#options;
    const { context, encode } = request;
    const deadline = performance.now() + deliveryTimeoutMs;
    let bytes: EncodedValue | Promise<EncodedValue> | undefined;
    if (this.#tail === undefined && !this.isFull) {
      bytes = encode();
      if (!(bytes instanceof Promise)) return this.#write(withValue(context, bytes), request, deadline);
    }
    const signal = request.signal ? AbortSignal.any([this.#options.signal, request.signal]) : this.#options.signal;
    const inTime = <T>(promise: Promise<T>): Promise<T> =>
      settleWithin(promise, timeLeft({ deadline }), () => this.#timeoutError(context.topic), signal);
    const before = this.#tail;
    let leave: (() => void) | undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const tail = before?.then(() => left) ?? left;
    this.#tail = tail;
    try {
      if (bytes === undefined) {
        await inTime(Promise.resolve(before));
        await inTime(this.#space());
        bytes = encode();
      }
      const value = await inTime(Promise.resolve(bytes));
      // Not awaited here: the next in the queue goes on as soon as this send is handed over.
      return this.#write(withValue(context, value), request, deadline);
    } finally {
      leave?.();
      if (this.#tail === tail) this.#tail = undefined;
    }
  }

  #write(record: ProducerRecord, request: SendRequest, deadline: number): Promise<RecordMetadata> {
    const { context, signal } = request;
    const { topic, partition } = context;
    if (record.value !== null) checkBytes("the value", record.value);
    const size = recordSize(record);
    this.#checkSize(size, topic);
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
        this.#options.write(topic, send, partition);
      } catch (error) {
        send.reject(error);
      }
    });
  }

  #checkSize(size: number, topic: string): void {
    const { maxMessageBytes } = this.#options;
    if (size <= maxMessageBytes) return;
    const message = `a record of ${size} bytes for topic ${topic} is over maxMessageBytes (${maxMessageBytes})`;
    const hint = "send less at a time or raise the limit here and on the broker";
    throw new EncodeError(`${message}; ${hint}`, { code: "RECORD_TOO_LARGE", topic });
  }

  async #space(): Promise<void> {
    const { onEvent } = this.#options;
    while (this.isFull) {
      onEvent({ type: "bufferFull", bufferedBytes: this.#bufferedBytes });
      await new Promise<void>((resolve) => (this.#onSpace = resolve));
    }
  }

  #release(size: number): void {
    this.#bufferedBytes -= size;
    if (!this.isFull) this.#onSpace?.();
  }

  #timeoutError(topic: string): TransportError {
    const message = `send to topic ${topic} could not be encoded and queued within ${this.#options.deliveryTimeoutMs} ms`;
    return new TransportError(message, { code: "REQUEST_TIMED_OUT", retriable: true, topic });
  }
}

/** One shape for all records; a spread would cost a tenth of a send. */
function withValue({ key, headers, timestamp }: RecordContext, value: EncodedValue): ProducerRecord {
  return { key, value, headers, timestamp };
}
