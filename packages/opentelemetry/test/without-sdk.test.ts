import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import { isSpanContextValid, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";

import { contextOf, countEvents, instrumentConsumer, instrumentProducer, processMessage } from "../src/index.ts";
import { headersOf, logWith, text } from "./log.ts";

test("without an SDK everything works, and records are as without this package", async () => {
  const log = await logWith({ a: 1 });
  const onEvent = countEvents();
  await using producer = instrumentProducer(new DataQueueProducer(log, { topic: "a", encoding: text, onEvent }));
  await producer.send("1", { headers: { unit: "K" } });
  await producer.send("2");
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text, onEvent }));
  const received: unknown[] = [];
  for await (const message of consumer) {
    const spanContext = trace.getSpanContext(contextOf(message));
    expect(spanContext !== undefined && isSpanContextValid(spanContext)).toBe(false);
    received.push(processMessage(message, (span) => [message.value, headersOf(message), span.isRecording()]));
    if (received.length === 2) break;
  }
  expect(received).toEqual([
    ["1", [["unit", "K"]], false],
    ["2", [], false],
  ]);
});
