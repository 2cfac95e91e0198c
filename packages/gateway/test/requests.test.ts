import { decodeRecords, encodeFrameStart, encodeRecord, frameTypes } from "@dataqueues/transport-websocket";
import { expect, test } from "vitest";

import { gatewayOf } from "./gateway-of.ts";
import { fetchBody, TestViewer } from "./viewer.ts";

const forbidden = { error: "TOPIC_AUTHORIZATION_FAILED" };
const produceOptions = { leader: 0, acks: -1, timeoutMs: 1_000, compression: "none" };
const recordOf = (bytes: number, timestamp = 5): Uint8Array =>
  encodeRecord({ key: null, value: new Uint8Array(bytes), headers: [], timestamp }, 0n);

test("HELLO is answered with the limits", async () => {
  await using running = await gatewayOf({}, { limits: { heartbeatMs: 777, itemsPerRequest: 9 } });
  using viewer = new TestViewer(running.url);
  await new Promise((resolve) => viewer.socket.once("open", resolve));
  expect(await viewer.body(frameTypes.hello, { role: "read" })).toEqual({
    heartbeatMs: 777,
    outstandingRequests: 8,
    maxFrameBytes: 65_536,
    maxItems: 9,
    maxProduceBytes: 16_777_216,
  });
});

test("metadata of all topics tells the allowed ones, led by 0, without brokers", async () => {
  await using running = await gatewayOf({ public: [], secret: [], "public-2": [] }, { topics: ["public", /^public-/] });
  using viewer = await TestViewer.open(running.url);
  const partitions = [{ partition: 0, leader: 0 }];
  const topicId: unknown = expect.any(String);
  expect(await viewer.body(frameTypes.metadata)).toEqual({
    topics: [
      { topic: "public", topicId, partitions },
      { topic: "public-2", topicId, partitions },
    ],
  });
});

test("a listed topic that does not exist is unknown, all others are forbidden", async () => {
  await using running = await gatewayOf({ secret: [] });
  using viewer = await TestViewer.open(running.url);
  const topics = ["secret", "absent", "public"];
  expect(await viewer.body(frameTypes.metadata, { topics })).toEqual({
    topics: [
      { topic: "public", error: "UNKNOWN_TOPIC_OR_PARTITION" },
      { topic: "secret", ...forbidden },
      { topic: "absent", ...forbidden },
    ],
  });
  const queries = topics.map((topic) => ({ topic, partition: 0, at: "latest" }));
  expect(await viewer.body(frameTypes.listOffsets, { leader: 0, queries })).toEqual({
    offsets: [forbidden, forbidden, { error: "UNKNOWN_TOPIC_OR_PARTITION" }],
  });
});

test("a fetch gives records, and the errors of other partitions by their places", async () => {
  await using running = await gatewayOf({ public: [10, 20], secret: [5] });
  using viewer = await TestViewer.open(running.url);
  const wanted = ["secret", "public", "absent"].map((topic) => ({ topic, partition: 0, offset: "0" }));
  const answer = await viewer.ask(frameTypes.fetch, { ...fetchBody("public", 0n), wanted });
  expect(answer?.body).toMatchObject({
    fetched: [
      { index: 1, count: 2, nextOffset: "2", highWatermark: "2" },
      { index: 0, ...forbidden },
      { index: 2, ...forbidden },
    ],
  });
  const records = decodeRecords(answer?.records ?? new Uint8Array(), 2);
  expect(records.map(({ offset, value }) => [offset, value?.length])).toEqual([
    [0n, 10],
    [1n, 20],
  ]);
});

test("another leader than 0 leads nothing", async () => {
  await using running = await gatewayOf({ public: [1] }, { roles: ["read", "write", "admin"] });
  const error = "NOT_LEADER_OR_FOLLOWER";
  using reader = await TestViewer.open(running.url);
  const fetched = await reader.body(frameTypes.fetch, fetchBody("public", 0n, { leader: 1 }));
  expect(fetched).toEqual({ fetched: [{ index: 0, error }] });
  const queries = [{ topic: "public", partition: 0, at: "earliest" }];
  expect(await reader.body(frameTypes.listOffsets, { leader: 1, queries })).toEqual({ offsets: [{ error }] });
  using writer = await TestViewer.open(running.url, { role: "write" });
  const record = recordOf(8);
  const batches = [{ topic: "public", partition: 0, baseSequence: 0, count: 1, bytes: record.length }];
  const produced = await writer.body(frameTypes.produce, { ...produceOptions, leader: 1, batches }, record);
  expect(produced).toEqual({ results: [{ error }] });
  using admin = await TestViewer.open(running.url, { role: "admin" });
  const specs = [{ topic: "public", partition: 0, beforeOffset: "latest" }];
  expect(await admin.body(frameTypes.admin, { request: "deleteRecords", leader: 1, specs })).toEqual({
    results: [{ topic: "public", partition: 0, error }],
  });
});

test("a cancelled fetch is answered at once, without records", async () => {
  await using running = await gatewayOf({ public: [] });
  using viewer = await TestViewer.open(running.url);
  const waiting = viewer.ask(frameTypes.fetch, fetchBody("public", 0n, { maxWaitMs: 30_000 }));
  viewer.socket.send(encodeFrameStart(frameTypes.cancel, 2));
  expect((await waiting)?.records).toHaveLength(0);
});

test("records of a produce request may go ahead of it", async () => {
  await using running = await gatewayOf({ public: [] }, { roles: ["write"] });
  using writer = await TestViewer.open(running.url, { role: "write" });
  const records = Buffer.concat([recordOf(60_000), recordOf(60_000)]);
  const batches = [{ topic: "public", partition: 0, baseSequence: 0, count: 2, bytes: records.length }];
  for (let at = 0; at < records.length; at += 50_000) {
    const piece = records.subarray(at, at + 50_000);
    writer.socket.send(Buffer.concat([encodeFrameStart(frameTypes.produceMore, 2), piece]));
  }
  expect(await writer.body(frameTypes.produce, { ...produceOptions, batches })).toEqual({
    results: [{ baseOffset: "0" }],
  });
  const reader = await running.log.open("read");
  const [found] = await reader.fetch(1, [{ topic: "public", partition: 0, offset: 0n }], {
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1e6,
    maxBytesPerPartition: 1e6,
  });
  expect(found?.error === undefined && found?.records.map(({ value }) => value?.length)).toEqual([60_000, 60_000]);
});

test("a record's time that is no number refuses its batch and no other", async () => {
  await using running = await gatewayOf({ public: [] }, { roles: ["write"] });
  using writer = await TestViewer.open(running.url, { role: "write" });
  const records = [recordOf(8, Number.NaN), recordOf(8)];
  const batches = records.map(({ length }) => ({
    topic: "public",
    partition: 0,
    baseSequence: 0,
    count: 1,
    bytes: length,
  }));
  expect(await writer.body(frameTypes.produce, { ...produceOptions, batches }, Buffer.concat(records))).toEqual({
    results: [{ error: "INVALID_TIMESTAMP" }, { baseOffset: "0" }],
  });
});

test.for<[string, object]>([
  ["a name that is a list", { leader: 0, queries: [{ topic: ["public"], partition: 0, at: "latest" }] }],
  [
    "too many entries",
    {
      leader: 0,
      queries: Array.from({ length: 257 }, (_, partition) => ({ topic: "public", partition, at: "latest" })),
    },
  ],
  ["a name that there is not", { leader: 0, queries: [], extra: 1 }],
])("%s is INVALID_REQUEST, and the connection goes on", async ([, body]) => {
  await using running = await gatewayOf({ public: [] });
  using viewer = await TestViewer.open(running.url);
  const answer = await viewer.ask(frameTypes.listOffsets, body);
  expect([answer?.type, answer?.body]).toEqual([0xff, { error: "INVALID_REQUEST" }]);
  expect((await viewer.ask(frameTypes.metadata))?.type).toBe(0x82);
  expect(running.events).toContainEqual(expect.objectContaining({ type: "requestFailed", request: "listOffsets" }));
});

test("an admin's request names the allowed topics only", async () => {
  await using running = await gatewayOf({ secret: [] }, { roles: ["admin"] });
  using admin = await TestViewer.open(running.url, { role: "admin" });
  const specs = [{ topic: "public", partitions: 2 }, { topic: "other" }];
  expect(await admin.body(frameTypes.admin, { request: "createTopics", specs })).toEqual({
    results: [{ topic: "public" }, { topic: "other", ...forbidden }],
  });
  expect(await admin.body(frameTypes.admin, { request: "deleteTopics", specs: ["secret", "public"] })).toEqual({
    results: [{ topic: "secret", ...forbidden }, { topic: "public" }],
  });
});
