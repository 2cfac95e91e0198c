import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { beforeAll, expect, test } from "vitest";

import { countEvents, instrumentConsumer, instrumentProducer } from "../src/index.ts";
import { logWith, take, text } from "./log.ts";
import { Sdk } from "./sdk.ts";

const sdk = new Sdk();

const constants: ReadonlyMap<string, unknown> = new Map(Object.entries(conventions));
const valuesOf = (prefix: string): unknown[] =>
  [...constants].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);

/** Names that are not this project's own. */
function standard(names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => !name.startsWith("dataqueues."));
}

// A producer and a consumer that do all that is observed, failures included.
beforeAll(async () => {
  const onEvent = countEvents();
  const log = await logWith({ a: 1 });
  await using producer = instrumentProducer(
    new DataQueueProducer(log, { topic: "a", encoding: text, retryBackoffMs: 0, onEvent }),
  );
  await producer.send("1", { key: "k" });
  await producer.send(null, { encoding: null });
  await producer.send(Uint8Array.of(1), { encoding: null });
  await producer.send("bad");
  log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 1 });
  await producer.send("5");
  log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "produce", times: 1 });
  await producer.send("6").catch(() => undefined);
  await using consumer = instrumentConsumer(new DataQueueConsumer(log, { topics: "a", encoding: text, onEvent }));
  await take(consumer, 3);
  await take(consumer, 1).catch(() => undefined);
  await take(consumer, 1);
  await sdk.collect();
});

test("the names of the spans' attributes are those of the conventions that the schema URL names", () => {
  const names = standard(sdk.spans().flatMap(({ attributes }) => Object.keys(attributes)));
  expect(names.length).toBeGreaterThan(9);
  expect(valuesOf("ATTR_")).toEqual(expect.arrayContaining(names));
  const types = sdk.spans().map(({ attributes }) => attributes["messaging.operation.type"]);
  expect(valuesOf("MESSAGING_OPERATION_TYPE_VALUE_")).toEqual(expect.arrayContaining(types));
});

test("the names of metrics and of their attributes are those of the conventions, or begin with dataqueues", () => {
  const metrics = sdk.metrics();
  expect(metrics.map(({ descriptor }) => descriptor.name).toSorted()).toEqual([
    "dataqueues.consumer.lag",
    "dataqueues.events",
    "messaging.client.consumed.messages",
    "messaging.client.operation.duration",
    "messaging.client.sent.messages",
    "messaging.process.duration",
  ]);
  expect(valuesOf("METRIC_")).toEqual(
    expect.arrayContaining(standard(metrics.map(({ descriptor }) => descriptor.name))),
  );
  const names = metrics.flatMap(({ dataPoints }) => dataPoints.flatMap(({ attributes }) => Object.keys(attributes)));
  expect(valuesOf("ATTR_")).toEqual(expect.arrayContaining(standard(names)));
});

test("metrics have the conventions' units and bounds", () => {
  const units = sdk.metrics().map(({ descriptor: { name, unit } }) => [name, unit]);
  expect(Object.fromEntries(units)).toEqual({
    "dataqueues.consumer.lag": "{record}",
    "dataqueues.events": "{event}",
    "messaging.client.consumed.messages": "{message}",
    "messaging.client.operation.duration": "s",
    "messaging.client.sent.messages": "{message}",
    "messaging.process.duration": "s",
  });
  const durations = sdk.metrics().filter(({ descriptor: { unit } }) => unit === "s");
  for (const { dataPoints } of durations) {
    for (const { value } of dataPoints) {
      expect(value).toMatchObject({
        buckets: { boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
      });
    }
  }
});
