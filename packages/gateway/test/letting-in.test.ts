import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { encodeFrameStart, frameTypes } from "@dataqueues/transport-websocket";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import type { GatewayOptions } from "../src/index.ts";
import { gatewayOf, metric } from "./gateway-of.ts";
import { TestViewer } from "./viewer.ts";

/** How a HELLO is refused: the error that it is told, and the code of the closing. */
async function refusal(url: string, hello: object): Promise<readonly [unknown, number]> {
  using viewer = new TestViewer(url);
  await once(viewer.socket, "open");
  const body = await viewer.body(frameTypes.hello, { role: "read", ...hello });
  return [body, (await viewer.closed).code];
}

/** The HTTP status that answers the request for a WebSocket. */
async function status(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  protocols = ["dataqueues.v1"],
): Promise<number> {
  const socket = new WebSocket(url, protocols, { headers });
  socket.on("error", () => undefined);
  return new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
  });
}

test.for<[string, Partial<GatewayOptions>, object, readonly [unknown, number]]>([
  [
    "a wrong token",
    { authorize: ({ token }) => token === "a" },
    { token: "b" },
    [{ error: "SASL_AUTHENTICATION_FAILED" }, 4401],
  ],
  [
    "a token that is over",
    { authorize: () => ({ expiresAt: 1 }) },
    {},
    [{ error: "SASL_AUTHENTICATION_FAILED" }, 4401],
  ],
  ["a role that the gateway does not have", {}, { role: "write" }, [{ error: "UNSUPPORTED" }, 4400]],
  [
    "a role that the viewer may not have",
    { roles: ["read", "admin"], authorize: () => ({ roles: ["read"] }) },
    { role: "admin" },
    [{ error: "CLUSTER_AUTHORIZATION_FAILED" }, 4401],
  ],
  [
    "a user who has as many as he may",
    { authorize: () => ({ user: "a" }), limits: { viewersPerUser: 1 } },
    {},
    [undefined, 1013],
  ],
])("%s is refused", async ([, options, hello, expected]) => {
  await using running = await gatewayOf({ public: [] }, options);
  using _other = expected[1] === 1013 ? await TestViewer.open(running.url) : undefined;
  expect(await refusal(running.url, hello)).toEqual(expected);
  expect(running.events).toContainEqual(expect.objectContaining({ type: "viewerRefused", address: "127.0.0.1" }));
  expect(await metric(running, "viewers")).toBe(expected[1] === 1013 ? 1 : 0);
});

test("a token that expires ends the connection with 4401", async () => {
  await using running = await gatewayOf({}, { authorize: () => ({ user: "ann", expiresAt: Date.now() + 100 }) });
  using viewer = await TestViewer.open(running.url);
  expect((await viewer.closed).code).toBe(4401);
  await vi.waitFor(
    () => {
      expect(running.events).toContainEqual(
        expect.objectContaining({ type: "viewerClosed", reason: "expired", user: "ann" }),
      );
    },
    { timeout: 10_000 },
  );
});

test("who does not say HELLO in time is closed with 4408", async () => {
  await using running = await gatewayOf({}, { limits: { helloTimeoutMs: 50 } });
  using viewer = new TestViewer(running.url);
  expect((await viewer.closed).code).toBe(4408);
});

test.for<[string, string, Partial<GatewayOptions>, Readonly<Record<string, string>>, number]>([
  ["another path", "/other", {}, {}, 404],
  ["the gateway's path with a query", "/queues?x", { path: "/queues" }, {}, 101],
  ["a page of another site", "", {}, { origin: "https://other.example" }, 403],
  ["a page of the loopback host", "", {}, { origin: "http://localhost:5173" }, 101],
  ["a listed origin", "", { origins: ["https://a.example"] }, { origin: "https://a.example" }, 101],
  ["no origin where they are listed", "", { origins: ["https://a.example"] }, {}, 403],
])("%s: %s", async ([, path, options, headers, expected]) => {
  await using running = await gatewayOf({}, options);
  const base = `ws://127.0.0.1:${running.gateway.port}`;
  expect(await status(`${base}${path}`, headers)).toBe(expected);
});

test("without the subprotocol there is no WebSocket", async () => {
  await using running = await gatewayOf({});
  expect(await status(running.url, {}, [])).toBe(400);
  expect(await status(running.url, {}, ["dataqueues.v2"])).toBe(400);
});

test("there are no more viewers than the limits say, and room again when one has gone", async () => {
  await using running = await gatewayOf({}, { limits: { viewers: 2, viewersPerAddress: 1 } });
  using first = await TestViewer.open(running.url);
  expect(await status(running.url)).toBe(429);
  using _second = await TestViewer.open(running.url, {}, { localAddress: "127.0.0.2" });
  expect(await status(running.url)).toBe(503);
  first[Symbol.dispose]();
  await vi.waitFor(async () => expect(await status(running.url)).toBe(101), { timeout: 10_000 });
});

test("a user has room again when one of his viewers has gone", async () => {
  await using running = await gatewayOf({}, { authorize: () => ({ user: "ann" }), limits: { viewersPerUser: 1 } });
  const first = await TestViewer.open(running.url);
  await expect(TestViewer.open(running.url)).rejects.toThrow();
  first[Symbol.dispose]();
  await vi.waitFor(async () => (await TestViewer.open(running.url))[Symbol.dispose](), { timeout: 10_000 });
  expect(running.events.filter(({ type }) => type === "viewerConnected")).toHaveLength(2);
});

test("behind proxies the client's address is that many places from the end of X-Forwarded-For", async () => {
  await using running = await gatewayOf({}, { trustedProxies: 2 });
  const headers = { "x-forwarded-for": "1.1.1.1, 192.0.2.7, 10.0.0.1" };
  using _viewer = await TestViewer.open(running.url, {}, { headers });
  expect(running.events).toContainEqual(expect.objectContaining({ type: "viewerConnected", address: "192.0.2.7" }));
});

test("addresses of IPv6 count by their first 64 bits", async () => {
  await using running = await gatewayOf({}, { trustedProxies: 1, limits: { viewersPerAddress: 1 } });
  const from = (address: string) => ({ "x-forwarded-for": address });
  using _viewer = await TestViewer.open(running.url, {}, { headers: from("2001:db8:0:1::1") });
  expect(await status(running.url, from("2001:db8::1:0:0:0:99"))).toBe(429);
  expect(await status(running.url, from("2001:db8:0:2::1"))).toBe(101);
});

test("connections that never become a WebSocket give way to new ones", async () => {
  await using running = await gatewayOf({}, { limits: { connectionsBeforeUpgrade: 2 } });
  const idle = Array.from({ length: 3 }, () => connect(running.gateway.port, "127.0.0.1").on("error", () => undefined));
  await once(idle[0] ?? connect(1), "close");
  using viewer = await TestViewer.open(running.url);
  expect((await viewer.ask(frameTypes.metadata))?.type).toBe(0x82);
  for (const socket of idle) socket.destroy();
});

test.for<[string, object, RegExp]>([
  ["no topics", { topics: undefined }, /^topics must be a list/],
  ["one topic's name", { topics: "public" }, /^topics must be a list/],
  ["a topic that is a number", { topics: ["a", 7] }, /^topics\[1\] must be/],
  ["a misspelt option", { authorise: () => true }, /authorise/],
  ["a misspelt limit", { limits: { viewer: 1 } }, /viewer/],
  ["a limit that is no number", { limits: { viewers: "1" } }, /^viewers must be/],
  ["an origin with a path", { origins: ["https://a.example/"] }, /^origins\[0\] must be/],
  ["all addresses", { host: "0.0.0.0" }, /^authorize must be given/],
  ["all addresses without origins", { host: "::", authorize: () => true }, /^origins must be given/],
  ["a server that does not listen", { server: createServer() }, /^authorize must be given/],
  ["a role that there is not", { roles: ["group"] }, /^roles\[0\] must be/],
  ["no roles", { roles: [] }, /^roles must be/],
  ["a path without a slash", { path: "queues" }, /^path must be/],
  ["a port that there is not", { port: 65_536 }, /^port must be/],
])("with %s it does not start", async ([, options, message]) => {
  await expect(gatewayOf({}, options)).rejects.toThrow(message);
});

test("a port that is taken is LISTEN_FAILED", async () => {
  await using running = await gatewayOf({});
  await expect(gatewayOf({}, { port: running.gateway.port })).rejects.toMatchObject({
    code: "LISTEN_FAILED",
    cause: { code: "EADDRINUSE" },
  });
});

test("a client that leaves while authorize thinks is forgotten", async () => {
  let decide: (result: boolean) => void = () => undefined;
  const authorize = vi.fn(() => new Promise<boolean>((resolve) => (decide = resolve)));
  await using running = await gatewayOf({}, { authorize });
  const viewer = new TestViewer(running.url);
  await once(viewer.socket, "open");
  viewer.socket.send(encodeFrameStart(frameTypes.hello, 1, { role: "read" }));
  await vi.waitFor(() => expect(authorize).toHaveBeenCalled(), { timeout: 10_000 });
  viewer[Symbol.dispose]();
  await vi.waitFor(
    () => expect(running.events).toContainEqual(expect.objectContaining({ type: "viewerRefused", reason: "lost" })),
    {
      timeout: 10_000,
    },
  );
  decide(true);
  expect(await metric(running, "viewers")).toBe(0);
  expect(running.events.filter(({ type }) => type === "viewerConnected")).toEqual([]);
});

test("on a server of one's own the gateway takes its path only, and leaves the rest", async () => {
  const server = createServer((_request, response) => response.end("page"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const others: string[] = [];
  await using running = await gatewayOf({ public: [] }, { server, path: "/queues" });
  const { port } = server.address() as AddressInfo;
  expect(running.url).toBe(`ws://127.0.0.1:${port}/queues`);
  expect(await status(`ws://127.0.0.1:${port}/other`)).toBe(404);
  const other = (request: { readonly url?: string }, socket: { readonly end: (text: string) => unknown }): void => {
    if (request.url !== "/other") return;
    others.push(request.url);
    socket.end("HTTP/1.1 418 I'm a teapot\r\ncontent-length: 0\r\n\r\n");
  };
  server.on("upgrade", other);
  expect(await status(`ws://127.0.0.1:${port}/other`)).toBe(418);
  using _viewer = await TestViewer.open(running.url);
  await running.gateway.close({ timeoutMs: 0 });
  expect(server.listeners("upgrade")).toEqual([other]);
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("page");
  server.close();
  server.closeAllConnections();
});
