import { expect, test } from "vitest";

import type { KafkaErrorName } from "../../src/contract/kafka-errors.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { batchesOf, dropResponse, producing, refuse, sequenced, sizesOf, valuesOf, watch } from "./producing.ts";
import { failure, noResponse } from "../scripted-log.ts";

useFakeClock();
const place = { topic: "a", partition: 0 };
const ended = "send to a[0] failed: ";

test("the next send after one that timed out is written, and not taken for a duplicate of it", async () => {
  const { producer, log, events, responses } = producing({ deliveryTimeoutMs: 150 });
  expect(await producer.send("before")).toMatchObject({ offset: 0n });
  events.length = 0;
  responses.push(dropResponse(log));
  const lost = watch(producer.send("lost"));
  await pass(150);
  expect(lost).toMatchObject({ state: "rejected", error: { code: "REQUEST_TIMED_OUT" } });
  expect(events).toEqual([
    {
      type: "producerIdentityReset",
      ...place,
      reason: expect.objectContaining({ code: "REQUEST_TIMED_OUT", retriable: true }),
    },
  ]);
  expect(await producer.send("next")).toMatchObject({ offset: 2n });
  expect(valuesOf(log)).toEqual(["before", "lost", "next"]);
  expect(batchesOf(log)).toMatchObject([
    [{ identity: { producerId: 1n }, baseSequence: 0 }],
    [{ identity: { producerId: 1n }, baseSequence: 1 }],
    [{ identity: { producerId: 2n }, baseSequence: 0 }],
  ]);
  // From then on sequence numbers count as usual.
  expect(await producer.send("last")).toMatchObject({ offset: 3n });
  expect(batchesOf(log)[3]).toMatchObject([{ identity: { producerId: 2n }, baseSequence: 1 }]);
});

test("a batch whose response was lost may be in the log, so its producer id is given up when the second attempt is refused", async () => {
  const { producer, log, events, responses } = producing();
  const append = sequenced(log);
  responses.push(
    async (...args) => {
      await append(...args);
      throw failure("NETWORK_EXCEPTION");
    },
    refuse("TOPIC_AUTHORIZATION_FAILED", { retriable: false }),
  );
  const lost = watch(producer.send("lost"));
  await pass(100);
  expect(lost).toMatchObject({ error: { message: `${ended}TOPIC_AUTHORIZATION_FAILED`, retriable: false } });
  expect(events.map(({ type }) => type)).toEqual(["connected", "retry", "producerIdentityReset"]);
  expect(await producer.send("next")).toMatchObject({ offset: 1n });
  expect(valuesOf(log)).toEqual(["lost", "next"]);
});

test("a batch whose response was lost is sent again, and is in the log once, with its first offset", async () => {
  const { producer, log, events, responses } = producing({ requestTimeoutMs: 50 });
  responses.push(dropResponse(log), dropResponse(log));
  const sends = ["0", "1"].map((value) => watch(producer.send(value)));
  await pass(50 + 100 + 50 + 200);
  expect(sends).toMatchObject([{ value: { offset: 0n } }, { value: { offset: 1n } }]);
  expect(sizesOf(log)).toEqual([2, 2, 2]);
  expect(valuesOf(log)).toEqual(["0", "1"]);
  expect(events.filter(({ type }) => type === "producerIdentityReset")).toEqual([]);
});

test.each<KafkaErrorName>([
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
])("after %s the same batch is sent with a new producer id, and other partitions keep theirs", async (code) => {
  const { producer, log, events, responses } = producing({}, { a: 2 });
  await Promise.all([0, 1].map((partition) => producer.send("before", { partition })));
  events.length = 0;
  const reason = failure(code, { retriable: false });
  responses.push(async () => [{ ...place, error: reason }]);
  const send = watch(producer.send("0", { partition: 0 }));
  await pass(100);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 1n } });
  expect(events).toEqual([
    { type: "producerIdentityReset", ...place, reason },
    { type: "retry", request: "produce", ...place, attempt: 0, reason },
  ]);
  expect(await producer.send("1", { partition: 1 })).toMatchObject({ offset: 1n });
  expect(batchesOf(log).slice(1)).toMatchObject([
    [{ partition: 0, identity: { producerId: 1n }, baseSequence: 1 }],
    [{ partition: 0, identity: { producerId: 2n }, baseSequence: 0 }],
    [{ partition: 1, identity: { producerId: 1n }, baseSequence: 1 }],
  ]);
  expect(log.calls("initProducerId")).toHaveLength(2);
});

test("partitions share one producer id, requested once, and each has its own sequence", async () => {
  const { producer, log } = producing({}, { a: 2 });
  const to = (partition: number): Promise<unknown> => producer.send("x", { partition });
  await Promise.all([to(0), to(1), to(1)]);
  await Promise.all([to(0), to(1)]);
  expect(log.calls("initProducerId")).toHaveLength(1);
  expect(batchesOf(log).flat()).toMatchObject([
    { partition: 0, identity: { producerId: 1n }, baseSequence: 0 },
    { partition: 1, identity: { producerId: 1n }, baseSequence: 0 },
    { partition: 0, identity: { producerId: 1n }, baseSequence: 1 },
    { partition: 1, identity: { producerId: 1n }, baseSequence: 2 },
  ]);
});

test("a producer id that is refused for now is requested again, with pauses", async () => {
  const { producer, log, events } = producing({ retryBackoffMs: 10 });
  const reason = failure("COORDINATOR_LOAD_IN_PROGRESS");
  log.on.initProducerId = async () => Promise.reject(reason);
  const send = watch(producer.send("0"));
  await pass(29);
  log.on.initProducerId = log.plain.initProducerId;
  await pass(1);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
  const retry = { type: "retry", request: "produce", ...place, reason };
  expect(events.slice(1)).toEqual([
    { ...retry, attempt: 0 },
    { ...retry, attempt: 1 },
  ]);
});

test("a producer id that comes after its batch timed out does not replace that of the batch in flight", async () => {
  const { producer, log, responses } = producing({ deliveryTimeoutMs: 150 });
  responses.push(dropResponse(log));
  watch(producer.send("lost"));
  await pass(150);
  // A new producer id is needed; the response to the first request comes last.
  let first = (): void => undefined;
  const late = new Promise<void>((resolve) => (first = resolve));
  log.on.initProducerId = async () => {
    if (log.calls("initProducerId").length === 2) await late;
    return log.plain.initProducerId();
  };
  const givenUp = watch(producer.send("given up"));
  await pass(150);
  expect(givenUp.state).toBe("rejected");
  let answered = (): void => undefined;
  responses.push(async (...args) => {
    await new Promise<void>((resolve) => (answered = resolve));
    return sequenced(log)(...args);
  });
  const onItsWay = watch(producer.send("1"));
  await pass(0);
  first();
  await pass(0);
  answered();
  await pass(0);
  expect(onItsWay).toMatchObject({ value: { offset: 1n } });
  const next = watch(producer.send("2"));
  await pass(0);
  expect(next).toMatchObject({ value: { offset: 2n } });
  expect(valuesOf(log)).toEqual(["lost", "1", "2"]);
});

test("batches without a producer id have sequence 0, and a send that times out resets nothing", async () => {
  const { producer, log, events } = producing({ idempotent: false, deliveryTimeoutMs: 150 });
  await producer.send("0");
  await producer.send("1");
  log.on.produce = () => noResponse();
  const lost = watch(producer.send("2"));
  await pass(150);
  expect(lost.state).toBe("rejected");
  expect(log.calls("initProducerId")).toEqual([]);
  expect(
    batchesOf(log)
      .flat()
      .map(({ identity, baseSequence }) => [identity, baseSequence]),
  ).toEqual(Array.from({ length: 3 }, () => [undefined, 0]));
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
});
