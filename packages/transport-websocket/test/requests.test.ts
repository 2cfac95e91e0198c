import { UnsupportedError } from "@dataqueues/core";
import type { AdminConnection, ReadConnection, WriteConnection } from "@dataqueues/core";
import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import { frame, scriptedGateway } from "./scripted-gateway.ts";
import type { ScriptedGateway } from "./scripted-gateway.ts";
import { bytesOf, hexOf, vectors } from "./vectors.ts";
import type { VectorFrame } from "./vectors.ts";

/** A gateway that sends what Python wrote: after each frame of the client the frames that follow it in the script. */
async function replaying(script: readonly VectorFrame[]): Promise<ScriptedGateway> {
  const answers = new Map<string, VectorFrame[]>();
  let last = "";
  for (const each of script) {
    if (each.from === "client") last = each.bytes;
    else answers.set(last, [...(answers.get(last) ?? []), each]);
  }
  const send = (client: { socket: WebSocket; received: Buffer[] }): void => {
    const answer = answers.get(hexOf(client.received.at(-1) ?? new Uint8Array())) ?? [];
    for (const { bytes } of answer) client.socket.send(bytesOf(bytes));
  };
  return scriptedGateway({ onHello: send, onFrame: send });
}

/** What the client is to send, in hex. */
function sentIn(script: readonly VectorFrame[]): string[] {
  return script.filter(({ from }) => from === "client").map(({ bytes }) => bytes);
}

/** The bytes of a record in the vectors. */
const record = (at: number) => vectors.records[at] ?? expect.unreachable();

const place = { topic: "gains", partition: 0 };
const failed = (code: string, name: string): object => ({
  error: expect.objectContaining({ name: "TransportError", code, message: `${name}: ${code}` }),
});

test("a reader sends and understands what Python wrote", async () => {
  await using gateway = await replaying(vectors.read);
  const reader: ReadConnection = await websocket(gateway.url, { WebSocket, token: "secret" }).open("read");
  expect(await reader.metadata(["gains", "absent"])).toEqual([
    {
      topic: "gains",
      topicId: "0qmGPVUQTCiLqCYFiAbB9g",
      partitions: [
        { partition: 0, leader: 0 },
        { partition: 1, leader: -1, ...failed("LEADER_NOT_AVAILABLE", "gains[1]") },
      ],
    },
    { topic: "absent", ...failed("UNKNOWN_TOPIC_OR_PARTITION", "absent") },
  ]);
  const queries = [
    { ...place, at: "latest" },
    { ...place, at: { timestamp: 1_700_000_000_000 } },
  ] as const;
  expect(await reader.listOffsets(0, queries)).toEqual([
    { ...place, offset: 2n ** 53n + 1n },
    { ...place, ...failed("NOT_LEADER_OR_FOLLOWER", "gains[0]") },
  ]);
  const wanted = [
    { topic: "gains", partition: 1, offset: 0n },
    { ...place, offset: 7n },
  ];
  const limits = { maxWaitMs: 10_000, minBytes: 1, maxBytes: 4_194_304, maxBytesPerPartition: 262_144 };
  const abort = new AbortController();
  const aborted = reader.fetch(0, wanted, limits, { signal: abort.signal });
  abort.abort(new Error("the topics have changed"));
  await expect(aborted).rejects.toThrow("the topics have changed");
  const [client] = gateway.clients;
  await client?.next(0x40);
  expect(client?.received.map(hexOf)).toEqual(sentIn(vectors.read));
  reader.close();
});

test("a fetch gives the records that Python wrote, as views of one frame", async () => {
  const [, , , , , , fetch, , answer] = vectors.read;
  await using gateway = await scriptedGateway({
    onFrame: ({ socket }, { id }) => {
      const bytes = bytesOf(answer?.bytes ?? "");
      new DataView(bytes.buffer).setUint32(4, id, true);
      socket.send(bytes);
    },
  });
  const reader = await websocket(gateway.url, { WebSocket }).open("read");
  const body = fetch?.body as { wanted: { topic: string; partition: number; offset: string }[] };
  const limits = { maxWaitMs: 10_000, minBytes: 1, maxBytes: 4_194_304, maxBytesPerPartition: 262_144 };
  const fetched = await reader.fetch(
    0,
    body.wanted.map((each) => ({ ...each, offset: BigInt(each.offset) })),
    limits,
  );
  const records = [0, 1].map((at) => ({
    offset: BigInt(record(at).offset),
    timestamp: record(at).timestamp,
    key: bytesOf(record(at).key),
    headers: record(at).headers.map(([name, value]) => [name, bytesOf(value)]),
    value: bytesOf(record(at).value),
  }));
  expect(fetched).toEqual([
    { ...place, records, nextOffset: 12n, highWatermark: 12n, skipped: 3 },
    { topic: "gains", partition: 1, ...failed("OFFSET_OUT_OF_RANGE", "gains[1]") },
  ]);
  const [first] = fetched;
  const value = first?.error === undefined ? first?.records[0]?.value : undefined;
  expect(value?.byteOffset).toBe(0xd8);
  reader.close();
});

test("a writer sends and understands what Python wrote, a large record in parts", async () => {
  await using gateway = await replaying(vectors.write);
  const writer: WriteConnection = await websocket(gateway.url, { WebSocket }).open("write");
  const identity = await writer.initProducerId();
  expect(identity).toEqual({ producerId: 2n ** 62n + 1n, producerEpoch: 2 });
  await expect(writer.initProducerId()).rejects.toMatchObject({
    code: "UNSUPPORTED_VERSION",
    message: `${gateway.url}/ (write): initProducerId: UNSUPPORTED_VERSION`,
  });
  const options = { acks: -1, timeoutMs: 30_000, compression: "none" } as const;
  const recordOf = (at: number) => ({
    key: bytesOf(record(at).key),
    value: bytesOf(record(at).value),
    headers: record(at).headers.map(([name, value]) => [name, bytesOf(value)] as const),
    timestamp: record(at).timestamp,
  });
  const batch = { ...place, records: [recordOf(0)], identity, baseSequence: 5 };
  expect(await writer.produce(0, [batch], options)).toEqual([
    { ...place, baseOffset: 12n, timestamp: 1_700_000_000_000 },
  ]);
  const large = { ...place, records: [recordOf(3)], baseSequence: 0 };
  expect(await writer.produce(0, [large], options)).toEqual([{ ...place, ...failed("RECORD_TOO_LARGE", "gains[0]") }]);
  expect(gateway.clients[0]?.received.map(hexOf)).toEqual(sentIn(vectors.write));
  writer.close();
});

test("an admin sends and understands what Python wrote", async () => {
  await using gateway = await replaying(vectors.admin);
  const admin: AdminConnection = await websocket(gateway.url, { WebSocket }).open("admin");
  const topic = "gains";
  const configs = { "retention.ms": "3600000" };
  expect(await admin.createTopics([{ topic, partitions: 2, configs }])).toEqual([{ topic }]);
  expect(await admin.createPartitions([{ topic, partitions: 1 }])).toEqual([
    { topic, ...failed("INVALID_PARTITIONS", topic) },
  ]);
  expect(await admin.deleteTopics(["gains", "träce"])).toEqual([
    { topic },
    { topic: "träce", ...failed("UNKNOWN_TOPIC_OR_PARTITION", "träce") },
  ]);
  const beforeOffset = 2n ** 53n + 1n;
  expect(await admin.deleteRecords?.(0, [{ ...place, beforeOffset }])).toEqual([
    { ...place, lowWatermark: beforeOffset },
  ]);
  const entry = {
    value: "3600000",
    source: "DYNAMIC_TOPIC_CONFIG",
    isDefault: false,
    isSensitive: false,
    isReadOnly: false,
  };
  expect(await admin.describeConfigs?.([topic])).toEqual([{ topic, configs: { "retention.ms": entry } }]);
  const changes = [{ topic, configs: { "retention.ms": null } }];
  expect(await admin.alterConfigs?.(changes, { validateOnly: true })).toEqual([{ topic }]);
  expect(await admin.describeLogDirs?.(0, [place, { topic, partition: 1 }])).toEqual([
    { ...place, size: 2 ** 40 },
    { topic, partition: 1, ...failed("NOT_LEADER_OR_FOLLOWER", "gains[1]") },
  ]);
  expect(gateway.clients[0]?.received.map(hexOf)).toEqual(sentIn(vectors.admin));
  admin.close();
});

test("a heartbeat is sent back as Python writes it", async () => {
  const heartbeat = vectors.read.filter(({ type }) => type === 0x40).map(({ bytes }) => bytes);
  await using gateway = await scriptedGateway();
  const reader = await websocket(gateway.url, { WebSocket }).open("read");
  const [client] = gateway.clients;
  client?.socket.send(bytesOf(heartbeat[0] ?? ""));
  await client?.next(0x40);
  expect(client?.received.slice(1).map(hexOf)).toEqual([heartbeat[1]]);
  reader.close();
});

test("a request that the gateway does not do at all is an UnsupportedError", async () => {
  await using gateway = await scriptedGateway({
    onFrame: ({ socket }, { id }) => socket.send(frame(0xff, id, { error: "UNSUPPORTED" })),
  });
  const admin = await websocket(gateway.url, { WebSocket }).open("admin");
  const error: unknown = await admin.describeConfigs?.(["gains"]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnsupportedError);
  expect(String(error)).toMatch(/ws:\/\/127\.0\.0\.1:\d+\/ \(admin\): describeConfigs: the gateway does not do this$/);
  admin.close();
});

test("all topics, fractions of milliseconds and limits without a bound are asked for as JSON has them", async () => {
  await using gateway = await scriptedGateway({
    onFrame: (client, request) => {
      if (request.type === 2)
        client.answer(request, { topics: [{ topic: "inside", isInternal: true, partitions: [] }] });
      if (request.type === 3) client.answer(request, { offsets: [{ offset: "-1" }, { offset: "3" }] });
      if (request.type === 4) client.answer(request, { fetched: [] });
    },
  });
  const reader = await websocket(gateway.url, { WebSocket }).open("read");
  expect(await reader.metadata()).toEqual([{ topic: "inside", isInternal: true, partitions: [] }]);
  expect(
    await reader.listOffsets(0, [
      { ...place, at: { timestamp: 1.5 } },
      { ...place, at: { timestamp: Number.NaN } },
      { ...place, at: { timestamp: -Infinity } },
    ]),
  ).toEqual([
    { ...place, offset: -1n },
    { ...place, error: expect.objectContaining({ code: "INVALID_REQUEST", topic: "gains", partition: 0 }) },
    { ...place, offset: 3n },
  ]);
  const limits = {
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: Infinity,
    maxBytesPerPartition: Infinity,
    latest: "key",
  } as const;
  expect(await reader.fetch(0, [{ ...place, offset: 2n ** 62n }], limits)).toEqual([]);
  expect(gateway.clients[0]?.frames.slice(1).map(({ body }) => body)).toEqual([
    {},
    {
      leader: 0,
      queries: [
        { ...place, at: { timestamp: 2 } },
        { ...place, at: { timestamp: -Number.MAX_SAFE_INTEGER } },
      ],
    },
    {
      leader: 0,
      wanted: [{ ...place, offset: "4611686018427387904" }],
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 2_147_483_647,
      maxBytesPerPartition: 2_147_483_647,
      latest: "key",
    },
  ]);
  reader.close();
});

test("a connection that was closed tells the gateway so, once", async () => {
  await using gateway = await scriptedGateway();
  const reader = await websocket(gateway.url, { WebSocket }).open("read");
  reader.close();
  reader.close();
  const [client] = gateway.clients;
  if (client !== undefined && client.closed === undefined) await once(client.socket, "close");
  expect(client?.closed).toBe(1000);
});

test("an admin's counts that no log takes are refused one by one, and only what the protocol has is sent", async () => {
  await using gateway = await scriptedGateway({
    onFrame: (client, request) => client.answer(request, { results: [{ topic: "b" }, { topic: "e" }] }),
  });
  const admin = await websocket(gateway.url, { WebSocket }).open("admin");
  const refused = (topic: string, code: string): object => ({ topic, error: expect.objectContaining({ code, topic }) });
  const extra = { topic: "e", partitions: 0, replicationFactor: 1, color: "blue" };
  expect(
    await admin.createTopics([
      { topic: "a", partitions: Number.NaN },
      { topic: "b", partitions: 3, configs: { "retention.ms": "1" } },
      { topic: "c", partitions: 1.5 },
      { topic: "d", partitions: 2 ** 31 },
      extra,
      { topic: "f", replicationFactor: -1 },
    ]),
  ).toEqual([
    refused("a", "INVALID_PARTITIONS"),
    { topic: "b" },
    refused("c", "INVALID_PARTITIONS"),
    refused("d", "INVALID_PARTITIONS"),
    { topic: "e" },
    refused("f", "INVALID_REPLICATION_FACTOR"),
  ]);
  expect(gateway.clients[0]?.frames[1]?.body).toEqual({
    request: "createTopics",
    specs: [
      { topic: "b", partitions: 3, configs: { "retention.ms": "1" } },
      { topic: "e", partitions: 0, replicationFactor: 1 },
    ],
  });
  admin.close();
});
