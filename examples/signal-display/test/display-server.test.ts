import { request } from "node:http";

import { websocket } from "@dataqueues/transport-websocket";
import { DataQueueConsumer, DataQueueProducer, Encoding, memory } from "dataqueues";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { DisplayFile } from "../src/display-files.ts";
import { serveDisplayPage } from "../src/display-server.ts";
import type { DisplayServer, DisplayServerOptions } from "../src/display-server.ts";

const html = new TextEncoder().encode("<!doctype html><title>Signal display</title>");
const files = new Map<string, DisplayFile>([["/", { type: "text/html; charset=utf-8", body: html }]]);

describe("the page's server", () => {
  let log: ReturnType<typeof memory>;
  let server: DisplayServer;

  beforeEach(async () => {
    log = memory();
    await using producer = new DataQueueProducer(log, { encoding: Encoding.JSON });
    for (const topic of ["metrics-stats-02", "metrics-stats-03"]) await producer.send({ topic }, { topic });
  });
  afterEach(() => server.close());

  async function serve(options: Partial<DisplayServerOptions> = {}): Promise<DisplayServer> {
    const defaults = { transport: log, files, subarray: "02", port: 0, host: "127.0.0.1", token: undefined };
    server = await serveDisplayPage({ ...defaults, ...options });
    return server;
  }

  /** The address of the gateway, as the page finds it. */
  function gateway(): string {
    const url = new URL("queues", server.url);
    url.protocol = "ws:";
    url.search = url.hash = "";
    return url.href;
  }

  async function read(topic: string, token?: string): Promise<unknown> {
    const transport = websocket(gateway(), { token });
    const options = { topics: topic, encoding: Encoding.JSON, connectTimeoutMs: 3000 };
    await using consumer = new DataQueueConsumer(transport, options);
    for await (const { value } of consumer) return value;
    return undefined;
  }

  function statusOf(path: string, method = "GET"): Promise<number | undefined> {
    const { hostname, port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      const asked = request({ hostname, port, path, method }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on("error", reject).end();
    });
  }

  test("gives the page, with headers that keep it to its own server", async () => {
    const response = await fetch((await serve()).url);
    expect(await response.text()).toBe(new TextDecoder().decode(html));
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("has nothing else but the gateway's state and metrics", async () => {
    await serve();
    expect(await statusOf("/healthz")).toBe(200);
    expect(await statusOf("/metrics")).toBe(200);
    for (const path of ["/main.ts", "//", "/%", "/../package.json", "/?x=/"]) {
      expect([path, await statusOf(path)]).toEqual([path, path === "/?x=/" ? 200 : 404]);
    }
    expect(await statusOf("/", "POST")).toBe(405);
    expect(await statusOf("/", "HEAD")).toBe(200);
  });

  test("lets read the topics of its subarray, and no others", async () => {
    await serve();
    expect(await read("metrics-stats-02")).toEqual({ topic: "metrics-stats-02" });
    await expect(read("metrics-stats-03")).rejects.toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED" });
  });

  test("lets nobody write", async () => {
    await serve();
    await using producer = new DataQueueProducer(websocket(gateway()), { topic: "metrics-stats-02" });
    await expect(producer.send(new Uint8Array([1]))).rejects.toThrow();
  });

  test("with a token lets in who knows it", async () => {
    await serve({ token: "secret" });
    expect(await read("metrics-stats-02", "secret")).toEqual({ topic: "metrics-stats-02" });
    for (const token of ["secreT", "", undefined]) {
      await expect(read("metrics-stats-02", token)).rejects.toMatchObject({ code: "SASL_AUTHENTICATION_FAILED" });
    }
  });

  test("the address has the subarray in its query and the token in its fragment, which no server sees", async () => {
    await serve({ token: "a&b#c" });
    const { hostname, search, hash } = new URL(server.url);
    expect(hostname).toBe("127.0.0.1");
    expect(new URLSearchParams(search).get("subarray")).toBe("02");
    expect(new URLSearchParams(hash.slice(1)).get("token")).toBe("a&b#c");
  });

  test("with the usual subarray and no token the address is plain", async () => {
    expect((await serve({ subarray: "01" })).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  test("on an address that others reach it lets in pages of its own addresses, with the token", async () => {
    await serve({ host: "0.0.0.0", token: "secret" });
    const { port } = new URL(server.url);
    const open = (origin: string): Promise<number | undefined> => {
      const headers = {
        connection: "Upgrade",
        upgrade: "websocket",
        origin,
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
        "sec-websocket-protocol": "dataqueues.v1",
      };
      return new Promise((resolve, reject) => {
        const asked = request({ hostname: "127.0.0.1", port, path: "/queues", headers });
        asked.on("response", ({ statusCode }) => resolve(statusCode));
        asked.on("upgrade", ({ statusCode }, socket) => {
          socket.destroy();
          resolve(statusCode);
        });
        asked.on("error", reject).end();
      });
    };
    expect(await open(`http://localhost:${port}`)).toBe(101);
    expect(await open(`http://127.0.0.1:${port}`)).toBe(101);
    expect(await open(`http://127.0.0.1:${Number(port) + 1}`)).toBe(403);
    expect(await open("http://elsewhere.example")).toBe(403);
  });

  test("a port that is in use is an error with the system's code, and nothing stays open", async () => {
    const { url } = await serve();
    const second = serveDisplayPage({
      transport: log,
      files,
      subarray: "02",
      host: "127.0.0.1",
      token: undefined,
      port: Number(new URL(url).port),
    });
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
