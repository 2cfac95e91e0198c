import { DataQueueConsumer, DataQueueError, DataQueueProducer } from "@dataqueues/core";
import type { DataQueueEvent, OnEvent } from "@dataqueues/core";
import { beforeEach, expect, test } from "vitest";

import { countEvents } from "../src/count-events.ts";
import { logWith, take, text } from "./log.ts";
import { Sdk } from "./sdk.ts";

const sdk = new Sdk();
beforeEach(() => sdk.reset());

const attributes = { "server.address": "kafka.example.org" };
const place = { "messaging.destination.name": "a", "messaging.destination.partition.id": "0" };

test("retries, bad records and other events are counted by type, place and error", async () => {
  const log = await logWith({ a: 1 });
  const onEvent = countEvents({ attributes });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: text, retryBackoffMs: 0, onEvent });
  log.faults.fail("NOT_ENOUGH_REPLICAS", { request: "produce", times: 2 });
  for (const value of ["bad", "bad", "3"]) await producer.send(value);
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: text, onBadRecord: "skip", onEvent });
  await take(consumer, 1);
  const measured = await sdk.measured("dataqueues.events");
  const of = (type: string): unknown => measured.filter((point) => point.attributes["dataqueues.event"] === type);
  expect(of("retry")).toEqual([
    {
      value: 2,
      attributes: {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "dataqueues.event": "retry",
        "dataqueues.request": "produce",
        "error.type": "NOT_ENOUGH_REPLICAS",
        ...place,
        ...attributes,
      },
    },
  ]);
  expect(of("badRecord")).toEqual([
    {
      value: 2,
      attributes: {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "dataqueues.event": "badRecord",
        "error.type": "DECODE_FAILED",
        ...place,
        ...attributes,
      },
    },
  ]);
  expect(of("connected")).toMatchObject([
    { value: 1, attributes: { "dataqueues.role": "write", "dataqueues.transport": "memory" } },
    { value: 1, attributes: { "dataqueues.role": "read" } },
  ]);
});

test("records that retention deleted before they were read are counted", async () => {
  const log = await logWith({ a: 1 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: text });
  for (const value of ["0", "1", "2", "3"]) await producer.send(value);
  log.truncate("a", 0, { before: 3n });
  await using consumer = new DataQueueConsumer(log, {
    topics: "a",
    encoding: text,
    from: [["a", 0, 0]],
    onEvent: countEvents({ attributes }),
  });
  expect(await take(consumer, 1)).toMatchObject([{ value: "3" }]);
  expect(await sdk.measured("dataqueues.consumer.lost.records")).toEqual([
    { value: 3, attributes: { "messaging.system": "kafka", ...place, ...attributes } },
  ]);
});

test("records that were left out in favour of the newest are counted", async () => {
  const log = await logWith({ a: 1 });
  await using producer = new DataQueueProducer(log, { topic: "a", encoding: text });
  for (const value of ["0", "1", "2", "3"]) await producer.send(value);
  const onEvent = countEvents({ attributes });
  await using consumer = new DataQueueConsumer(log, { topics: "a", encoding: text, latest: "partition", onEvent });
  expect(await take(consumer, 1)).toMatchObject([{ value: "3", skipped: 3 }]);
  expect(await sdk.measured("dataqueues.consumer.skipped.records")).toEqual([
    { value: 3, attributes: { "messaging.system": "kafka", ...place, ...attributes } },
  ]);
  expect(await sdk.measured("dataqueues.consumer.lost.records")).toEqual([]);
});

const reason = new DataQueueError("no", { code: "NO" });
test.each<DataQueueEvent>([
  { type: "retry", request: "fetch", topic: "a", partition: 0, attempt: 77_777, reason },
  { type: "offsetOutOfRange", topic: "a", partition: 0, lostFrom: 77_777n, lostTo: 77_777n, resumedAt: 77_777n },
  { type: "badRecord", topic: "a", partition: 0, offset: 77_777n, reason },
  { type: "leaderChanged", topic: "a", partition: 0, from: 77_777, to: 77_777 },
  { type: "skipped", topic: "a", partition: 0, from: 77_777n, to: 77_777n, count: 77_777 },
  { type: "bufferFull", bufferedBytes: 77_777 },
  { type: "connectFailed", role: "read", transport: "kafkajs", attempt: 77_777, reason },
])("an event $type makes no series for each number that it has", async (event) => {
  const onEvent: OnEvent = countEvents();
  onEvent(event);
  const [point] = await sdk.measured("dataqueues.events");
  expect(point?.attributes["dataqueues.event"]).toBe(event.type);
  expect(JSON.stringify(point?.attributes)).not.toContain("77777");
  expect(await sdk.measured("dataqueues.consumer.lost.records")).toEqual([]);
});

test("options that make no sense are refused by name", () => {
  const error = new DataQueueError("attributes must be an object, not 7", { code: "INVALID_ARGUMENT" });
  expect(() => Reflect.apply(countEvents, undefined, [{ attributes: 7 }])).toThrow(error);
});
