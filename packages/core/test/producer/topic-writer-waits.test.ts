import { expect, test } from "vitest";

import { ClosedError, TransportError } from "../../src/contract/errors.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { producing, sizesOf, valuesOf, watch } from "./producing.ts";
import { failure, partitionMetadata, noResponse } from "../scripted-log.ts";

useFakeClock();
const ended = "send to topic a failed: ";
const missing = `${ended}UNKNOWN_TOPIC_OR_PARTITION; create it with DataQueueAdmin.createTopics`;

test("a topic that does not exist is waited for, with growing pauses and an event each time", async () => {
  const { producer, log, events } = producing({ retryBackoffMs: 10 }, {});
  const send = watch(producer.send("0"));
  await pass(69);
  expect(send.state).toBe("pending");
  const reason = expect.objectContaining({ code: "UNKNOWN_TOPIC_OR_PARTITION" });
  const retry = { type: "retry", request: "metadata", topic: "a", reason };
  expect(events.slice(1)).toEqual([
    { ...retry, attempt: 0 },
    { ...retry, attempt: 1 },
    { ...retry, attempt: 2 },
  ]);
  log.topics.set("a", partitionMetadata(1));
  await pass(1);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
});

test("the pauses grow up to a second", async () => {
  const { producer, log } = producing({ retryBackoffMs: 400, topicTimeoutMs: Infinity }, {});
  watch(producer.send("0"));
  await pass(4_200);
  // At 0, 400, 1200, 2200, 3200 and 4200.
  expect(log.calls("metadata")).toHaveLength(6);
});

test("a send rejects after topicTimeoutMs with an error that says what to do", async () => {
  const { producer, log, events } = producing({ retryBackoffMs: 10, topicTimeoutMs: 50 }, {});
  const sends = [watch(producer.send("0")), watch(producer.send("1"))];
  await pass(69);
  expect(sends.map(({ state }) => state)).toEqual(["pending", "pending"]);
  await pass(1);
  const error = { message: missing, code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true, topic: "a" };
  expect(sends).toMatchObject([{ error }, { error }]);
  expect(sends[0]?.error).toBeInstanceOf(TransportError);
  expect(sends[0]?.error).toMatchObject({ cause: { code: "UNKNOWN_TOPIC_OR_PARTITION" } });
  // No send waits any more, so there are no more requests and events.
  expect(events.filter(({ type }) => type === "retry")).toHaveLength(3);
  await pass(10_000);
  expect(log.calls("metadata")).toHaveLength(4);
});

test("the next send asks for the topic again, with a topicTimeoutMs of its own", async () => {
  const { producer, log } = producing({ retryBackoffMs: 10, topicTimeoutMs: 50 }, {});
  watch(producer.send("0"));
  await pass(1_000);
  const next = watch(producer.send("1"));
  await pass(60);
  expect(next.state).toBe("pending");
  log.topics.set("a", partitionMetadata(1));
  await pass(10);
  expect(next).toMatchObject({ state: "resolved", value: { offset: 0n } });
});

test("topicTimeoutMs: 0 waits for no topic", async () => {
  const { producer, log } = producing({ topicTimeoutMs: 0 }, {});
  await expect(producer.send("0")).rejects.toMatchObject({ message: missing });
  expect(log.calls("metadata")).toHaveLength(1);
});

test("INVALID_REPLICATION_FACTOR, while a topic is created and too few brokers are up, is waited for as well", async () => {
  const { producer, log } = producing({ topicTimeoutMs: 50, retryBackoffMs: 10 });
  const error = failure("INVALID_REPLICATION_FACTOR", { retriable: false });
  log.on.metadata = async () => [{ topic: "a", error }];
  const first = watch(producer.send("0"));
  await pass(30);
  expect(first.state).toBe("pending");
  await pass(40);
  expect(first).toMatchObject({
    error: { message: `${ended}INVALID_REPLICATION_FACTOR`, retriable: false, cause: error },
  });
  const second = watch(producer.send("1"));
  await pass(5);
  log.on.metadata = log.plain.metadata;
  await pass(5);
  expect(second).toMatchObject({ state: "resolved" });
});

test("an error that is not retriable rejects all sends of the topic at once, and none of another topic", async () => {
  const { producer, log } = producing({}, { a: 1, b: 1 });
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.metadata = async (topics, options) =>
    topics?.[0] === "a" ? [{ topic: "a", error }] : log.plain.metadata(topics, options);
  const sends = [producer.send("0"), producer.send("1"), producer.send("2", { topic: "b" })].map(watch);
  await pass(0);
  const refused = {
    message: `${ended}TOPIC_AUTHORIZATION_FAILED`,
    code: "TOPIC_AUTHORIZATION_FAILED",
    retriable: false,
    topic: "a",
    cause: error,
  };
  expect(sends).toMatchObject([{ error: refused }, { error: refused }, { state: "resolved" }]);
  expect(log.calls("metadata")).toHaveLength(2);
});

test("a send rejects at once when the log was never reached, although the error is retriable", async () => {
  const { producer, log, events } = producing();
  const reason = failure("NETWORK_EXCEPTION");
  log.on.open = async () => Promise.reject(reason);
  const send = watch(producer.send("0"));
  await pass(0);
  expect(send).toMatchObject({
    state: "rejected",
    error: { message: `${ended}NETWORK_EXCEPTION`, code: "NETWORK_EXCEPTION", retriable: true, topic: "a" },
  });
  expect(events).toEqual([{ type: "connectFailed", role: "write", transport: "scripted", attempt: 0, reason }]);
});

test("a log that was reached before is waited for, longer than topicTimeoutMs", async () => {
  const { producer, log } = producing({ topicTimeoutMs: 50, retryBackoffMs: 10 });
  await producer.connect();
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  const send = watch(producer.send("0"));
  await pass(1_000);
  expect(send.state).toBe("pending");
  log.on.metadata = log.plain.metadata;
  await pass(1_000);
  expect(send).toMatchObject({ state: "resolved", value: { offset: 0n } });
});

test("a topic that is missing after a long outage rejects the sends", async () => {
  const { producer, log } = producing({ topicTimeoutMs: 50, retryBackoffMs: 10 }, {});
  await producer.connect();
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  const send = watch(producer.send("0"));
  await pass(60);
  log.on.metadata = log.plain.metadata;
  await pass(100);
  expect(send).toMatchObject({ error: { message: missing } });
});

test("each send rejects after its own deliveryTimeoutMs, with the last error of the log", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 300, retryBackoffMs: 50 });
  const reason = failure("LEADER_NOT_AVAILABLE");
  log.on.metadata = async () => [{ topic: "a", error: reason }];
  const first = watch(producer.send("0"));
  await pass(200);
  const second = watch(producer.send("1"));
  await pass(99);
  expect(first.state).toBe("pending");
  await pass(1);
  const error = {
    message: `${ended}LEADER_NOT_AVAILABLE`,
    code: "LEADER_NOT_AVAILABLE",
    retriable: true,
    cause: reason,
  };
  expect(first).toMatchObject({ state: "rejected", error });
  await pass(199);
  expect(second.state).toBe("pending");
  await pass(1);
  expect(second).toMatchObject({ state: "rejected", error });
  await pass(10_000);
  const asked = log.calls("metadata").length;
  expect(asked).toBeLessThan(12);
});

test("the sends after one that timed out keep their order", async () => {
  const { producer, log } = producing({ deliveryTimeoutMs: 300, retryBackoffMs: 50 });
  log.on.metadata = async () => [{ topic: "a", error: failure("LEADER_NOT_AVAILABLE") }];
  const first = watch(producer.send("0"));
  await pass(200);
  const others = ["1", "2", "3"].map((value) => producer.send(value));
  await pass(110);
  expect(first.state).toBe("rejected");
  log.on.metadata = log.plain.metadata;
  await pass(500);
  expect((await Promise.all(others)).map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  expect(valuesOf(log)).toEqual(["1", "2", "3"]);
});

test("a metadata request without a response does not keep a send beyond its deliveryTimeoutMs", async () => {
  const { producer, log, events } = producing({ deliveryTimeoutMs: 300 });
  log.on.metadata = () => noResponse();
  const first = watch(producer.send("0"));
  await pass(200);
  const second = watch(producer.send("1"));
  await pass(99);
  expect(first.state).toBe("pending");
  await pass(1);
  const reason = { message: "its partitions were not known within 300 ms", code: "REQUEST_TIMED_OUT", retriable: true };
  expect(first).toMatchObject({
    state: "rejected",
    error: { ...reason, message: `${ended}${reason.message}`, topic: "a", cause: reason },
  });
  expect(events.at(-1)).toMatchObject({ type: "retry", request: "metadata", topic: "a", attempt: 0, reason });
  expect(second.state).toBe("pending");
  log.on.metadata = log.plain.metadata;
  await pass(202);
  expect(second.state).toBe("rejected");
  expect(sizesOf(log)).toEqual([]);
});

test("close rejects the sends that wait for a topic with its reason, and there are no more requests", async () => {
  for (const metadata of [async () => [], () => noResponse<never>()]) {
    const { producer, log, events } = producing({ topicTimeoutMs: Infinity });
    log.on.metadata = metadata;
    const send = watch(producer.send("0"));
    await pass(50);
    const retries = (): number => events.filter(({ type }) => type === "retry").length;
    const before = retries();
    const closed = producer.close({ timeoutMs: 10 });
    await pass(10);
    await closed;
    expect(send.error).toBeInstanceOf(ClosedError);
    expect(send.error).toMatchObject({ message: "the producer was closed; not acknowledged within 10 ms" });
    await pass(10_000);
    expect(log.calls("metadata")).toHaveLength(1);
    expect(retries()).toBe(before);
  }
});
