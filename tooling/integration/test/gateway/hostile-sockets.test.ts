import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

import { frame, types } from "./frames.ts";
import { fetchBody, RawViewer } from "./raw-viewer.ts";
import { SpawnedGateway } from "./spawned-gateway.ts";
import { ended, upgradedSocket } from "./upgraded-socket.ts";

let gateway: SpawnedGateway;
beforeAll(async () => {
  gateway = await SpawnedGateway.start({
    limits: {
      viewersPerAddress: 200,
      helloTimeoutMs: 1_500,
      heartbeatMs: 400,
      bytesPerSecond: 1e9,
      oldBytesPerSecond: 1e9,
    },
  });
  await gateway.call("createTopics", [["public-large", 1]]);
  await gateway.call("append", { topic: "public-large", count: 8, bytes: 4_000_000 });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const budgetMiB = 96;

/** A TCP connection to the gateway that has said nothing yet. */
async function plainSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

test("1,000 WebSockets of one address: only so many are let in, and those of other addresses are", async () => {
  const grown = await gateway.attack(async (url) => {
    const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, () => RawViewer.open(url)));
    const viewers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(viewers).toHaveLength(200);
    for (const viewer of viewers) viewer[Symbol.dispose]();
  });
  expect(grown).toBeLessThan(budgetMiB);
});

test("a header of HTTP that never ends is cut off, and so is a connection that says nothing at all", async () => {
  const grown = await gateway.attack(async (url) => {
    const dripping = await Promise.all(Array.from({ length: 50 }, () => plainSocket(url)));
    const silent = await Promise.all(Array.from({ length: 50 }, () => plainSocket(url)));
    for (const socket of dripping) socket.write("GET / HTTP/1.1\r\nX-Slow: ");
    const timer = setInterval(() => dripping.forEach((socket) => socket.write("X")), 100);
    expect(await Promise.all([...dripping, ...silent].map(ended))).not.toContain(false);
    clearInterval(timer);
  });
  expect(grown).toBeLessThan(budgetMiB);
});

test("a header of HTTP of a megabyte is cut off", async () => {
  const grown = await gateway.attack(async (url) => {
    const socket = await plainSocket(url);
    socket.write(`GET / HTTP/1.1\r\nX-Long: ${"x".repeat(1_000_000)}`);
    expect(await ended(socket)).toBe(true);
  });
  expect(grown).toBeLessThan(budgetMiB);
});

test("a WebSocket without HELLO is closed with 4408", async () => {
  await gateway.attack(async (url) => {
    using viewer = new RawViewer(url);
    await once(viewer.socket, "open");
    expect((await viewer.closed).code).toBe(4408);
  });
});

test("a HELLO that comes byte by byte is cut off in the same time", async () => {
  await gateway.attack(async (url) => {
    const socket = await upgradedSocket(url);
    // A masked frame of 100 bytes, of which one comes now and then.
    socket.write(Buffer.from([0x82, 0x80 + 100, 0, 0, 0, 0]));
    const dripping = setInterval(() => socket.write(Buffer.from([1])), 50);
    expect(await ended(socket)).toBe(true);
    clearInterval(dripping);
  });
});

test("a viewer that sends a frame byte by byte after HELLO, and so no heartbeats, is cut off", async () => {
  await gateway.attack(async (url) => {
    const socket = await upgradedSocket(url);
    const hello = frame(types.hello, 1, { role: "read" });
    socket.write(Buffer.concat([Buffer.from([0x82, 0x80 + hello.length, 0, 0, 0, 0]), hello]));
    await once(socket, "data");
    socket.write(Buffer.from([0x82, 0xfe, 0x40, 0, 0, 0, 0, 0]));
    const dripping = setInterval(() => socket.write(Buffer.from([1])), 50);
    expect(await ended(socket)).toBe(true);
    clearInterval(dripping);
  });
});

test("viewers that do not answer heartbeats, as half-open connections do, are cut off", async () => {
  const grown = await gateway.attack(async (url) => {
    const viewers = await Promise.all(Array.from({ length: 50 }, () => RawViewer.open(url)));
    for (const viewer of viewers) viewer.ignoresHeartbeats = true;
    const codes = await Promise.all(viewers.map(async ({ closed }) => (await closed).code));
    for (const code of codes) expect([1006, 4408]).toContain(code);
  });
  expect(grown).toBeLessThan(budgetMiB);
});

test("viewers that ask for records and never read hold one answer each, and are cut off", async () => {
  const grown = await gateway.attack(async (url) => {
    const viewers = await Promise.all(Array.from({ length: 10 }, () => RawViewer.open(url)));
    const before = await gateway.call("metric", "dataqueues_gateway_viewers");
    for (const viewer of viewers) {
      viewer.socket.pause();
      for (let id = 100; id < 104; id++) {
        viewer.send(frame(types.fetch, id, fetchBody([{ topic: "public-large", offset: `${id - 100}` }])));
      }
    }
    await expect
      .poll(() => gateway.call("metric", "dataqueues_gateway_viewers"), { timeout: 20_000 })
      .toBeLessThanOrEqual(before - 10);
    for (const viewer of viewers) viewer[Symbol.dispose]();
  });
  // The records are in the cache once, and in the sockets' buffers, which are the system's.
  expect(grown).toBeLessThan(budgetMiB);
});

test("viewers that never read but send heartbeats hold one answer each, and are cut off as well", async () => {
  const grown = await gateway.attack(async (url) => {
    const viewers = await Promise.all(Array.from({ length: 10 }, () => RawViewer.open(url)));
    for (const viewer of viewers) {
      viewer.socket.pause();
      for (let id = 100; id < 104; id++) {
        viewer.send(frame(types.fetch, id, fetchBody([{ topic: "public-large", offset: `${id - 100}` }])));
      }
    }
    const beating = setInterval(() => {
      for (const viewer of viewers) if (viewer.isOpen) viewer.send(frame(types.heartbeat, 0, {}));
    }, 50);
    const buffered: number[] = [];
    const open = async (): Promise<number> => {
      buffered.push(await gateway.call("metric", "dataqueues_gateway_buffered_bytes"));
      return gateway.call("metric", "dataqueues_gateway_viewers");
    };
    // The one that is left is the viewer beside.
    await expect.poll(open, { timeout: 20_000 }).toBe(1);
    clearInterval(beating);
    expect(Math.max(...buffered)).toBeLessThanOrEqual(10 * 4_200_000);
    for (const viewer of viewers) viewer[Symbol.dispose]();
  });
  expect(grown).toBeLessThan(budgetMiB);
});

test("a client that offends and then ignores the close frame is gone all the same", async () => {
  await gateway.attack(async (url) => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => upgradedSocket(url)));
    for (const socket of sockets) socket.write(Buffer.from([0x82, 0x81, 0, 0, 0, 0, 1]));
    expect(await Promise.all(sockets.map(ended))).not.toContain(false);
  });
});

test("all of them are gone from the count of viewers afterwards", async () => {
  await expect.poll(() => gateway.call("metric", "dataqueues_gateway_viewers"), { timeout: 10_000 }).toBe(0);
});

test("viewers of one address are counted behind a proxy too, and nobody gets more by writing addresses of his own", async () => {
  await using limited = await SpawnedGateway.start({ trustedProxies: 1, limits: { viewersPerAddress: 3 } });
  const url = await limited.call("url");
  const outcomes = async (addresses: readonly string[]): Promise<string[]> => {
    const viewers: RawViewer[] = [];
    const found: string[] = [];
    for (const address of addresses) {
      const headers = { "x-forwarded-for": address };
      const opening = RawViewer.open(url, { headers });
      found.push(
        await opening.then(
          (viewer) => (viewers.push(viewer), "open"),
          () => "refused",
        ),
      );
    }
    for (const viewer of viewers) {
      viewer[Symbol.dispose]();
      await viewer.closed;
    }
    return found;
  };
  const threeOf = (count: number): string[] => Array.from({ length: count }, (_, at) => (at < 3 ? "open" : "refused"));
  expect(await outcomes(Array.from({ length: 6 }, (_, at) => `198.51.100.${at}`))).toEqual(Array(6).fill("open"));
  expect(await outcomes(Array.from({ length: 6 }, (_, at) => `10.0.0.${at}, 198.51.100.7`))).toEqual(threeOf(6));
  // One subscriber has 2 ** 64 addresses of IPv6.
  expect(await outcomes(Array.from({ length: 6 }, (_, at) => `2001:db8:1:2::${at + 1}`))).toEqual(threeOf(6));
});

test("an X-Forwarded-For that no proxy of the gateway's wrote counts for nothing", async () => {
  await using limited = await SpawnedGateway.start({ limits: { viewersPerAddress: 3 } });
  const url = await limited.call("url");
  const viewers: RawViewer[] = [];
  for (let i = 0; i < 3; i++)
    viewers.push(await RawViewer.open(url, { headers: { "x-forwarded-for": `198.51.100.${i}` } }));
  await expect(RawViewer.open(url, { headers: { "x-forwarded-for": "198.51.100.9" } })).rejects.toThrow();
  for (const viewer of viewers) viewer[Symbol.dispose]();
});
