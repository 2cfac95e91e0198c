import { DataQueueConsumer, DataQueueError, DataQueueProducer } from "@dataqueues/core";
import type { Message, SendOptions } from "@dataqueues/core";
import { context, diag, INVALID_SPAN_CONTEXT, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace-node";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { beforeEach, expect, test, vi } from "vitest";

import { instrumentConsumer } from "../src/instrument-consumer.ts";
import { contextOf } from "../src/process-message.ts";
import { logWith, take, text } from "./log.ts";
import { Sdk } from "./sdk.ts";

const sdk = new Sdk();
beforeEach(() => sdk.reset());

const attributes = { "server.address": "kafka.example.org" };

// The example of https://www.w3.org/TR/trace-context/#traceparent-header
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const traceparent = `00-${traceId}-${spanId}-01`;

/** Sends texts to topic a, without tracing. */
async function send(log: MemoryTransport, ...texts: readonly [string, SendOptions<string>?][]): Promise<void> {
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: text });
  for (const [value, options] of texts) await producer.send(value, options);
}

/** Milliseconds since 1970. */
function startOf({ startTime: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1_000 + nanos / 1e6;
}

function endOf({ endTime: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1_000 + nanos / 1e6;
}

/** Resolves when the clock is ahead by more than it may be wrong. */
async function clockMoves(): Promise<void> {
  const since = Date.now();
  await vi.waitUntil(() => Date.now() > since + 10, { interval: 1 });
}

/** What a span is linked to. */
function linksOf({ links }: ReadableSpan): string[] {
  return links.map((link) => link.context.spanId);
}

test("a message has a poll span and then a process span, both linked to its sender, with the conventions' names", async () => {
  const log = await logWith({ a: 2 });
  await send(log, ["1", { key: "mast-4", partition: 1, headers: { traceparent } }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }), {
    attributes,
  });
  for await (const { value } of consumer) {
    expect(value).toBe("1");
    expect(sdk.spans().map(({ name }) => name)).toEqual(["poll a"]);
    break;
  }
  const [poll, process] = [sdk.span("poll a"), sdk.span("process a")];
  expect([poll.kind, process.kind]).toEqual([SpanKind.CLIENT, SpanKind.CONSUMER]);
  const record = {
    "messaging.system": "kafka",
    "messaging.destination.name": "a",
    "messaging.destination.partition.id": "1",
    "messaging.kafka.message.key": "mast-4",
    "messaging.kafka.offset": 0,
    "server.address": "kafka.example.org",
  };
  expect(poll.attributes).toEqual({
    ...record,
    "messaging.operation.name": "poll",
    "messaging.operation.type": "receive",
  });
  expect(process.attributes).toEqual({
    ...record,
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
  });
  for (const { links, status, parentSpanContext } of [poll, process]) {
    expect(links).toMatchObject([{ context: { traceId, spanId } }]);
    expect(status).toEqual({ code: SpanStatusCode.UNSET });
    expect(parentSpanContext).toBeUndefined();
  }
});

test("a poll lasts from the loop's question to the delivery; processing from then until the loop asks again", async () => {
  const log = await logWith({ a: 1 });
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const loop = consumer[Symbol.asyncIterator]();
  const [beforeAsking, first] = [Date.now(), loop.next()];
  const asked = Date.now();
  await clockMoves();
  const beforeSending = Date.now();
  await send(log, ["1"]);
  await first;
  const delivered = Date.now();
  expect(sdk.spans("process a")).toEqual([]);
  await clockMoves();
  const beforeAskingAgain = Date.now();
  const second = loop.next();
  const askedAgain = Date.now();
  await clockMoves();
  await send(log, ["2"]);
  await second;
  const [poll, process] = [sdk.spans("poll a")[0], sdk.spans("process a")[0]];
  if (poll === undefined || process === undefined) throw new Error("no spans");
  const isBetween = (time: number, from: number, to: number): void => {
    // The SDK corrects each span's clock by Date.now(), whose milliseconds are whole.
    expect(time).toBeGreaterThanOrEqual(from - 2);
    expect(time).toBeLessThanOrEqual(to + 2);
  };
  isBetween(startOf(poll), beforeAsking, asked);
  isBetween(endOf(poll), beforeSending, delivered);
  isBetween(startOf(process), beforeSending, delivered);
  isBetween(endOf(process), beforeAskingAgain, askedAgain);
  expect(sdk.spans("process a")).toHaveLength(1);
  await loop.return?.();
  expect(sdk.spans("process a")).toHaveLength(2);
});

test("spans belong to the trace in which the loop asks, also if another is active at the delivery", async () => {
  const log = await logWith({ a: 1 });
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const ambient = trace.getTracer("test").startSpan("ambient");
  const loop = consumer[Symbol.asyncIterator]();
  const next = context.with(trace.setSpan(context.active(), ambient), () => loop.next());
  await send(log, ["1", { headers: { traceparent } }]);
  await next;
  await loop.return?.();
  for (const span of [sdk.span("poll a"), sdk.span("process a")]) {
    expect(span.parentSpanContext?.spanId).toBe(ambient.spanContext().spanId);
    expect(linksOf(span)).toEqual([spanId]);
  }
});

test("with creationContextAsParent a process span is the sender's child, and links to the trace of the loop", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1", { headers: { traceparent } }], ["2"]);
  const plain = new DataQueueConsumer(log, { topics: "a", encoding: text });
  await using consumer = instrumentConsumer(plain, { creationContextAsParent: true });
  const ambient = trace.getTracer("test").startSpan("ambient");
  await context.with(trace.setSpan(context.active(), ambient), () => take(consumer, 2));
  const [child, other] = sdk.spans("process a");
  if (child === undefined || other === undefined) throw new Error("no spans");
  expect(child.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true });
  expect(child.spanContext().traceId).toBe(traceId);
  expect(linksOf(child)).toEqual([spanId, ambient.spanContext().spanId]);
  // Nobody sent a context with the second message.
  expect(other.parentSpanContext?.spanId).toBe(ambient.spanContext().spanId);
  expect(linksOf(other)).toEqual([]);
  // Nor is there anything to link to in a loop outside of any trace.
  await send(log, ["3", { headers: { traceparent } }]);
  await context.with(trace.setSpan(context.active(), trace.wrapSpanContext(INVALID_SPAN_CONTEXT)), () =>
    take(consumer, 1),
  );
  expect(linksOf(sdk.spans("process a")[2] ?? child)).toEqual([spanId]);
  for (const poll of sdk.spans("poll a").slice(0, 2))
    expect(poll.parentSpanContext?.spanId).toBe(ambient.spanContext().spanId);
});

test("a sampler sees names, links and attributes of a message's spans when they begin", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1", { headers: { traceparent } }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const seen: unknown[] = [];
  sdk.sampler = {
    shouldSample: (_context, _traceId, name, _kind, attributes, links) => {
      seen.push([name, attributes["messaging.destination.name"], links.length]);
      return { decision: SamplingDecision.NOT_RECORD };
    },
  };
  await take(consumer, 1);
  expect(seen).toEqual([
    ["poll a", "a", 1],
    ["process a", "a", 1],
  ]);
  expect(sdk.spans()).toEqual([]);
});

test("a tombstone is marked, and a key that is not UTF-8 is left out", async () => {
  const log = await logWith({ a: 1 });
  await using producer = new DataQueueProducer(log, { topic: "a" });
  await producer.send(null, { key: Uint8Array.of(0xff) });
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  await take(consumer, 1);
  for (const name of ["poll a", "process a"]) {
    expect(sdk.span(name).attributes["messaging.kafka.message.tombstone"]).toBe(true);
    expect(Object.keys(sdk.span(name).attributes)).not.toContain("messaging.kafka.message.key");
  }
});

test("of several traceparents the last one counts, as in Java", async () => {
  const log = await logWith({ a: 1 });
  const first = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
  await send(log, [
    "1",
    {
      headers: [
        ["traceparent", first],
        ["unit", "K"],
        ["traceparent", traceparent],
      ],
    },
  ]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  await take(consumer, 1);
  expect(linksOf(sdk.span("process a"))).toEqual([spanId]);
});

test.each([
  ["is null", { traceparent: null }],
  ["is not UTF-8", { traceparent: Uint8Array.of(0xff, 0xfe) }],
  ["has another form", { traceparent: "01-2-3" }],
  ["is all zero", { traceparent: `00-${"0".repeat(32)}-${"0".repeat(16)}-01` }],
  ["is very long", { traceparent: traceparent.repeat(100_000) }],
])("a message whose traceparent %s is delivered, without a link", async (_, headers) => {
  const log = await logWith({ a: 1 });
  await send(log, ["1", { headers }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  expect(await take(consumer, 1)).toMatchObject([{ value: "1" }]);
  expect(linksOf(sdk.span("process a"))).toEqual([]);
});

test("a propagator that throws at a header loses no message, and is reported to OpenTelemetry's log", async () => {
  const log = await logWith({ a: 1 });
  const problem = new URIError("malformed");
  const extract = (): never => {
    throw problem;
  };
  sdk.propagator = { inject: () => undefined, extract, fields: () => [] };
  const reported = vi.spyOn(diag, "error");
  await send(log, ["1", { headers: { traceparent } }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  expect(await take(consumer, 1)).toMatchObject([{ value: "1" }]);
  expect(reported.mock.calls).toEqual([[expect.any(String), problem]]);
  expect(sdk.spans("process a")).toHaveLength(1);
  reported.mockRestore();
});

test("a bad record is a failed poll; the loop goes on as without tracing", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["bad"], ["2"]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }), {
    attributes,
  });
  const loop = consumer[Symbol.asyncIterator]();
  const error: unknown = await loop.next().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "DecodeError", code: "DECODE_FAILED", offset: 0n });
  const failed = sdk.span("poll a");
  expect(failed.status).toEqual({ code: SpanStatusCode.ERROR, message: error instanceof Error && error.message });
  expect(failed.attributes).toMatchObject({ "error.type": "DECODE_FAILED", "messaging.destination.name": "a" });
  expect(await loop.next()).toMatchObject({ value: { value: "2" } });
  await loop.return?.();
  expect(sdk.spans("process a")).toHaveLength(1);
  expect(await sdk.measured("messaging.client.consumed.messages")).toMatchObject([{ value: 1 }]);
});

test("consumed messages and durations are measured by topic and partition, and failed polls with their error", async () => {
  const log = await logWith({ a: 2 });
  await send(log, ["1", { partition: 0 }], ["2", { partition: 0 }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }), {
    attributes,
  });
  const at = (operation: string, partition = 0): object => ({
    "messaging.system": "kafka",
    "messaging.operation.name": operation,
    "messaging.destination.name": "a",
    "messaging.destination.partition.id": String(partition),
    ...attributes,
  });
  await take(consumer, 2);
  expect(await sdk.measured("messaging.client.consumed.messages")).toEqual([{ value: 2, attributes: at("poll") }]);
  await sdk.reset();
  await send(log, ["3", { partition: 1 }]);
  await take(consumer, 1);
  const seconds = (span: ReadableSpan | undefined): number =>
    span === undefined ? NaN : span.duration[0] + span.duration[1] / 1e9;
  expect(await sdk.measured("messaging.process.duration")).toEqual([
    {
      attributes: at("process", 1),
      value: expect.objectContaining({ count: 1, sum: expect.closeTo(seconds(sdk.spans("process a")[0]), 6) }),
    },
  ]);
  await sdk.reset();
  await send(log, ["4", { partition: 1 }], ["bad", { partition: 1 }]);
  await expect(take(consumer, 2)).rejects.toThrow("bad");
  expect(await sdk.measured("messaging.client.operation.duration")).toEqual([
    {
      attributes: { ...at("poll", 1), "messaging.operation.type": "receive" },
      value: expect.objectContaining({ count: 1, sum: expect.closeTo(seconds(sdk.spans("poll a")[0]), 6) }),
    },
    {
      attributes: { ...at("poll", 1), "messaging.operation.type": "receive", "error.type": "DECODE_FAILED" },
      value: expect.objectContaining({ count: 1, sum: expect.closeTo(seconds(sdk.spans("poll a")[1]), 6) }),
    },
  ]);
});

test("the end of a consumer is no poll", async () => {
  const log = await logWith({ a: 1 });
  const consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const reported = vi.spyOn(diag, "error");
  const next = consumer[Symbol.asyncIterator]().next();
  await consumer.close();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(sdk.spans()).toEqual([]);
  expect(reported).not.toHaveBeenCalled();
  reported.mockRestore();
});

test("a loop that ends while it waits takes no message with it", async () => {
  const log = await logWith({ a: 1 });
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const loop = consumer[Symbol.asyncIterator]();
  const next = loop.next();
  expect(await loop.return?.()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
  await send(log, ["1"]);
  expect(await take(consumer, 1)).toMatchObject([{ value: "1" }]);
});

test("two loops end the spans of their own messages only", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1"], ["2"], ["3"]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const [one, other] = [consumer[Symbol.asyncIterator](), consumer[Symbol.asyncIterator]()];
  await one.next();
  await other.next();
  await one.next();
  expect(sdk.spans("process a").map((span) => span.attributes["messaging.kafka.offset"])).toEqual([0]);
  await other.return?.();
  expect(sdk.spans("process a").map((span) => span.attributes["messaging.kafka.offset"])).toEqual([0, 1]);
});

test("calls of next that do not wait for each other end all spans", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1"], ["2"], ["3"]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const loop = consumer[Symbol.asyncIterator]();
  await Promise.all([loop.next(), loop.next(), loop.next()]);
  await loop.return?.();
  expect(sdk.spans("poll a")).toHaveLength(3);
  expect(sdk.spans("process a").map((span) => span.attributes["messaging.kafka.offset"])).toEqual([0, 1, 2]);
});

test("a stream of the consumer is traced, too", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1"], ["2"]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const stream: ReadableStream<Message<string | null>> = Reflect.apply(
    Reflect.get(ReadableStream, "from"),
    ReadableStream,
    [consumer],
  );
  const reader = stream.getReader();
  expect([(await reader.read()).value?.value, (await reader.read()).value?.value]).toEqual(["1", "2"]);
  await reader.cancel();
  expect(sdk.spans("process a")).toHaveLength(2);
});

test("the context of a message has its process span and the sender's baggage", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1", { headers: { traceparent, baggage: "observation=42" } }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  let found = context.active();
  for await (const message of consumer) {
    expect(Object.keys(message)).not.toContain("span");
    found = contextOf(message);
    break;
  }
  expect(trace.getSpanContext(found)).toEqual(sdk.span("process a").spanContext());
  expect(propagation.getBaggage(found)?.getEntry("observation")).toEqual({ value: "42" });
});

test("the lag of each partition is measured without a request, until the consumer is closed", async () => {
  const log = await logWith({ a: 2 });
  await send(log, ["1", { partition: 0 }], ["2", { partition: 0 }], ["3", { partition: 0 }], ["4", { partition: 1 }]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }), {
    attributes,
  });
  expect(await sdk.measured("dataqueues.consumer.lag")).toEqual([]);
  await take(consumer, 1);
  const place = { "messaging.system": "kafka", "messaging.destination.name": "a", ...attributes };
  const lags = consumer.positions().map(({ partition, lag }) => ({
    value: Number(lag),
    attributes: { ...place, "messaging.destination.partition.id": String(partition) },
  }));
  expect(lags.map(({ value }) => value).reduce((a, b) => a + b)).toBe(3);
  expect(await sdk.measured("dataqueues.consumer.lag")).toEqual(lags);
  await take(consumer, 3);
  expect((await sdk.measured("dataqueues.consumer.lag")).map(({ value }) => value)).toEqual([0, 0]);
  await consumer.close();
  expect(await sdk.measured("dataqueues.consumer.lag")).toEqual([]);
});

test("the lag is measured before the first message is read, as soon as a fetch has told it", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1"], ["2"]);
  const endHang = log.faults.hang({ request: "fetch" });
  await using waiting = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  await waiting.connect();
  expect(waiting.positions()).toMatchObject([{ position: 0n, lag: undefined }]);
  expect(await sdk.measured("dataqueues.consumer.lag")).toEqual([]);
  endHang();
  await waiting.close();
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  await consumer.connect();
  await vi.waitFor(async () => expect(await sdk.measured("dataqueues.consumer.lag")).toMatchObject([{ value: 2 }]), {
    timeout: 10_000,
  });
});

test("the lag is measured no more when a signal ends the consumer", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["1"], ["2"]);
  const abort = new AbortController();
  const plain = new DataQueueConsumer(log, { topics: "a", encoding: text, signal: abort.signal });
  const loop = instrumentConsumer(plain)[Symbol.asyncIterator]();
  await loop.next();
  expect(await sdk.measured("dataqueues.consumer.lag")).toMatchObject([{ value: 1 }]);
  abort.abort();
  await expect(loop.next()).rejects.toThrow("aborted");
  expect(await sdk.measured("dataqueues.consumer.lag")).toEqual([]);
});

test("the lag is measured again after a bad record", async () => {
  const log = await logWith({ a: 1 });
  await send(log, ["bad"], ["2"], ["3"]);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }));
  const loop = consumer[Symbol.asyncIterator]();
  await expect(loop.next()).rejects.toThrow("bad");
  await loop.next();
  expect(await sdk.measured("dataqueues.consumer.lag")).toMatchObject([{ value: 1 }]);
});

test("the same consumer comes back, and works as before", async () => {
  const log = await logWith({ a: 1, b: 1 });
  class OwnConsumer extends DataQueueConsumer<string> {
    readonly own = true;
  }
  const plain = new OwnConsumer(log, { topics: "a", encoding: text });
  const consumer: OwnConsumer = instrumentConsumer(plain);
  expect(consumer).toBe(plain);
  expect(Object.keys(consumer)).toEqual(["own"]);
  await consumer.updateTopics(["b"]);
  expect(consumer.positions()).toMatchObject([{ topic: "b" }]);
  await consumer[Symbol.asyncDispose]();
  await expect(consumer.connect()).rejects.toMatchObject({ code: "CLOSED" });
  expect(await sdk.measured("dataqueues.consumer.lag")).toEqual([]);
});

const client = {
  [Symbol.asyncIterator]: () => undefined,
  batches: () => [],
  positions: () => [],
  close: () => undefined,
};
test.each([
  [[null], "consumer must be a DataQueueConsumer, not null"],
  [[{ ...client, positions: undefined }], "consumer must be a DataQueueConsumer, not a Object"],
  [[client, 7], "options must be an object, not 7"],
  [[client, { attributes: null }], "attributes must be an object, not null"],
  [[client, { creationContextAsParent: "yes" }], 'creationContextAsParent must be one of true, false, not "yes"'],
  [[client, { creationContextAsParent: null }], "creationContextAsParent must be one of true, false, not null"],
])("arguments that make no sense are refused by name: %o", (args, message) => {
  expect(() => Reflect.apply(instrumentConsumer, undefined, args)).toThrow(
    new DataQueueError(message, { code: "INVALID_ARGUMENT" }),
  );
});

test("a consumer is instrumented once", async () => {
  const consumer = new DataQueueConsumer(await logWith({}));
  instrumentConsumer(consumer);
  expect(() => instrumentConsumer(consumer)).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT", message: "consumer is instrumented already" }),
  );
});
