import { ReadableStream } from "node:stream/web";
import { DataQueueError, DataQueueProducer } from "@dataqueues/core";
import { context, diag, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Context } from "@opentelemetry/api";
import { AlwaysOffSampler, SamplingDecision } from "@opentelemetry/sdk-trace-node";
import { beforeEach, expect, test, vi } from "vitest";

import { instrumentProducer } from "../src/instrument-producer.ts";
import { headersOf, logWith, read, text } from "./log.ts";
import { Sdk } from "./sdk.ts";

const sdk = new Sdk();
beforeEach(() => sdk.reset());

const attributes = { "server.address": "kafka.example.org", "server.port": 9092 };

// The example of https://www.w3.org/TR/trace-context/#traceparent-header
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const traceparent = `00-${traceId}-${spanId}-01`;

/** Sends with options that the types do not allow. */
function sendWith(producer: DataQueueProducer<string>, options: unknown): Promise<unknown> {
  return Reflect.apply(producer.send.bind(producer), undefined, ["1", options]);
}

test("what is written to a stream into a topic is traced as a send", async () => {
  const log = await logWith({ weather: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "weather", encoding: text }));
  await ReadableStream.from(["1", "2"]).pipeTo(producer.writable());
  expect(sdk.spans().map(({ name }) => name)).toEqual(["send weather", "send weather"]);
  const traceIds = (await read(log, "weather", 2)).map((message) => headersOf(message)[0]?.[1]?.split("-")[1]);
  expect(traceIds).toEqual(sdk.spans().map((span) => span.spanContext().traceId));
});

test("a send has a producer span from the call to the acknowledgement, with the names of the conventions", async () => {
  const log = await logWith({ weather: 3 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { encoding: text }), { attributes });
  const before = Date.now();
  const { offset } = await producer.send("1", { topic: "weather", partition: 2, key: "mast-4" });
  expect(offset).toBe(0n);
  const span = sdk.span("send weather");
  expect(span.kind).toBe(SpanKind.PRODUCER);
  expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
  expect(span.attributes).toEqual({
    "messaging.system": "kafka",
    "messaging.operation.name": "send",
    "messaging.operation.type": "send",
    "messaging.destination.name": "weather",
    "messaging.destination.partition.id": "2",
    "messaging.kafka.message.key": "mast-4",
    "messaging.kafka.offset": 0,
    "server.address": "kafka.example.org",
    "server.port": 9092,
  });
  expect(span.instrumentationScope).toMatchObject({
    name: "@dataqueues/opentelemetry",
    schemaUrl: "https://opentelemetry.io/schemas/1.44.0",
  });
  // The SDK corrects each span's clock by Date.now(), whose milliseconds are whole.
  const startMs = span.startTime[0] * 1_000 + span.startTime[1] / 1e6;
  expect(startMs).toBeGreaterThanOrEqual(before - 2);
  expect(startMs).toBeLessThanOrEqual(Date.now() + 2);
  expect(span.duration[0] + span.duration[1]).toBeGreaterThan(0);
});

test("the span's context and the caller's baggage go into the record, after the headers that the caller gave", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  const baggage = propagation.createBaggage({ observation: { value: "42" } });
  const parent = trace.getTracer("test").startSpan("parent");
  await context.with(propagation.setBaggage(trace.setSpan(context.active(), parent), baggage), () =>
    producer.send("1", { headers: { unit: "K", empty: null } }),
  );
  const span = sdk.span("send a");
  expect(span.spanContext().traceId).toBe(parent.spanContext().traceId);
  expect(span.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  const [message] = await read(log, "a", 1);
  expect(message && headersOf(message)).toEqual([
    ["unit", "K"],
    ["empty", null],
    ["traceparent", `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`],
    ["baggage", "observation=42"],
  ]);
});

test("headers that can be read only once arrive, with the context", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  function* headers(): Generator<[string, string]> {
    yield ["unit", "K"];
    yield ["unit", "mK"];
  }
  await producer.send("1", { headers: headers() });
  const [message] = await read(log, "a", 1);
  expect(message && headersOf(message).map(([name]) => name)).toEqual(["unit", "unit", "traceparent"]);
});

test("a caller's own creation context stays as it is, and the span links to it as a client", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  const headers = { traceparent, tracestate: "rojo=00f067aa0ba902b7" };
  await producer.send("1", { headers });
  const span = sdk.span("send a");
  expect(span.kind).toBe(SpanKind.CLIENT);
  expect(span.links.map((link) => link.context)).toMatchObject([{ traceId, spanId, traceFlags: 1 }]);
  expect(span.spanContext().traceId).not.toBe(traceId);
  const [message] = await read(log, "a", 1);
  expect(message && headersOf(message)).toEqual(Object.entries(headers));
});

test("a traceparent that is none is replaced, together with its tracestate", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  await producer.send("1", {
    headers: { tracestate: "rojo=1", traceparent: `00-${"0".repeat(32)}-${spanId}-01`, unit: "K" },
  });
  const span = sdk.span("send a");
  expect(span.links).toEqual([]);
  const [message] = await read(log, "a", 1);
  expect(message && headersOf(message)).toEqual([
    ["unit", "K"],
    ["traceparent", `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`],
  ]);
});

test("a send that is not sampled still passes its context on, and leaves no span", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  sdk.sampler = new AlwaysOffSampler();
  await producer.send("1");
  expect(sdk.spans()).toEqual([]);
  const [message] = await read(log, "a", 1);
  expect(message && headersOf(message)).toEqual([
    ["traceparent", expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/)],
  ]);
});

test("a sampler sees the topic of a send without one as soon as the producer's own is known", async () => {
  const log = await logWith({ a: 1, b: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  const seen: unknown[] = [];
  sdk.sampler = {
    shouldSample: (_context: Context, _traceId, name, _kind, attributes) => {
      seen.push([name, attributes["messaging.destination.name"]]);
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    },
  };
  await producer.send("0", { topic: "b" });
  await producer.send("1");
  await producer.send("2");
  await producer.send("3", { topic: "a" });
  expect(seen).toEqual([
    ["send b", "b"],
    ["send", undefined],
    ["send a", "a"],
    ["send a", "a"],
  ]);
  expect(sdk.spans("send a")).toHaveLength(3);
});

test.each([
  ["a tombstone", null, { encoding: null, key: "k" }, { "messaging.kafka.message.tombstone": true }],
  ["bytes", Uint8Array.of(1, 2, 3), { encoding: null }, { "messaging.message.body.size": 3 }],
  ["an empty key", null, { encoding: null, key: "" }, { "messaging.kafka.message.key": "" }],
  ["a key of bytes", null, { encoding: null, key: Uint8Array.of(0xc3, 0xa4) }, { "messaging.kafka.message.key": "ä" }],
  [
    "a key of other bytes",
    null,
    { encoding: null, key: Uint8Array.of(0xc3) },
    { "messaging.kafka.message.key": undefined },
  ],
  [
    "a key with a byte order mark",
    null,
    { encoding: null, key: Uint8Array.of(0xef, 0xbb, 0xbf, 0x6b) },
    {
      "messaging.kafka.message.key": "\ufeffk",
    },
  ],
  ["no key", null, { encoding: null, key: null }, { "messaging.kafka.message.key": undefined }],
] as const)("the span of %s says what is known of the record", async (_, value, options, expected) => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a" }));
  await producer.send(value, options);
  const { attributes } = sdk.span("send a");
  for (const [name, wanted] of Object.entries(expected)) expect([name, attributes[name]]).toEqual([name, wanted]);
  expect("messaging.kafka.message.tombstone" in attributes).toBe(value === null);
  expect("messaging.message.body.size" in attributes).toBe(value !== null);
});

test("a null that the send's own codec encodes is no tombstone, and the size of what a codec makes is not known", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a" }));
  const encoding = { ...text, encode: () => new Uint8Array(4) };
  await producer.send<null>(null, { encoding });
  await producer.send<Uint8Array>(Uint8Array.of(1), { encoding });
  const spans = sdk.spans("send a");
  expect(spans).toHaveLength(2);
  for (const { attributes } of spans) {
    expect(Object.keys(attributes)).not.toContain("messaging.kafka.message.tombstone");
    expect(Object.keys(attributes)).not.toContain("messaging.message.body.size");
  }
});

test("a send whose place the log does not tell has no offset", async () => {
  const place = { topic: "a", partition: 0, offset: -1n, timestamp: 0 };
  const producer: DataQueueProducer = Reflect.apply(instrumentProducer, undefined, [{ send: async () => place }]);
  expect(await producer.send(null)).toBe(place);
  expect(Object.keys(sdk.span("send a").attributes)).not.toContain("messaging.kafka.offset");
});

test("a send that the log refuses rejects with the same error; span and metrics have Kafka's name of it", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }), { attributes });
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "produce" });
  const error: unknown = await producer.send("1").catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "TransportError", code: "TOPIC_AUTHORIZATION_FAILED" });
  const span = sdk.span("send a");
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: error instanceof Error && error.message });
  expect(span.attributes).toMatchObject({
    "error.type": "TOPIC_AUTHORIZATION_FAILED",
    "messaging.destination.name": "a",
  });
  const place = { "messaging.destination.name": "a", "messaging.destination.partition.id": "0", ...attributes };
  const failed = {
    "messaging.system": "kafka",
    "messaging.operation.name": "send",
    "error.type": "TOPIC_AUTHORIZATION_FAILED",
    ...place,
  };
  expect(await sdk.measured("messaging.client.sent.messages")).toEqual([{ value: 1, attributes: failed }]);
});

test.each([
  [
    "an encoding that fails",
    () => ({
      encoding: {
        ...text,
        encode: () => {
          throw new Error("no");
        },
      },
    }),
    "ENCODE_FAILED",
  ],
  ["no topic", () => ({ topic: "" }), "INVALID_ARGUMENT"],
  ["a partition that is none", () => ({ partition: -1 }), "INVALID_ARGUMENT"],
  ["headers that are none", () => ({ headers: "traceparent" }), "INVALID_ARGUMENT"],
  ["a header that is none", () => ({ headers: [["a"], 7] }), "INVALID_ARGUMENT"],
  ["an aborted signal", () => ({ signal: AbortSignal.abort() }), "AbortError"],
])(
  "what is refused before it is sent, for %s, is refused as without tracing and not counted as sent",
  async (_, options, type) => {
    const log = await logWith({ a: 1 });
    await using plain = new DataQueueProducer(log, { topic: "a", encoding: text });
    await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
    const refusal = (one: DataQueueProducer<string>): Promise<string> =>
      sendWith(one, options()).then(() => "sent", String);
    expect(await refusal(producer)).toBe(await refusal(plain));
    const [span, ...others] = sdk.spans();
    expect(others).toEqual([]);
    expect(span?.attributes["error.type"]).toBe(type);
    expect(await sdk.measured("messaging.client.sent.messages")).toEqual([]);
  },
);

test.each([null, 7, "options"])("options that are no object, %o, are refused as without tracing", async (options) => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  await expect(sendWith(producer, options)).rejects.toThrow("options must be an object, not");
});

test("headers whose iteration throws reject the send, and nothing is sent", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  function* headers(): Generator<[string, string]> {
    yield ["unit", "K"];
    throw new RangeError("no more");
  }
  await expect(producer.send("1", { headers: headers() })).rejects.toThrow(new RangeError("no more"));
  expect((await producer.send("2")).offset).toBe(0n);
});

test("sent messages and the durations of sends are measured by topic and partition", async () => {
  const log = await logWith({ a: 2 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }), { attributes });
  await Promise.all([0, 0, 1].map((partition) => producer.send("1", { partition })));
  const at = (partition: number): object => ({
    "messaging.system": "kafka",
    "messaging.operation.name": "send",
    "messaging.destination.name": "a",
    "messaging.destination.partition.id": String(partition),
    ...attributes,
  });
  expect(await sdk.measured("messaging.client.sent.messages")).toEqual([
    { value: 2, attributes: at(0) },
    { value: 1, attributes: at(1) },
  ]);
  await sdk.reset();
  await producer.send("2", { partition: 1 });
  const [duration, ...others] = await sdk.measured("messaging.client.operation.duration");
  const seconds = sdk
    .spans()
    .slice(-1)
    .map(({ duration: [whole, nanos] }) => whole + nanos / 1e9);
  expect(others).toEqual([]);
  expect(duration?.attributes).toEqual({ ...at(1), "messaging.operation.type": "send" });
  expect(duration?.value).toMatchObject({ count: 1, sum: expect.closeTo(seconds[0] ?? NaN, 6) });
});

test("the same producer comes back, and works as before", async () => {
  const log = await logWith({ a: 1 });
  const producer = new DataQueueProducer(log, { topic: "a", encoding: text });
  const returned = instrumentProducer(producer);
  expect(returned).toBe(producer);
  expect(Object.keys(producer)).toEqual([]);
  const sent = producer.send("1");
  await producer.flush();
  expect(sdk.spans("send a")).toHaveLength(1);
  expect(await sent).toMatchObject({ topic: "a", partition: 0, offset: 0n });
  await producer.close();
  await expect(producer.send("2")).rejects.toMatchObject({ code: "CLOSED" });
});

test("tracing that fails does not disturb a send, and is reported to OpenTelemetry's log", async () => {
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text }));
  const problem = new Error("in the sampler");
  sdk.sampler = {
    shouldSample: () => {
      throw problem;
    },
  };
  const reported = vi.spyOn(diag, "error");
  function* headers(): Generator<[string, string]> {
    yield ["unit", "K"];
  }
  expect(await producer.send("1", { headers: headers() })).toMatchObject({ offset: 0n });
  expect(reported.mock.calls).toEqual([[expect.any(String), problem]]);
  reported.mockRestore();
  const [message] = await read(log, "a", 1);
  expect(message && headersOf(message)).toEqual([["unit", "K"]]);
});

test.each([
  [[undefined], "producer must be a DataQueueProducer, not undefined"],
  [[{}], "producer must be a DataQueueProducer, not a Object"],
  [[{ send: () => undefined }, null], "options must be an object, not null"],
  [[{ send: () => undefined }, { attributes: "a" }], 'attributes must be an object, not "a"'],
  [
    [{ send: () => undefined }, { attributes: { "server.port": 9092n } }],
    'attributes["server.port"] must be text, a number, true or false, not 9092n',
  ],
])("arguments that make no sense are refused by name: %o", (args, message) => {
  expect(() => Reflect.apply(instrumentProducer, undefined, args)).toThrow(
    new DataQueueError(message, { code: "INVALID_ARGUMENT" }),
  );
});

test("a producer is instrumented once", async () => {
  const producer = new DataQueueProducer(await logWith({}));
  instrumentProducer(producer);
  expect(() => instrumentProducer(producer)).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT", message: "producer is instrumented already" }),
  );
});
