import { expect, test } from "vitest";

import { TransportError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import { MetadataCache } from "../../src/producer/metadata-cache.ts";
import { pass, useFakeClock } from "../fake-clock.ts";
import { watch } from "./producing.ts";
import { failure, partitionMetadata, ScriptedLog, noResponse } from "../scripted-log.ts";

useFakeClock();

function cacheOf(log: ScriptedLog, maxAgeMs = 1_000, allowAutoTopicCreation = true) {
  const events: DataQueueEvent[] = [];
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  const client = new NetworkClient(log, "write", { connectTimeoutMs: 100, requestTimeoutMs: 100, onEvent });
  return { cache: new MetadataCache(client, maxAgeMs, allowAutoTopicCreation), client, events };
}

test("the partitions of a topic are unknown before the first refresh, and then those of the log", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { cache } = cacheOf(log);
  expect(cache.partitions("a")).toBeUndefined();
  expect(log.requests).toEqual([]);
  expect(await cache.refresh("a")).toEqual(partitionMetadata(2));
  expect(cache.partitions("a")).toEqual(partitionMetadata(2));
  expect(cache.partitions("b")).toBeUndefined();
});

test.each([true, false])("a refresh asks for its topic only, with allowAutoTopicCreation: %s", async (allow) => {
  const log = new ScriptedLog({ a: 1, b: 1 });
  await cacheOf(log, 1_000, allow).cache.refresh("b");
  expect(log.calls("metadata")).toEqual([[["b"], { allowAutoTopicCreation: allow }]]);
});

test("concurrent refreshes of one topic share a request; later ones and other topics do not", async () => {
  const log = new ScriptedLog({ a: 1, b: 2 });
  const { cache } = cacheOf(log);
  const all = await Promise.all([cache.refresh("a"), cache.refresh("a"), cache.refresh("b")]);
  expect(all).toEqual([partitionMetadata(1), partitionMetadata(1), partitionMetadata(2)]);
  expect(log.calls("metadata")).toHaveLength(2);
  await cache.refresh("a");
  expect(log.calls("metadata")).toHaveLength(3);
});

test("old metadata is given once more and refreshed in the background", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { cache } = cacheOf(log, 20);
  await pass(500);
  await cache.refresh("a");
  log.topics.set("a", partitionMetadata(2));
  await pass(20);
  expect(cache.partitions("a")).toEqual(partitionMetadata(1));
  await pass(0);
  expect(log.calls("metadata")).toHaveLength(1);
  await pass(1);
  expect(cache.partitions("a")).toEqual(partitionMetadata(1));
  await pass(0);
  expect(cache.partitions("a")).toEqual(partitionMetadata(2));
  expect(log.calls("metadata")).toHaveLength(2);
});

test("old metadata that cannot be refreshed stays in use, and the next call tries again", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { cache } = cacheOf(log, 20);
  await cache.refresh("a");
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  await pass(21);
  for (const requests of [2, 3]) {
    expect(cache.partitions("a")).toEqual(partitionMetadata(1));
    await pass(0);
    expect(log.calls("metadata")).toHaveLength(requests);
  }
});

test("a refresh rejects with the log's own error, and the known partitions stay", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { cache } = cacheOf(log);
  await cache.refresh("a");
  const error = failure("TOPIC_AUTHORIZATION_FAILED", { retriable: false });
  log.on.metadata = async () => [{ topic: "a", error }];
  await expect(cache.refresh("a")).rejects.toBe(error);
  expect(cache.partitions("a")).toEqual(partitionMetadata(1));
  // The failed request is not shared with the next call.
  log.on.metadata = log.plain.metadata;
  expect(await cache.refresh("a")).toEqual(partitionMetadata(1));
});

test("a response that does not name the topic means that it is unknown", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = async () => [{ topic: "b", partitions: partitionMetadata(1) }];
  const error: unknown = await cacheOf(log)
    .cache.refresh("a")
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({
    message: "topic a is not known to the log",
    code: "UNKNOWN_TOPIC_OR_PARTITION",
    retriable: true,
    topic: "a",
  });
});

test("the topic is found at any place in the response", async () => {
  const log = new ScriptedLog();
  log.on.metadata = async () => [
    { topic: "b", partitions: partitionMetadata(3) },
    { topic: "a", partitions: partitionMetadata(2) },
  ];
  expect(await cacheOf(log).cache.refresh("a")).toEqual(partitionMetadata(2));
});

test("a connection without a response to metadata is replaced", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { cache } = cacheOf(log);
  log.on.metadata = async () => Promise.reject(failure("NETWORK_EXCEPTION"));
  await expect(cache.refresh("a")).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  expect([log.opened, log.closed]).toEqual([1, 1]);
  log.on.metadata = log.plain.metadata;
  await cache.refresh("a");
  expect(log.opened).toBe(2);
});

test("a missing response is named after its request", async () => {
  const log = new ScriptedLog({ a: 1 });
  log.on.metadata = () => noResponse();
  const asked = watch(cacheOf(log).cache.refresh("a"));
  await pass(100);
  expect(asked.error).toMatchObject({
    message: "scripted: no answer to metadata within 100 ms",
    code: "REQUEST_TIMED_OUT",
  });
});

test("a leader that moved is one event, from the last known leader", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { cache, events } = cacheOf(log);
  const leaders = async (...all: readonly number[]): Promise<void> => {
    log.topics.set(
      "a",
      all.map((leader, partition) => ({ partition, leader })),
    );
    events.length = 0;
    await cache.refresh("a");
  };
  await leaders(1, 2);
  expect(events.map(({ type }) => type)).toEqual(["connected"]);
  await leaders(1, 2);
  expect(events).toEqual([]);
  // A missing leader is not another leader.
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

test("`reached` is whether the log was ever reached", async () => {
  const log = new ScriptedLog({ a: 1 });
  const { cache } = cacheOf(log);
  expect(cache.reached).toBe(false);
  await cache.refresh("a");
  expect(cache.reached).toBe(true);
});

test("partitions are ordered by number, however the log lists them", async () => {
  const log = new ScriptedLog();
  log.topics.set(
    "a",
    [2, 10, 0, 1].map((partition) => ({ partition, leader: 1 })),
  );
  const { cache } = cacheOf(log);
  const listed = await cache.refresh("a");
  expect(listed.map(({ partition }) => partition)).toEqual([0, 1, 2, 10]);
  expect(cache.partitions("a")).toEqual(listed);
});

test("a topic without partitions is not known yet: it may be in creation", async () => {
  const log = new ScriptedLog({ a: 0 });
  const { cache } = cacheOf(log);
  await expect(cache.refresh("a")).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true });
  expect(cache.partitions("a")).toBeUndefined();
});
