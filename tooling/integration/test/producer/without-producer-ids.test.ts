import { DataQueueProducer } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

/** A log that gives no producer ids, like Kafka 2.8 in KRaft mode. */
function logWithoutProducerIds() {
  const log = memory();
  log.faults.fail("UNSUPPORTED_VERSION", { request: "initProducerId" });
  return log;
}

test("without producer ids records are sent without idempotence, and one event reports it", async () => {
  const events: DataQueueEvent[] = [];
  await using producer = new DataQueueProducer(logWithoutProducerIds(), {
    topic: "a",
    onEvent: (event) => void events.push(event),
  });
  const sends = Array.from({ length: 50 }, (_, index) => producer.send(Uint8Array.of(index)));
  expect((await Promise.all(sends)).map(({ offset }) => Number(offset))).toEqual(sends.map((_, index) => index));
  await producer.send(Uint8Array.of(1), { topic: "b" });
  expect(events.filter(({ type }) => type === "idempotenceUnavailable")).toMatchObject([
    { reason: { code: "UNSUPPORTED_VERSION" } },
  ]);
});

test("without producer ids idempotent: true is refused, with the reason", async () => {
  await using producer = new DataQueueProducer(logWithoutProducerIds(), { topic: "a", idempotent: true });
  await expect(producer.send(Uint8Array.of(1))).rejects.toMatchObject({
    code: "UNSUPPORTED_VERSION",
    topic: "a",
    message: expect.stringMatching(/idempotent: true is impossible; leave it out/),
  });
});

test("without producer ids a record whose response was lost is written twice", async () => {
  const log = logWithoutProducerIds();
  log.faults.dropResponse({ request: "produce", times: 1 });
  await using producer = new DataQueueProducer(log, { topic: "a", requestTimeoutMs: 50 });
  expect(await producer.send(Uint8Array.of(1))).toMatchObject({ offset: 1n });
});

test("when the log denies producer ids, the error says what to do", async () => {
  const log = memory();
  log.faults.fail("CLUSTER_AUTHORIZATION_FAILED", { request: "initProducerId" });
  await using producer = new DataQueueProducer(log, { topic: "a" });
  await expect(producer.send(Uint8Array.of(1))).rejects.toMatchObject({
    code: "CLUSTER_AUTHORIZATION_FAILED",
    message: expect.stringMatching(/grant IdempotentWrite on the cluster, or send with idempotent: false/),
  });
  await using plain = new DataQueueProducer(log, { topic: "a", idempotent: false });
  expect(await plain.send(Uint8Array.of(1))).toMatchObject({ offset: 0n });
});
