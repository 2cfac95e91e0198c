import { DataQueueConsumer } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import { ReconnectDelay } from "../src/reconnect-delay.ts";
import { frame, scriptedGateway } from "./scripted-gateway.ts";
import type { Script } from "./scripted-gateway.ts";
import { bytesOf, vectors } from "./vectors.ts";

afterEach(() => void vi.restoreAllMocks());

/** What the next opening is told of: failures, refusals and losses, in order. */
function spied(): unknown[][] {
  const told: unknown[][] = [];
  for (const name of ["failed", "refused", "opened"] as const) {
    vi.spyOn(ReconnectDelay.prototype, name).mockImplementation(() => void told.push([name]));
  }
  vi.spyOn(ReconnectDelay.prototype, "lost").mockImplementation((_, reason) => void told.push(["lost", reason]));
  vi.spyOn(ReconnectDelay.prototype, "wait").mockImplementation(async (mostMs) => void told.push(["wait", mostMs]));
  return told;
}

describe("the next opening hears", () => {
  const refuse =
    (error: string): Script["onHello"] =>
    ({ socket }) =>
      socket.send(frame(0xff, 0, { error }));

  test("of a loss, with the reason; half of the caller's time is for waiting", async () => {
    const told = spied();
    await using gateway = await scriptedGateway();
    const reader = await websocket(gateway.url, { WebSocket }).open("read", { connectTimeoutMs: 4_000 });
    const client = await gateway.client();
    const pending = reader.metadata();
    client.socket.close(1012, "reconnect within 3000 ms");
    await expect(pending).rejects.toThrow();
    expect(told).toEqual([["wait", 2_000], ["opened"], ["lost", "reconnect within 3000 ms"]]);
  });

  test("nothing of a connection that was closed here", async () => {
    const told = spied();
    await using gateway = await scriptedGateway();
    (await websocket(gateway.url, { WebSocket }).open("read")).close();
    expect(told).toEqual([["wait", 7_500], ["opened"]]);
  });

  test.each(["SASL_AUTHENTICATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "UNSUPPORTED"])(
    "of a refusal: %s",
    async (code) => {
      const told = spied();
      await using gateway = await scriptedGateway({ onHello: refuse(code) });
      await expect(websocket(gateway.url, { WebSocket }).open("read")).rejects.toMatchObject({ code });
      expect(told.slice(1)).toEqual([["refused"]]);
    },
  );

  test("of a failure, but not of a caller who gave up", async () => {
    const told = spied();
    await using gateway = await scriptedGateway({ onHello: () => undefined });
    const transport = websocket(gateway.url, { WebSocket });
    const abort = new AbortController();
    const opening = transport.open("read", { signal: abort.signal });
    await gateway.client();
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: "ABORTED" });
    expect(told.slice(1)).toEqual([]);
    await expect(transport.open("read", { connectTimeoutMs: 20 })).rejects.toMatchObject({ code: "REQUEST_TIMED_OUT" });
    expect(told.slice(2)).toEqual([["failed"]]);
  });

  test("nothing of other roles", async () => {
    await using gateway = await scriptedGateway({ onHello: refuse("UNSUPPORTED") });
    const transport = websocket(gateway.url, { WebSocket });
    const waits: unknown[] = [];
    vi.spyOn(ReconnectDelay.prototype, "wait").mockImplementation(async function (this: unknown) {
      waits.push(this);
    });
    for (const role of ["read", "write", "read"] as const) await transport.open(role).catch(() => undefined);
    expect([waits[0] === waits[1], waits[0] === waits[2]]).toEqual([false, true]);
  });
});

test("a consumer whose gateway restarts again and again reads on where it was, with a new token each time", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const [record] = vectors.records;
  let asked = 0;
  // Gives the record at the asked offset, and is gone after each second answer.
  await using gateway = await scriptedGateway({
    onFrame: (client, request) => {
      if (request.type === 2)
        client.answer(request, { topics: [{ topic: "gains", partitions: [{ partition: 0, leader: 0 }] }] });
      if (request.type === 3) client.answer(request, { offsets: [{ offset: "0" }] });
      if (request.type !== 4) return;
      const { wanted } = request.body as { wanted: { offset: string }[] };
      const offset = BigInt(wanted[0]?.offset ?? -1);
      if (++asked % 3 === 0) return client.socket.terminate();
      const bytes = bytesOf(record?.bytes ?? "");
      new DataView(bytes.buffer).setBigInt64(0, offset, true);
      const [nextOffset, highWatermark] = [String(offset + 1n), "12"];
      client.answer(
        request,
        { fetched: [{ index: 0, count: 1, bytes: bytes.length, nextOffset, highWatermark }] },
        bytes,
      );
    },
  });
  const events: DataQueueEvent["type"][] = [];
  let tokens = 0;
  const transport = websocket(gateway.url, { WebSocket, token: () => `token ${++tokens}` });
  await using consumer = new DataQueueConsumer(transport, {
    topics: ["gains"],
    from: "earliest",
    maxBufferedBytes: 100,
    onEvent: ({ type }) => void events.push(type),
  });
  const offsets: bigint[] = [];
  for await (const { offset } of consumer) {
    offsets.push(offset);
    if (offsets.length === 12) break;
  }
  expect(offsets).toEqual(Array.from({ length: 12 }, (_, offset) => BigInt(offset)));
  expect(gateway.clients.length).toBeGreaterThan(4);
  expect(gateway.clients.map(({ frames }) => frames[0]?.body)).toEqual(
    gateway.clients.map((_, at) => ({ role: "read", token: `token ${at + 1}` })),
  );
  expect(events.filter((type) => type === "disconnected").length).toBeGreaterThan(3);
});
