import { expect, test, vi } from "vitest";

import type { KafkaErrorName } from "../../src/contract/kafka-errors.ts";
import { TransportError, UnsupportedError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import { nextSequence, ProducerIds } from "../../src/producer/producer-ids.ts";
import { watch } from "./producing.ts";
import { failure, ScriptedLog, noResponse } from "../scripted-log.ts";

function producerIdsOf(log: ScriptedLog, required = false) {
  const events: DataQueueEvent[] = [];
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  const client = new NetworkClient(log, "write", { connectTimeoutMs: 1_000, requestTimeoutMs: 1_000, onEvent });
  return { producerIds: new ProducerIds(client, required), events };
}

const first = { producerId: 1n, producerEpoch: 0 };
const second = { producerId: 2n, producerEpoch: 0 };

test("the shared producer id is requested once, also by concurrent calls", async () => {
  const log = new ScriptedLog();
  const { producerIds } = producerIdsOf(log);
  expect(await Promise.all([producerIds.shared(), producerIds.shared()])).toEqual([first, first]);
  expect(await producerIds.shared()).toEqual(first);
  expect(log.calls("initProducerId")).toHaveLength(1);
});

test("a fresh producer id is another one each time, and does not become the shared one", async () => {
  const log = new ScriptedLog();
  const { producerIds } = producerIdsOf(log);
  expect(await producerIds.shared()).toEqual(first);
  expect(await producerIds.fresh()).toEqual(second);
  expect(await producerIds.fresh()).toEqual({ producerId: 3n, producerEpoch: 0 });
  expect(await producerIds.shared()).toEqual(first);
});

test("a failed request rejects all concurrent calls, and the next call requests again", async () => {
  const log = new ScriptedLog();
  const { producerIds } = producerIdsOf(log);
  const error = failure("COORDINATOR_LOAD_IN_PROGRESS");
  log.on.initProducerId = async () => Promise.reject(error);
  const outcomes = await Promise.allSettled([producerIds.shared(), producerIds.shared()]);
  expect(outcomes).toEqual([
    { status: "rejected", reason: error },
    { status: "rejected", reason: error },
  ]);
  expect(log.calls("initProducerId")).toHaveLength(1);
  log.on.initProducerId = log.plain.initProducerId;
  expect(await producerIds.shared()).toEqual(first);
});

test("a log without producer ids gives undefined and one event, if none is required", async () => {
  const log = new ScriptedLog();
  const { producerIds, events } = producerIdsOf(log);
  const reason = failure("UNSUPPORTED_VERSION", { retriable: false });
  log.on.initProducerId = async () => Promise.reject(reason);
  expect(await Promise.all([producerIds.shared(), producerIds.shared()])).toEqual([undefined, undefined]);
  expect(await producerIds.shared()).toBeUndefined();
  expect(events.slice(1)).toEqual([{ type: "idempotenceUnavailable", reason }]);
  expect(log.calls("initProducerId")).toHaveLength(1);
});

test.each<{ code: KafkaErrorName; required: boolean; hint: string }>([
  {
    code: "UNSUPPORTED_VERSION",
    required: true,
    hint: "the log gives no producer ids, so idempotent: true is impossible; leave it out",
  },
  {
    code: "CLUSTER_AUTHORIZATION_FAILED",
    required: true,
    hint: "grant IdempotentWrite on the cluster, or send with idempotent: false",
  },
  {
    code: "CLUSTER_AUTHORIZATION_FAILED",
    required: false,
    hint: "grant IdempotentWrite on the cluster, or send with idempotent: false",
  },
])("$code with required: $required says what to do", async ({ code, required, hint }) => {
  const log = new ScriptedLog();
  const { producerIds, events } = producerIdsOf(log, required);
  const reason = new TransportError("no", { code, retriable: false });
  log.on.initProducerId = async () => Promise.reject(reason);
  const error: unknown = await producerIds.shared().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ message: `no; ${hint}`, code, retriable: false, cause: reason });
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
});

test("a missing response is named after its request", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const log = new ScriptedLog();
    log.on.initProducerId = () => noResponse();
    const asked = watch(producerIdsOf(log).producerIds.shared());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked.error).toMatchObject({
      message: "scripted: no answer to initProducerId within 1000 ms",
      code: "REQUEST_TIMED_OUT",
    });
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  failure("NETWORK_EXCEPTION"),
  // This is the transport's own error; it says nothing about the log.
  new UnsupportedError("no", { code: "UNSUPPORTED_VERSION" }),
])("another error is passed on as it is, whether a producer id is required or not: %o", async (reason) => {
  for (const required of [true, false]) {
    const log = new ScriptedLog();
    const { producerIds } = producerIdsOf(log, required);
    log.on.initProducerId = async () => Promise.reject(reason);
    await expect(producerIds.fresh()).rejects.toBe(reason);
  }
});

// Kafka's DefaultRecordBatch.incrementSequence: after 2,147,483,647 comes 0.
test.each([
  { sequence: 0, count: 1, next: 1 },
  { sequence: 5, count: 3, next: 8 },
  { sequence: 2 ** 31 - 3, count: 2, next: 2 ** 31 - 1 },
  { sequence: 2 ** 31 - 2, count: 2, next: 0 },
  { sequence: 2 ** 31 - 3, count: 5, next: 2 },
])("the sequence after $count records from $sequence on is $next", ({ sequence, count, next }) => {
  expect(nextSequence(sequence, count)).toBe(next);
});
