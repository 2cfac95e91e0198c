import type { WriteConnection } from "@dataqueues/core";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import { allowing, place, scriptedGateway } from "./scripted-gateway.ts";
import type { Script, ScriptedGateway } from "./scripted-gateway.ts";

describe("produce", () => {
  const options = { acks: -1, timeoutMs: Infinity, compression: "gzip" } as const;
  const record = (value: Uint8Array | null) => ({ key: null, value, headers: [], timestamp: 5 });
  const openWriter = async (gateway: ScriptedGateway): Promise<WriteConnection> =>
    websocket(gateway.url, { WebSocket }).open("write");
  const confirming: Script["onFrame"] = (client, request) => {
    if (request.type !== 7) return;
    const { batches } = request.body as { batches: unknown[] };
    client.answer(request, { results: batches.map((_, at) => ({ baseOffset: String(at) })) });
  };

  test("takes the bytes before it returns its promise", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ outstandingRequests: 1 }), onFrame: confirming });
    const writer = await openWriter(gateway);
    const client = await gateway.client();
    const value = new Uint8Array([1, 2, 3]);
    const sent = [1, 2].map(() =>
      writer.produce(0, [{ ...place, records: [record(value)], baseSequence: 0 }], options),
    );
    value.fill(9);
    await Promise.all(sent);
    const written = client.frames.slice(1).map(({ records }) => [...records.subarray(32, 35)]);
    expect(written).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    writer.close();
  });

  test("sends the options, and no identity where there is none", async () => {
    await using gateway = await scriptedGateway({ onFrame: confirming });
    const writer = await openWriter(gateway);
    const batch = { ...place, records: [record(null), record(null)], baseSequence: 0 };
    expect(await writer.produce(0, [batch], options)).toEqual([{ ...place, baseOffset: 0n }]);
    expect(gateway.clients[0]?.frames[1]?.body).toEqual({
      leader: 0,
      acks: -1,
      timeoutMs: 2_147_483_647,
      compression: "gzip",
      batches: [{ ...place, baseSequence: 0, count: 2, bytes: 64 }],
    });
    writer.close();
  });

  test("splits a request that has more bytes than the gateway takes, and refuses a batch that alone has more", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ maxProduceBytes: 1_000 }), onFrame: confirming });
    const writer = await openWriter(gateway);
    // 32 bytes of a record's header come to each value.
    const batches = [400, 600, 968, 969].map((length, partition) => ({
      topic: "gains",
      partition,
      records: [record(new Uint8Array(length))],
      baseSequence: 0,
    }));
    const results = await writer.produce(0, batches, options);
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, undefined, undefined, "RECORD_TOO_LARGE"]);
    expect(results[3]?.error).toMatchObject({
      message: "gains[3]: RECORD_TOO_LARGE: the gateway takes 1000 bytes at a time, and these are 1008",
    });
    const sent = gateway.clients[0]?.frames
      .slice(1)
      .map(({ body }) => (body as { batches: { bytes: number }[] }).batches.map(({ bytes }) => bytes));
    expect(sent?.flat()).toEqual([432, 632, 1_000]);
    expect(sent).toHaveLength(3);
    writer.close();
  });

  test("a batch with a record that no log can hold is its own error, and the one beside it is sent", async () => {
    await using gateway = await scriptedGateway({ onFrame: confirming });
    const writer = await openWriter(gateway);
    const good = { ...place, records: [record(new Uint8Array(1))], baseSequence: 0 };
    // @ts-expect-error: a caller without a compiler
    const bad = { ...place, records: [record("text")], baseSequence: 0 } as typeof good;
    expect(await writer.produce(0, [bad, good, bad], options)).toEqual([
      {
        ...place,
        error: expect.objectContaining({
          code: "INVALID_RECORD",
          message: "gains[0]: INVALID_RECORD: its value is neither bytes nor null",
        }),
      },
      { ...place, baseOffset: 0n },
      { ...place, error: expect.objectContaining({ code: "INVALID_RECORD" }) },
    ]);
    const empty = { ...good, records: [] };
    expect(await writer.produce(0, [bad, empty], options)).toEqual([
      { ...place, error: expect.objectContaining({ code: "INVALID_RECORD" }) },
      {
        ...place,
        error: expect.objectContaining({ code: "INVALID_RECORD", message: expect.stringMatching(/has no records$/) }),
      },
    ]);
    expect(gateway.clients[0]?.frames).toHaveLength(2);
    writer.close();
  });

  test.each([
    ["fewer results", { results: [] }],
    ["an offset as a number", { results: [{ baseOffset: 4 }] }],
    ["a time in words", { results: [{ baseOffset: "4", timestamp: "now" }] }],
  ])("%s than there should be end the connection", async (_, body) => {
    await using gateway = await scriptedGateway({ onFrame: (client, request) => client.answer(request, body) });
    const writer = await openWriter(gateway);
    const batch = { ...place, records: [record(null)], baseSequence: 0 };
    await expect(writer.produce(0, [batch], options)).rejects.toMatchObject({ cause: { code: "CORRUPT_MESSAGE" } });
  });
});
