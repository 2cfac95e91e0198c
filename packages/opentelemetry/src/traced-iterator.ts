import { DataQueueError } from "@dataqueues/core";
import { context, SpanKind } from "@opentelemetry/api";
import type { Context, Counter, Histogram } from "@opentelemetry/api";

import { metricAttributes, setError, spanAttributes, spanName } from "./attributes.ts";
import { Delivery } from "./delivery.ts";
import type { Delivered } from "./delivery.ts";
import type { LagGauge } from "./lag-gauge.ts";
import { ProcessSpan } from "./process-span.ts";
import type { ProcessTelemetry } from "./process-span.ts";
import { observing } from "./telemetry.ts";

/** What the loops over one consumer have in common. */
export interface LoopTelemetry {
  readonly processing: ProcessTelemetry;
  readonly operationDuration: Histogram;
  readonly consumedMessages: Counter;
  readonly lag: LagGauge;
}

/**
 * One loop over a consumer or its batches, with a `poll` span for each delivery and a `process` span until the loop asks
 * for the next one or ends.
 */
export class TracedIterator<Item extends Delivered> implements AsyncIterator<Item, undefined> {
  readonly #iterator: AsyncIterator<Item, undefined>;
  readonly #telemetry: LoopTelemetry;
  #processing: ProcessSpan | undefined;

  constructor(iterator: AsyncIterator<Item, undefined>, telemetry: LoopTelemetry) {
    this.#iterator = iterator;
    this.#telemetry = telemetry;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const startTime = performance.now();
    this.#loopGoesOn(startTime);
    const ambient = context.active();
    return this.#iterator.next().then(
      (result) => {
        if (result.done !== true) observing(() => this.#delivered(result.value, startTime, ambient));
        return result;
      },
      (error: unknown) => {
        observing(() => this.#failed(error, startTime, ambient));
        throw error;
      },
    );
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#loopGoesOn(performance.now());
    return this.#iterator.return?.() ?? Promise.resolve({ done: true, value: undefined });
  }

  #loopGoesOn(now: number): void {
    const processing = this.#processing;
    this.#processing = undefined;
    if (processing !== undefined) observing(() => processing.loopGoesOn(now));
  }

  /**
   * Both spans begin only now, the first one with the time of the call: a sampler sees the links and the topic, and a loop
   * that waits for hours leaves no span open.
   */
  #delivered(item: Item, startTime: number, ambient: Context): void {
    const { processing, operationDuration, consumedMessages, lag } = this.#telemetry;
    const { known, tracer } = processing;
    const now = performance.now();
    const delivery = new Delivery(item);
    const { topic, partition, count } = delivery;
    const attributes = metricAttributes("poll", known, topic, partition);
    const ofSpan = spanAttributes("poll", attributes);
    const options = { kind: SpanKind.CLIENT, attributes: ofSpan, links: delivery.links(), startTime };
    const span = tracer.startSpan(spanName("poll", topic), options, ambient);
    if (span.isRecording()) span.setAttributes(delivery.attributes());
    span.end(now);
    operationDuration.record((now - startTime) / 1_000, ofSpan);
    consumedMessages.add(count, attributes);
    lag.start();
    // Somebody who calls next again before the first call has settled processes several at a time.
    this.#loopGoesOn(now);
    this.#processing = new ProcessSpan(processing, delivery, ambient, now);
    this.#processing.attach();
  }

  #failed(error: unknown, startTime: number, ambient: Context): void {
    const { processing, operationDuration, lag } = this.#telemetry;
    const { known, tracer } = processing;
    const { topic, partition } = error instanceof DataQueueError ? error : {};
    const attributes = spanAttributes("poll", metricAttributes("poll", known, topic, partition));
    const options = { kind: SpanKind.CLIENT, attributes, startTime };
    const span = tracer.startSpan(spanName("poll", topic), options, ambient);
    const now = performance.now();
    operationDuration.record((now - startTime) / 1_000, { ...attributes, "error.type": setError(span, error) });
    span.end(now);
    // The consumer may have ended, by its signal; if not, the next message starts the gauge again.
    lag.stop();
  }
}
