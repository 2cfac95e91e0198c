import { propagation, SpanKind, trace } from "@opentelemetry/api";
import type { Attributes, Context, Histogram, Span, Tracer } from "@opentelemetry/api";

import { metricAttributes, setError, spanAttributes, spanName } from "./attributes.ts";
import type { Delivery } from "./delivery.ts";
import { spanContextOf } from "./record-headers.ts";
import { durationHistogram, ownMeter, ownTracer } from "./telemetry.ts";

/** Stands on what was delivered and leads to its span. */
const ownSpan: unique symbol = Symbol("dataqueues.processSpan");

/** What the process spans of one consumer have in common. */
export interface ProcessTelemetry {
  readonly known: Attributes;
  readonly creationContextAsParent: boolean;
  readonly tracer: Tracer;
  readonly duration: Histogram;
}

/** What process spans need; the histogram is that of the SDK which is registered now. */
export function processTelemetry(known: Attributes, creationContextAsParent: boolean): ProcessTelemetry {
  const duration = durationHistogram(ownMeter(), "messaging.process.duration", "Duration of processing operation.");
  return { known, creationContextAsParent, tracer: ownTracer(), duration };
}

/** The span of processing a message or a batch, from its delivery until the loop goes on or `processMessage` is done. */
export class ProcessSpan {
  readonly telemetry: ProcessTelemetry;
  readonly delivery: Delivery;
  readonly span: Span;
  /** The context with the span in it, and the sender's baggage, unless the delivery is a batch. */
  readonly context: Context;
  readonly #attributes: Attributes;
  readonly #startTime: number;
  #isTaken = false;
  #isEnded = false;

  /**
   * @param ambient - the context that the processing is part of
   * @param startTime - milliseconds, as `performance.now()`
   */
  constructor(telemetry: ProcessTelemetry, delivery: Delivery, ambient: Context, startTime: number) {
    const { known, creationContextAsParent, tracer } = telemetry;
    const { topic, partition, creator } = delivery;
    const isChild = creationContextAsParent && creator !== undefined && spanContextOf(creator) !== undefined;
    const parent = isChild ? creator : withBaggage(ambient, creator);
    const links = delivery.links();
    const ambientSpan = spanContextOf(ambient);
    if (isChild && ambientSpan !== undefined) links.push({ context: ambientSpan });
    this.telemetry = telemetry;
    this.delivery = delivery;
    this.#startTime = startTime;
    this.#attributes = metricAttributes("process", known, topic, partition);
    const attributes = spanAttributes("process", this.#attributes);
    const options = { kind: SpanKind.CONSUMER, attributes, links, startTime };
    this.span = tracer.startSpan(spanName("process", topic), options, parent);
    if (this.span.isRecording()) this.span.setAttributes(delivery.attributes());
    this.context = trace.setSpan(parent, this.span);
  }

  /** The span of a message or batch, or of the batch that a message was part of. */
  static of(item: object): ProcessSpan | undefined {
    const found: unknown = Reflect.get(item, ownSpan);
    return found instanceof ProcessSpan ? found : undefined;
  }

  /** Lets `contextOf` and `processMessage` find this span. */
  attach(): void {
    const property = { value: this, configurable: true, enumerable: false };
    for (const object of this.delivery.objects()) Reflect.defineProperty(object, ownSpan, property);
  }

  /** Whether the caller is to end the span from now on; false if it has ended already or somebody else is to. */
  take(): boolean {
    if (this.#isTaken || this.#isEnded) return false;
    this.#isTaken = true;
    return true;
  }

  /** Ends the span because its loop goes on, unless somebody else is to. */
  loopGoesOn(endTime: number): void {
    if (!this.#isTaken) this.end(endTime);
  }

  /** Ends the span as failed. */
  fail(error: unknown): void {
    this.span.recordException(error instanceof Error ? error : String(error));
    this.#attributes["error.type"] = setError(this.span, error);
    this.end(performance.now());
  }

  end(endTime: number): void {
    this.#isEnded = true;
    this.span.end(endTime);
    this.telemetry.duration.record((endTime - this.#startTime) / 1_000, this.#attributes);
  }
}

function withBaggage(ambient: Context, creator: Context | undefined): Context {
  const baggage = creator === undefined ? undefined : propagation.getBaggage(creator);
  return baggage === undefined ? ambient : propagation.setBaggage(ambient, baggage);
}
