import type { ReadConnection } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { closedBy, frame, limits, openReader, patient, place, scriptedGateway } from "./scripted-gateway.ts";
import type { Client, TestFrame } from "./scripted-gateway.ts";
import { bytesOf, vectors } from "./vectors.ts";

const nothing = { fetched: [] };

describe("an answer that makes no sense ends the connection:", () => {
  const [first, second] = vectors.records;
  const records = bytesOf(`${first?.bytes}${second?.bytes}`);
  const part = { index: 0, count: 2, bytes: records.length, nextOffset: "12", highWatermark: "12" };
  const fetched = (...items: object[]): ((client: Client, request: TestFrame) => void) => {
    return (client, request) => client.answer(request, { fetched: items }, records);
  };
  const answers: Record<string, (client: Client, request: TestFrame) => void> = {
    text: ({ socket }) => socket.send("records"),
    "no frame": ({ socket }) => socket.send(Buffer.alloc(15)),
    "another version": ({ socket }, { id }) => {
      const bytes = frame(0x84, id, nothing);
      bytes[1] = 2;
      socket.send(bytes);
    },
    "a type that there is not": ({ socket }, { id }) => socket.send(frame(0x33, id, nothing)),
    "the type of another request": ({ socket }, { id }) => socket.send(frame(0x82, id, { topics: [] })),
    "an id that was not asked": ({ socket }, { id }) => socket.send(frame(0x84, id + 1, nothing)),
    "HELLO again": ({ socket }) => socket.send(frame(0x81, 0, limits)),
    "an error without a code": ({ socket }, { id }) => socket.send(frame(0xff, id, {})),
    "an error for nobody": ({ socket }) => socket.send(frame(0xff, 77, { error: "INVALID_REQUEST" })),
    "no list": (client, request) => client.answer(request, { fetched: "everything" }),
    "a list of numbers": (client, request) => client.answer(request, { fetched: [1, 2] }),
    "no object": (client, request) => client.answer(request, null),
    "a partition that was not asked for": fetched({ ...part, index: 1 }),
    "a huge index": fetched({ ...part, index: 2 ** 52 }),
    "an index below 0": fetched({ ...part, index: -1 }),
    "a partition twice": fetched(part, { ...part, count: 0, bytes: 0 }),
    "more records than their bytes hold": fetched({ ...part, count: 3 }),
    "two to the power of 50 records": fetched({ ...part, count: 2 ** 50 }),
    "fewer records than their bytes hold": fetched({ ...part, count: 1 }),
    "half a record": fetched({ ...part, count: 1.5 }),
    "more bytes than the frame has": fetched({ ...part, bytes: 2 ** 40 }),
    "bytes of no partition": fetched({ index: 0, error: "OFFSET_OUT_OF_RANGE" }),
    "a record before the asked offset": (client, request) => {
      const early = records.slice();
      new DataView(early.buffer).setBigInt64(0, 6n, true);
      client.answer(request, { fetched: [part] }, early);
    },
    "records that go back": (client, request) => {
      const back = records.slice();
      new DataView(back.buffer).setBigInt64((first?.bytes.length ?? 0) / 2, 7n, true);
      client.answer(request, { fetched: [part] }, back);
    },
    "a next offset before the last record": fetched({ ...part, nextOffset: "9" }),
    "a next offset before the asked one": (client, request) =>
      client.answer(request, { fetched: [{ ...part, count: 0, bytes: 0, nextOffset: "6" }] }),
    "an offset of more than 64 bits": fetched({ ...part, nextOffset: String(2n ** 63n) }),
    "an offset as a number": fetched({ ...part, nextOffset: 12 }),
    "an offset in words": fetched({ ...part, highWatermark: "twelve" }),
    "a negative number of skipped records": fetched({ ...part, skipped: -1 }),
    "an error that is a sentence": fetched({ index: 0, error: "The broker kafka-1:9092 is away" }),
  };

  test.each(Object.entries(answers))("%s", async (_, answer) => {
    await using gateway = await scriptedGateway({ onFrame: (client, request) => answer(client, request) });
    const { reader, client } = await openReader(gateway);
    await expect(reader.fetch(0, [{ ...place, offset: 7n }], patient)).rejects.toMatchObject({
      name: "TransportError",
      code: "NETWORK_EXCEPTION",
      message: expect.stringMatching(
        /^ws:\/\/127\.0\.0\.1:\d+\/ \(read\): fetch: .*sent what makes no sense: .*CORRUPT_MESSAGE/,
      ),
      cause: expect.objectContaining({ code: "CORRUPT_MESSAGE" }),
    });
    expect(await closedBy(client)).toBe(4400);
    await expect(reader.metadata()).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  });

  test("what follows it is not heard", async () => {
    await using gateway = await scriptedGateway({
      onFrame: ({ socket }, { id }) => {
        socket.send("nonsense");
        socket.send(frame(0x84, id, nothing));
        for (let flood = 0; flood < 1_000; flood++) socket.send(Buffer.alloc(1_000));
      },
    });
    const { reader, client } = await openReader(gateway);
    await expect(reader.fetch(0, [{ ...place, offset: 7n }], patient)).rejects.toThrow(/text, not a binary frame/);
    expect(await closedBy(client)).toBe(4400);
  });

  const others: Record<string, [unknown, (reader: ReadConnection) => Promise<unknown>]> = {
    "a topic without a name": [{ topics: [{ partitions: [] }] }, (reader) => reader.metadata()],
    "partitions that are no list": [{ topics: [{ topic: "gains" }] }, (reader) => reader.metadata()],
    "a partition of -1": [
      { topics: [{ topic: "gains", partitions: [{ partition: -1, leader: 0 }] }] },
      (reader) => reader.metadata(),
    ],
    "a leader that is a host": [
      { topics: [{ topic: "gains", partitions: [{ partition: 0, leader: "kafka-1" }] }] },
      (reader) => reader.metadata(),
    ],
    "a topic id that is a number": [
      { topics: [{ topic: "gains", topicId: 5, partitions: [] }] },
      (reader) => reader.metadata(),
    ],
    "fewer offsets than were asked for": [
      { offsets: [] },
      (reader) => reader.listOffsets(0, [{ ...place, at: "latest" }]),
    ],
    "more offsets than were asked for": [
      { offsets: [{ offset: "1" }, { offset: "2" }] },
      (reader) => reader.listOffsets(0, [{ ...place, at: "latest" }]),
    ],
  };
  test.each(Object.entries(others))("%s", async (_, [body, ask]) => {
    await using gateway = await scriptedGateway({ onFrame: (client, request) => client.answer(request, body) });
    const { reader, client } = await openReader(gateway);
    await expect(ask(reader)).rejects.toMatchObject({ code: "NETWORK_EXCEPTION", cause: { code: "CORRUPT_MESSAGE" } });
    expect(await closedBy(client)).toBe(4400);
  });
});
