import { DataQueueError, offsetAttribute, TransportError } from "@dataqueues/core";
import type { HeadersInput, RecordMetadata, SendOptions } from "@dataqueues/core";
import { context, SpanKind, trace } from "@opentelemetry/api";
import type { Attributes, Counter, Histogram, Span, Tracer } from "@opentelemetry/api";

import { metricAttributes, recordAttributes, setError, spanAttributes, spanName } from "./attributes.ts";
import { extractContext, injectContext, spanContextOf } from "./record-headers.ts";
import type { HeaderPairs } from "./record-headers.ts";
import { messageCounter, observing, operationDuration, ownMeter, ownTracer } from "./telemetry.ts";

/** A producer's own `send`; what it is given may be nonsense, which it refuses. */
type Send = (data: never, options: SendOptions<never>) => Promise<RecordMetadata>;

/** One send that is observed. */
interface StartedSend {
  readonly span: Span;
  /** In milliseconds, as `performance.now()`. */
  readonly startTime: number;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  /** The caller's headers with the span's context, or undefined to leave them as they are. */
  readonly headers: HeaderPairs | undefined;
}

/** `send` of one producer, with a span for each call. */
export class TracedSend {
  readonly #send: Send;
  readonly #known: Attributes;
  readonly #tracer: Tracer = ownTracer();
  readonly #duration: Histogram;
  readonly #sentMessages: Counter;
  /** The topic of sends that name none, known from the first acknowledgement of one. */
  #defaultTopic: string | undefined;

  constructor(send: Send, known: Attributes) {
    this.#send = send;
    this.#known = known;
    const meter = ownMeter();
    const description = "Number of messages producer attempted to send to the broker.";
    this.#duration = operationDuration(meter);
    this.#sentMessages = messageCounter(meter, "messaging.client.sent.messages", description);
  }

  send(data: unknown, options?: SendOptions<never>): Promise<RecordMetadata> {
    // What makes no sense is left as it is: the producer refuses it.
    const isSensible = options === undefined || (typeof options === "object" && options !== null);
    const given: SendOptions<never> = isSensible ? { ...options } : {};
    let pairs: HeaderPairs | undefined;
    try {
      pairs = isSensible ? headerPairs(given.headers) : undefined;
    } catch (error) {
      return Promise.reject(error);
    }
    const started = observing(() => this.#start(data, given, pairs));
    // Headers that can be read only once have been read by now.
    const headers = started?.headers ?? pairs;
    const passed = headers === undefined ? options : { ...given, headers: headers as HeadersInput };
    const sent = this.#send(data as never, passed as SendOptions<never>);
    if (started === undefined) return sent;
    return sent.then(
      (metadata) => {
        observing(() => this.#acknowledged(started, metadata, given.topic === undefined));
        return metadata;
      },
      (error: unknown) => {
        observing(() => this.#failed(started, error));
        throw error;
      },
    );
  }

  #start(data: unknown, given: SendOptions<never>, pairs: HeaderPairs | undefined): StartedSend {
    const startTime = performance.now();
    const topic = given.topic === undefined ? this.#defaultTopic : given.topic;
    const { partition, key, encoding } = given;
    const creator = pairs === undefined ? undefined : spanContextOf(extractContext(pairs));
    const span = this.#tracer.startSpan(spanName("send", topic), {
      kind: creator === undefined ? SpanKind.PRODUCER : SpanKind.CLIENT,
      attributes: spanAttributes("send", metricAttributes("send", this.#known, topic, partition)),
      links: creator === undefined ? [] : [{ context: creator }],
      startTime,
    });
    if (span.isRecording()) {
      // A codec of this send makes bytes of null, too.
      span.setAttributes(recordAttributes(key, data === null && (encoding ?? null) === null, undefined));
      const size = encoding === null && data instanceof Uint8Array ? data.length : undefined;
      if (size !== undefined) span.setAttribute("messaging.message.body.size", size);
    }
    const ours = trace.setSpan(context.active(), span);
    const headers =
      pairs === undefined || creator !== undefined ? undefined : observing(() => injectContext(ours, pairs));
    return { span, startTime, topic, partition, headers };
  }

  #acknowledged({ span, startTime }: StartedSend, metadata: RecordMetadata, hasDefaultTopic: boolean): void {
    const { topic, partition, offset } = metadata;
    if (hasDefaultTopic) this.#defaultTopic = topic;
    const attributes = metricAttributes("send", this.#known, topic, partition);
    if (span.isRecording()) {
      span.updateName(spanName("send", topic));
      span.setAttributes(attributes);
      // The log does not say where a record stands that it has already, or whose acknowledgement nobody asked for.
      if (offset >= 0n) span.setAttribute("messaging.kafka.offset", offsetAttribute(offset));
    }
    this.#sentMessages.add(1, attributes);
    this.#end(span, startTime, spanAttributes("send", attributes));
  }

  #failed({ span, startTime, topic, partition }: StartedSend, error: unknown): void {
    const place = error instanceof DataQueueError ? error : undefined;
    const attributes = metricAttributes("send", this.#known, place?.topic ?? topic, place?.partition ?? partition);
    if (place?.topic !== undefined) span.updateName(spanName("send", place.topic));
    span.setAttributes(attributes);
    attributes["error.type"] = setError(span, error);
    // Others were never sent: the value or an argument was refused.
    if (error instanceof TransportError) this.#sentMessages.add(1, attributes);
    this.#end(span, startTime, spanAttributes("send", attributes));
  }

  #end(span: Span, startTime: number, attributes: Attributes): void {
    const endTime = performance.now();
    span.end(endTime);
    this.#duration.record((endTime - startTime) / 1_000, attributes);
  }
}

/** Headers as pairs; undefined for what the producer refuses. Iterates once what can be iterated only once. */
function headerPairs(headers: unknown): HeaderPairs | undefined {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== "object") return undefined;
  return Symbol.iterator in headers ? [...(headers as Iterable<unknown>)] : Object.entries(headers);
}
