import type { Socket } from "node:net";
import { TransportError } from "@dataqueues/core";
import type { FetchLimits, ReadConnection } from "@dataqueues/core";
import { afterEach, expect, test } from "vitest";

import { Broker } from "../src/broker.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { int16, int32, joined, list, text } from "./fields.ts";
import { open, refusal, startAlone, startPair, until } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

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

const fetchOf = (connection: ReadConnection): Promise<unknown> =>
  connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits);

const offsetsOf = (connection: ReadConnection): Promise<unknown> =>
  connection.listOffsets(0, [{ topic: "a", partition: 0, at: "latest" }]);

test.each([
  ["ends the connection", (server: ScriptedBroker) => server.sockets.forEach((socket) => socket.end())],
  ["resets the connection", (server: ScriptedBroker) => server.sockets.forEach((socket) => socket.resetAndDestroy())],
])("a host that %s rejects what is pending at once, and the next request gets a new one", async (_what, cut) => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("write", server);
  const asking = refusal(connection.initProducerId());
  await until(() => server.askedFor(api.initProducerId).length === 1);
  cut(server);
  const error = await asking;
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toContain(server.address);
  expect(error.message).not.toContain("TLS");
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
});

test("a connection that ends without pending requests is noticed", async () => {
  const server = await startAlone({ a: [{}] });
  const broker = brokerAt(server);
  await broker.connect(1_000);
  await broker.request(metadataRequest([]), 1_000);
  expect(broker.ended).toBe(false);
  for (const socket of server.sockets) socket.end();
  await until(() => broker.ended);
  const error = await refusal(broker.request(metadataRequest([]), 1_000));
  expect(error.message).toBe(`The connection to ${server.address}: NETWORK_EXCEPTION: the host closed the connection`);
});

test("the error of a connection that ends before any request says that the host may want TLS or a login", async () => {
  const server = await startAlone();
  const broker = brokerAt(server);
  await broker.connect(1_000);
  for (const socket of server.sockets) socket.end();
  await until(() => broker.ended);
  const error = await refusal(broker.request(metadataRequest([]), 1_000));
  expect(error.message).toMatch(/the host closed the connection, as it does when it wants TLS or a login/);
});

const login = { sasl: { mechanism: "plain", username: "me", password: "secret" } } as const;
const cuts: [string, (socket: Socket) => void][] = [
  ["ends", (socket) => void socket.end()],
  ["resets", (socket) => void socket.resetAndDestroy()],
];

test.each(cuts)("a host that %s the connection during a login has not refused the login", async (_what, cut) => {
  const server = await startAlone();
  server.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  server.on(api.saslAuthenticate, ({ socket }) => {
    cut(socket);
    return "nothing";
  });
  const error = await refusal(open("read", server, login));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
});

test("nor has one that does so during the login of the connection for fetches", async () => {
  const [one, two] = await startPair();
  for (const server of [one, two]) {
    server.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
    server.on(api.saslAuthenticate, ({ socket }) => {
      if (server === one || two.dialled === 1) return joined(int16(0), text(null), int32(0));
      socket.end();
      return "nothing";
    });
  }
  const connection = await open("read", one, login);
  const error = await refusal(connection.fetch(1, [{ topic: "a", partition: 0, offset: 0n }], limits));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(two.dialled).toBe(2);
});

test("the error of a host that closes the connection before any response says that it may want TLS or a login", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => "hang up");
  const error = await refusal(open("read", server));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toMatch(
    new RegExp(
      `^(Connecting|The connection) to ${server.address}: .*, as it does when it wants TLS or a login and gets none$`,
    ),
  );
});

test("close rejects pending requests at once, closes all sockets and refuses later requests", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const pending = [offsetsOf(connection), fetchOf(connection)].map(refusal);
  await until(() => server.askedFor(api.fetch).length === 1 && server.askedFor(api.listOffsets).length === 1);
  expect(server.sockets.size).toBe(2);
  connection.close();
  const closed = "The connection to Kafka was closed: NETWORK_EXCEPTION";
  for (const error of await Promise.all(pending)) {
    expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", message: closed });
  }
  await until(() => server.sockets.size === 0);
  for (const late of [connection.metadata(["a"]), fetchOf(connection), offsetsOf(connection)]) {
    expect(await refusal(late)).toMatchObject({ message: closed });
  }
  connection.close();
  expect(server.dialled).toBe(2);
});

test("if one of the two connections to a broker is lost, both are ended", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const pending = [fetchOf(connection), offsetsOf(connection)].map(refusal);
  await until(() => server.askedFor(api.fetch).length === 1 && server.askedFor(api.listOffsets).length === 1);
  server.askedFor(api.fetch)[0]?.socket.destroy();
  for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: "NETWORK_EXCEPTION" });
  await until(() => server.sockets.size === 0);
});
