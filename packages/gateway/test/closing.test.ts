import { frameTypes } from "@dataqueues/transport-websocket";
import { expect, test, vi } from "vitest";

import { gatewayOf } from "./gateway-of.ts";
import { fetchBody, TestViewer } from "./viewer.ts";

const healthOf = (url: string): Promise<readonly [number, string]> =>
  fetch(`${url.replace("ws", "http")}/healthz`).then(
    async (response) => [response.status, await response.text()] as const,
  );

test("healthz is ok, and 503 while the log cannot be reached", async () => {
  await using running = await gatewayOf({ public: [] });
  await vi.waitFor(async () => expect(await healthOf(running.url)).toEqual([200, "ok"]), { timeout: 10_000 });
  running.log.faults.refuse();
  running.log.faults.disconnect();
  using viewer = await TestViewer.open(running.url);
  await viewer.ask(frameTypes.metadata, { topics: ["public"] });
  await vi.waitFor(async () => expect(await healthOf(running.url)).toEqual([503, "unreachable"]), { timeout: 15_000 });
});

test("closing sends viewers away in groups with 1012, and lets nobody in", async () => {
  await using running = await gatewayOf({ public: [] });
  const viewers = await Promise.all(Array.from({ length: 40 }, () => TestViewer.open(running.url)));
  for (const viewer of viewers) void viewer.ask(frameTypes.fetch, fetchBody("public", 0n, { maxWaitMs: 30_000 }));
  let gone = 0;
  const closings = viewers.map((viewer) => viewer.closed.finally(() => (gone += 1)));
  const closed = running.gateway.close({ timeoutMs: 1_000 });
  await Promise.race(closings);
  expect(gone).toBeLessThan(10);
  expect(await healthOf(running.url)).toEqual([503, "draining"]);
  await expect(TestViewer.open(running.url)).rejects.toThrow();
  expect(running.gateway.close()).toBeInstanceOf(Promise);
  await closed;
  expect(new Set((await Promise.all(closings)).map(({ code, reason }) => `${code} ${reason}`))).toEqual(
    new Set(["1012 reconnect within 5000 ms"]),
  );
  await expect(fetch(running.url.replace("ws", "http"))).rejects.toThrow();
});

test("a viewer that does not answer does not hold up the closing", async () => {
  await using running = await gatewayOf({});
  using viewer = await TestViewer.open(running.url);
  viewer.socket.pause();
  await running.gateway.close({ timeoutMs: 0 });
  expect(running.events).toContainEqual(
    expect.objectContaining({ type: "viewerClosed", reason: "restart", code: 1012 }),
  );
});

test("what else is asked of its server is answered shortly", async () => {
  await using running = await gatewayOf({});
  const base = running.url.replace("ws", "http");
  expect((await fetch(`${base}/`)).status).toBe(426);
  expect((await fetch(`${base}/other`)).status).toBe(404);
  const metrics = await fetch(`${base}/metrics`);
  expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await metrics.text();
  // Every metric is told with its help and type. Source: Prometheus's exposition formats.
  const names = [...text.matchAll(/^# TYPE (\S+) (counter|gauge)$/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  for (const line of text.trim().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|\w+(\{\w+="\w+"\})? [\d.]+)$/);
});
