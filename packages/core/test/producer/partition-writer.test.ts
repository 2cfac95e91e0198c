import { expect, test } from "vitest";

import { TransportError, UnsupportedError } from "../../src/contract/errors.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { batchesOf, producing, refuse, sequenced, sizesOf, valuesOf, watch } from "./producing.ts";

useFakeClock();
const hour = 3_600_000;

test("sends of one tick are one batch, and those that come while it is in flight are the next one", async () => {
  const { producer, log } = producing();
  const sends = ["0", "1", "2"].map((value) => producer.send(value));
  await sends[0];
  sends.push(...["3", "4"].map((value) => producer.send(value)));
  const offsets = (await Promise.all(sends)).map(({ offset }) => offset);
  expect(offsets).toEqual([0n, 1n, 2n, 3n, 4n]);
  expect(sizesOf(log)).toEqual([3, 2]);
  expect(batchesOf(log)).toMatchObject([
    [{ topic: "a", partition: 0, identity: { producerId: 1n, producerEpoch: 0 }, baseSequence: 0 }],
    [{ topic: "a", partition: 0, identity: { producerId: 1n, producerEpoch: 0 }, baseSequence: 3 }],
  ]);
});

test("a partition sends its next batch after the one in flight was acknowledged", async () => {
  const { producer, log, responses } = producing();
  let respond = (): void => undefined;
  responses.push(async (...args) => {
    await new Promise<void>((resolve) => (respond = resolve));
    return sequenced(log)(...args);
  });
  const first = producer.send("0");
  await pass(0);
  const second = producer.send("1");
  await pass(1_000);
  expect(sizesOf(log)).toEqual([1]);
  respond();
  expect((await Promise.all([first, second])).map(({ offset }) => offset)).toEqual([0n, 1n]);
  expect(sizesOf(log)).toEqual([1, 1]);
});

test("maxBatchRecords: 2 sends six in three requests", async () => {
  const { producer, log } = producing({ maxBatchRecords: 2 });
  await Promise.all(Array.from("012345").map((value) => producer.send(value)));
  expect(sizesOf(log)).toEqual([2, 2, 2]);
  expect(valuesOf(log)).toEqual(Array.from("012345"));
});

test("maxBatchBytes: 5 sends three of three bytes in three requests, and 6 in two", async () => {
  for (const [maxBatchBytes, sizes] of [
    [5, [1, 1, 1]],
    [6, [2, 1]],
  ] as const) {
    const { producer, log } = producing({ maxBatchBytes });
    await Promise.all(["aaa", "bbb", "ccc"].map((value) => producer.send(value)));
    expect(sizesOf(log)).toEqual(sizes);
  }
});

test("lingerMs gathers the sends of that time, from the first one on", async () => {
  const { producer, log } = producing({ lingerMs: 50 });
  const sends = [watch(producer.send("0"))];
  await pass(30);
  sends.push(watch(producer.send("1")));
  await pass(19);
  expect(sizesOf(log)).toEqual([]);
  await pass(1);
  expect(sizesOf(log)).toEqual([2]);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "resolved"]);
  // The next batch lingers as long.
  sends.push(watch(producer.send("2")));
  await pass(49);
  expect(sizesOf(log)).toEqual([2]);
  await pass(1);
  expect(sizesOf(log)).toEqual([2, 1]);
});

test("a long lingerMs ends at once when maxBatchBytes wait, not a byte before", async () => {
  const { producer, log } = producing({ lingerMs: hour, maxBatchBytes: 6 });
  const sends = [producer.send("aaa")];
  await pass(0);
  sends.push(producer.send("bb"));
  await pass(100);
  expect(sizesOf(log)).toEqual([]);
  sends.push(producer.send("c"));
  await Promise.all(sends);
  expect(sizesOf(log)).toEqual([3]);
});

test("the sends that are left after a full batch linger again, and their bytes count from 0", async () => {
  const { producer, log } = producing({ lingerMs: hour, maxBatchBytes: 4 });
  const sends = ["aa", "bb", "cc"].map((value) => watch(producer.send(value)));
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "resolved", "pending"]);
  sends.push(watch(producer.send("d")));
  await pass(0);
  expect(sizesOf(log)).toEqual([2]);
  sends.push(watch(producer.send("e")));
  await pass(0);
  expect(sizesOf(log)).toEqual([2, 3]);
});

test("a batch that is full when its turn comes does not linger", async () => {
  const { producer, log } = producing({ lingerMs: hour, maxBatchBytes: 2 });
  const sends = ["aa", "bb", "cc"].map((value) => watch(producer.send(value)));
  await pass(0);
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "resolved", "resolved"]);
  expect(sizesOf(log)).toEqual([1, 1, 1]);
});

test("a batch lingers for at most half of deliveryTimeoutMs, so that the log can still respond", async () => {
  const { producer, log } = producing({ lingerMs: hour, deliveryTimeoutMs: 100 });
  const send = watch(producer.send("0"));
  await pass(49);
  expect(sizesOf(log)).toEqual([]);
  await pass(1);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
});

test("flush ends a long lingerMs, and sends that come while it waits do not linger either", async () => {
  const { producer, log } = producing({ lingerMs: hour, maxBatchRecords: 1, deliveryTimeoutMs: Infinity });
  const sends = ["0", "1"].map((value) => watch(producer.send(value)));
  await pass(10);
  expect(sizesOf(log)).toEqual([]);
  await producer.flush();
  expect(sends.map(({ state }) => state)).toEqual(["resolved", "resolved"]);
  // Later sends linger as before.
  const next = watch(producer.send("2"));
  await pass(hour - 1);
  expect(next.state).toBe("pending");
  await pass(1);
  expect(next.state).toBe("resolved");
});

test("a send that is aborted while it waits is not written, and no offset is skipped", async () => {
  const { producer, log } = producing();
  const stop = new AbortController();
  const first = producer.send("0");
  await pass(0);
  const aborted = producer.send("1", { signal: stop.signal });
  const third = producer.send("2");
  stop.abort(new Error("not wanted"));
  await expect(aborted).rejects.toThrow("not wanted");
  expect([await first, await third]).toMatchObject([{ offset: 0n }, { offset: 1n }]);
  expect(await producer.send("3")).toMatchObject({ offset: 2n });
  expect(valuesOf(log)).toEqual(["0", "2", "3"]);
  expect(batchesOf(log)).toMatchObject([[{ baseSequence: 0 }], [{ baseSequence: 1 }], [{ baseSequence: 2 }]]);
});

test("no request is made for a batch whose sends were all aborted while it lingered", async () => {
  const { producer, log } = producing({ lingerMs: 50 });
  const stop = new AbortController();
  const aborted = [0, 1].map((value) => watch(producer.send(String(value), { signal: stop.signal })));
  await pass(10);
  stop.abort();
  await pass(100);
  expect(aborted.map(({ state }) => state)).toEqual(["rejected", "rejected"]);
  expect(sizesOf(log)).toEqual([]);
  const next = watch(producer.send("2"));
  await pass(50);
  expect(next).toMatchObject({ state: "resolved", value: { offset: 0n } });
  expect(valuesOf(log)).toEqual(["2"]);
});

test("a send that is aborted in flight keeps its offset: the one after it has the next", async () => {
  const { producer, log, responses } = producing();
  const stop = new AbortController();
  responses.push(async (...args) => {
    stop.abort(new Error("too late"));
    return sequenced(log)(...args);
  });
  const [aborted, other] = [producer.send("0", { signal: stop.signal }), producer.send("1")].map(watch);
  await pass(0);
  expect(aborted).toMatchObject({ state: "rejected", error: { message: "too late" } });
  expect(other).toMatchObject({ state: "resolved", value: { offset: 1n } });
});

test("the metadata of a send has its own timestamp, or the log's append time where the response has one", async () => {
  const { producer, log, responses } = producing();
  expect(await producer.send("0", { timestamp: 7 })).toEqual({ topic: "a", partition: 0, offset: 0n, timestamp: 7 });
  responses.push(async (...args) => (await sequenced(log)(...args)).map((one) => ({ ...one, timestamp: 1_234 })));
  const sends = [producer.send("1", { timestamp: 7 }), producer.send("2", { timestamp: 8 })];
  expect(await Promise.all(sends)).toEqual([
    { topic: "a", partition: 0, offset: 1n, timestamp: 1_234 },
    { topic: "a", partition: 0, offset: 2n, timestamp: 1_234 },
  ]);
  responses.push(async (...args) => (await sequenced(log)(...args)).map((one) => ({ ...one, timestamp: 0 })));
  expect(await producer.send("3")).toMatchObject({ timestamp: 0 });
});

test("DUPLICATE_SEQUENCE_NUMBER acknowledges the batch without its offset: -1 for each send, and no second request", async () => {
  const { producer, log, events, responses } = producing();
  responses.push(refuse("DUPLICATE_SEQUENCE_NUMBER", { retriable: false }));
  const sends = [producer.send("0", { timestamp: 5 }), producer.send("1", { timestamp: 6 })];
  expect(await Promise.all(sends)).toEqual([
    { topic: "a", partition: 0, offset: -1n, timestamp: 5 },
    { topic: "a", partition: 0, offset: -1n, timestamp: 6 },
  ]);
  expect(sizesOf(log)).toEqual([2]);
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
  // Its sequence numbers are used up.
  responses.push(refuse("DUPLICATE_SEQUENCE_NUMBER"));
  await producer.send("2");
  expect(batchesOf(log)[1]).toMatchObject([{ baseSequence: 2 }]);
});

test("acks: 0 gives the offset -1 for each send, and requests no producer id", async () => {
  const { producer, log, responses } = producing({ acks: 0 });
  responses.push(async (_leader, batches) =>
    batches.map(({ topic, partition }) => ({ topic, partition, baseOffset: -1n })),
  );
  const sends = [producer.send("0"), producer.send("1")];
  expect((await Promise.all(sends)).map(({ offset }) => offset)).toEqual([-1n, -1n]);
  expect(log.calls("initProducerId")).toEqual([]);
  expect(batchesOf(log)).toMatchObject([[{ identity: undefined, baseSequence: 0 }]]);
});

const sizes = [2, 3, 4, 5].flatMap((count) => Array.from({ length: count }, (_, bad) => ({ count, bad })));

test.each(sizes)(
  "of $count records in a batch, number $bad is too large: only that one fails",
  async ({ count, bad }) => {
    const { producer, log } = producing();
    const appended = sequenced(log);
    const large = (value: Uint8Array | null): boolean => value !== null && value[0] === 120;
    log.on.produce = (leader, batches, options) =>
      batches.some(({ records }) => records.some(({ value }) => large(value)))
        ? refuse("RECORD_TOO_LARGE", { retriable: false })(leader, batches, options)
        : appended(leader, batches, options);
    const values = Array.from({ length: count }, (_, index) => (index === bad ? "xxx" : String(index)));
    const sends = values.map((value) => watch(producer.send(value, { key: "kk", headers: { h: "v" } })));
    await pass(0);
    expect(sends.map(({ state }) => state)).toEqual(values.map((value) => (value === "xxx" ? "rejected" : "resolved")));
    const good = values.filter((value) => value !== "xxx");
    expect(valuesOf(log)).toEqual(good);
    expect(sends.flatMap(({ value }) => (value === undefined ? [] : [Number(value.offset)]))).toEqual([...good.keys()]);
    // No attempt was repeated, so there was no pause.
    const error = sends[bad]?.error;
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({
      message: "send to a[0] failed: RECORD_TOO_LARGE; its key, value and headers take 7 bytes",
      code: "RECORD_TOO_LARGE",
      topic: "a",
      partition: 0,
      retriable: false,
      cause: { code: "RECORD_TOO_LARGE" },
    });
    expect(await producer.send("after")).toMatchObject({ offset: BigInt(good.length) });
  },
);

test.each(["INVALID_TIMESTAMP", "INVALID_RECORD"] as const)(
  "%s fails one record only: the others are written",
  async (code) => {
    const { producer, log, responses } = producing();
    responses.push(refuse(code, { retriable: false }), sequenced(log), refuse(code, { retriable: false }));
    const sends = ["0", "1"].map((value) => watch(producer.send(value, { timestamp: Date.UTC(2300, 0, 2) })));
    await pass(0);
    const about = code === "INVALID_TIMESTAMP" ? "; its timestamp is 2300-01-02T00:00:00.000Z" : "";
    expect(sends).toMatchObject([
      { state: "resolved", value: { offset: 0n } },
      { state: "rejected", error: { message: `send to a[0] failed: ${code}${about}`, code, retriable: false } },
    ]);
    expect(sizesOf(log)).toEqual([2, 1, 1]);
  },
);

test("another refusal fails every send of the batch, after one request", async () => {
  const { producer, log, responses, events } = producing();
  responses.push(refuse("TOPIC_AUTHORIZATION_FAILED", { retriable: false }));
  const sends = ["0", "1"].map((value) => watch(producer.send(value)));
  await pass(0);
  const error = {
    message: "send to a[0] failed: TOPIC_AUTHORIZATION_FAILED",
    code: "TOPIC_AUTHORIZATION_FAILED",
    retriable: false,
    topic: "a",
    partition: 0,
    cause: { code: "TOPIC_AUTHORIZATION_FAILED" },
  };
  expect(sends).toMatchObject([{ error }, { error }]);
  expect(sizesOf(log)).toEqual([2]);
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
  // The next batch has the producer id and the sequence numbers of the refused one.
  expect(await producer.send("2")).toMatchObject({ offset: 0n });
  expect(batchesOf(log)[1]).toMatchObject([{ identity: { producerId: 1n }, baseSequence: 0 }]);
});

test("an error that is not the log's own, such as an unsupported compression, fails the batch with its message", async () => {
  const { producer, responses } = producing();
  const reason = new UnsupportedError("no zstd here");
  responses.push(async () => Promise.reject(reason));
  const error: unknown = await producer.send("0").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({
    message: "send to a[0] failed: no zstd here",
    code: "UNKNOWN_SERVER_ERROR",
    retriable: false,
    cause: { message: "no zstd here", cause: reason },
  });
  expect(await producer.send("1")).toMatchObject({ offset: 0n });
});
