import { TransportError } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

import type { KafkajsConfig } from "../src/index.ts";
import { LeaderDoubts } from "../src/leader-doubts.ts";
import type { CheckedTopic } from "../src/leader-doubts.ts";
import { Cluster } from "../src/cluster.ts";
import { blob, int16, joined, list, text } from "./fields.ts";
import {
  metadataResponse,
  refusal,
  startAlone,
  startBroker,
  startBrokers,
  startPair,
  until,
} from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

const opened: Cluster[] = [];
const over = new TransportError("over", { code: "NETWORK_EXCEPTION", retriable: true });

afterEach(() => {
  vi.useRealTimers();
  for (const cluster of opened.splice(0)) cluster.close(over);
});

const stopClock = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

type Listening = { readonly port: number };

function clusterAt(bootstrap: readonly Listening[], config: KafkajsConfig = {}): Cluster {
  const addresses = bootstrap.map(({ port }) => ({ host: "127.0.0.1", port }));
  const cluster = new Cluster(addresses, config, new LeaderDoubts());
  opened.push(cluster);
  return cluster;
}

/** Accepts connections and responds to nothing. */
async function startSilent(): Promise<ScriptedBroker> {
  const server = await startBroker();
  return server.on(api.apiVersions, () => "nothing");
}

const dials = (nodes: readonly ScriptedBroker[]): number[] => nodes.map(({ dialled }) => dialled);

test("silent hosts are tried in parallel, each half a second after the one before, and share the connection timeout", async () => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  const cluster = clusterAt(silent);
  let settled = false;
  const error = refusal(cluster.anyBroker());
  void error.then(() => (settled = true));
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(499);
  expect(dials(silent)).toEqual([1, 0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[1]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(499);
  expect(dials(silent)).toEqual([1, 1, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[2]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(8_999);
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  const [a, b, c] = silent.map(({ address }) => address);
  expect(await error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true, cause: { errors: { length: 3 } } });
  expect((await error).message).toBe(
    `None of Kafka's hosts ${a}, ${b}, ${c} can be reached: NETWORK_EXCEPTION: ` +
      `Connecting to ${a}: REQUEST_TIMED_OUT: no response in 10000 ms; ` +
      `Connecting to ${b}: REQUEST_TIMED_OUT: no response in 9500 ms; ` +
      `Connecting to ${c}: REQUEST_TIMED_OUT: no response in 9000 ms`,
  );
  await until(() => silent.every(({ sockets }) => sockets.size === 0));
  expect(vi.getTimerCount()).toBe(0);
});

test("with a short connection timeout each host gets its share of it before the next one is tried", async () => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  const error = refusal(clusterAt(silent, { connectionTimeout: 400 }).anyBroker());
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(99);
  expect(dials(silent)).toEqual([1, 0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[1]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(100);
  await until(() => silent[2]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(200);
  expect((await error).message).toContain("no response in 400 ms");
});

test("the next host is tried as soon as one has failed", async () => {
  const [dead, alive] = await startPair();
  dead.on(api.apiVersions, () => "hang up");
  stopClock();
  const broker = await clusterAt([dead, alive]).anyBroker();
  expect(broker.address).toEqual({ host: "127.0.0.1", port: alive.port });
  expect(dials([dead, alive])).toEqual([1, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

test("the first host that can be reached is used, and a slower one changes nothing later", async () => {
  const [slow, quick] = await startPair();
  const third = await startBroker();
  const late = Promise.withResolvers<"hang up">();
  slow.on(api.apiVersions, () => late.promise);
  stopClock();
  const cluster = clusterAt([slow, quick, third]);
  const any = cluster.anyBroker();
  await until(() => slow.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(500);
  const broker = await any;
  expect(broker.address.port).toBe(quick.port);
  late.resolve("hang up");
  await until(() => slow.sockets.size === 0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(broker.ended).toBe(false);
  expect(dials([slow, quick, third])).toEqual([1, 1, 0]);
});

test("once a host is reached no other is tried", async () => {
  const [one, two] = await startPair();
  stopClock();
  await clusterAt([one, two]).anyBroker();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(dials([one, two])).toEqual([1, 0]);
});

test("an address that is given twice is tried once", async () => {
  const server = await startBroker();
  server.on(api.apiVersions, () => "hang up");
  const error = await refusal(clusterAt([server, server]).anyBroker());
  expect(error.message).not.toContain("None of");
  expect(server.dialled).toBe(1);
});

/** Refuses the password. */
async function startRefusing(): Promise<ScriptedBroker> {
  const server = await startAlone();
  server.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  server.on(api.saslAuthenticate, () => joined(int16(58), text("who are you?"), blob(Buffer.alloc(0))));
  return server;
}

const login = { sasl: { mechanism: "plain", username: "me", password: "secret" } } as const;

test("a refused login is not tried elsewhere: other hosts would lock the account", async () => {
  const [refusing, other] = [await startRefusing(), await startRefusing()];
  stopClock();
  const error = await refusal(clusterAt([refusing, other], login).anyBroker());
  expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  expect(error.message).toContain(`${refusing.address} refused the login by PLAIN`);
  expect(error.message).not.toContain("secret");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(dials([refusing, other])).toEqual([1, 0]);
});

test("a login that is refused after another host has failed is the only error", async () => {
  const [dead, refusing] = [await startBroker(), await startRefusing()];
  dead.on(api.apiVersions, () => "hang up");
  const error = await refusal(clusterAt([dead, refusing], login).anyBroker());
  expect(error.code).toBe("SASL_AUTHENTICATION_FAILED");
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

test("closing ends the search for a broker at once", async () => {
  const [silent, other] = [await startSilent(), await startBroker()];
  stopClock();
  const cluster = clusterAt([silent, other]);
  const error = refusal(cluster.anyBroker());
  await until(() => silent.dialled === 1);
  cluster.close(over);
  expect(await error).toBe(over);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(other.dialled).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
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
