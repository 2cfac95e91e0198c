import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { instrumentConsumer, instrumentProducer, processMessage } from "@dataqueues/opentelemetry";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { beforeEach, expect, test, vi } from "vitest";

import { take } from "../take.ts";

// The newest SDK. The package's own tests have the one before.
const spans = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);
beforeEach(() => spans.reset());

const encoding = Encoding.UTF8;

/** A span that Python's instrumentation has made. */
interface PythonSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface PythonResult {
  readonly spans: readonly PythonSpan[];
  /** The headers of each record that Python received. */
  readonly headers: readonly (readonly [string, string | null][])[];
}

function spanOf(name: string): ReadableSpan {
  const found = spans.getFinishedSpans().filter((span) => span.name === name);
  const [span] = found;
  if (span === undefined || found.length > 1) throw new Error(`${found.length} spans ${name}`);
  return span;
}

/** The lag that is measured now, by partition. */
async function lags(): Promise<unknown[]> {
  measured.reset();
  await reader.forceFlush();
  return measured
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ descriptor }) => descriptor.name === "dataqueues.consumer.lag")
    .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value));
}

/** Sends a request to traced_counterpart.py. */
async function traced(python: PythonCounterpart, request: object, value = ""): Promise<PythonResult> {
  const response = await python.request(request, new TextEncoder().encode(value));
  return response.value as PythonResult;
}

/** The span of Python's instrumentation with this name. */
function pythonSpanOf({ spans }: PythonResult, name: string): PythonSpan {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`Python has no span ${name}, but ${spans.map((span) => span.name).join()}`);
  return found;
}

describeKafka("OpenTelemetry, with aiokafka's own instrumentation at the other end", ([server = ""]) => {
  /** A topic with one partition, and Python. */
  async function withPython(name: string): Promise<{ topic: string; python: PythonCounterpart }> {
    const topic = `${name}-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    return { topic, python: await PythonCounterpart.start("traced_counterpart.py", [server]) };
  }

  test("a trace that begins here goes on in Python's consumer", { timeout: 300_000 }, async () => {
    const { topic, python } = await withPython("traced-here");
    await using _ = python;
    await using producer = instrumentProducer(new DataQueueProducer(server, { topic, encoding }));
    const { offset } = await trace
      .getTracer("work")
      .startActiveSpan("work", (span) => producer.send("☆", { headers: { unit: "K" } }).finally(() => span.end()));
    const result = await traced(python, { receive: topic, count: 1 });
    const send = spanOf(`send ${topic}`);
    expect(send.parentSpanContext?.spanId).toBe(spanOf("work").spanContext().spanId);
    expect(pythonSpanOf(result, `${topic} receive`)).toMatchObject({
      kind: "CONSUMER",
      traceId: send.spanContext().traceId,
      parentSpanId: send.spanContext().spanId,
      attributes: { "messaging.kafka.message.offset": Number(offset), "messaging.destination.name": topic },
    });
    expect(result.headers).toEqual([
      [
        ["unit", "K"],
        ["traceparent", `00-${send.spanContext().traceId}-${send.spanContext().spanId}-01`],
      ],
    ]);
  });

  test("what Python's producer begins is linked here, or goes on here", { timeout: 300_000 }, async () => {
    const { topic, python } = await withPython("traced-in-python");
    await using _ = python;
    const result = await traced(python, { send: topic }, "sent by Python");
    const send = pythonSpanOf(result, `${topic} send`);
    expect(send).toMatchObject({ kind: "PRODUCER", parentSpanId: pythonSpanOf(result, "python work").spanId });
    for (const creationContextAsParent of [false, true]) {
      spans.reset();
      const plain = new DataQueueConsumer(server, { topics: [topic], encoding });
      await using consumer = instrumentConsumer(plain, { creationContextAsParent });
      for await (const message of consumer) {
        await processMessage(message, async () => trace.getTracer("work").startSpan("inside").end());
        expect(message.value).toBe("sent by Python");
        break;
      }
      const process = spanOf(`process ${topic}`);
      for (const span of [spanOf(`poll ${topic}`), process]) {
        expect(span.links.map((link) => link.context)).toMatchObject([{ traceId: send.traceId, spanId: send.spanId }]);
        expect(span.attributes).toMatchObject({ "messaging.kafka.message.key": "python", "messaging.kafka.offset": 0 });
      }
      expect([spanOf(`poll ${topic}`).kind, process.kind]).toEqual([SpanKind.CLIENT, SpanKind.CONSUMER]);
      expect(process.parentSpanContext?.spanId).toBe(creationContextAsParent ? send.spanId : undefined);
      expect(spanOf("inside").parentSpanContext?.spanId).toBe(process.spanContext().spanId);
      expect(spanOf("inside").spanContext().traceId === send.traceId).toBe(creationContextAsParent);
    }
  });

  test("a record that Python passed on with its own context is linked to Python", { timeout: 300_000 }, async () => {
    const { topic, python } = await withPython("passed-on");
    await using _ = python;
    const first = ["traceparent", `00-${"1".repeat(32)}-${"2".repeat(16)}-01`];
    const result = await traced(python, { send: topic, headers: [first] });
    await using consumer = instrumentConsumer(new DataQueueConsumer(server, { topics: [topic] }));
    const [message] = await take(consumer, 1);
    // Python's instrumentation adds a second one.
    expect(message?.headers.map(([name]) => name)).toEqual(["traceparent", "traceparent"]);
    const { spanId } = pythonSpanOf(result, `${topic} send`);
    expect(spanOf(`process ${topic}`).links.map((link) => link.context.spanId)).toEqual([spanId]);
  });
});

describeKafka("OpenTelemetry, with Kafka", ([server = ""]) => {
  test("each record has its partition and offset, and the lag is what is left to read", async () => {
    const topic = `measured-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([[topic, 2]]);
    await using producer = instrumentProducer(new DataQueueProducer(server, { topic, encoding }));
    await using consumer = instrumentConsumer(new DataQueueConsumer(server, { topics: [topic], encoding }));
    for (const partition of [0, 1, 1, 1]) await producer.send("1", { partition });
    const places = (name: string): unknown[] =>
      spans
        .getFinishedSpans()
        .filter((span) => span.name === name)
        .map(({ attributes }) => [
          attributes["messaging.destination.partition.id"],
          attributes["messaging.kafka.offset"],
        ])
        .toSorted();
    const sent = [
      ["0", 0],
      ["1", 0],
      ["1", 1],
      ["1", 2],
    ];
    expect(places(`send ${topic}`)).toEqual(sent);
    await take(consumer, 4);
    expect(places(`poll ${topic}`)).toEqual(sent);
    expect(places(`process ${topic}`)).toEqual(sent);
    await producer.send("2", { partition: 1 });
    await producer.send("3", { partition: 1 });
    await take(consumer, 1);
    // What is left is known with the next fetch.
    await vi.waitFor(async () => expect(await lags()).toEqual([0, 1]), { timeout: 10_000 });
    expect(consumer.positions().map(({ lag }) => lag)).toEqual([0n, 1n]);
  });

  test("a batch has one span, with a link for each message", async () => {
    const topic = `batches-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await using producer = instrumentProducer(new DataQueueProducer(server, { topic, encoding }));
    for (const value of ["0", "1", "2"]) await producer.send(value);
    const plain = new DataQueueConsumer(server, { topics: [topic], encoding, until: "end" });
    await using consumer = instrumentConsumer(plain);
    for await (const messages of consumer.batches({ maxMessages: 3, maxWaitMs: 5_000 }))
      expect(messages).toHaveLength(3);
    const senders = spans
      .getFinishedSpans()
      .filter(({ name }) => name === `send ${topic}`)
      .map((span) => span.spanContext().spanId);
    expect(senders).toHaveLength(3);
    for (const name of [`poll ${topic}`, `process ${topic}`]) {
      expect(spanOf(name).attributes["messaging.batch.message_count"]).toBe(3);
      expect(spanOf(name).links.map((link) => link.context.spanId)).toEqual(senders);
    }
  });

  test("a record that Kafka refuses has Kafka's name of the error", async () => {
    const topic = `refused-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic], { configs: { "max.message.bytes": "1000" } });
    await using producer = instrumentProducer(new DataQueueProducer(server, { topic, encoding }));
    await expect(producer.send("x".repeat(10_000))).rejects.toMatchObject({ code: "RECORD_TOO_LARGE" });
    const span = spanOf(`send ${topic}`);
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes["error.type"]).toBe("RECORD_TOO_LARGE");
  });
});
