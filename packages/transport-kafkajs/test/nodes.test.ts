import { TransportError } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

import type { KafkajsConfig } from "../src/index.ts";
import { LeaderEpochs } from "../src/leader-epochs.ts";
import { Nodes } from "../src/nodes.ts";
import { blob, int16, joined, list, text } from "./fields.ts";
import { metadataAnswer, refusal, startAlone, startNode, startNodes, startPair, until } from "./scripted-cluster.ts";
import { api } from "./scripted-node.ts";
import type { ScriptedNode } from "./scripted-node.ts";

const opened: Nodes[] = [];
const over = new TransportError("over", { code: "NETWORK_EXCEPTION", retriable: true });

afterEach(() => {
  vi.useRealTimers();
  for (const nodes of opened.splice(0)) nodes.close(over);
});

const stopClock = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

type Listening = { readonly port: number };

function nodesAt(bootstrap: readonly Listening[], config: KafkajsConfig = {}): Nodes {
  const addresses = bootstrap.map(({ port }) => ({ host: "127.0.0.1", port }));
  const nodes = new Nodes(addresses, config, new LeaderEpochs());
  opened.push(nodes);
  return nodes;
}

/** Accepts connections and answers nothing. */
async function startSilent(): Promise<ScriptedNode> {
  const node = await startNode();
  return node.on(api.apiVersions, () => "nothing");
}

const dials = (nodes: readonly ScriptedNode[]): number[] => nodes.map(({ dialled }) => dialled);

test("hosts that are silent are tried one beside the other after half a second each, and have the connection timeout together", async () => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  const nodes = nodesAt(silent);
  let settled = false;
  const error = refusal(nodes.any());
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
      `Connecting to ${a}: REQUEST_TIMED_OUT: no answer in 10000 ms; ` +
      `Connecting to ${b}: REQUEST_TIMED_OUT: no answer in 9500 ms; ` +
      `Connecting to ${c}: REQUEST_TIMED_OUT: no answer in 9000 ms`,
  );
  await until(() => silent.every(({ sockets }) => sockets.size === 0));
  expect(vi.getTimerCount()).toBe(0);
});

test("where the connection timeout is short, each host gets its share of it before the next one is tried", async () => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  const error = refusal(nodesAt(silent, { connectionTimeout: 400 }).any());
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(99);
  expect(dials(silent)).toEqual([1, 0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[1]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(100);
  await until(() => silent[2]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(200);
  expect((await error).message).toContain("no answer in 400 ms");
});

test("the next host is tried as soon as one has failed", async () => {
  const [dead, alive] = await startPair();
  dead.on(api.apiVersions, () => "hang up");
  stopClock();
  const broker = await nodesAt([dead, alive]).any();
  expect(broker.address).toEqual({ host: "127.0.0.1", port: alive.port });
  expect(dials([dead, alive])).toEqual([1, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

test("the first host that can be reached is it; what a slower one says later changes nothing", async () => {
  const [slow, quick] = await startPair();
  const third = await startNode();
  const late = Promise.withResolvers<"hang up">();
  slow.on(api.apiVersions, () => late.promise);
  stopClock();
  const nodes = nodesAt([slow, quick, third]);
  const any = nodes.any();
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

test("a host that is reached makes no other be tried", async () => {
  const [one, two] = await startPair();
  stopClock();
  await nodesAt([one, two]).any();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(dials([one, two])).toEqual([1, 0]);
});

test("an address that is given twice is tried once", async () => {
  const node = await startNode();
  node.on(api.apiVersions, () => "hang up");
  const error = await refusal(nodesAt([node, node]).any());
  expect(error.message).not.toContain("None of");
  expect(node.dialled).toBe(1);
});

/** Refuses the password. */
async function startRefusing(): Promise<ScriptedNode> {
  const node = await startAlone();
  node.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  node.on(api.saslAuthenticate, () => joined(int16(58), text("who are you?"), blob(Buffer.alloc(0))));
  return node;
}

const login = { sasl: { mechanism: "plain", username: "me", password: "secret" } } as const;

test("a refused login is not tried elsewhere: other hosts would lock the account", async () => {
  const [refusing, other] = [await startRefusing(), await startRefusing()];
  stopClock();
  const error = await refusal(nodesAt([refusing, other], login).any());
  expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  expect(error.message).toContain(`${refusing.address} refused the login by PLAIN`);
  expect(error.message).not.toContain("secret");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(dials([refusing, other])).toEqual([1, 0]);
});

test("a login that is refused after another host has failed is told alone", async () => {
  const [dead, refusing] = [await startNode(), await startRefusing()];
  dead.on(api.apiVersions, () => "hang up");
  const error = await refusal(nodesAt([dead, refusing], login).any());
  expect(error.code).toBe("SASL_AUTHENTICATION_FAILED");
});

test("the node that answered last is asked, while it is connected", async () => {
  const [one, two] = await startPair();
  const nodes = nodesAt([one, two]);
  expect(nodes.latest).toBeUndefined();
  const first = await nodes.any();
  // Connected, but it has not answered yet.
  expect(nodes.latest).toBeUndefined();
  await nodes.metadata([]);
  expect(nodes.latest).toBe(first);
  const second = await nodes.node(1);
  expect(nodes.latest).toBe(first);
  second.answeredAt = first.answeredAt + 1;
  expect(nodes.latest).toBe(second);
  first.answeredAt = second.answeredAt + 1;
  expect(nodes.latest).toBe(first);
  await expect(nodes.any()).resolves.toBe(first);
  first.end(over);
  expect(nodes.latest).toBe(second);
  await expect(nodes.any()).resolves.toBe(second);
});

test("once nodes are known, they are asked also when the first host is gone", async () => {
  const [first, one, two] = await startNodes(3);
  if (first === undefined || one === undefined || two === undefined) throw new Error("three nodes were wanted");
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  first.on(api.metadata, () => metadataAnswer({ nodes: known }));
  const nodes = nodesAt([first]);
  await nodes.metadata([]);
  first.stop();
  await until(() => nodes.latest === undefined);
  expect((await nodes.any()).address.port).toBe(one.port);
});

test("a node is found by its id, which is asked for where it is not known, and connected to once", async () => {
  const [one, two] = await startPair();
  const nodes = nodesAt([one]);
  const broker = await nodes.node(1);
  expect(broker.address.port).toBe(two.port);
  expect(await nodes.node(1)).toBe(broker);
  expect(one.askedFor(api.metadata)).toHaveLength(1);
  expect(dials([one, two])).toEqual([1, 1]);
  expect([nodes.idOf(broker.address), nodes.idOf({ host: "127.0.0.1", port: 1 })]).toEqual([1, undefined]);
});

test("a node that the others do not know is an error that names it", async () => {
  const node = await startAlone();
  const nodes = nodesAt([node]);
  const error = await refusal(nodes.node(7));
  expect(error).toMatchObject({ code: "BROKER_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe("Kafka's node 7 is not known to the others: BROKER_NOT_AVAILABLE");
  // It may be back by the next time.
  await refusal(nodes.node(7));
  expect(node.askedFor(api.metadata)).toHaveLength(2);
});

test("a node that moved is found at its new place", async () => {
  const [one, old] = await startPair();
  const moved = await startNode();
  const nodes = nodesAt([one]);
  expect((await nodes.node(1)).address.port).toBe(old.port);
  const known = new Map([one, moved].map(({ port }, id) => [id, { port }]));
  one.on(api.metadata, () => metadataAnswer({ nodes: known }));
  await nodes.metadata([]);
  expect((await nodes.node(1)).address.port).toBe(moved.port);
  expect(nodes.idOf({ host: "127.0.0.1", port: old.port })).toBeUndefined();
});

test("a node gets the connection timeout", async () => {
  const [one, two] = await startPair();
  two.on(api.apiVersions, () => "nothing");
  const nodes = nodesAt([one], { connectionTimeout: 700 });
  await nodes.metadata([]);
  stopClock();
  const error = refusal(nodes.node(1));
  await until(() => two.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(700);
  expect((await error).message).toBe(`Connecting to ${two.address}: REQUEST_TIMED_OUT: no answer in 700 ms`);
});

test("a node that names no node, not even itself, is an error; what was known stays", async () => {
  const [one, two] = await startPair();
  const nodes = nodesAt([one]);
  await nodes.metadata([]);
  one.on(api.metadata, () => metadataAnswer({ nodes: new Map(), controller: 5 }));
  const error = await refusal(nodes.metadata([]));
  expect(error).toMatchObject({ code: "BROKER_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe(`Metadata at ${one.address}: BROKER_NOT_AVAILABLE: it names no node, not even itself`);
  expect((await nodes.node(1)).address.port).toBe(two.port);
  expect((await nodes.controller()).address.port).toBe(one.port);
});

test("the controller is asked for once, node 0 as any other", async () => {
  const [one, two] = await startPair();
  const nodes = nodesAt([two]);
  expect((await nodes.controller()).address.port).toBe(one.port);
  expect((await nodes.controller()).address.port).toBe(one.port);
  expect(two.askedFor(api.metadata)).toHaveLength(1);
  nodes.forgetController();
  await nodes.controller();
  expect(one.askedFor(api.metadata).length + two.askedFor(api.metadata).length).toBe(2);
});

test("where the controller is not known, some node is it", async () => {
  const node = await startAlone();
  node.on(api.metadata, () => metadataAnswer({ nodes: new Map([[3, { port: node.port }]]), controller: -1 }));
  expect((await nodesAt([node]).controller()).address.port).toBe(node.port);
});

test("epochs are learned of topics that were asked for by name, not of all of them", async () => {
  const node = await startAlone({ a: [{ epoch: 4 }] });
  const nodes = nodesAt([node]);
  await nodes.metadata(undefined);
  expect(nodes.epochs.of("a", 0)).toBe(-1);
  await nodes.metadata(["a"]);
  expect(nodes.epochs.of("a", 0)).toBe(4);
});

/** Nodes whose leader, node 0, and the others tell an epoch each; the epoch 7 is known already, and doubted. */
async function doubted(count: number, told: number) {
  const started = await startNodes(count, { a: [{ leader: 0, epoch: 7 }] });
  const nodes = nodesAt(started.slice(0, 1));
  await nodes.metadata(["a"]);
  const known = new Map(started.map(({ port }, id) => [id, { port }]));
  for (const node of started) {
    node.on(api.metadata, () => metadataAnswer({ nodes: known, topics: { a: [{ leader: 0, epoch: told }] } }));
  }
  nodes.doubt(0, "a", 0);
  return { nodes, started };
}

test("a doubted leader's lower epoch is taken over from another node, which is asked next", async () => {
  const { nodes, started } = await doubted(2, 3);
  await nodes.metadata(["a"]);
  expect(started.map((node) => node.askedFor(api.metadata).length)).toEqual([1, 1]);
  expect(nodes.epochs.of("a", 0)).toBe(3);
});

test("a doubted leader that is alone is its own witness", async () => {
  const { nodes } = await doubted(1, 3);
  await nodes.metadata(["a"]);
  expect(nodes.epochs.of("a", 0)).toBe(3);
});

test("where no other node can be reached, the doubted leader is asked, and not believed", async () => {
  const { nodes, started } = await doubted(2, 3);
  started[1]?.stop();
  await nodes.metadata(["a"]);
  expect(started[0]?.askedFor(api.metadata)).toHaveLength(2);
  expect(nodes.epochs.of("a", 0)).toBe(7);
});

test("a node at an address that the nodes do not tell is no witness: it may be the leader", async () => {
  const { nodes, started } = await doubted(2, 3);
  const [one, two] = started;
  if (one === undefined || two === undefined) throw new Error("two nodes were wanted");
  // As behind a proxy: the addresses that are told are not those that were dialled.
  const proxied = new Map([8, 9].map((id) => [id, { host: "kafka.invalid", port: 9_000 + id }]));
  two.on(api.metadata, () => metadataAnswer({ nodes: proxied, topics: { a: [{ leader: 8, epoch: 3 }] } }));
  await nodes.metadata(["a"]);
  expect(nodes.epochs.of("a", 0)).toBe(7);
});

test("what is closed is closed for the first reason, and connects no more", async () => {
  const [one, two] = await startPair();
  const nodes = nodesAt([one, two]);
  await nodes.metadata([]);
  const broker = await nodes.node(1);
  nodes.close(over);
  nodes.close(new TransportError("later", { code: "LATER", retriable: false }));
  expect(broker.ended).toBe(true);
  expect(await refusal(nodes.any())).toBe(over);
  expect(await refusal(nodes.node(1))).toBe(over);
  await until(() => one.sockets.size === 0 && two.sockets.size === 0);
  expect(nodes.latest).toBeUndefined();
  expect(dials([one, two])).toEqual([1, 1]);
});

test("closing ends the search for a node at once", async () => {
  const [silent, other] = [await startSilent(), await startNode()];
  stopClock();
  const nodes = nodesAt([silent, other]);
  const error = refusal(nodes.any());
  await until(() => silent.dialled === 1);
  nodes.close(over);
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
])("settings %j are taken over, or have their defaults", (config, expected) => {
  expect(nodesAt([{ port: 1 }], config)).toMatchObject(expected);
});
