import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import type { Gateway, GatewayOptions } from "@dataqueues/gateway";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { websocket } from "@dataqueues/transport-websocket";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { logWithTopics } from "../log-with-topics.ts";
import { frame, types } from "./frames.ts";
import { RawViewer } from "./raw-viewer.ts";

async function start(
  authorize: GatewayOptions["authorize"],
  options: Partial<GatewayOptions> = {},
): Promise<{ readonly gateway: Gateway; readonly log: MemoryTransport } & AsyncDisposable> {
  const log = await logWithTopics(["public"]);
  const gateway = await serveGateway({ transport: log, topics: ["public"], port: 0, authorize, ...options });
  return { gateway, log, [Symbol.asyncDispose]: () => gateway.close() };
}

/** Says HELLO, and returns the code of the error frame and of the closing that follow. */
async function refusal(url: string, hello: unknown): Promise<readonly [unknown, number]> {
  using viewer = new RawViewer(url);
  await once(viewer.socket, "open");
  const answer = await viewer.ask(types.hello, hello);
  return [answer?.body["error"], (await viewer.closed).code];
}

const onlyGood: GatewayOptions["authorize"] = ({ token }) => token === "good";

test("the right token is let in", async () => {
  await using running = await start(onlyGood);
  using viewer = await RawViewer.open(running.gateway.url, { token: "good" });
  expect((await viewer.ask(types.metadata))?.type).toBe(0x82);
});

test.for<[string, unknown]>([
  ["a wrong one", { role: "read", token: "bad" }],
  ["none", { role: "read" }],
  ["an empty one", { role: "read", token: "" }],
  ["one that is longer", { role: "read", token: "good " }],
])("%s is SASL_AUTHENTICATION_FAILED, and the WebSocket is closed with 4401", async ([, hello]) => {
  await using running = await start(onlyGood);
  expect(await refusal(running.gateway.url, hello)).toEqual(["SASL_AUTHENTICATION_FAILED", 4401]);
});

test.for<[string, unknown]>([
  ["a number", 7],
  ["true", true],
  ["an object that passes for text", { length: 4, toString: "good" }],
  ["a list", ["good"]],
  ["null", null],
])("%s for a token never reaches authorize", async ([, token]) => {
  const authorize = vi.fn(() => true);
  await using running = await start(authorize);
  using viewer = new RawViewer(running.gateway.url);
  await once(viewer.socket, "open");
  viewer.send(frame(types.hello, 1, { role: "read", token }));
  expect((await viewer.closed).code).toBeGreaterThanOrEqual(4400);
  expect(authorize).not.toHaveBeenCalled();
});

test.for<[string, GatewayOptions["authorize"]]>([
  [
    "throws",
    () => {
      throw new Error("the database is down at db.internal:5432");
    },
  ],
  ["rejects", () => Promise.reject(new Error("the database is down at db.internal:5432"))],
  ["rejects with nothing", () => Promise.reject(undefined)],
  ["returns undefined", () => undefined],
  ["returns false", () => false],
  // What JavaScript may return although the types forbid it.
  ["returns null", () => null as never],
  ["returns a text", () => "yes" as never],
  ["returns 1", () => 1 as never],
])("an authorize that %s lets nobody in, and the gateway goes on", async ([, authorize]) => {
  let isBroken = true;
  await using running = await start((request) => (isBroken ? authorize?.(request) : true));
  const { url } = running.gateway;
  const [error, code] = await refusal(url, { role: "read", token: "good" });
  expect([error, code]).toEqual(["SASL_AUTHENTICATION_FAILED", 4401]);
  isBroken = false;
  using viewer = await RawViewer.open(url);
  expect((await viewer.ask(types.metadata))?.type).toBe(0x82);
});

test.for<[string, unknown]>([
  ["expiresAt: a text", { expiresAt: "tomorrow" }],
  ["expiresAt: NaN", { expiresAt: Number.NaN }],
  ["expiresAt: in the past", { expiresAt: 1_000 }],
  ["topics: a text", { topics: "public" }],
  ["topics: null", { topics: null }],
  ["roles: a text", { roles: "read" }],
  ["roles: an unknown one", { roles: ["root"] }],
  ["a misspelt name, expires", { expires: 1_000 }],
])("an answer of authorize that makes no sense (%s) lets nobody in", async ([, answer]) => {
  await using running = await start(() => answer as never);
  const [, code] = await refusal(running.gateway.url, { role: "read" });
  expect(code).toBe(4401);
});

test("an authorize that never answers holds no viewer longer than the time for HELLO, nor others", async () => {
  await using running = await start(({ token }) => token === "good" || new Promise<boolean>(() => {}), {
    limits: { helloTimeoutMs: 200 },
  });
  const { url } = running.gateway;
  using stuck = new RawViewer(url);
  await once(stuck.socket, "open");
  stuck.send(frame(types.hello, 1, { role: "read", token: "slow" }));
  using viewer = await RawViewer.open(url, { token: "good" });
  expect((await viewer.ask(types.metadata))?.type).toBe(0x82);
  expect([4401, 4408]).toContain((await stuck.closed).code);
});

test("requests that a viewer sends before a slow authorize has answered are not answered, and end it", async () => {
  const decision = Promise.withResolvers<boolean>();
  await using running = await start(() => decision.promise);
  using viewer = new RawViewer(running.gateway.url);
  await once(viewer.socket, "open");
  viewer.send(frame(types.hello, 1, { role: "read" }));
  viewer.send(frame(types.metadata, 2, {}));
  viewer.send(frame(types.fetch, 3, { leader: 0, wanted: [] }));
  const code = viewer.closed.then((closing) => closing.code);
  await expect.poll(() => code, { timeout: 5_000 }).toBe(4400);
  decision.resolve(true);
  expect(viewer.frames.filter(({ type }) => type !== types.error)).toEqual([]);
});

test("a viewer that leaves while authorize thinks leaves nothing behind", async () => {
  const decision = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<void>();
  await using running = await start(() => {
    asked.resolve();
    return decision.promise;
  });
  const viewer = new RawViewer(running.gateway.url);
  await once(viewer.socket, "open");
  viewer.send(frame(types.hello, 1, { role: "read" }));
  await asked.promise;
  viewer[Symbol.dispose]();
  await viewer.closed;
  decision.resolve(true);
  await expect.poll(async () => viewersOf(running.gateway)).toBe(0);
});

test("a token that expires while a fetch waits ends the WebSocket with 4401, and the fetch gets no records after it", async () => {
  await using running = await start(() => ({ expiresAt: Date.now() + 300 }));
  using viewer = await RawViewer.open(running.gateway.url);
  const waiting = viewer.fetch([{ topic: "public", offset: "0" }], { maxWaitMs: 30_000 });
  expect((await viewer.closed).code).toBe(4401);
  await using producer = new DataQueueProducer(running.log, { topic: "public" });
  await producer.send(new Uint8Array([1]));
  expect(await waiting).toBeUndefined();
});

test("a time of expiry farther away than a timer can wait does not end the viewer at once", async () => {
  await using running = await start(() => ({ expiresAt: Date.now() + 100 * 24 * 3_600_000 }));
  using viewer = await RawViewer.open(running.gateway.url);
  for (let i = 0; i < 20; i++) expect((await viewer.ask(types.metadata))?.type).toBe(0x82);
});

test("authorize is told where a viewer comes from, and only the token that it sent in HELLO", async () => {
  const authorize = vi.fn<NonNullable<GatewayOptions["authorize"]>>(() => true);
  await using running = await start(authorize);
  using _viewer = await RawViewer.open(running.gateway.url, {
    token: "good",
    headers: { "x-forwarded-for": "10.1.1.1", cookie: "session=1" },
    localAddress: "127.0.0.5",
  });
  expect(authorize).toHaveBeenCalledOnce();
  const [request] = authorize.mock.calls[0] ?? [];
  expect(request).toMatchObject({ token: "good", role: "read", address: "127.0.0.5", origin: undefined });
  expect(request?.headers["cookie"]).toBe("session=1");
});

test("a consumer reports a refused token once, and goes on where it was when there is a new one", async () => {
  let valid = "first";
  let expiresAt = Number.MAX_SAFE_INTEGER;
  await using running = await start(({ token }) => (token === valid ? { expiresAt } : false));
  await using producer = new DataQueueProducer(running.log, { topic: "public" });
  const tokens: string[] = [];
  let token = "first";
  const transport = websocket(running.gateway.url, {
    token: () => {
      tokens.push(token);
      return token;
    },
    WebSocket,
    reconnectBackoffMaxMs: 50,
  });
  expiresAt = Date.now() + 500;
  const events: DataQueueEvent[] = [];
  await using consumer = new DataQueueConsumer(transport, {
    topics: ["public"],
    from: "earliest",
    encoding: undefined,
    onEvent: (event) => events.push(event),
  });
  const iterator = consumer[Symbol.asyncIterator]();
  await producer.send(new Uint8Array([0]));
  expect((await iterator.next()).value?.offset).toBe(0n);

  valid = "second";
  await producer.send(new Uint8Array([1]));
  const errors: unknown[] = [];
  const offsets: (bigint | undefined)[] = [];
  const reading = (async () => {
    while (offsets.length < 3) {
      try {
        offsets.push((await iterator.next()).value?.offset);
      } catch (error) {
        errors.push(error);
      }
    }
  })();
  // The old token is refused a few times before there is a new one.
  await expect.poll(() => tokens.length, { timeout: 20_000 }).toBeGreaterThan(4);
  token = "second";
  expiresAt = Number.MAX_SAFE_INTEGER;
  await producer.send(new Uint8Array([2]));
  await producer.send(new Uint8Array([3]));
  await reading;
  expect(offsets.slice(-2)).toEqual([2n, 3n]);
  expect(errors.map((error) => Reflect.get(Object(error), "code"))).toEqual(["SASL_AUTHENTICATION_FAILED"]);
});

async function viewersOf(gateway: Gateway): Promise<number> {
  const text = await (await fetch(`${gateway.url.replace("ws", "http")}/metrics`)).text();
  return Number(/^dataqueues_gateway_viewers (\d+)$/m.exec(text)?.[1]);
}

test("no token, right or wrong, is in any event, error, metric or printed object", { timeout: 30_000 }, async () => {
  const secrets = [randomUUID(), randomUUID()];
  const script = join(import.meta.dirname, "secrets-process.ts");
  const flags = ["--conditions=@dataqueues/source", "--unhandled-rejections=strict"];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, script, ...secrets], {
    env: { ...process.env, NODE_DEBUG: "http,net" },
    maxBuffer: 2 ** 28,
  });
  expect(stdout.match(/^outcome: .*$/gm)).toEqual(
    ["fulfilled", "rejected", "fulfilled", "rejected"].map((status) => `outcome: ${status}`),
  );
  expect(stdout).toContain("dataqueues_gateway_viewers");
  for (const secret of secrets) {
    for (const form of [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")]) {
      expect(stdout + stderr).not.toContain(form);
    }
  }
});
