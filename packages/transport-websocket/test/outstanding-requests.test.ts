import { describe, expect, test } from "vitest";

import { allowing, frame, openReader, patient, place, scriptedGateway } from "./scripted-gateway.ts";

const nothing = { fetched: [] };

/** Whether a promise has settled once sockets and timers had their turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  const turn = new Promise((resolve) => setImmediate(() => resolve(pending)));
  return (await Promise.race([promise.catch(() => undefined), turn])) !== pending;
}

describe("requests", () => {
  test("beyond what the gateway takes at a time wait for an answer", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ outstandingRequests: 2 }) });
    const { reader, client } = await openReader(gateway);
    const asked = ["a", "b", "c"].map((topic) => reader.metadata([topic]));
    const first = await client.next(2);
    const second = await client.next(2);
    expect([first.body, second.body]).toEqual([{ topics: ["a"] }, { topics: ["b"] }]);
    client.answer(second, { topics: [{ topic: "b", partitions: [] }] });
    // The third can only have come after that answer.
    const third = await client.next(2);
    expect(third.body).toEqual({ topics: ["c"] });
    expect(client.frames).toHaveLength(4);
    client.answer(third, { topics: [{ topic: "c", partitions: [] }] });
    client.answer(first, { topics: [{ topic: "a", partitions: [] }] });
    expect(await Promise.all(asked)).toEqual(["a", "b", "c"].map((topic) => [{ topic, partitions: [] }]));
    reader.close();
  });

  test("a third one is not sent before an answer has come", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ outstandingRequests: 2 }) });
    const { reader, client } = await openReader(gateway);
    for (const topic of ["a", "b", "c"]) reader.metadata([topic]).catch(() => undefined);
    reader.fetch(0, [{ ...place, offset: 0n }], patient).catch(() => undefined);
    // A heartbeat comes back after all that was sent before it.
    client.socket.send(frame(0x40, 0, {}));
    await client.next(0x40);
    expect(client.frames.map(({ type }) => type)).toEqual([1, 2, 2, 0x40]);
    reader.close();
  });

  test("a cancel waits for nothing, and a cancelled fetch counts until it is answered", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ outstandingRequests: 1 }) });
    const { reader, client } = await openReader(gateway);
    const abort = new AbortController();
    const aborted = reader.fetch(0, [{ ...place, offset: 0n }], patient, { signal: abort.signal });
    const fetch = await client.next(4);
    const next = reader.metadata(["gains"]);
    abort.abort(new Error("other topics"));
    await expect(aborted).rejects.toThrow("other topics");
    expect(await client.next(5)).toMatchObject({ id: fetch.id, body: {} });
    expect(client.frames.some(({ type }) => type === 2)).toBe(false);
    client.answer(fetch, nothing);
    client.answer(await client.next(2), { topics: [] });
    expect(await next).toEqual([]);
    reader.close();
  });

  test("a fetch that is aborted while it waits to be sent is cancelled as soon as it is sent", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ outstandingRequests: 1 }) });
    const { reader, client } = await openReader(gateway);
    const first = reader.metadata(["gains"]);
    const abort = new AbortController();
    const aborted = reader.fetch(0, [{ ...place, offset: 0n }], patient, { signal: abort.signal });
    abort.abort(new Error("other topics"));
    await expect(aborted).rejects.toThrow("other topics");
    client.answer(await client.next(2), { topics: [] });
    await first;
    expect((await client.next(5)).id).toBe((await client.next(4)).id);
    reader.close();
  });

  test("a fetch whose signal has aborted before is not sent, and one that was answered is not cancelled", async () => {
    await using gateway = await scriptedGateway();
    const { reader, client } = await openReader(gateway);
    const reason = new Error("too late");
    const wanted = [{ ...place, offset: 0n }];
    await expect(reader.fetch(0, wanted, patient, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const abort = new AbortController();
    const fetching = reader.fetch(0, wanted, patient, { signal: abort.signal });
    client.answer(await client.next(4), nothing);
    expect(await fetching).toEqual([]);
    abort.abort();
    const last = reader.metadata(["gains"]);
    client.answer(await client.next(2), { topics: [] });
    await last;
    expect(client.frames.map(({ type }) => type)).toEqual([1, 4, 2]);
    reader.close();
  });

  test("a fetch that rejects with its signal's reason leaves the others as they are", async () => {
    await using gateway = await scriptedGateway();
    const { reader, client } = await openReader(gateway);
    const abort = new AbortController();
    const other = reader.fetch(0, [{ ...place, offset: 1n }], patient);
    const aborted = reader.fetch(0, [{ ...place, offset: 0n }], patient, { signal: abort.signal });
    const kept = await client.next(4);
    abort.abort();
    await expect(aborted).rejects.toBe(abort.signal.reason);
    expect(await isSettled(other)).toBe(false);
    client.answer(kept, nothing);
    expect(await other).toEqual([]);
    reader.close();
  });
});

describe("a list longer than the gateway takes", () => {
  const topics = ["a", "b", "c", "d", "e"];

  test("is asked for in parts, and the answers are put together in order", async () => {
    await using gateway = await scriptedGateway({
      onHello: allowing({ maxItems: 2 }),
      onFrame: (client, request) => {
        const { queries } = request.body as { queries: { topic: string }[] };
        client.answer(request, { offsets: queries.map(({ topic }) => ({ offset: String(topics.indexOf(topic)) })) });
      },
    });
    const { reader, client } = await openReader(gateway);
    const found = await reader.listOffsets(
      0,
      topics.map((topic) => ({ topic, partition: 0, at: "latest" as const })),
    );
    expect(found).toEqual(topics.map((topic, at) => ({ topic, partition: 0, offset: BigInt(at) })));
    const lengths = client.frames.slice(1).map(({ body }) => (body as { queries: unknown[] }).queries.length);
    expect([Math.max(...lengths), lengths.reduce((sum, length) => sum + length)]).toEqual([2, 5]);
    reader.close();
  });

  test("is asked for in parts if it takes more bytes than a frame may have", async () => {
    await using gateway = await scriptedGateway({
      onHello: allowing({ maxFrameBytes: 1_024 }),
      onFrame: (client, request) => client.answer(request, { topics: [] }),
    });
    const { reader, client } = await openReader(gateway);
    const long = topics.map((topic) => topic.repeat(249));
    expect(await reader.metadata(long)).toEqual([]);
    const asked = client.frames.slice(1).flatMap(({ body }) => (body as { topics: string[] }).topics);
    expect(asked).toEqual(long);
    expect(client.received.every(({ length }) => length <= 1_024)).toBe(true);
    await expect(reader.metadata(["x".repeat(1_100)])).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringMatching(/\(read\): metadata: .*takes 1\d+ bytes, and the gateway takes 1024$/),
    });
    reader.close();
  });

  test("of partitions is fetched in several requests; one that is answered ends the waits of the others", async () => {
    await using gateway = await scriptedGateway({ onHello: allowing({ maxItems: 2 }) });
    const { reader, client } = await openReader(gateway);
    const fetching = reader.fetch(
      0,
      topics.map((topic) => ({ topic, partition: 0, offset: 0n })),
      patient,
    );
    const requests = [await client.next(4), await client.next(4), await client.next(4)] as const;
    const wanted = requests.map(({ body }) =>
      (body as { wanted: { topic: string }[] }).wanted.map(({ topic }) => topic),
    );
    expect(wanted.flat()).toEqual(topics);
    const found = [{ index: 0, count: 0, bytes: 0, nextOffset: "5", highWatermark: "5" }];
    client.answer(requests[1], { fetched: found });
    const cancelled = [await client.next(5), await client.next(5)];
    expect(cancelled.map(({ id }) => id)).toEqual([requests[0].id, requests[2].id]);
    client.answer(requests[0], { fetched: found });
    expect(await isSettled(fetching)).toBe(false);
    client.answer(requests[2], nothing);
    expect(await fetching).toEqual([
      { topic: wanted[0]?.[0], partition: 0, records: [], nextOffset: 5n, highWatermark: 5n },
      { topic: wanted[1]?.[0], partition: 0, records: [], nextOffset: 5n, highWatermark: 5n },
    ]);
    reader.close();
  });

  test("without entries asks nothing", async () => {
    await using gateway = await scriptedGateway();
    const { reader, client } = await openReader(gateway);
    expect([await reader.metadata([]), await reader.listOffsets(0, [])]).toEqual([[], []]);
    expect(client.frames).toHaveLength(1);
    reader.close();
    await expect(reader.metadata([])).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  });
});
