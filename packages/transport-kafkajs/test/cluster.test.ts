import { TransportError } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

import type { CheckedTopic } from "../src/leader-doubts.ts";
import {
  clusterAt,
  metadataResponse,
  dials,
  over,
  refusal,
  startAlone,
  startBroker,
  startBrokers,
  startPair,
  stopClock,
  until,
} from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("the connected broker that responded last is asked", async () => {
  const [one, two] = await startPair();
  const cluster = clusterAt([one, two]);
  expect(cluster.latest).toBeUndefined();
  const first = await cluster.anyBroker();
  // Connected, but it has not responded yet.
  expect(cluster.latest).toBeUndefined();
  await cluster.metadata([]);
  expect(cluster.latest).toBe(first);
  const second = await cluster.broker(1);
  expect(cluster.latest).toBe(first);
  second.lastResponseAt = first.lastResponseAt + 1;
  expect(cluster.latest).toBe(second);
  first.lastResponseAt = second.lastResponseAt + 1;
  expect(cluster.latest).toBe(first);
  await expect(cluster.anyBroker()).resolves.toBe(first);
  first.end(over);
  expect(cluster.latest).toBe(second);
  await expect(cluster.anyBroker()).resolves.toBe(second);
});

test("known brokers are asked when the first host is gone", async () => {
  const [first, one, two] = await startBrokers(3);
  if (first === undefined || one === undefined || two === undefined) throw new Error("three brokers were wanted");
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  first.on(api.metadata, () => metadataResponse({ nodes: known }));
  const cluster = clusterAt([first]);
  await cluster.metadata([]);
  first.stop();
  await until(() => cluster.latest === undefined);
  expect((await cluster.anyBroker()).address.port).toBe(one.port);
});

test("a broker is found by its id, after a metadata request if it is not known, and connected to once", async () => {
  const [one, two] = await startPair();
  const cluster = clusterAt([one]);
  const broker = await cluster.broker(1);
  expect(broker.address.port).toBe(two.port);
  expect(await cluster.broker(1)).toBe(broker);
  expect(one.askedFor(api.metadata)).toHaveLength(1);
  expect(dials([one, two])).toEqual([1, 1]);
  expect([cluster.idOf(broker.address), cluster.idOf({ host: "127.0.0.1", port: 1 })]).toEqual([1, undefined]);
});

test("an unknown broker is an error with its id", async () => {
  const server = await startAlone();
  const cluster = clusterAt([server]);
  const error = await refusal(cluster.broker(7));
  expect(error).toMatchObject({ code: "BROKER_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe("Kafka's broker 7 is not known to the others: BROKER_NOT_AVAILABLE");
  // The next call asks again.
  await refusal(cluster.broker(7));
  expect(server.askedFor(api.metadata)).toHaveLength(2);
});

test("a broker that moved is found at its new address", async () => {
  const [one, old] = await startPair();
  const moved = await startBroker();
  const cluster = clusterAt([one]);
  expect((await cluster.broker(1)).address.port).toBe(old.port);
  const known = new Map([one, moved].map(({ port }, id) => [id, { port }]));
  one.on(api.metadata, () => metadataResponse({ nodes: known }));
  await cluster.metadata([]);
  expect((await cluster.broker(1)).address.port).toBe(moved.port);
  expect(cluster.idOf({ host: "127.0.0.1", port: old.port })).toBeUndefined();
});

test("connecting to a broker has the connection timeout", async () => {
  const [one, two] = await startPair();
  two.on(api.apiVersions, () => "nothing");
  const cluster = clusterAt([one], { connectionTimeout: 700 });
  await cluster.metadata([]);
  stopClock();
  const error = refusal(cluster.broker(1));
  await until(() => two.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(700);
  expect((await error).message).toBe(`Connecting to ${two.address}: REQUEST_TIMED_OUT: no response in 700 ms`);
});

test("metadata without brokers is an error; what was known stays", async () => {
  const [one, two] = await startPair();
  const cluster = clusterAt([one]);
  await cluster.metadata([]);
  one.on(api.metadata, () => metadataResponse({ nodes: new Map(), controller: 5 }));
  const error = await refusal(cluster.metadata([]));
  expect(error).toMatchObject({ code: "BROKER_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe(`Metadata at ${one.address}: BROKER_NOT_AVAILABLE: it names no broker, not even itself`);
  expect((await cluster.broker(1)).address.port).toBe(two.port);
  expect((await cluster.controller()).address.port).toBe(one.port);
});

test("the controller is requested once, also if it is broker 0", async () => {
  const [one, two] = await startPair();
  const cluster = clusterAt([two]);
  expect((await cluster.controller()).address.port).toBe(one.port);
  expect((await cluster.controller()).address.port).toBe(one.port);
  expect(two.askedFor(api.metadata)).toHaveLength(1);
  cluster.forgetController();
  await cluster.controller();
  expect(one.askedFor(api.metadata).length + two.askedFor(api.metadata).length).toBe(2);
});

test("without a known controller any broker is used", async () => {
  const server = await startAlone();
  server.on(api.metadata, () => metadataResponse({ nodes: new Map([[3, { port: server.port }]]), controller: -1 }));
  expect((await clusterAt([server]).controller()).address.port).toBe(server.port);
});

/** The leaders and their epochs, partition by partition. */
const leadersOf = (topics: readonly CheckedTopic[]): unknown[] =>
  topics.flatMap(({ partitions }) => partitions.map(({ leader, leaderEpoch }) => [leader, leaderEpoch]));

test("leaders come with their epochs, also if all topics are requested", async () => {
  const server = await startAlone({ a: [{ epoch: 4 }] });
  const cluster = clusterAt([server]);
  expect(leadersOf(await cluster.metadata(undefined))).toEqual([[0, 4]]);
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[0, 4]]);
});

/** Brokers that all tell that broker 0 leads, which did not know the epoch that it was asked with. */
async function doubted(count: number, epoch: number) {
  const started = await startBrokers(count, { a: [{ leader: 0, epoch: 7 }] });
  const cluster = clusterAt(started.slice(0, 1));
  await cluster.metadata(["a"]);
  const known = new Map(started.map(({ port }, id) => [id, { port }]));
  for (const server of started) {
    server.on(api.metadata, () => metadataResponse({ nodes: known, topics: { a: [{ leader: 0, epoch }] } }));
  }
  cluster.doubt(0, "a", 0);
  return { cluster, started };
}

test("after a doubt another broker is asked next, and its word on the leader counts", async () => {
  const { cluster, started } = await doubted(2, 3);
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[0, 3]]);
  expect(started.map((server) => server.askedFor(api.metadata).length)).toEqual([1, 1]);
});

test("a doubted leader that is alone is believed", async () => {
  const { cluster } = await doubted(1, 3);
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[0, 3]]);
});

test("if no other broker can be reached the doubted leader is asked, but not believed", async () => {
  const { cluster, started } = await doubted(2, 3);
  started[1]?.stop();
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[-1, -1]]);
  expect(started[0]?.askedFor(api.metadata)).toHaveLength(2);
});

test("an unconfirmed leader is believed as soon as another broker can be reached that confirms it", async () => {
  const { cluster, started } = await doubted(2, 3);
  const [leader, other] = started;
  other?.on(api.metadata, () => "hang up");
  await refusal(cluster.metadata(["a"]));
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[-1, -1]]);
  const known = new Map(started.map(({ port }, id) => [id, { port }]));
  other?.on(api.metadata, () => metadataResponse({ nodes: known, topics: { a: [{ leader: 0, epoch: 3 }] } }));
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[0, 3]]);
  expect([leader, other].map((server) => server?.askedFor(api.metadata).length)).toEqual([2, 2]);
});

test("a broker at an address that is not advertised confirms nothing: it may be the leader", async () => {
  const { cluster, started } = await doubted(2, 3);
  const [one, two] = started;
  if (one === undefined || two === undefined) throw new Error("two brokers were wanted");
  // As behind a proxy: the addresses that are told are not those that were dialled.
  const proxied = new Map([8, 9].map((id) => [id, { host: "kafka.invalid", port: 9_000 + id }]));
  two.on(api.metadata, () => metadataResponse({ nodes: proxied, topics: { a: [{ leader: 8, epoch: 3 }] } }));
  expect(leadersOf(await cluster.metadata(["a"]))).toEqual([[-1, -1]]);
});

test("a closed cluster rejects with the first reason and does not connect any more", async () => {
  const [one, two] = await startPair();
  const cluster = clusterAt([one, two]);
  await cluster.metadata([]);
  const broker = await cluster.broker(1);
  cluster.close(over);
  cluster.close(new TransportError("later", { code: "ABORTED", retriable: false }));
  expect(broker.ended).toBe(true);
  expect(await refusal(cluster.anyBroker())).toBe(over);
  expect(await refusal(cluster.broker(1))).toBe(over);
  await until(() => one.sockets.size === 0 && two.sockets.size === 0);
  expect(cluster.latest).toBeUndefined();
  expect(dials([one, two])).toEqual([1, 1]);
});

test.each([
  [{}, { requestTimeout: 30_000, checkCrcs: true, maxResponseBytes: 268_435_456 }],
  [
    { requestTimeout: 7, checkCrcs: false, maxResponseBytes: 8 },
    { requestTimeout: 7, checkCrcs: false, maxResponseBytes: 8 },
  ],
])("settings %j are used, or their defaults", (config, expected) => {
  expect(clusterAt([{ port: 1 }], config)).toMatchObject(expected);
});
