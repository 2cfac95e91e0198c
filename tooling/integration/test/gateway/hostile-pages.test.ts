import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveGateway } from "@dataqueues/gateway";
import type { Gateway, GatewayOptions } from "@dataqueues/gateway";
import { findChromium, howToGet, requirements } from "@dataqueues/tooling-machine";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(`Chromium is missing: its tests are skipped. To get it: ${howToGet(requirements.chromium)}`);
}

/** Serves a page that sets cookies for its host, whatever the port. */
async function site(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((_request, response) => {
    response.setHeader("set-cookie", ["strict=1; SameSite=Strict; HttpOnly", "lax=1; SameSite=Lax"]);
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>A page</title>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const start = async (options: Partial<GatewayOptions> = {}): Promise<Gateway> =>
  serveGateway({ transport: await logWithTopics(["public"]), topics: ["public"], port: 0, ...options });

/** In a page: what becomes of a WebSocket to the gateway, "open" or "closed". */
const open = (url: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, "dataqueues.v1");
    socket.onopen = () => resolve("open");
    socket.onclose = () => resolve("closed");
  });

/** In a page: the text at an address, or that it cannot be read. */
const read = (url: string): Promise<string> =>
  fetch(url).then(
    (response) => response.text(),
    () => "cannot be read",
  );

describe.skipIf(executablePath === undefined)("in a real Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    // A name of another site that leads to this machine, as an attacker's DNS would make it.
    const args = ["--no-sandbox", "--host-resolver-rules=MAP evil.test 127.0.0.1"];
    browser = await chromium.launch({ executablePath: executablePath ?? "", args });
  });
  afterAll(() => browser.close());

  /** Runs a function in a page of this address. */
  async function inPage<Result>(address: string, run: (url: string) => Promise<Result>, url: string): Promise<Result> {
    const page = await browser.newPage();
    try {
      await page.goto(address);
      return await page.evaluate(run, url);
    } finally {
      await page.close();
    }
  }

  test("a page on another port of the same host, whose WebSocket carries the display's cookies, is refused", async () => {
    await using display = await site();
    await using hostile = await site();
    const authorize = vi.fn<NonNullable<GatewayOptions["authorize"]>>(() => true);
    await using gateway = await start({ origins: [`http://127.0.0.1:${display.port}`], authorize });
    const sayHello = (url: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, "dataqueues.v1");
        socket.binaryType = "arraybuffer";
        const json = new TextEncoder().encode('{"role":"read"}');
        const hello = new Uint8Array(16 + json.length);
        hello.set([1, 1]);
        hello[4] = 1;
        hello[8] = json.length;
        hello.set(json, 16);
        socket.onopen = () => socket.send(hello);
        socket.onmessage = () => resolve("answered");
        socket.onclose = () => resolve("closed");
      });
    expect(await inPage(`http://127.0.0.1:${display.port}/`, sayHello, gateway.url)).toBe("answered");
    expect(authorize).toHaveBeenCalledOnce();
    // The browser does send them, so nothing but the origin tells the two pages apart.
    expect(authorize.mock.calls[0]?.[0].headers["cookie"]).toMatch(/strict=1; lax=1|lax=1; strict=1/);
    expect(await inPage(`http://127.0.0.1:${hostile.port}/`, sayHello, gateway.url)).toBe("closed");
    expect(authorize).toHaveBeenCalledOnce();
  });

  test("a frame without an origin of its own is refused, also within a page that is let in", async () => {
    await using display = await site();
    await using gateway = await start();
    const inFrame = (url: string): Promise<string> =>
      new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", "allow-scripts");
        frame.srcdoc = `<script>
          const socket = new WebSocket(${JSON.stringify(url)}, "dataqueues.v1");
          socket.onopen = () => parent.postMessage("open", "*");
          socket.onclose = () => parent.postMessage("closed", "*");
        </script>`;
        addEventListener("message", ({ data }) => resolve(data));
        document.body.append(frame);
      });
    expect(await inPage(`http://127.0.0.1:${display.port}/`, open, gateway.url)).toBe("open");
    expect(await inPage(`http://127.0.0.1:${display.port}/`, inFrame, gateway.url)).toBe("closed");
  });

  test("a page of another site is refused by a gateway without options", async () => {
    await using hostile = await site();
    await using gateway = await start();
    expect(await inPage(`http://evil.test:${hostile.port}/`, open, gateway.url)).toBe("closed");
  });

  test("a page whose name leads to the gateway itself (DNS rebinding) gets no WebSocket, and reads no metrics", async () => {
    for (const options of [{}, { authorize: () => true }]) {
      await using gateway = await start(options);
      const web = `http://evil.test:${new URL(gateway.url).port}`;
      expect(await inPage(`${web}/`, open, web.replace("http", "ws"))).toBe("closed");
      expect(await inPage(`${web}/`, read, `${web}/metrics`)).not.toContain("dataqueues_gateway");
    }
  });

  test("a page of another site cannot read what /metrics and /healthz say", async () => {
    await using hostile = await site();
    await using gateway = await start();
    const web = gateway.url.replace(/^ws/, "http").replace(/\/$/, "");
    for (const path of ["/metrics", "/healthz"]) {
      expect(await inPage(`http://evil.test:${hostile.port}/`, read, `${web}${path}`)).toBe("cannot be read");
    }
  });
});
