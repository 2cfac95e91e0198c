import { createServer } from "node:http";
import { serveGateway } from "@dataqueues/gateway";
import type { GatewayOptions } from "@dataqueues/gateway";
import { describe, expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { handshake } from "./handshake.ts";

const start = async (options: Partial<GatewayOptions> = {}) =>
  serveGateway({ transport: await logWithTopics(["public"]), topics: ["public"], port: 0, ...options });

describe("without options, on a loopback address", () => {
  test.for(["http://localhost:8080", "http://127.0.0.1", "https://localhost", "http://[::1]:3000"])(
    "a page of %s is let in, on whatever port",
    async (origin) => {
      await using gateway = await start();
      expect(await handshake(gateway.url, { origin })).toBe(101);
    },
  );

  test("a client that is no page sends no Origin, and is let in", async () => {
    await using gateway = await start();
    expect(await handshake(gateway.url, {})).toBe(101);
  });

  test.for([
    ["of another site", "https://evil.example"],
    ["without an origin of its own, such as a sandboxed frame", "null"],
    ["from a file", "file://"],
    ["of an extension", "chrome-extension://abcdefghijklmnop"],
    ["of a name that begins like the loopback host's", "http://localhost.evil.example"],
    ["of a name that ends like the loopback host's", "http://evil-localhost"],
    ["of a name that begins like a loopback address", "http://127.0.0.1.evil.example"],
    ["with the loopback host as its user", "http://localhost@evil.example"],
    ["with the loopback host in its fragment", "http://evil.example#localhost"],
    ["with the loopback host in its path", "http://evil.example/localhost"],
    ["of two origins", "http://localhost:8080, https://evil.example"],
    ["of two origins, the other way round", "https://evil.example, http://localhost:8080"],
    ["with an empty origin", ""],
    ["with what is no URL", "localhost"],
  ])("a page %s is refused with 403, before the upgrade", async ([, origin]) => {
    await using gateway = await start();
    expect(await handshake(gateway.url, { origin: origin ?? "" })).toBe(403);
  });

  test("a page whose name was made to lead to the loopback address (DNS rebinding) is refused", async () => {
    await using gateway = await start();
    const port = new URL(gateway.url).port;
    const host = `evil.example:${port}`;
    expect(await handshake(gateway.url, { host, origin: `http://${host}` })).toBe(403);
  });

  test("so it is when a token is asked for, as its origin is then that of the gateway's Host header", async () => {
    await using gateway = await start({ authorize: () => true });
    const port = new URL(gateway.url).port;
    const host = `evil.example:${port}`;
    expect(await handshake(gateway.url, { host, origin: `http://${host}` })).toBe(403);
    expect(await handshake(gateway.url, { origin: `http://127.0.0.1:${port}` })).toBe(101);
  });

  test("with a token, a page of another port of the same host is refused", async () => {
    await using gateway = await start({ authorize: () => true });
    expect(await handshake(gateway.url, { origin: "http://127.0.0.1:3000" })).toBe(403);
    expect(await handshake(gateway.url, { origin: "http://127.0.0.1" })).toBe(403);
  });
});

describe("with a list of origins", () => {
  const origins = ["https://display.example", "http://control-room:8090"];

  test.for(origins)("%s is let in", async (origin) => {
    await using gateway = await start({ origins });
    expect(await handshake(gateway.url, { origin })).toBe(101);
  });

  test.for([
    "https://display.example.evil.example",
    "https://evil-display.example",
    "https://sub.display.example",
    "https://display.exampl",
    "http://display.example",
    "https://display.example:8443",
    "https://display.example/",
    "https://display.example/page",
    "https://user@display.example",
    "https://DISPLAY.example",
    "https://display.example.",
    "https://display.example, https://evil.example",
    "http://control-room",
    "http://control-room:80901",
    "https://control-room:8090",
    "http://localhost:8080",
    "http://127.0.0.1",
    "null",
    "*",
  ])("%s is refused with 403", async (origin) => {
    await using gateway = await start({ origins });
    expect(await handshake(gateway.url, { origin })).toBe(403);
  });

  test("the gateway's own origin is none of them", async () => {
    await using gateway = await start({ origins });
    expect(await handshake(gateway.url, { origin: gateway.url.replace("ws", "http") })).toBe(403);
  });

  test("a second Origin header does not help, nor that of the old drafts", async () => {
    await using gateway = await start({ origins });
    const both = ["https://display.example", "https://evil.example"];
    expect(await handshake(gateway.url, { origin: both })).toBe(403);
    expect(await handshake(gateway.url, { origin: both.toReversed() })).toBe(403);
    expect(await handshake(gateway.url, { "sec-websocket-origin": "https://display.example" })).toBe(403);
  });
});

describe("it does not start", () => {
  const authorize = (): boolean => true;
  const origins = ["https://display.example"];

  test.for<[string, Partial<GatewayOptions>]>([
    ["on all addresses", { host: "0.0.0.0" }],
    ["on all addresses of IPv6", { host: "::" }],
    ["on all addresses, without a token", { host: "0.0.0.0", origins }],
    ["on all addresses, without origins", { host: "0.0.0.0", authorize }],
    ["on a server that does not listen yet", { server: createServer(), port: undefined }],
    ["with a wildcard for origins", { origins: ["*"], authorize }],
  ])("%s", async ([, options]) => {
    await expect(start(options)).rejects.toThrow(/origins|authorize/);
  });

  test("with both it does, and a page of any other origin stays outside", async () => {
    await using gateway = await start({ host: "0.0.0.0", origins, authorize });
    const url = `ws://127.0.0.1:${new URL(gateway.url).port}`;
    expect(await handshake(url, { origin: "https://display.example" })).toBe(101);
    expect(await handshake(url, { origin: "http://localhost" })).toBe(403);
    expect(await handshake(url, {})).toBe(403);
  });
});
