import type { ReadConnection } from "@dataqueues/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import { allowing, closedBy, frame, openReader, patient, place, scriptedGateway } from "./scripted-gateway.ts";
import type { Client } from "./scripted-gateway.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a connection that ends", () => {
  const ends: readonly (readonly [string, RegExp, (client: Client, reader: ReadConnection) => void])[] = [
    ["closed here", /the connection was closed$/, (_, reader) => reader.close()],
    ["cut", /the connection was lost \(1006\)$/, ({ socket }) => socket.terminate()],
    [
      "1012",
      /the gateway stops \(1012 "reconnect within 10 ms"\)$/,
      ({ socket }) => socket.close(1012, "reconnect within 10 ms"),
    ],
    ["4400", /could not read what this client sent \(4400\)$/, ({ socket }) => socket.close(4400)],
    ["4401", /does not accept the token, or no longer \(4401\)$/, ({ socket }) => socket.close(4401)],
    ["4429", /more at a time than the gateway allows \(4429\)$/, ({ socket }) => socket.close(4429)],
  ];
  test.each(ends)("rejects what is pending and all that comes later: %s", async (_, message, end) => {
    await using gateway = await scriptedGateway({ onHello: allowing({ outstandingRequests: 1 }) });
    const { reader, client } = await openReader(gateway);
    const pending = [reader.fetch(0, [{ ...place, offset: 0n }], patient), reader.metadata()];
    await client.next(4);
    end(client, reader);
    const error = expect.objectContaining({
      code: "NETWORK_EXCEPTION",
      retriable: true,
      message: expect.stringMatching(message),
    });
    expect(await Promise.allSettled(pending)).toEqual(pending.map(() => ({ status: "rejected", reason: error })));
    await expect(reader.metadata()).rejects.toEqual(error);
    await expect(reader.fetch(0, [{ ...place, offset: 0n }], patient)).rejects.toMatchObject({
      message: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/ \(read\): fetch: NETWORK_EXCEPTION: /),
    });
    reader.close();
  });

  test("is closed when nothing came for two and a half beats, and not before", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const heartbeatMs = 1_000;
    await using gateway = await scriptedGateway({ onHello: allowing({ heartbeatMs }) });
    const { reader, client } = await openReader(gateway);
    for (const beats of [1, 2, 2.4, 1, 2.4]) {
      vi.advanceTimersByTime(beats * heartbeatMs);
      client.socket.send(frame(0x40, 0, {}));
      await client.next(0x40);
    }
    const pending = reader.fetch(0, [{ ...place, offset: 0n }], patient);
    await client.next(4);
    vi.advanceTimersByTime(2.5 * heartbeatMs);
    await expect(pending).rejects.toThrow(
      /fetch: NETWORK_EXCEPTION: nothing came from the gateway for 2500 ms, not even its heartbeat$/,
    );
    expect(await closedBy(client)).toBe(4408);
  });

  test("of a page that was asleep is kept if something has come meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    await using gateway = await scriptedGateway({ onHello: allowing({ heartbeatMs: 1_000 }) });
    const { reader, client } = await openReader(gateway);
    // The clock has gone on for an hour when the first timer runs.
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 3_600_000);
    vi.advanceTimersByTime(2_000);
    client.socket.send(frame(0x40, 0, {}));
    await client.next(0x40);
    vi.advanceTimersByTime(500);
    const asked = reader.metadata();
    client.answer(await client.next(2), { topics: [] });
    expect(await asked).toEqual([]);
    reader.close();
  });

  test("sends no more signs of life than a gateway that does not read them takes", async () => {
    await using gateway = await scriptedGateway();
    let buffered = 0;
    const sent: number[] = [];
    class Slow extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        Object.defineProperty(this, "bufferedAmount", { get: () => buffered });
      }

      override send(data: Uint8Array): void {
        sent.push(data[0] ?? -1);
        super.send(data);
      }
    }
    const reader = await websocket(gateway.url, { WebSocket: Slow }).open("read");
    const client = await gateway.client();
    buffered = 1_000_000;
    client.socket.send(frame(0x40, 0, {}));
    // What is asked for is sent in any case.
    const asked = reader.metadata();
    client.answer(await client.next(2), { topics: [] });
    await asked;
    // The heartbeat had come before that answer.
    expect(sent).toEqual([1, 2]);
    buffered = 0;
    client.socket.send(frame(0x40, 0, {}));
    await client.next(0x40);
    expect(sent).toEqual([1, 2, 0x40]);
    reader.close();
  });
});
