import kafkaClient from "kafkajs";
import type { logCreator } from "kafkajs";
import { afterEach, expect, test, vi } from "vitest";

import { blob, int16, joined, list, text } from "./fields.ts";
import { open, refusal, startAlone, until } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("nothing is printed, also if the environment sets a log level for kafkajs", async () => {
  vi.stubEnv("KAFKAJS_LOG_LEVEL", "debug");
  const printed = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));
  const server = await startAlone();
  const connection = await open("write", server);
  server.on(api.initProducerId, () => "hang up");
  await refusal(connection.initProducerId());
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

test("the caller's own log gets the log of kafkajs", async () => {
  const server = await startAlone();
  const log = vi.fn();
  const creator: logCreator = () => log;
  await open("read", server, { logCreator: creator, logLevel: kafkaClient.logLevel.DEBUG });
  const said = log.mock.calls.map(([entry]) => (entry as { log: { message: string } }).log.message);
  expect(said).toContain("Request Metadata(key: 3, version: 7)");
  expect(said).toContain("Response Metadata(key: 3, version: 7)");
});

test("with only a level kafkajs's own log is used", async () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  const server = await startAlone();
  const connection = await open("read", server, { logLevel: kafkaClient.logLevel.DEBUG });
  connection.close();
  await until(() => server.sockets.size === 0);
  const all = printed.mock.calls.join("\n");
  expect(all).toContain("Response Metadata");
  // The log says that there is a response; it does not contain it, as JSON has no bigint.
  expect(all).toContain('"data":"read by Metadata"');
});

test("a response that cannot be read is not logged: the caller gets the error", async () => {
  const log = vi.fn();
  const server = await startAlone();
  const connection = await open("write", server, { logCreator: () => log });
  server.on(api.initProducerId, () => Buffer.alloc(1));
  await refusal(connection.initProducerId());
  const messages = log.mock.calls.map(([entry]) => (entry as { log: { message: string } }).log.message);
  expect(messages.filter((message) => message.startsWith("Response"))).toEqual([]);
});

test("nothing is written into the caller's settings of a login", async () => {
  const server = await startAlone();
  server.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  server.on(api.saslAuthenticate, () => joined(int16(0), text(null), blob(Buffer.alloc(0))));
  const sasl = Object.freeze({ mechanism: "plain", username: "me", password: "secret" } as const);
  const connection = await open("read", server, { sasl });
  expect(Object.keys(sasl)).toEqual(["mechanism", "username", "password"]);
  // The connection for fetches logs in by itself.
  server.on(api.fetch, () => "hang up");
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  await refusal(connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits));
  expect(server.askedFor(api.saslAuthenticate).map(({ body }) => body.blob()?.toString())).toEqual([
    "\0me\0secret",
    "\0me\0secret",
  ]);
});

test("authenticationTimeout is passed on", async () => {
  const server = await startAlone();
  stopClock();
  const connection = await open("read", server, { authenticationTimeout: 60_000 });
  await expect(connection.metadata(["a"])).resolves.toEqual([]);
});

const stopClock = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "Date"] });

test("a request sets no timer but its timeout", async () => {
  const server = await startAlone();
  const set = vi.spyOn(globalThis, "setTimeout");
  const connection = await open("read", server);
  await connection.metadata(["a"]);
  set.mockClear();
  await connection.metadata(["a"]);
  // Only the timeout of the response.
  expect(set).toHaveBeenCalledTimes(1);
});

test("kafkajs's own timer for request timeouts is off", async () => {
  const server = await startAlone();
  const set = vi.spyOn(globalThis, "setInterval");
  await open("read", server);
  expect(set).not.toHaveBeenCalled();
});

test("requests that kafkajs holds back for an overloaded broker are sent once the throttle time is over", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => offered(plainVersions, [], 400));
  stopClock();
  const opening = open("read", server);
  await until(() => server.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(0);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  expect(server.askedFor(api.metadata)).toEqual([]);
  await vi.advanceTimersByTimeAsync(500);
  await opening;
  expect(server.askedFor(api.metadata)).toHaveLength(1);
});

test("from its first flexible version on a request has tagged fields after its header, and so has its response", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => offered({ ...plainVersions, [api.metadata]: [9, 9] }));
  const port = server.port.toString(16).padStart(8, "0");
  const response = [
    // Tags; no wait; one broker: 5, "127.0.0.1", its port, no rack; no name of the cluster; controller 5.
    `00 00000000 02 00000005 0a ${Buffer.from("127.0.0.1").toString("hex")} ${port} 00 00 00 00000005`,
    // One topic: no error, "a", not internal, no partitions, what may be done with it; the same of the cluster.
    "02 0000 02 61 00 01 80000000 00 80000000 00",
  ];
  const asked: string[] = [];
  server.on(api.metadata, ({ body }) => {
    asked.push(body.rest().toString("hex"));
    return Buffer.from(response.join("").replaceAll(" ", ""), "hex");
  });
  const connection = await open("read", server);
  await expect(connection.metadata(["a"])).resolves.toEqual([{ topic: "a", isInternal: false, partitions: [] }]);
  // Tags of the header; one topic: "a" and its tags; not to be created, and nothing of what may be done; tags.
  expect(asked.at(-1)).toBe("00 02 02 61 00 00 00 00 00".replaceAll(" ", ""));
});

test("bytes that are no response are reported once, and later bytes are ignored", async () => {
  const server = await startAlone();
  const connection = await open("write", server);
  server.on(api.initProducerId, ({ socket }) => {
    socket.write(Buffer.from("00000001", "hex"));
    socket.write(Buffer.from("00000002", "hex"));
    return "nothing";
  });
  const error = await refusal(connection.initProducerId());
  expect(error.message).toContain("a response of 1 bytes");
  await until(() => server.sockets.size === 0);
});
