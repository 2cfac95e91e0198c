import { expect, test } from "vitest";

import { ClosedError, TransportError } from "../../src/contract/errors.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { batchesOf, producing, refuse, sequenced, sizesOf, valuesOf, watch } from "./producing.ts";
import { failure, partitionMetadata, noResponse } from "../scripted-log.ts";

useFakeClock();
const place = { topic: "a", partition: 0 };

test("a batch is sent again after a retriable error and retryBackoffMs, with the same sequence and an event", async () => {
  const { producer, log, events, responses } = producing({ retryBackoffMs: 40 });
  await producer.send("before");
  events.length = 0;
  const reason = failure("NOT_ENOUGH_REPLICAS");
  responses.push(async () => [{ ...place, error: reason }]);
  const sends = ["0", "1"].map((value) => watch(producer.send(value)));
  await pass(0);
  expect(events).toEqual([{ type: "retry", request: "produce", ...place, attempt: 0, reason }]);
  const late = watch(producer.send("2"));
  await pass(39);
  expect(sizesOf(log)).toEqual([1, 2]);
  await pass(1);
  expect(sends).toMatchObject([{ value: { offset: 1n } }, { value: { offset: 2n } }]);
  expect(late).toMatchObject({ value: { offset: 3n } });
  expect(batchesOf(log)[2]).toEqual(batchesOf(log)[1]);
  expect(valuesOf(log)).toEqual(["before", "0", "1", "2"]);
  expect(events).toHaveLength(1);
});

test("the pauses double up to half a second, and attempts count from 0", async () => {
  const { producer, log, events } = producing({ retryBackoffMs: 100 });
  log.on.produce = refuse("NOT_LEADER_OR_FOLLOWER");
  watch(producer.send("0"));
  const times: number[] = [];
  for (let ms = 0; ms <= 2_200; ms += 50) {
    await pass(ms === 0 ? 0 : 50);
    while (times.length < sizesOf(log).length) times.push(ms);
  }
  expect(times).toEqual([0, 100, 300, 700, 1_200, 1_700, 2_200]);
  const retries = events.flatMap((event) => (event.type === "retry" ? [event.attempt] : []));
  expect(retries).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a first pause of 400 ms is followed by 500, never by more", async () => {
  const { producer, log } = producing({ retryBackoffMs: 400 });
  log.on.produce = refuse("NOT_LEADER_OR_FOLLOWER");
  watch(producer.send("0"));
  await pass(2_600);
  // At 0, 400, 900, 1400, 1900 and 2400.
  expect(sizesOf(log)).toHaveLength(6);
});

test("retryBackoffMs: 0 makes no tight loop", async () => {
  const { producer, log } = producing({ retryBackoffMs: 0 });
  log.on.produce = refuse("NOT_LEADER_OR_FOLLOWER");
  watch(producer.send("0"));
  await pass(400);
  // After 1, 2, 4 … 256 ms.
  expect(sizesOf(log)).toHaveLength(9);
});

test("the connection is dropped when a request times out, and the batch is sent on the next one", async () => {
  const { producer, log, events } = producing({ requestTimeoutMs: 100, retryBackoffMs: 10 });
  const appended = sequenced(log);
  log.on.produce = (...args) => (log.opened === 1 ? noResponse() : appended(...args));
  const send = watch(producer.send("0"));
  await pass(99);
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
  await pass(1 + 10);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
  expect([log.opened, log.closed]).toEqual([2, 1]);
  const reason = { message: "scripted: no answer to produce within 100 ms", code: "REQUEST_TIMED_OUT" };
  expect(events).toMatchObject([
    { type: "connected", role: "write", transport: "scripted", attempt: 0 },
    { type: "disconnected", role: "write", transport: "scripted", reason },
    { type: "retry", request: "produce", ...place, attempt: 0, reason },
    { type: "connected", role: "write", transport: "scripted", attempt: 0 },
  ]);
});

test("metadata is refreshed before the next attempt, which goes to the new leader", async () => {
  const { producer, log, events, responses } = producing();
  responses.push(refuse("NOT_LEADER_OR_FOLLOWER"));
  const send = watch(producer.send("0"));
  await pass(0);
  log.topics.set("a", partitionMetadata(1, 2));
  await pass(100);
  expect(send.state).toBe("resolved");
  expect(log.calls("produce").map(([leader]) => leader)).toEqual([1, 2]);
  expect(events[2]).toEqual({ type: "leaderChanged", ...place, from: 1, to: 2 });
});

test("a refresh that fails during a pause is reported by the next attempt only", async () => {
  const { producer, log, responses } = producing();
  responses.push(refuse("NOT_LEADER_OR_FOLLOWER"));
  const send = watch(producer.send("0"));
  await pass(0);
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION", { retriable: false }));
  await pass(100);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
});

test.each([
  ["LEADER_NOT_AVAILABLE", "the partition has no leader", [{ partition: 0, leader: -1 }]],
  ["UNKNOWN_TOPIC_OR_PARTITION", "the partition does not exist", [{ partition: 1, leader: 1 }]],
  [
    "KAFKA_STORAGE_ERROR",
    "disk",
    [{ partition: 0, leader: 1, error: new TransportError("disk", { code: "KAFKA_STORAGE_ERROR", retriable: true }) }],
  ],
])("a partition that cannot be written yet is waited for: %s, %s", async (code, message, partitions) => {
  const { producer, log, events } = producing();
  await producer.send("before");
  const whole = log.topics.get("a") ?? [];
  log.topics.set("a", partitions);
  log.on.produce = refuse("NOT_LEADER_OR_FOLLOWER");
  const send = watch(producer.send("0"));
  await pass(100);
  log.on.produce = sequenced(log);
  expect(events.at(-1)).toMatchObject({
    type: "retry",
    ...place,
    attempt: 1,
    reason: { code, message, retriable: true },
  });
  expect(sizesOf(log)).toEqual([1, 1]);
  log.topics.set("a", whole);
  await pass(200);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 1n } });
});

test("a topic that is missing for topicTimeoutMs fails the batch, and the pauses between attempts count", async () => {
  const { producer, log } = producing({ topicTimeoutMs: 50, retryBackoffMs: 10 });
  await producer.send("before");
  log.topics.delete("a");
  log.on.produce = refuse("UNKNOWN_TOPIC_OR_PARTITION");
  const send = watch(producer.send("0"));
  await pass(30);
  expect(send.state).toBe("pending");
  await pass(40);
  expect(send).toMatchObject({
    state: "rejected",
    error: {
      message: "send to a[0] failed: UNKNOWN_TOPIC_OR_PARTITION",
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      retriable: true,
      ...place,
    },
  });
  expect(sizesOf(log)).toHaveLength(1 + 4);
});

test("topicTimeoutMs: 0 fails the batch when the topic is first missing", async () => {
  const { producer, responses, log } = producing({ topicTimeoutMs: 0 });
  responses.push(refuse("UNKNOWN_TOPIC_OR_PARTITION"));
  await expect(producer.send("0")).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION" });
  expect(sizesOf(log)).toEqual([1]);
});

test("a topic counts as missing only while every response in a row says so", async () => {
  const { producer, log } = producing({ topicTimeoutMs: 50, retryBackoffMs: 10 });
  const codes = ["UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_OR_PARTITION", "NOT_LEADER_OR_FOLLOWER"] as const;
  let asked = 0;
  log.on.produce = (...args) => refuse(codes[asked++ % 3] ?? codes[0])(...args);
  const send = watch(producer.send("0"));
  // Attempts at 0, 10, 30, 70, 150, 310 and 630: only those at 70 and 150 are missing in a row for 50 ms.
  await pass(69);
  expect(send.state).toBe("pending");
  await pass(81);
  expect(send.state).toBe("rejected");
  expect(asked).toBe(5);
});

test("the deadline of each batch is that of its earliest send", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 150, lingerMs: 40, maxBatchRecords: 2 });
  log.on.produce = () => noResponse();
  const sends = [watch(producer.send("0"))];
  await pass(30);
  sends.push(watch(producer.send("1")), watch(producer.send("2")));
  const states = (): string[] => sends.map(({ state }) => state);
  await pass(119);
  expect(states()).toEqual(["pending", "pending", "pending"]);
  await pass(1);
  expect(states()).toEqual(["rejected", "rejected", "pending"]);
  await pass(29);
  expect(states()).toEqual(["rejected", "rejected", "pending"]);
  await pass(1);
  expect(sends[2]).toMatchObject({
    state: "rejected",
    error: {
      message: "send to a[0] failed: not acknowledged within 150 ms; it may or may not have been written",
      code: "REQUEST_TIMED_OUT",
      retriable: true,
      ...place,
    },
  });
  expect(sends[0]?.error).toBeInstanceOf(TransportError);
});

test("the error of a send that timed out says why its last attempt failed", async () => {
  const { producer, log, responses } = producing({ deliveryTimeoutMs: 150, retryBackoffMs: 100 });
  const reason = failure("NOT_ENOUGH_REPLICAS");
  responses.push(
    async () => [{ ...place, error: reason }],
    () => noResponse(),
  );
  const send = watch(producer.send("0"));
  await pass(150);
  const words = "not acknowledged within 150 ms; it may or may not have been written: NOT_ENOUGH_REPLICAS";
  expect(send.error).toMatchObject({ message: `send to a[0] failed: ${words}`, cause: { cause: reason } });
  expect(sizesOf(log)).toEqual([1, 1]);
});

test("a pause ends with the deadline, and there is no attempt after it", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 150, retryBackoffMs: 100 });
  log.on.produce = refuse("NOT_ENOUGH_REPLICAS");
  const send = watch(producer.send("0"));
  await pass(149);
  expect([send.state, sizesOf(log).length]).toEqual(["pending", 2]);
  await pass(1);
  expect(send).toMatchObject({ state: "rejected" });
  const asked = sizesOf(log).length;
  await pass(1_000);
  expect(sizesOf(log)).toHaveLength(asked);
});

test("a slow metadata request does not keep a send beyond its deadline", async () => {
  const { producer, log, responses } = producing({ deliveryTimeoutMs: 150 });
  responses.push(refuse("NOT_LEADER_OR_FOLLOWER"), () => noResponse());
  const send = watch(producer.send("0"));
  await pass(0);
  log.on.metadata = () => noResponse();
  await pass(149);
  expect(send.state).toBe("pending");
  await pass(2);
  expect(send.state).toBe("rejected");
});

test("close during a pause rejects the send with its reason, and nothing more is requested", async () => {
  const { producer, log, events } = producing({ retryBackoffMs: 400 });
  log.on.produce = refuse("NOT_ENOUGH_REPLICAS");
  const send = watch(producer.send("0"));
  await pass(10);
  const closed = producer.close({ timeoutMs: 100 });
  await pass(100);
  await closed;
  expect(send.error).toBeInstanceOf(ClosedError);
  expect(send.error).toMatchObject({ message: "the producer was closed; not acknowledged within 100 ms" });
  await pass(1_000);
  expect(sizesOf(log)).toEqual([1]);
  expect(log.calls("metadata")).toHaveLength(1);
  expect(events.map(({ type }) => type)).toEqual(["connected", "retry"]);
});

test("close while a request is in flight rejects the send with its reason, without a retry event", async () => {
  const { producer, log, events } = producing();
  log.on.produce = () => noResponse();
  const send = watch(producer.send("0"));
  await pass(10);
  const closed = producer.close({ timeoutMs: 0 });
  await pass(0);
  await closed;
  expect(send.error).toBeInstanceOf(ClosedError);
  expect(events.filter(({ type }) => type === "retry")).toEqual([]);
  expect(log.closed).toBe(1);
});

test("a batch that times out while a connection opens is not sent on that connection", async () => {
  const { producer, log, responses } = producing({ deliveryTimeoutMs: 300 });
  await producer.send("before");
  let opened = (): void => undefined;
  log.on.open = () => new Promise<void>((resolve) => (opened = resolve));
  // A failed metadata request ends the connection.
  responses.push(refuse("NOT_LEADER_OR_FOLLOWER"));
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  const given = watch(producer.send("0"));
  await pass(300);
  expect([given.state, log.closed, sizesOf(log).length]).toEqual(["rejected", 1, 2]);
  opened();
  await pass(0);
  expect(sizesOf(log)).toHaveLength(2);
  expect(await producer.send("1")).toMatchObject({ offset: 1n });
});
