import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { TransportError } from "@dataqueues/core";
import { afterEach, expect, test } from "vitest";

import { kafkajs } from "../src/index.ts";
import { BytesWriter } from "../src/protocol/bytes-writer.ts";
import { kafkaApis } from "../src/protocol/kafka-request.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that treats each connection as told. */
async function listen(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(onConnection).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Accepts, and never says a word. */
const silent = (): Promise<string> => listen((socket) => void socket.resume().on("error", () => {}));

async function refusal(opening: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await opening.then(
    () => new Error("it was opened"),
    (reason: unknown) => reason,
  );
  if (error instanceof TransportError) return error;
  throw error;
}

test("a host where nothing listens is named", async () => {
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

test("a host that says nothing is given up after the connection timeout", async () => {
  const host = await silent();
  const before = performance.now();
  const error = await refusal(kafkajs(host, { connectionTimeout: 200 }).open("read"));
  expect(error).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
  expect(error.message).toContain(host);
  expect(performance.now() - before).toBeLessThan(5_000);
});

test("a host that says nothing is given up when the client's own patience ends, if that is sooner", async () => {
  const error = await refusal(kafkajs(await silent()).open("read", { connectTimeoutMs: 200 }));
  expect(error).toMatchObject({ code: "REQUEST_TIMED_OUT", message: expect.stringContaining("200 ms") });
});

test("several silent hosts share the connection timeout", async () => {
  const hosts = await Promise.all([silent(), silent(), silent()]);
  const before = performance.now();
  const error = await refusal(kafkajs(hosts, { connectionTimeout: 300 }).open("read"));
  for (const host of hosts) expect(error.message).toContain(host);
  expect(performance.now() - before).toBeLessThan(5_000);
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
  ["an answer of no bytes", Buffer.alloc(4)],
  ["an answer of less than no bytes", Buffer.from("fffffffc", "hex")],
  ["an answer without a number", Buffer.from("00000001ff", "hex")],
  ["an answer that ends too early", Buffer.from("0000000500000000ff", "hex")],
])("a host that answers with %s is named at once, and does no harm", async (_what, bytes) => {
  const host = await listen((socket) => void socket.on("data", () => socket.write(bytes)).on("error", () => {}));
  const error = await refusal(kafkajs(host).open("read"));
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  expect(error.message).toContain(host);
});

/** Answers each request as a node does that knows no node. */
function answerWithoutNodes(request: Buffer): Buffer {
  const answer = new BytesWriter();
  answer.int32(0).int32(request.readInt32BE(8));
  const versions = Object.values(kafkaApis);
  if (request.readInt16BE(4) === kafkaApis.metadata.key) {
    // No tags, no wait, no nodes, no name of the cluster, no controller, no topics, no tags.
    answer.zeros(1).int32(0).unsignedVarint(1).zeros(1).int32(-1).unsignedVarint(1).zeros(1);
  } else {
    answer
      .int16(0)
      .array(versions, ({ key, max }) => answer.int16(key).int16(0).int16(max))
      .int32(0);
  }
  const bytes = answer.written;
  bytes.writeInt32BE(bytes.length - 4);
  return bytes;
}

test("a node that names no node, not even itself, as one does that refuses a login late, is none to work with", async () => {
  const host = await listen((socket) => {
    socket.on("data", (request) => socket.write(answerWithoutNodes(request))).on("error", () => {});
  });
  const error = await refusal(kafkajs(host).open("read"));
  expect(error).toMatchObject({ code: "BROKER_NOT_AVAILABLE", retriable: true });
  expect(error.message).toContain(host);
});

test("an aborted signal ends the opening with its reason as the cause", async () => {
  const host = await silent();
  const controller = new AbortController();
  const opening = refusal(kafkajs(host).open("read", { signal: controller.signal }));
  const reason = new Error("changed my mind");
  controller.abort(reason);
  const error = await opening;
  expect(error).toMatchObject({ code: "ABORTED", retriable: false, cause: reason });
  expect(error.message).toContain(host);
  const late = await refusal(kafkajs(host).open("read", { signal: controller.signal }));
  expect(late).toMatchObject({ code: "ABORTED", cause: reason });
});

test("a host that says nothing does not hold up the next one in the list", async () => {
  let waitedFor = 0;
  const silentHost = await listen((socket) => {
    waitedFor += 1;
    socket.resume().on("error", () => {});
    socket.on("close", () => (waitedFor -= 1));
  });
  let waitedForMeanwhile = 0;
  const next = await listen((socket) => {
    // Long enough to notice that the first was given up, had it been.
    setTimeout(() => {
      waitedForMeanwhile = waitedFor;
      socket.destroy();
    }, 100);
  });
  const error = await refusal(kafkajs([silentHost, next], { connectionTimeout: 3_000 }).open("read"));
  for (const host of [silentHost, next]) expect(error.message).toContain(host);
  expect(waitedForMeanwhile).toBe(1);
});

test("a host whose name nobody knows is named, and the next one in the list is tried", async () => {
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
