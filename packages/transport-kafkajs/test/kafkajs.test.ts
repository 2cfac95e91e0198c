import { afterEach, expect, test, vi } from "vitest";

import { kafkajs } from "../src/index.ts";
import { metadataAnswer, refusal, startAlone, startNode, startPair, until } from "./scripted-cluster.ts";
import { api } from "./scripted-node.ts";
import type { ScriptedNode } from "./scripted-node.ts";

afterEach(() => {
  vi.useRealTimers();
});

const stopClock = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

async function startSilent(): Promise<ScriptedNode> {
  const node = await startNode();
  return node.on(api.apiVersions, () => "nothing");
}

test.each([
  [{}, {}, 10_000],
  [{}, { connectTimeoutMs: 2_000 }, 2_000],
  [{}, { connectTimeoutMs: 20_000 }, 10_000],
  [{ connectionTimeout: 3_000 }, { connectTimeoutMs: 2_000 }, 3_000],
  [{ connectionTimeout: 30_000 }, {}, 30_000],
])("silent hosts with settings %j, opened with %j, are given up together after %i ms", async (config, options, ms) => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  let settled = false;
  const error = refusal(
    kafkajs(
      silent.map(({ address }) => address),
      config,
    ).open("read", options),
  );
  void error.then(() => (settled = true));
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(ms - 1);
  await until(() => silent.every(({ dialled }) => dialled === 1));
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await error).toMatchObject({ retriable: true, message: expect.stringContaining(`${ms} ms`) });
  for (const { address } of silent) expect((await error).message).toContain(address);
  await until(() => silent.every(({ sockets }) => sockets.size === 0));
  expect(vi.getTimerCount()).toBe(0);
});

test("a host that connects and then says nothing is given up after the connection timeout, by its name", async () => {
  const node = await startAlone();
  node.on(api.metadata, () => "nothing");
  stopClock();
  const error = refusal(kafkajs([node.address, "127.0.0.1:1"]).open("read", { connectTimeoutMs: 2_000 }));
  await until(() => node.askedFor(api.metadata).length === 1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await error).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
  expect((await error).message).toBe(
    `Connecting to Kafka at ${node.address}, 127.0.0.1:1: REQUEST_TIMED_OUT: not within 2000 ms`,
  );
  await until(() => node.sockets.size === 0);
});

test("once it is open neither its time nor its signal ends it", async () => {
  const [one, two] = await startPair();
  stopClock();
  const controller = new AbortController();
  const connection = await kafkajs(one.address).open("read", { signal: controller.signal });
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  controller.abort();
  await expect(connection.metadata(["a"])).resolves.toEqual([]);
  expect([one.dialled, two.dialled]).toEqual([1, 0]);
  connection.close();
});

test("a signal that is aborted already makes nobody be dialled", async () => {
  const node = await startAlone();
  const reason = new Error("too late");
  const error = await refusal(kafkajs(node.address).open("read", { signal: AbortSignal.abort(reason) }));
  expect(error).toMatchObject({ code: "ABORTED", retriable: false, cause: reason });
  expect(error.message).toBe(`Connecting to Kafka at ${node.address} was aborted`);
  expect(node.dialled).toBe(0);
});

test("an abort closes the sockets, and leaves no timer", async () => {
  const node = await startSilent();
  stopClock();
  const controller = new AbortController();
  const error = refusal(kafkajs([node.address, "b:1"]).open("read", { signal: controller.signal }));
  await until(() => node.dialled === 1);
  controller.abort("enough");
  expect(await error).toMatchObject({ code: "ABORTED", retriable: false, cause: "enough" });
  expect((await error).message).toBe(`Connecting to Kafka at ${node.address}, b:1 was aborted`);
  await until(() => node.sockets.size === 0);
  expect(vi.getTimerCount()).toBe(0);
});

test("an opening that fails closes its sockets, and says why it failed", async () => {
  const node = await startAlone();
  node.on(api.metadata, () => Buffer.alloc(3));
  const error = await refusal(kafkajs(node.address).open("read"));
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", message: expect.stringContaining(node.address) });
  await until(() => node.sockets.size === 0);
});

test("an opening that fails closes also the sockets on which it waits", async () => {
  const [silent, garbling] = [await startSilent(), await startAlone()];
  garbling.on(api.apiVersions, () => Buffer.alloc(3));
  stopClock();
  const error = refusal(kafkajs([silent.address, garbling.address]).open("read"));
  await until(() => silent.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(500);
  expect((await error).message).toContain(garbling.address);
  await until(() => silent.sockets.size === 0);
  expect(vi.getTimerCount()).toBe(0);
});

test("nodes that are connected to later get no more time than the caller has patience", async () => {
  const [one, two] = await startPair();
  two.on(api.apiVersions, () => "nothing");
  stopClock();
  const connection = await kafkajs(one.address).open("read", { connectTimeoutMs: 2_000 });
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  const error = refusal(connection.fetch(1, [{ topic: "a", partition: 0, offset: 0n }], limits));
  await until(() => two.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await error).message).toBe(`Connecting to ${two.address}: REQUEST_TIMED_OUT: no answer in 2000 ms`);
  connection.close();
});

test("the next connection asks first where the last one found an answer", async () => {
  const [silent, node] = [await startSilent(), await startAlone()];
  const transport = kafkajs([silent.address, node.address]);
  stopClock();
  const opening = transport.open("read");
  await until(() => silent.dialled === 1);
  await vi.advanceTimersByTimeAsync(500);
  (await opening).close();
  (await transport.open("write")).close();
  expect([silent.dialled, node.dialled]).toEqual([1, 2]);
});

test("what leaders' epochs were learned holds for later connections of the same transport", async () => {
  const node = await startAlone({ a: [{ epoch: 6 }] });
  const transport = kafkajs(node.address);
  const first = await transport.open("read");
  await first.metadata(["a"]);
  first.close();
  const epochs: number[] = [];
  node.on(api.fetch, ({ body }) => {
    for (let skipped = 0; skipped < 4; skipped += 1) body.int32();
    body.int8();
    body.int32();
    body.int32();
    body.list(() => [body.text(), body.list(() => epochs.push(body.int32(), body.int32()))]);
    return "hang up";
  });
  const second = await transport.open("read");
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  await refusal(second.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits));
  expect(epochs).toEqual([0, 6]);
  second.close();
});

test("a node that is lost before its first answer is asked no more where another one is", async () => {
  const [lost, good] = await startPair();
  lost.on(api.metadata, () => "hang up");
  const connection = await kafkajs([lost.address, good.address]).open("read");
  connection.close();
  expect(good.askedFor(api.metadata)).toHaveLength(1);
});

test("a node that knows no node is left for another one", async () => {
  const [empty, good] = await startPair();
  empty.on(api.metadata, () => metadataAnswer({ nodes: new Map() }));
  const connection = await kafkajs([empty.address, good.address]).open("read");
  connection.close();
  expect(good.askedFor(api.metadata)).toHaveLength(1);
});

test("each host is asked once: where all are lost before they answer, that is the error", async () => {
  const both = await startPair();
  for (const node of both) node.on(api.metadata, () => "hang up");
  const error = await refusal(kafkajs(both.map(({ address }) => address)).open("read"));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(both.map((node) => node.askedFor(api.metadata).length)).toEqual([1, 1]);
});

test("each of several hosts that know no node is asked once, before the one that does", async () => {
  const [one, two] = await startPair();
  const good = await startAlone();
  for (const node of [one, two]) node.on(api.metadata, () => metadataAnswer({ nodes: new Map() }));
  const connection = await kafkajs([one, two, good].map(({ address }) => address)).open("read");
  expect([one, two, good].map((node) => node.askedFor(api.metadata).length)).toEqual([1, 1, 1]);
  connection.close();
});

test("what trying again does not help ends the opening", async () => {
  const [garbling, good] = await startPair();
  garbling.on(api.apiVersions, () => Buffer.alloc(3));
  const error = await refusal(kafkajs([garbling.address, good.address]).open("read"));
  expect(error.retriable).toBe(false);
  expect(good.dialled).toBe(0);
});

test("roles are all the same, and the transport has its name", async () => {
  const node = await startAlone();
  const transport = kafkajs(node.address);
  expect(transport.name).toBe("kafkajs");
  for (const role of ["read", "write", "admin"] as const) (await transport.open(role)).close();
  expect(node.dialled).toBe(3);
});
