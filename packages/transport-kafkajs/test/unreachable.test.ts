import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterEach, expect, test } from "vitest";

import { kafkajs } from "../src/index.ts";
import { refusal } from "./scripted-cluster.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that treats each connection so. */
async function listen(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(onConnection).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a host on which nothing listens is named", async () => {
  const error = await refusal(kafkajs("127.0.0.1:1").open("read"));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toContain("127.0.0.1:1");
  expect(error.message).toContain("ECONNREFUSED");
});

test("all hosts that were tried are named", async () => {
  const error = await refusal(kafkajs("127.0.0.1:1,127.0.0.1:2").open("read"));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toMatch(/127\.0\.0\.1:1.*127\.0\.0\.1:2/);
});

test("a host that closes the connection is named, with what it may want", async () => {
  const host = await listen((socket) => void socket.destroy());
  const error = await refusal(kafkajs(host).open("read"));
  expect(error.code).toBe("NETWORK_EXCEPTION");
  expect(error.message).toContain(host);
});

test.each([
  ["another protocol", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["an alert of TLS", Buffer.from("15030300020228", "hex")],
  ["a response of no bytes", Buffer.alloc(4)],
  ["a response of less than no bytes", Buffer.from("fffffffc", "hex")],
  ["an response without a number", Buffer.from("00000001ff", "hex")],
  ["an response that ends too early", Buffer.from("0000000500000000ff", "hex")],
])("a host that responds with %s is an error at once that names it, and does no harm", async (_what, bytes) => {
  const host = await listen((socket) => void socket.on("data", () => socket.write(bytes)).on("error", () => {}));
  const error = await refusal(kafkajs(host).open("read"));
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  expect(error.message).toContain(host);
});

test("a host whose name cannot be resolved is named, and the next one in the list is tried", async () => {
  const tried = Promise.withResolvers<void>();
  const host = await listen((socket) => {
    tried.resolve();
    socket.destroy();
  });
  const error = await refusal(kafkajs(["kafka.invalid:9092", host], { connectionTimeout: 5_000 }).open("read"));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toMatch(/kafka\.invalid:9092.*(ENOTFOUND|EAI_AGAIN)/);
  await tried.promise;
});
