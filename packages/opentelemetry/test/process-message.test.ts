import { DataQueueConsumer, DataQueueError, DataQueueProducer } from "@dataqueues/core";
import type { Message } from "@dataqueues/core";
import { context, diag, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { beforeEach, expect, test, vi } from "vitest";

import { instrumentConsumer } from "../src/instrument-consumer.ts";
import { contextOf, processMessage } from "../src/process-message.ts";
import { logWith, read, text } from "./log.ts";
import { Sdk } from "./sdk.ts";

const sdk = new Sdk();
beforeEach(() => sdk.reset());

const attributes = { "server.address": "kafka.example.org" };

// The example of https://www.w3.org/TR/trace-context/#traceparent-header
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const headers = { traceparent: `00-${traceId}-${spanId}-01`, baggage: "observation=42" };

/** A log with so many messages in topic a, each with a sender's context. */
async function logOf(count: number): Promise<MemoryTransport> {
  const log = await logWith({ a: 1 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: text });
  for (let i = 0; i < count; i++) await producer.send(String(i), { headers });
  return log;
}

function consumerOf(log: MemoryTransport): DataQueueConsumer<string> {
  return instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text }), { attributes });
}

function isProcessing(span: unknown): unknown {
  return expect.objectContaining({ name: "process a", kind: SpanKind.CONSUMER, ...(span as object) });
}

test("a function runs with the message's span and the sender's baggage active, also after it has waited", async () => {
  await using consumer = consumerOf(await logOf(1));
  for await (const message of consumer) {
    const returned = await processMessage(message, async (span) => {
      span.setAttribute("scan", 7);
      await Promise.resolve();
      trace.getTracer("test").startSpan("inside").end();
      expect(trace.getActiveSpan()).toBe(span);
      expect(propagation.getActiveBaggage()?.getEntry("observation")?.value).toBe("42");
      return "returned";
    });
    expect(returned).toBe("returned");
    expect(trace.getActiveSpan()).toBeUndefined();
    break;
  }
  const span = sdk.span("process a");
  expect(span.attributes).toMatchObject({ scan: 7, "server.address": "kafka.example.org" });
  expect(sdk.span("inside").parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  expect(await sdk.measured("messaging.process.duration")).toMatchObject([{ value: { count: 1 } }]);
});

test("the span ends when the function's promise is settled, although the loop has gone on", async () => {
  await using consumer = consumerOf(await logOf(2));
  const finish: (() => void)[] = [];
  let left = 2;
  const working: Promise<void>[] = [];
  for await (const message of consumer) {
    working.push(processMessage(message, () => new Promise<void>((resolve) => finish.push(resolve))));
    if ((left -= 1) === 0) break;
  }
  expect(sdk.spans("process a")).toEqual([]);
  finish[1]?.();
  await working[1];
  expect(sdk.spans("process a").map((span) => span.attributes["messaging.kafka.offset"])).toEqual([1]);
  finish[0]?.();
  await working[0];
  expect(sdk.spans("process a").map((span) => span.attributes["messaging.kafka.offset"])).toEqual([1, 0]);
});

test.each([
  [
    "throws",
    (error: unknown): never => {
      throw error;
    },
  ],
  [
    "rejects",
    async (error: unknown): Promise<never> => {
      throw error;
    },
  ],
])(
  "an error of a function that %s is thrown on, and becomes the span's exception, status and metric",
  async (_, fail) => {
    await using consumer = consumerOf(await logOf(1));
    const problem = new RangeError("too large");
    const loop = async (): Promise<void> => {
      for await (const message of consumer) await processMessage(message, () => fail(problem));
    };
    await expect(loop()).rejects.toBe(problem);
    const span = sdk.span("process a");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: "too large" });
    expect(span.attributes["error.type"]).toBe("RangeError");
    expect(span.events).toMatchObject([
      { name: "exception", attributes: { "exception.type": "RangeError", "exception.message": "too large" } },
    ]);
    expect(await sdk.measured("messaging.process.duration")).toMatchObject([
      { attributes: { "error.type": "RangeError" }, value: { count: 1 } },
    ]);
  },
);

test.each([
  ["text", "lost", "_OTHER", "lost"],
  ["undefined", undefined, "_OTHER", "undefined"],
  ["an error with a code", Object.assign(new Error("full"), { code: "ENOSPC" }), "ENOSPC", "full"],
])("%s can be thrown, too", async (_, problem, type, message) => {
  const [received] = await read(await logOf(1), "a", 1);
  if (received === undefined) throw new Error("no message");
  const thrown = vi.fn(() => {
    throw problem;
  });
  expect(() => processMessage(received, thrown)).toThrow();
  expect(thrown).toHaveBeenCalledTimes(1);
  expect(sdk.span("process a").attributes["error.type"]).toBe(type);
  expect(sdk.span("process a").status).toEqual({ code: SpanStatusCode.ERROR, message });
});

test("an error that leaves the body without processMessage ends the span as break does", async () => {
  await using consumer = consumerOf(await logOf(1));
  const loop = async (): Promise<void> => {
    for await (const { offset } of consumer) throw new Error(`in the body of ${offset}`);
  };
  await expect(loop()).rejects.toThrow("in the body");
  expect(sdk.span("process a").status).toEqual({ code: SpanStatusCode.UNSET });
});

test("a promise of another make counts as one", async () => {
  const [message] = await read(await logOf(1), "a", 1);
  if (message === undefined) throw new Error("no message");
  let resolve: (() => void) | undefined;
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  const foreign = { then: (settled: () => void): void => void (resolve = settled) };
  expect(processMessage(message, () => foreign)).toBe(foreign);
  expect(sdk.spans()).toEqual([]);
  resolve?.();
  expect(sdk.spans("process a")).toHaveLength(1);
});

test("a message that is processed again, or later, has another span, in the trace that is active then", async () => {
  await using consumer = consumerOf(await logOf(2));
  const loop = consumer[Symbol.asyncIterator]();
  const { value: message } = await loop.next();
  if (message === undefined) throw new Error("no message");
  processMessage(message, () => undefined);
  await loop.next();
  expect(sdk.spans("process a")).toHaveLength(1);
  trace.getTracer("test").startActiveSpan("later", (later) => {
    processMessage(message, () => expect(contextOf(message)).toBe(context.active()));
    later.end();
  });
  const [first, second] = sdk.spans("process a");
  expect(first?.parentSpanContext).toBeUndefined();
  expect(second?.parentSpanContext?.spanId).toBe(sdk.span("later").spanContext().spanId);
  for (const span of [first, second]) {
    expect(span).toEqual(isProcessing({}));
    expect(span?.attributes["server.address"]).toBe("kafka.example.org");
    expect(span?.links).toMatchObject([{ context: { traceId, spanId } }]);
  }
  await loop.return?.();
});

test("a message whose turn is over has another span; the first one keeps its end", async () => {
  await using consumer = consumerOf(await logOf(2));
  const loop = consumer[Symbol.asyncIterator]();
  const { value: message } = await loop.next();
  await loop.next();
  if (message === undefined) throw new Error("no message");
  const first = sdk.span("process a");
  processMessage(message, (span) => expect(span.spanContext()).not.toEqual(first.spanContext()));
  expect(sdk.spans("process a")).toHaveLength(2);
  expect(await sdk.measured("messaging.process.duration")).toMatchObject([{ value: { count: 2 } }]);
  await loop.return?.();
});

test("two functions that process one message at the same time have a span each", async () => {
  await using consumer = consumerOf(await logOf(1));
  for await (const message of consumer) {
    const ids = await Promise.all([1, 2].map(() => processMessage(message, async (span) => span.spanContext().spanId)));
    expect(new Set(ids).size).toBe(2);
    break;
  }
  expect(sdk.spans("process a")).toHaveLength(2);
});

test("a message of a consumer that is not instrumented has a span, and the context of its sender", async () => {
  const [message] = await read(await logOf(1), "a", 1);
  if (message === undefined) throw new Error("no message");
  expect(trace.getSpanContext(contextOf(message))).toMatchObject({ traceId, spanId, isRemote: true });
  expect(propagation.getBaggage(contextOf(message))?.getEntry("observation")?.value).toBe("42");
  processMessage(message, () => undefined);
  expect(sdk.span("process a").links).toMatchObject([{ context: { traceId, spanId } }]);
  expect(await sdk.measured("messaging.process.duration")).toMatchObject([{ value: { count: 1 } }]);
});

test("a copy of a message leads to its sender", async () => {
  await using consumer = consumerOf(await logOf(1));
  for await (const message of consumer) {
    expect(trace.getSpanContext(contextOf({ ...message }))).toMatchObject({ traceId, spanId });
    expect(trace.getSpanContext(contextOf(message))?.traceId).not.toBe(traceId);
    break;
  }
});

test("a function runs although tracing fails", async () => {
  const [message] = await read(await logOf(1), "a", 1);
  if (message === undefined) throw new Error("no message");
  sdk.sampler = {
    shouldSample: () => {
      throw new Error("in the sampler");
    },
  };
  const reported = vi.spyOn(diag, "error");
  expect(processMessage(message, (span) => [span.isRecording()])).toEqual([false]);
  expect(reported).toHaveBeenCalledTimes(1);
  reported.mockRestore();
});

test("objects that are no messages lead nowhere, and are processed all the same", () => {
  const reported = vi.spyOn(diag, "error");
  expect(Reflect.apply(contextOf, undefined, [{}])).toBe(ROOT_CONTEXT);
  expect(contextOf([])).toBe(ROOT_CONTEXT);
  expect(Reflect.apply(processMessage, undefined, [{}, () => 7])).toBe(7);
  expect(reported).toHaveBeenCalledTimes(1);
  reported.mockRestore();
});

const nothing = (): undefined => undefined;
const message: Message = {
  topic: "a",
  partition: 0,
  offset: 0n,
  key: null,
  value: Uint8Array.of(),
  headers: [],
  timestamp: 0,
};
test.each([
  [[null, nothing], "message must be an object, not null"],
  [["a", nothing], 'message must be an object, not "a"'],
  [[message], "process must be a function, not undefined"],
  [[message, {}], "process must be a function, not a Object"],
])("arguments that make no sense are refused by name: %o", (args, refusal) => {
  const error = new DataQueueError(refusal, { code: "INVALID_ARGUMENT" });
  expect(() => Reflect.apply(processMessage, undefined, args)).toThrow(error);
  expect(sdk.spans()).toEqual([]);
});

test("the context of anything but an object is refused", () => {
  const error = new DataQueueError("message must be an object, not undefined", { code: "INVALID_ARGUMENT" });
  expect(() => Reflect.apply(contextOf, undefined, [])).toThrow(error);
});
