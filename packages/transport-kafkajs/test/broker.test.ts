import { createConnection } from "node:net";

import { TransportError } from "@dataqueues/core";
import type { FetchLimits, ReadConnection } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

import { Broker } from "../src/broker.ts";
import type { KafkajsConfig } from "../src/index.ts";
import { kafkaApis } from "../src/protocol/kafka-request.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { int32, joined } from "./fields.ts";
import { metadataResponse, open, refusal, startAlone, until } from "./scripted-cluster.ts";
import { api, framed, offered, plainVersions } from "./scripted-broker.ts";

const limits: FetchLimits = { maxWaitMs: 100, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
const brokers: Broker[] = [];
const lost = new TransportError("given up by the test", { code: "NETWORK_EXCEPTION", retriable: true });

afterEach(() => {
  vi.useRealTimers();
  for (const broker of brokers.splice(0)) broker.end(lost);
});

const stopClock = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

function brokerAt({ port }: { readonly port: number }, config: KafkajsConfig = {}): Broker {
  const broker = new Broker({ host: "127.0.0.1", port }, config);
  brokers.push(broker);
  return broker;
}

const fetchOf = (connection: ReadConnection): Promise<unknown> =>
  connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits);

test("a request without a response in time is an error that names it, its host and the time; the broker is given up", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("write", server);
  server.on(api.initProducerId, () => "nothing");
  stopClock();
  const asking = refusal(connection.initProducerId());
  await until(() => server.askedFor(api.initProducerId).length === 1);
  await vi.advanceTimersByTimeAsync(10_000);
  const meanwhile = refusal(connection.initProducerId());
  await until(() => server.askedFor(api.initProducerId).length === 2);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(server.sockets.size).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  const why = "no response in 30000 ms";
  const error = await asking;
  expect(error).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
  expect(error.message).toBe(`InitProducerId at ${server.address}: REQUEST_TIMED_OUT: ${why}`);
  const other = await meanwhile;
  expect(other).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(other.message).toBe(`The connection to ${server.address} was given up: NETWORK_EXCEPTION: ${why}`);
  await until(() => server.sockets.size === 0);
  expect(vi.getTimerCount()).toBe(0);
  // The next request goes over a new connection.
  vi.useRealTimers();
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
  expect(server.dialled).toBe(2);
});

test("a response ends its timer: the connection is not given up later", async () => {
  const server = await startAlone({ a: [{}] });
  stopClock();
  const connection = await open("read", server, { requestTimeout: 200 });
  await connection.metadata(["a"]);
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  await connection.metadata(["a"]);
  expect(server.dialled).toBe(1);
});

test("requestTimeout is the time of each request", async () => {
  const server = await startAlone();
  stopClock();
  const connection = await open("write", server, { requestTimeout: 1_500 });
  const asking = refusal(connection.initProducerId());
  await until(() => server.askedFor(api.initProducerId).length === 1);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await asking).toMatchObject({ message: expect.stringContaining("no response in 1500 ms") });
});

test("a timeout that is longer than Node's timers is no timeout", async () => {
  const server = await startAlone();
  const broker = brokerAt(server);
  stopClock();
  await broker.connect(Infinity);
  const response = Promise.withResolvers<"nothing">();
  server.on(api.metadata, () => response.promise);
  let outcome = "pending";
  const asking = refusal(broker.request(metadataRequest([]), 2 ** 31)).then(() => (outcome = "rejected"));
  await until(() => server.askedFor(api.metadata).length === 1);
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(outcome).toBe("pending");
  broker.end(lost);
  await asking;
  response.resolve("nothing");
});

test("a response with the number of another request is ignored", async () => {
  const server = await startAlone();
  const connection = await open("write", server, { requestTimeout: 500 });
  server.on(api.initProducerId, ({ number }) => ({ raw: framed(number + 1, Buffer.alloc(16)) }));
  stopClock();
  const asking = refusal(connection.initProducerId());
  await until(() => server.askedFor(api.initProducerId).length === 1);
  await vi.advanceTimersByTimeAsync(500);
  expect(await asking).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
});

test("responses find their requests in any order, also in pieces", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const known = new Map([[0, { port: server.port }]]);
  const held: [number, string][] = [];
  server.on(api.metadata, ({ number, body, socket }) => {
    held.push([number, (body.list(() => body.text()) ?? []).join()]);
    if (held.length < 2) return "nothing";
    const both = held
      .toReversed()
      .map(([of, topic]) => framed(of, metadataResponse({ nodes: known, topics: { [topic]: [{}] } })));
    for (const byte of joined(...both)) socket.write(Buffer.of(byte));
    return "nothing";
  });
  const responses = await Promise.all([connection.metadata(["x"]), connection.metadata(["y"])]);
  expect(responses.map(([told]) => told?.topic)).toEqual(["x", "y"]);
});

test("a garbled response after a good one is a retriable error, and the next request uses a new connection", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("write", server);
  server.on(api.initProducerId, () => Buffer.alloc(5));
  const error = await refusal(connection.initProducerId());
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: true });
  expect(error.message).toMatch(
    new RegExp(`^InitProducerId at ${server.address} gave a response that cannot be read: .*wanted at 4 of 5$`),
  );
  await until(() => server.sockets.size === 0);
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
  expect(server.dialled).toBe(2);
});

test("other pending requests are rejected with the garbled response as the cause", async () => {
  const server = await startAlone();
  const connection = await open("write", server);
  const pending = refusal(connection.metadata(["a"]));
  server.on(api.metadata, () => "nothing").on(api.initProducerId, () => Buffer.alloc(5));
  const garbled = await refusal(connection.initProducerId());
  const other = await pending;
  expect(other).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true, cause: garbled });
  expect(other.message).toBe(`The connection to ${server.address} failed: NETWORK_EXCEPTION`);
});

test("bytes that are no response, after good responses, are a retriable error that names the host", async () => {
  const server = await startAlone();
  const connection = await open("write", server);
  server.on(api.initProducerId, () => ({ raw: int32(3) }));
  const error = await refusal(connection.initProducerId());
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: true });
  expect(error.message).toBe(
    `The connection to ${server.address} gave a response that cannot be read: a response of 3 bytes`,
  );
});

test("a response of maxResponseBytes is read; one byte more is an error that is not retriable", async () => {
  const server = await startAlone({ a: [{}] });
  const known = new Map([[0, { port: server.port }]]);
  const response = metadataResponse({ nodes: known, topics: { ["t".repeat(500)]: [{}] } });
  const fitting = await open("read", server, { maxResponseBytes: 4 + response.length });
  const tight = await open("read", server, { maxResponseBytes: 3 + response.length });
  server.on(api.metadata, () => response);
  await expect(fitting.metadata()).resolves.toHaveLength(1);
  const error = await refusal(tight.metadata());
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  expect(error.message).toContain(
    `a response of ${4 + response.length} bytes is over maxResponseBytes (${3 + response.length})`,
  );
});

test("ending a broker does nothing to requests that have their response", async () => {
  const server = await startAlone();
  const broker = brokerAt(server);
  await broker.connect(1_000);
  await broker.request(metadataRequest([]), 1_000);
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  broker.end(lost);
  expect(cleared).not.toHaveBeenCalled();
  cleared.mockRestore();
});

test("a request that the broker does not support is refused alone, and the others work on", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.apiVersions, () => offered({ ...plainVersions, [api.initProducerId]: [3, 5] }));
  const connection = await open("write", server);
  const error = await refusal(connection.initProducerId());
  expect(error).toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
  expect(error.message).toBe(
    `InitProducerId at ${server.address}: UNSUPPORTED_VERSION: this client speaks versions 0 to 2, the broker offers 3 to 5`,
  );
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
  expect(server.dialled).toBe(1);
});

test("the version of a request is the highest in common, or undefined if there is none", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => offered(plainVersions, [api.produce]));
  const broker = brokerAt(server);
  expect(broker.versionOf(kafkaApis.metadata)).toBeUndefined();
  await broker.connect(1_000);
  expect(broker.versionOf(kafkaApis.metadata)).toBe(7);
  expect(broker.versionOf(kafkaApis.produce)).toBeUndefined();
});

test.each([
  [new RangeError("too long"), "too long"],
  ["a text", "a text"],
])("a request that cannot be written is refused, and the connection stays: %s", async (thrown, why) => {
  const server = await startAlone();
  const broker = brokerAt(server);
  await broker.connect(1_000);
  const unwritable = {
    ...metadataRequest([]),
    write: () => {
      throw thrown;
    },
  };
  const error = await refusal(broker.request(unwritable, 1_000));
  expect(error).toMatchObject({ code: "INVALID_REQUEST", retriable: false, cause: thrown });
  expect(error.message).toBe(`Metadata at ${server.address}: INVALID_REQUEST: ${why}`);
  await expect(broker.request(metadataRequest([]), 1_000)).resolves.toMatchObject({ controllerId: 0 });
});

test("a request before there is a connection is an error that says so", async () => {
  const broker = brokerAt({ port: 1 });
  const error = await refusal(broker.request(metadataRequest([]), 1_000));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toBe("Metadata at 127.0.0.1:1: NETWORK_EXCEPTION: not connected");
});

test("all calls of connect get the result of the first, and only one socket is opened", async () => {
  const server = await startAlone();
  const broker = brokerAt(server);
  await Promise.all([broker.connect(1_000), broker.connect(1)]);
  await broker.connect(1);
  expect(server.dialled).toBe(1);
});

test("a broker that was ended rejects pending and later requests with the first reason, and closes its sockets", async () => {
  const server = await startAlone();
  server.on(api.metadata, () => "nothing");
  const broker = brokerAt(server);
  await broker.connect(1_000);
  const pending = refusal(broker.request(metadataRequest([]), 1_000));
  await until(() => server.askedFor(api.metadata).length === 1);
  broker.end(lost);
  broker.end(new TransportError("later", { code: "ABORTED", retriable: false }));
  expect(await pending).toBe(lost);
  expect(await refusal(broker.request(metadataRequest([]), 1_000))).toBe(lost);
  await until(() => server.sockets.size === 0);
  expect(broker.ended).toBe(true);
  expect(server.asked.filter(({ api: key }) => key === api.metadata)).toHaveLength(1);
});

test("a broker that is ended before it connects opens no socket", async () => {
  const server = await startAlone();
  const broker = brokerAt(server);
  const connecting = refusal(broker.connect(1_000));
  broker.end(lost);
  expect(await connecting).toBe(lost);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(server.dialled).toBe(0);
});

test("all fetches share a connection of their own, and no other request waits for them", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const fetches = [1, 2, 3].map(() => refusal(fetchOf(connection)));
  await until(() => server.askedFor(api.fetch).length === 3);
  await expect(connection.metadata(["a"])).resolves.toHaveLength(1);
  expect(server.dialled).toBe(2);
  expect(new Set(server.askedFor(api.fetch).map(({ socket }) => socket)).size).toBe(1);
  connection.close();
  await Promise.all(fetches);
});

test("the sockets of the caller's own factory are used, and closed", async () => {
  const server = await startAlone();
  const made: { host: string; port: number; destroyed: () => boolean }[] = [];
  const connection = await open("read", server, {
    socketFactory: ({ host, port, onConnect }) => {
      const socket = createConnection({ host, port }, onConnect);
      made.push({ host, port, destroyed: () => socket.destroyed });
      return socket;
    },
  });
  expect(made).toMatchObject([{ host: "127.0.0.1", port: server.port }]);
  connection.close();
  await until(() => made.every(({ destroyed }) => destroyed()));
});

test("the client id is the caller's, by default dataqueues", async () => {
  const server = await startAlone();
  await open("read", server);
  await open("read", server, { clientId: "camera 7" });
  expect(new Set(server.asked.map(({ clientId }) => clientId))).toEqual(new Set(["dataqueues", "camera 7"]));
});
