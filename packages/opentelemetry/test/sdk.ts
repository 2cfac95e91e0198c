import { metrics } from "@opentelemetry/api";
import type { Attributes, TextMapPropagator } from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import type { MetricData } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import type { ReadableSpan, Sampler } from "@opentelemetry/sdk-trace-node";

/** The propagators that an SDK registers by default. */
const usual: TextMapPropagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

/** The SDK as an application registers it, with exporters in memory. */
export class Sdk {
  /** The sampler of spans that begin from now on. */
  sampler: Sampler = new AlwaysOnSampler();
  /** What reads and writes headers from now on. */
  propagator: TextMapPropagator = usual;
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  readonly #meterProvider: MeterProvider;
  /** How many points of a metric the test has had. */
  readonly #asked = new Map<string, number>();

  constructor() {
    const sampler: Sampler = {
      shouldSample: (...args) => this.sampler.shouldSample(...args),
      toString: () => "the sampler of the test",
    };
    const spanProcessors = [new SimpleSpanProcessor(this.#spans)];
    // Far longer than a test: metrics are collected when the test asks for them.
    const reader = new PeriodicExportingMetricReader({ exporter: this.#metrics, exportIntervalMillis: 3_600_000 });
    this.#meterProvider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(this.#meterProvider);
    const propagator: TextMapPropagator = {
      inject: (...args) => this.propagator.inject(...args),
      extract: (...args) => this.propagator.extract(...args),
      fields: () => this.propagator.fields(),
    };
    // Its context manager and this propagator are registered with it.
    new NodeTracerProvider({ sampler, spanProcessors }).register({ propagator });
  }

  /** The spans that have ended, or those of this name. */
  spans(name?: string): ReadableSpan[] {
    return this.#spans.getFinishedSpans().filter((span) => name === undefined || span.name === name);
  }

  /** The only span of this name that has ended. */
  span(name: string): ReadableSpan {
    const [span, ...others] = this.spans(name);
    if (span === undefined || others.length > 0)
      throw new Error(
        this.spans()
          .map((each) => each.name)
          .join(),
      );
    return span;
  }

  /** What a metric has measured since the test began or asked for it last, by attributes. */
  async measured(name: string): Promise<{ value: unknown; attributes: Attributes }[]> {
    await this.collect();
    const measured = this.metrics()
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ value, attributes }) => ({ value, attributes })));
    const known = this.#asked.get(name) ?? 0;
    this.#asked.set(name, measured.length);
    return measured.slice(known);
  }

  /** Collects what was measured since the last time. */
  async collect(): Promise<void> {
    await this.#meterProvider.forceFlush();
  }

  /** Every metric that was collected since the test began. */
  metrics(): MetricData[] {
    return this.#metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  }

  /** Forgets what was observed before. */
  async reset(): Promise<void> {
    this.sampler = new AlwaysOnSampler();
    this.propagator = usual;
    await this.collect();
    this.#metrics.reset();
    this.#asked.clear();
    this.#spans.reset();
  }
}
