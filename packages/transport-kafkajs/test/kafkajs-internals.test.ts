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

test("nothing is printed, whatever the environment asks of kafkajs", async () => {
  vi.stubEnv("KAFKAJS_LOG_LEVEL", "debug");
  const printed = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));
  const server = await startAlone();
  const connection = await open("write", server);
  server.on(api.initProducerId, () => "hang up");
  await refusal(connection.initProducerId());
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

test("a caller's own log gets what kafkajs says", async () => {
  const server = await startAlone();
  const log = vi.fn();
  const creator: logCreator = () => log;
  await open("read", server, { logCreator: creator, logLevel: kafkaClient.logLevel.DEBUG });
  const said = log.mock.calls.map(([entry]) => (entry as { log: { message: string } }).log.message);
  expect(said).toContain("Request Metadata(key: 3, version: 7)");
  expect(said).toContain("Response Metadata(key: 3, version: 7)");
});

test("with a level alone kafkajs's own log is used", async () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  const server = await startAlone();
  const connection = await open("read", server, { logLevel: kafkaClient.logLevel.DEBUG });
  connection.close();
  await until(() => server.sockets.size === 0);
  const all = printed.mock.calls.join("\n");
  expect(all).toContain("Response Metadata");
  // It is told that there is an response, not the whole of it, which JSON could not write.
  expect(all).toContain('"data":"read by Metadata"');
});

test("an answer that cannot be read is no line in the log: the caller gets it", async () => {
  const log = vi.fn();
  const server = await startAlone();
  const connection = await open("write", server, { logCreator: () => log });
  server.on(api.initProducerId, () => Buffer.alloc(1));
  await refusal(connection.initProducerId());
  const messages = log.mock.calls.map(([entry]) => (entry as { log: { message: string } }).log.message);
  expect(messages.filter((message) => message.startsWith("Response"))).toEqual([]);
});

test("a login's settings stay the caller's own: nothing is written into them", async () => {
  const server = await startAlone();
  server.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  server.on(api.saslAuthenticate, () => joined(int16(0), text(null), blob(Buffer.alloc(0))));
  const sasl = Object.freeze({ mechanism: "plain", username: "me", password: "secret" } as const);
  const connection = await open("read", server, { sasl });
  expect(Object.keys(sasl)).toEqual(["mechanism", "username", "password"]);
  // The connection for fetches is let in by itself.
  server.on(api.fetch, () => "hang up");
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 };
  await refusal(connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits));
  expect(server.askedFor(api.saslAuthenticate).map(({ body }) => body.blob()?.toString())).toEqual([
    "\0me\0secret",
    "\0me\0secret",
  ]);
});

test("authenticationTimeout is handed on", async () => {
  const server = await startAlone();
  stopClock();
  const connection = await open("read", server, { authenticationTimeout: 60_000 });
  await expect(connection.metadata(["a"])).resolves.toEqual([]);
});

const stopClock = (): unknown => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "Date"] });

test("a connection that is used, and one that is not, sets no timer that it does not need", async () => {
  const server = await startAlone();
  const set = vi.spyOn(globalThis, "setTimeout");
  const connection = await open("read", server);
  await connection.metadata(["a"]);
  set.mockClear();
  await connection.metadata(["a"]);
  // Only the one that ends the wait for the response.
  expect(set).toHaveBeenCalledTimes(1);
});

test("no timer looks for requests that took too long: the time of a request is our own", async () => {
  const server = await startAlone();
  const set = vi.spyOn(globalThis, "setInterval");
  await open("read", server);
  expect(set).not.toHaveBeenCalled();
});

test("a broker that is overloaded is asked again once its time is over, and what was held back is sent then", async () => {
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

test("from its first flexible version on a request has tags after its header, and its answer too", async () => {
  const server = await startAlone();
  server.on(api.apiVersions, () => offered({ ...plainVersions, [api.metadata]: [9, 9] }));
  const port = server.port.toString(16).padStart(8, "0");
  const answer = [
    // Tags; no wait; one broker: 5, "127.0.0.1", its port, no rack; no name of the cluster; controller 5.
    `00 00000000 02 00000005 0a ${Buffer.from("127.0.0.1").toString("hex")} ${port} 00 00 00 00000005`,
    // One topic: no error, "a", not internal, no partitions, what may be done with it; the same of the cluster.
    "02 0000 02 61 00 01 80000000 00 80000000 00",
  ];
  const asked: string[] = [];
  server.on(api.metadata, ({ body }) => {
    asked.push(body.rest().toString("hex"));
    return Buffer.from(answer.join("").replaceAll(" ", ""), "hex");
  });
  const connection = await open("read", server);
  await expect(connection.metadata(["a"])).resolves.toEqual([{ topic: "a", partitions: [] }]);
  // Tags of the header; one topic: "a" and its tags; not to be created, and nothing of what may be done; tags.
  expect(asked.at(-1)).toBe("00 02 02 61 00 00 00 00 00".replaceAll(" ", ""));
});

test("bytes that are no answer are told once, and what comes after them is not looked at", async () => {
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
