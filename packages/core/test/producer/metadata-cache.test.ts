import { expect, test } from "vitest";

import { TransportError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import { MetadataCache } from "../../src/producer/metadata-cache.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { watch } from "./producing.ts";
import { failure, partitionMetadata, ScriptedLog, noResponse } from "../scripted-log.ts";

useFakeClock();

function directoryOf(log: ScriptedLog, maxAgeMs = 1_000, allowAutoTopicCreation = true) {
  const events: DataQueueEvent[] = [];
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  const client = new NetworkClient(log, "write", { connectTimeoutMs: 100, requestTimeoutMs: 100, onEvent });
  return { directory: new MetadataCache(client, maxAgeMs, allowAutoTopicCreation), client, events };
}

test("a topic is not known before it was asked for, and then as the log has it", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { directory } = directoryOf(log);
  expect(directory.partitions("a")).toBeUndefined();
  expect(log.requests).toEqual([]);
  expect(await directory.refresh("a")).toEqual(partitionMetadata(2));
  expect(directory.partitions("a")).toEqual(partitionMetadata(2));
  expect(directory.partitions("b")).toBeUndefined();
});

test.each([true, false])("only that topic is asked for, with allowAutoTopicCreation: %s", async (allow) => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  await directoryOf(log, 1_000, allow).directory.refresh("b");
  expect(log.calls("metadata")).toEqual([[["b"], { allowAutoTopicCreation: allow }]]);
});

test("calls at the same time share one request, a later one makes its own, and topics do not share", async () => {
  const log = new ScriptedLog({ a: 1, b: 2 });
  const { directory } = directoryOf(log);
  const answers = await Promise.all([directory.refresh("a"), directory.refresh("a"), directory.refresh("b")]);
  expect(answers).toEqual([partitionMetadata(1), partitionMetadata(1), partitionMetadata(2)]);
  expect(log.calls("metadata")).toHaveLength(2);
  await directory.refresh("a");
  expect(log.calls("metadata")).toHaveLength(3);
});

test("a picture is used up to its age, then given once more and renewed behind the caller's back", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { directory } = directoryOf(log, 20);
  await pass(500);
  await directory.refresh("a");
  log.topics.set("a", partitionMetadata(2));
  await pass(20);
  expect(directory.partitions("a")).toEqual(partitionMetadata(1));
  await pass(0);
  expect(log.calls("metadata")).toHaveLength(1);
  await pass(1);
  expect(directory.partitions("a")).toEqual(partitionMetadata(1));
  await pass(0);
  expect(directory.partitions("a")).toEqual(partitionMetadata(2));
  expect(log.calls("metadata")).toHaveLength(2);
});

test("an old picture that cannot be renewed stays in use, and is tried again by the next who asks", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { directory } = directoryOf(log, 20);
  await directory.refresh("a");
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  await pass(21);
  for (const requests of [2, 3]) {
    expect(directory.partitions("a")).toEqual(partitionMetadata(1));
    await pass(0);
    expect(log.calls("metadata")).toHaveLength(requests);
  }
});

test("the log's own error of a topic is thrown, and what is known of it stays", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { directory } = directoryOf(log);
  await directory.refresh("a");
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.metadata = async () => [{ topic: "a", error }];
  await expect(directory.refresh("a")).rejects.toBe(error);
  expect(directory.partitions("a")).toEqual(partitionMetadata(1));
  // A failed request is not the answer to the next one.
  log.on.metadata = log.plain.metadata;
  expect(await directory.refresh("a")).toEqual(partitionMetadata(1));
});

test("an answer that does not name the topic says that it is unknown", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = async () => [{ topic: "b", partitions: partitionMetadata(1) }];
  const error: unknown = await directoryOf(log)
    .directory.refresh("a")
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({
    message: "topic a is not known to the log",
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    retriable: true,
    topic: "a",
  });
});

test("the topic's answer counts wherever it stands among others", async () => {
  const log = new ScriptedLog();
  log.on.metadata = async () => [
    { topic: "b", partitions: partitionMetadata(3) },
    { topic: "a", partitions: partitionMetadata(2) },
  ];
  expect(await directoryOf(log).directory.refresh("a")).toEqual(partitionMetadata(2));
});

test("a connection that does not answer metadata is replaced", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { directory } = directoryOf(log);
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  await expect(directory.refresh("a")).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  expect([log.opened, log.closed]).toEqual([1, 1]);
  log.on.metadata = log.plain.metadata;
  await directory.refresh("a");
  expect(log.opened).toBe(2);
});

test("silence is told by the request's name", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = () => noResponse();
  const asked = watch(directoryOf(log).directory.refresh("a"));
  await pass(100);
  expect(asked.error).toMatchObject({
    message: "scripted: no answer to metadata within 100 ms",
    code: "REQUEST_TIMED_OUT",
  });
});

test("a leader that moved is told once, from the one that was last known", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { directory, events } = directoryOf(log);
  const leaders = async (...all: readonly number[]): Promise<void> => {
    log.topics.set(
      "a",
      all.map((leader, partition) => ({ partition, leader })),
    );
    events.length = 0;
    await directory.refresh("a");
  };
  await leaders(1, 2);
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
  await leaders(1, 2);
  expect(events).toEqual([]);
  // None at all is no other leader.
  await leaders(1, -1);
  expect(events).toEqual([]);
  await leaders(0, 3);
  expect(events).toEqual([
    { type: "leaderChanged", topic: "a", partition: 0, from: 1, to: 0 },
    { type: "leaderChanged", topic: "a", partition: 1, from: 2, to: 3 },
  ]);
  await leaders(0, 3);
  expect(events).toEqual([]);
});

test("it tells whether the log was ever reached", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { directory } = directoryOf(log);
  expect(directory.reached).toBe(false);
  await directory.refresh("a");
  expect(directory.reached).toBe(true);
});

test("partitions are in the order of their numbers, however the log lists them", async () => {
  const log = new ScriptedLog();
  log.topics.set(
    "a",
    [2, 10, 0, 1].map((partition) => ({ partition, leader: 1 })),
  );
  const { directory } = directoryOf(log);
  const listed = await directory.refresh("a");
  expect(listed.map(({ partition }) => partition)).toEqual([0, 1, 2, 10]);
  expect(directory.partitions("a")).toEqual(listed);
});

test("a topic without partitions, as one that is being created may look, is not known yet", async () => {
  const log = new ScriptedLog({ a: 0 });
  const { directory } = directoryOf(log);
  await expect(directory.refresh("a")).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true });
  expect(directory.partitions("a")).toBeUndefined();
});
