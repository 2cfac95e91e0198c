import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import { SpanKind, trace } from "@opentelemetry/api";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { beforeEach, expect, test } from "vitest";

import { instrumentConsumer } from "../src/instrument-consumer.ts";
import { contextOf, processMessage } from "../src/process-message.ts";
import { logWith, take, text } from "./log.ts";
import { Sdk } from "./sdk.ts";

const sdk = new Sdk();
beforeEach(() => sdk.reset());

const attributes = { "server.address": "kafka.example.org" };

// The example of https://www.w3.org/TR/trace-context/#traceparent-header
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanIds = ["00f067aa0ba902b7", "b7ad6b7169203331"];

/** A log with three messages in topic a; the first two have senders. */
async function logOfThree(): Promise<MemoryTransport> {
  const log = await logWith({ a: 1 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: text });
  for (const spanId of spanIds) await producer.send("1", { headers: { traceparent: `00-${traceId}-${spanId}-01` } });
  await producer.send("3");
  return log;
}

async function consumerOfThree(): Promise<DataQueueConsumer<string>> {
  return instrumentConsumer(new DataQueueConsumer<string>(await logOfThree(), { topics: "a", encoding: text }), {
    attributes,
  });
}

test("a batch has one poll span and one process span, with a link for each message that has a sender", async () => {
  await using consumer = await consumerOfThree();
  expect((await take(consumer.batches({ maxMessages: 3 }), 1)).flat().map(({ value }) => value)).toEqual([
    "1",
    "1",
    "3",
  ]);
  const [poll, process] = [sdk.span("poll a"), sdk.span("process a")];
  expect(sdk.spans()).toHaveLength(2);
  expect([poll.kind, process.kind]).toEqual([SpanKind.CLIENT, SpanKind.CONSUMER]);
  for (const [span, name, type] of [
    [poll, "poll", "receive"],
    [process, "process", "process"],
  ] as const) {
    expect(span.attributes).toEqual({
      "messaging.system": "kafka",
      "messaging.operation.name": name,
      "messaging.operation.type": type,
      "messaging.destination.name": "a",
      "messaging.destination.partition.id": "0",
      "messaging.batch.message_count": 3,
      "server.address": "kafka.example.org",
    });
    expect(span.links).toMatchObject([
      { context: { traceId, spanId: spanIds[0] }, attributes: { "messaging.kafka.offset": 0 } },
      { context: { traceId, spanId: spanIds[1] }, attributes: { "messaging.kafka.offset": 1 } },
    ]);
  }
  expect(await sdk.measured("messaging.client.consumed.messages")).toMatchObject([{ value: 3 }]);
  expect(await sdk.measured("messaging.process.duration")).toMatchObject([{ value: { count: 1 } }]);
});

test("processing a batch lasts until the loop asks for the next one", async () => {
  await using consumer = await consumerOfThree();
  const loop = consumer.batches({ maxMessages: 1 })[Symbol.asyncIterator]();
  await loop.next();
  expect(sdk.spans("process a")).toHaveLength(0);
  await loop.next();
  expect(sdk.spans("process a")).toHaveLength(1);
  await loop.return?.(undefined);
  expect(sdk.spans("process a")).toHaveLength(2);
});

test("a batch is nobody's child, also with creationContextAsParent", async () => {
  const plain = new DataQueueConsumer<string>(await logOfThree(), { topics: "a", encoding: text });
  await using consumer = instrumentConsumer(plain, { creationContextAsParent: true });
  await take(consumer.batches({ maxMessages: 2 }), 1);
  expect(sdk.span("process a").parentSpanContext).toBeUndefined();
});

test("a message of a batch can have a span of its own, within that of the batch", async () => {
  await using consumer = await consumerOfThree();
  for await (const messages of consumer.batches({ maxMessages: 2 })) {
    await processMessage(messages, async (batch) => {
      expect(trace.getSpan(contextOf(messages))).toBe(batch);
      for (const message of messages) {
        expect(trace.getSpan(contextOf(message))).toBe(batch);
        processMessage(message, (span) => expect(trace.getSpan(contextOf(message))).toBe(span));
      }
    });
    break;
  }
  const [first, second, batch] = sdk.spans("process a");
  expect(batch?.attributes["messaging.batch.message_count"]).toBe(2);
  for (const [at, span] of [first, second].entries()) {
    expect(span?.parentSpanContext?.spanId).toBe(batch?.spanContext().spanId);
    expect(span?.links).toMatchObject([{ context: { spanId: spanIds[at] } }]);
    expect(span?.attributes).toMatchObject({ "messaging.kafka.offset": at, "server.address": "kafka.example.org" });
  }
});
test("a message of a batch that nobody processes as a whole is within the batch, too", async () => {
  await using consumer = await consumerOfThree();
  for await (const [message] of consumer.batches({ maxMessages: 2 })) {
    if (message !== undefined) processMessage(message, () => undefined);
    break;
  }
  const [single, batch] = sdk.spans("process a");
  expect(single?.parentSpanContext?.spanId).toBe(batch?.spanContext().spanId);
});
