import type { Socket } from "node:net";
import { TransportError } from "@dataqueues/core";
import type { Connection, FetchLimits } from "@dataqueues/core";
import { afterEach, expect, test } from "vitest";

import { Broker } from "../src/broker.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { int16, int32, joined, list, text } from "./fields.ts";
import { open, refusal, startAlone, startPair, until } from "./scripted-cluster.ts";
import { api } from "./scripted-node.ts";
import type { ScriptedNode } from "./scripted-node.ts";

const limits: FetchLimits = { maxWaitMs: 100, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
const brokers: Broker[] = [];
const lost = new TransportError("given up by the test", { code: "NETWORK_EXCEPTION", retriable: true });

afterEach(() => {
  for (const broker of brokers.splice(0)) broker.end(lost);
});

function brokerAt({ port }: { readonly port: number }): Broker {
  const broker = new Broker({ host: "127.0.0.1", port }, {});
  brokers.push(broker);
  return broker;
}

const fetchOf = (connection: Connection): Promise<unknown> =>
  connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits);

test.each([
  ["ends the connection", (node: ScriptedNode) => node.sockets.forEach((socket) => socket.end())],
  ["resets the connection", (node: ScriptedNode) => node.sockets.forEach((socket) => socket.resetAndDestroy())],
])("a host that %s rejects what is pending at once, and the next request gets a new one", async (_what, cut) => {
  const node = await startAlone({ a: [{}] });
  const connection = await open(node);
  const asking = refusal(connection.initProducerId());
  await until(() => node.askedFor(api.initProducerId).length === 1);
  cut(node);
  const error = await asking;
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toContain(node.address);
  expect(error.message).not.toContain("TLS");
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
});

test("a connection that ends while nothing is asked is noticed, and replaced by the next request", async () => {
  const node = await startAlone({ a: [{}] });
  const broker = brokerAt(node);
  await broker.connect(1_000);
  await broker.request(metadataRequest([]), 1_000);
  expect(broker.ended).toBe(false);
  for (const socket of node.sockets) socket.end();
  await until(() => broker.ended);
  const error = await refusal(broker.request(metadataRequest([]), 1_000));
  expect(error.message).toBe(`The connection to ${node.address}: NETWORK_EXCEPTION: the host closed the connection`);
});

test("a connection that ends before anything was asked may want TLS or a login", async () => {
  const node = await startAlone();
  const broker = brokerAt(node);
  await broker.connect(1_000);
  for (const socket of node.sockets) socket.end();
  await until(() => broker.ended);
  const error = await refusal(broker.request(metadataRequest([]), 1_000));
  expect(error.message).toMatch(/the host closed the connection, as it does when it wants TLS or a login/);
});

const login = { sasl: { mechanism: "plain", username: "me", password: "secret" } } as const;
const cuts: [string, (socket: Socket) => void][] = [
  ["ends", (socket) => void socket.end()],
  ["resets", (socket) => void socket.resetAndDestroy()],
];

test.each(cuts)("a host that %s the connection instead of answering a login has not refused it", async (_what, cut) => {
  const node = await startAlone();
  node.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  node.on(api.saslAuthenticate, ({ socket }) => {
    cut(socket);
    return "nothing";
  });
  const error = await refusal(open(node, login));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
});

test("nor has one that does so when the connection for fetches logs in, before anything else was answered", async () => {
  const [one, two] = await startPair();
  for (const node of [one, two]) {
    node.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
    node.on(api.saslAuthenticate, ({ socket }) => {
      if (node === one || two.dialled === 1) return joined(int16(0), text(null), int32(0));
      socket.end();
      return "nothing";
    });
  }
  const connection = await open(one, login);
  const error = await refusal(connection.fetch(1, [{ topic: "a", partition: 0, offset: 0n }], limits));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(two.dialled).toBe(2);
});

test("a host that closes the connection before it ever answered may want TLS or a login", async () => {
  const node = await startAlone();
  node.on(api.apiVersions, () => "hang up");
  const error = await refusal(open(node));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toMatch(
    new RegExp(
      `^(Connecting|The connection) to ${node.address}: .*, as it does when it wants TLS or a login and gets none$`,
    ),
  );
});

test("closing a connection rejects what is pending at once, closes all sockets and refuses what comes later", async () => {
  const node = await startAlone({ a: [{}] });
  const connection = await open(node);
  const pending = [connection.initProducerId(), fetchOf(connection)].map(refusal);
  await until(() => node.askedFor(api.fetch).length === 1 && node.askedFor(api.initProducerId).length === 1);
  expect(node.sockets.size).toBe(2);
  connection.close();
  const closed = "The connection to Kafka was closed: NETWORK_EXCEPTION";
  for (const error of await Promise.all(pending)) {
    expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", message: closed });
  }
  await until(() => node.sockets.size === 0);
  for (const late of [connection.metadata(["a"]), fetchOf(connection), connection.initProducerId()]) {
    expect(await refusal(late)).toMatchObject({ message: closed });
  }
  connection.close();
  expect(node.dialled).toBe(2);
});

test("the loss of one of the two connections to a node is the loss of both", async () => {
  const node = await startAlone({ a: [{}] });
  const connection = await open(node);
  const pending = [fetchOf(connection), connection.initProducerId()].map(refusal);
  await until(() => node.askedFor(api.fetch).length === 1 && node.askedFor(api.initProducerId).length === 1);
  node.askedFor(api.fetch)[0]?.socket.destroy();
  for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: "NETWORK_EXCEPTION" });
  await until(() => node.sockets.size === 0);
});
