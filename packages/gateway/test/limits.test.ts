import { encodeFrameStart, encodeRecord, frameTypes } from "@dataqueues/transport-websocket";
import { expect, test, vi } from "vitest";

import { gatewayOf, metric } from "./gateway-of.ts";
import { fetchBody, TestViewer } from "./viewer.ts";

test("more requests at a time than the limit are closed with 4429", async () => {
  await using running = await gatewayOf({ public: [] }, { limits: { outstandingRequests: 2 } });
  using viewer = await TestViewer.open(running.url);
  for (let i = 0; i < 3; i++) void viewer.ask(frameTypes.fetch, fetchBody("public", 0n, { maxWaitMs: 30_000 }));
  expect((await viewer.closed).code).toBe(4429);
  await vi.waitFor(
    () => {
      expect(running.events).toContainEqual(
        expect.objectContaining({ type: "viewerClosed", reason: "tooMany", code: 4429 }),
      );
    },
    { timeout: 10_000 },
  );
});

test("requests over the rate wait, and are all answered", async () => {
  await using running = await gatewayOf({ public: [] }, { limits: { requestsPerSecond: 20 } });
  using viewer = await TestViewer.open(running.url);
  const startedAt = performance.now();
  for (let i = 0; i < 30; i++) expect((await viewer.ask(frameTypes.metadata))?.type).toBe(0x82);
  // HELLO and 30 requests are 11 more than one second's, at 20 a second.
  expect(performance.now() - startedAt).toBeGreaterThan(400);
});

test("bytes over the rate wait: the next fetch is answered when they are paid for", async () => {
  await using running = await gatewayOf({ public: [150_000, 10] }, { limits: { bytesPerSecond: 100_000 } });
  using viewer = await TestViewer.open(running.url);
  const startedAt = performance.now();
  await viewer.ask(frameTypes.fetch, fetchBody("public", 0n, { maxBytes: 1 }));
  await viewer.ask(frameTypes.fetch, fetchBody("public", 1n));
  expect(performance.now() - startedAt).toBeGreaterThan(400);
});

test("old records over the rate wait", async () => {
  await using running = await gatewayOf({ public: [150_000, 150_000, 10] }, { limits: { oldBytesPerSecond: 100_000 } });
  using viewer = await TestViewer.open(running.url);
  const startedAt = performance.now();
  await viewer.ask(frameTypes.fetch, fetchBody("public", 0n, { maxBytes: 1 }));
  await viewer.ask(frameTypes.fetch, fetchBody("public", 1n, { maxBytes: 1 }));
  expect(performance.now() - startedAt).toBeGreaterThan(400);
});

test("answers without news are at least 100 ms apart, however short a wait was asked for", async () => {
  await using running = await gatewayOf({ public: [] });
  using viewer = await TestViewer.open(running.url);
  const startedAt = performance.now();
  for (let i = 0; i < 4; i++) await viewer.ask(frameTypes.fetch, fetchBody("public", 0n, { maxWaitMs: 0 }));
  expect(performance.now() - startedAt).toBeGreaterThan(290);
});

test("an answer has no more bytes than the limit, but a record comes whole", async () => {
  await using running = await gatewayOf({ public: [40_000, 40_000, 40_000] }, { limits: { answerBytes: 70_000 } });
  using viewer = await TestViewer.open(running.url);
  const answer = await viewer.ask(frameTypes.fetch, fetchBody("public", 0n));
  expect(answer?.body).toMatchObject({ fetched: [{ nextOffset: answer?.records.length === 40_032 ? "1" : "2" }] });
  expect(answer?.records.length).toBeLessThan(81_000);
});

test("a viewer that does not read holds one answer, and is cut off; the others go on", async () => {
  const sizes = Array.from({ length: 20 }, () => 4_000_000);
  await using running = await gatewayOf({ public: sizes }, { limits: { heartbeatMs: 300 } });
  using stopped = await TestViewer.open(running.url);
  stopped.socket.pause();
  for (let i = 0; i < 8; i++) void stopped.ask(frameTypes.fetch, fetchBody("public", BigInt(i), { maxBytes: 1 }));
  using reading = await TestViewer.open(running.url);
  let most = 0;
  for (let i = 0; i < 8; i++) {
    const answer = await reading.ask(frameTypes.fetch, fetchBody("public", BigInt(i), { maxBytes: 1 }));
    expect(answer?.records).toHaveLength(4_000_032);
    most = Math.max(most, (await metric(running, "buffered_bytes")) ?? 0);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(9_000_000);
  await vi.waitFor(
    () => {
      expect(running.events).toContainEqual(expect.objectContaining({ type: "viewerClosed", reason: "timedOut" }));
    },
    { timeout: 5_000 },
  );
  await vi.waitFor(async () => expect(await metric(running, "buffered_bytes")).toBe(0), { timeout: 10_000 });
});

test("a viewer that answers no heartbeat is closed with 4408, one that does stays", async () => {
  await using running = await gatewayOf({}, { limits: { heartbeatMs: 50 } });
  using silent = await TestViewer.open(running.url);
  using alive = await TestViewer.open(running.url);
  alive.socket.on("message", (bytes: Buffer) => {
    if (bytes[0] === frameTypes.heartbeat) alive.socket.send(encodeFrameStart(frameTypes.heartbeat, 0));
  });
  expect((await silent.closed).code).toBe(4408);
  await vi.waitFor(() => expect(alive.others.length).toBeGreaterThan(8), { timeout: 10_000 });
  expect((await alive.ask(frameTypes.metadata))?.type).toBe(0x82);
});

test.for<[string, (viewer: TestViewer) => void, number]>([
  ["text", (viewer) => viewer.socket.send("{}"), 1003],
  ["no frame", (viewer) => viewer.socket.send(Buffer.alloc(3)), 4400],
  ["a type that there is not", (viewer) => void viewer.ask(77), 4400],
  ["a request of another role", (viewer) => void viewer.ask(frameTypes.produce), 4400],
  ["records of a writer", (viewer) => void viewer.ask(frameTypes.produceMore), 4400],
  ["a second HELLO", (viewer) => void viewer.ask(frameTypes.hello, { role: "read" }), 4400],
  ["a list for a body", (viewer) => void viewer.ask(frameTypes.metadata, []), 4400],
  ["more than 65,536 bytes", (viewer) => viewer.socket.send(Buffer.alloc(65_537)), 1009],
])("%s ends the connection", async ([, send, code]) => {
  await using running = await gatewayOf({});
  using viewer = await TestViewer.open(running.url);
  send(viewer);
  expect((await viewer.closed).code).toBe(code);
  using other = await TestViewer.open(running.url);
  expect((await other.ask(frameTypes.metadata))?.type).toBe(0x82);
});

test("records that go ahead are bounded, also in frames without any, and those of two requests do not mix", async () => {
  const limits = { produceBytes: 100_000, requestsPerSecond: Infinity };
  await using running = await gatewayOf({}, { roles: ["write"], limits });
  const closing = async (frames: readonly (readonly [number, number])[]): Promise<number> => {
    using viewer = await TestViewer.open(running.url, { role: "write" });
    for (const [id, bytes] of frames) {
      viewer.socket.send(Buffer.concat([encodeFrameStart(frameTypes.produceMore, id), Buffer.alloc(bytes)]));
    }
    return (await viewer.closed).code;
  };
  expect(
    await closing([
      [5, 60_000],
      [5, 60_000],
    ]),
  ).toBe(4429);
  expect(await closing(Array.from({ length: 200 }, () => [5, 0] as const))).toBe(4429);
  expect(
    await closing([
      [5, 8],
      [6, 8],
    ]),
  ).toBe(4400);
});

test("what a request may have is taken to the last byte, in frames of any size", async () => {
  const record = encodeRecord({ key: null, value: new Uint8Array(99_968), headers: [], timestamp: 5 }, 0n);
  await using running = await gatewayOf({ public: [] }, { roles: ["write"], limits: { produceBytes: record.length } });
  using viewer = await TestViewer.open(running.url, { role: "write" });
  for (const [from, to] of [
    [0, 60_000],
    [60_000, 99_992],
    [99_992, 100_000],
  ] as const) {
    viewer.socket.send(Buffer.concat([encodeFrameStart(frameTypes.produceMore, 2), record.subarray(from, to)]));
  }
  const batches = [{ topic: "public", partition: 0, baseSequence: 0, count: 1, bytes: record.length }];
  const body = { leader: 0, acks: -1, timeoutMs: 1_000, compression: "none", batches };
  expect(await viewer.body(frameTypes.produce, body)).toEqual({ results: [{ baseOffset: "0" }] });
  expect(await metric(running, "received_bytes")).toBe(0);
});

test("unfinished requests of all viewers together are bounded, and forgotten with their viewers", async () => {
  await using running = await gatewayOf({}, { roles: ["write"], limits: { bufferedBytes: 100_000 } });
  const send = (viewer: TestViewer): void => {
    viewer.socket.send(Buffer.concat([encodeFrameStart(frameTypes.produceMore, 5), Buffer.alloc(60_000)]));
  };
  using first = await TestViewer.open(running.url, { role: "write" });
  send(first);
  await vi.waitFor(async () => expect(await metric(running, "received_bytes")).toBe(60_000), { timeout: 10_000 });
  using second = await TestViewer.open(running.url, { role: "write" });
  send(second);
  expect((await second.closed).code).toBe(4429);
  first[Symbol.dispose]();
  await vi.waitFor(async () => expect(await metric(running, "received_bytes")).toBe(0), { timeout: 10_000 });
});

test("answers are small while much waits to be read", async () => {
  const large = Array.from({ length: 4 }, () => 8_000_000);
  const sizes = Array.from({ length: 10 }, () => 40_000);
  const options = { topics: ["public", "large"], limits: { bufferedBytes: 1 } };
  await using running = await gatewayOf({ public: sizes, large }, options);
  using stopped = await TestViewer.open(running.url);
  using reading = await TestViewer.open(running.url);
  const records = async (): Promise<number | undefined> =>
    (await reading.ask(frameTypes.fetch, fetchBody("public", 0n)))?.records.length;
  expect(await records()).toBeGreaterThan(250_000);
  stopped.socket.pause();
  for (let i = 0; i < 4; i++) void stopped.ask(frameTypes.fetch, fetchBody("large", BigInt(i), { maxBytes: 1 }));
  await vi.waitFor(async () => expect(await metric(running, "buffered_bytes")).toBeGreaterThan(0), { timeout: 5_000 });
  expect(await records()).toBeLessThan(100_000);
});
