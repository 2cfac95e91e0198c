import { gzipSync } from "node:zlib";

import type { FetchLimits } from "@dataqueues/core";
import { expect, test, vi } from "vitest";

import { blob, int16, int32, int64, joined, list, text } from "./fields.ts";
import { fromHex, javaBatches } from "./java-batches.ts";
import { metadataResponse, open, refusal, startAlone, startPair, stopClock, until } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

const limits: FetchLimits = { maxWaitMs: 250, minBytes: 1, maxBytes: 50_000, maxBytesPerPartition: 10_000 };
const three = fromHex(javaBatches.plain);

interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode?: number;
  readonly records?: Uint8Array | null;
}

/** The response to Fetch, version 11. */
function fetched(partitions: readonly Fetched[], errorCode = 0): Buffer {
  const each = partitions.map(({ topic, partition, errorCode: wrong = 0, records = null }) =>
    joined(
      text(topic),
      list(
        joined(
          joined(int32(partition), int16(wrong), int64(77n), int64(77n), int64(0n)),
          joined(list(), int32(-1), blob(records)),
        ),
      ),
    ),
  );
  return joined(int32(0), int16(errorCode), int32(0), list(...each));
}

/** What a request asks for: its limits, and topic, partition, epoch, offset and bytes of each. */
function asking({ body }: Asked): { limits: number[]; wanted: unknown[] } {
  expect(body.int32()).toBe(-1);
  const given = [body.int32(), body.int32(), body.int32()];
  expect([body.int8(), body.int32(), body.int32()]).toEqual([1, 0, -1]);
  const topics = body.list(() => {
    const topic = body.text();
    return body.list(() => {
      const partition = [topic, body.int32(), body.int32(), body.int64()];
      body.int64();
      return [...partition, body.int32()];
    });
  });
  return { limits: given, wanted: (topics ?? []).flat() };
}

test("a leader is asked with all limits, from the offsets and with the epochs that are given", async () => {
  const server = await startAlone();
  const seen: unknown[] = [];
  server.on(api.fetch, (asked) => {
    seen.push(asking(asked));
    return fetched([
      { topic: "b", partition: 0 },
      { topic: "a", partition: 1, records: three },
    ]);
  });
  const connection = await open("read", server);
  const results = await connection.fetch(
    0,
    [
      { topic: "a", partition: 1, offset: 1n, leaderEpoch: 6 },
      { topic: "b", partition: 0, offset: 2n ** 60n },
    ],
    limits,
  );
  expect(seen).toEqual([
    {
      limits: [250, 1, 50_000],
      wanted: [
        ["a", 1, 6, 1n, 10_000],
        ["b", 0, -1, 2n ** 60n, 10_000],
      ],
    },
  ]);
  expect(results).toMatchObject([
    { topic: "b", partition: 0, records: [], nextOffset: 2n ** 60n, highWatermark: 77n },
    { topic: "a", partition: 1, records: [{ offset: 1n }, { offset: 2n }], nextOffset: 3n },
  ]);
});

test("limits beyond 32 bits, also Infinity, are sent as the largest number", async () => {
  const server = await startAlone({ a: [{}] });
  const seen: unknown[] = [];
  server.on(api.fetch, (asked) => {
    seen.push(asking(asked));
    return fetched([]);
  });
  const connection = await open("read", server);
  const endless = { maxWaitMs: 0, minBytes: 2 ** 31, maxBytes: Infinity, maxBytesPerPartition: 2 ** 40 };
  await expect(connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], endless)).resolves.toEqual([]);
  const most = 2 ** 31 - 1;
  expect(seen).toEqual([{ limits: [0, most, most], wanted: [["a", 0, -1, 0n, most]] }]);
});

test.each(["maxWaitMs", "minBytes", "maxBytes", "maxBytesPerPartition"] as const)(
  "%s that is no number of bytes or milliseconds is refused by its name, and nothing is sent",
  async (name) => {
    const server = await startAlone({ a: [{}] });
    const connection = await open("read", server);
    for (const value of [-1, 1.5, Number.NaN]) {
      const wanted = [{ topic: "a", partition: 0, offset: 0n }];
      const error = await refusal(connection.fetch(0, wanted, { ...limits, [name]: value }));
      expect(error).toMatchObject({ code: "INVALID_REQUEST", retriable: false });
      expect(error.message).toBe(
        `Fetch: INVALID_REQUEST: ${name} must be a whole number from 0 to 2147483647, not ${value}`,
      );
    }
    expect(server.askedFor(api.fetch)).toEqual([]);
  },
);

test.each([
  [{ topic: "é".repeat(16_384), partition: 0, offset: 0n }, "INVALID_TOPIC_EXCEPTION", "32768 bytes"],
  [{ topic: "a", partition: -1, offset: 0n }, "INVALID_REQUEST", "partition must be a whole number from 0"],
  [{ topic: "a", partition: 0, offset: 2n ** 63n }, "INVALID_REQUEST", "offset must be a bigint of 64 bits"],
] as const)("a query that the protocol cannot carry is refused with its place: %#", async (query, code, why) => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const results = await connection.fetch(0, [query], limits);
  const { topic, partition, offset } = query;
  expect(results).toMatchObject([{ topic, partition, error: { code, topic, partition, offset, retriable: false } }]);
  const [result] = results;
  expect(result?.error?.message).toContain(`Fetch of ${topic} [${partition}] from offset ${offset}: ${code}`);
  expect(result?.error?.message).toContain(why);
  // Nothing is sent, and the leader is not looked for.
  await expect(connection.fetch(9, [query], limits)).resolves.toHaveLength(1);
  expect(server.asked.filter(({ api: key }) => key === api.fetch)).toEqual([]);
});

test("one partition that cannot be requested does not hold up the others", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.fetch, () => fetched([{ topic: "a", partition: 0, records: three }]));
  const connection = await open("read", server);
  const results = await connection.fetch(
    0,
    [
      { topic: "a", partition: 0, offset: 0n },
      { topic: "a", partition: -1, offset: 0n },
    ],
    limits,
  );
  expect(results.map(({ partition, error }) => [partition, error?.code])).toEqual([
    [-1, "INVALID_REQUEST"],
    [0, undefined],
  ]);
});

test("a partition that is wanted twice is fetched in two requests, each from its own offset", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.fetch, () => fetched([{ topic: "a", partition: 0, records: three }]));
  const connection = await open("read", server);
  const results = await connection.fetch(
    0,
    [
      { topic: "a", partition: 0, offset: 0n },
      { topic: "a", partition: 0, offset: 2n },
    ],
    limits,
  );
  expect(results.map((result) => "records" in result && result.records.map(({ offset }) => offset))).toEqual([
    [0n, 1n, 2n],
    [2n],
  ]);
  expect(server.askedFor(api.fetch)).toHaveLength(2);
});

test("partitions that nobody asked for are left out", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.fetch, () =>
    fetched([
      { topic: "a", partition: 1, records: three },
      { topic: "b", partition: 0, errorCode: 1 },
      { topic: "a", partition: 0, records: three },
    ]),
  );
  const connection = await open("read", server);
  const results = await connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits);
  expect(results.map(({ topic, partition }) => [topic, partition])).toEqual([["a", 0]]);
});

test("a partition's error is its own, with its place", async () => {
  const server = await startAlone({ a: [{}, {}] });
  server.on(api.fetch, () =>
    fetched([
      { topic: "a", partition: 0, errorCode: 1 },
      { topic: "a", partition: 1, records: three },
    ]),
  );
  const connection = await open("read", server);
  const wanted = [0, 1].map((partition) => ({ topic: "a", partition, offset: 0n }));
  const [wrong, right] = await connection.fetch(0, wanted, limits);
  expect(wrong).toMatchObject({ topic: "a", partition: 0 });
  const error = wrong?.error;
  expect(error).toMatchObject({ code: "OFFSET_OUT_OF_RANGE", topic: "a", partition: 0, offset: 0n, retriable: false });
  expect(error?.message).toBe("Fetch of a [0] from offset 0: OFFSET_OUT_OF_RANGE");
  expect(right).toMatchObject({ partition: 1, nextOffset: 3n });
});

test("an error of the whole response rejects, with the broker that gave it", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.fetch, () => fetched([], 70));
  const connection = await open("read", server);
  const error = await refusal(connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits));
  expect(error).toMatchObject({ code: "FETCH_SESSION_ID_NOT_FOUND", retriable: true });
  expect(error.message).toBe("Fetch from Kafka's broker 0: FETCH_SESSION_ID_NOT_FOUND");
});

test.each([
  [75, "UNKNOWN_LEADER_EPOCH", 1],
  [74, "FENCED_LEADER_EPOCH", 0],
])("after error %i (%s) %i metadata requests go to another broker", async (errorCode, code, times) => {
  const [one, two] = await startPair({ a: [{ leader: 0, epoch: 3 }] });
  one.on(api.fetch, () => fetched([{ topic: "a", partition: 0, errorCode }]));
  const connection = await open("read", one);
  const [result] = await connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits);
  expect(result?.error).toMatchObject({ code, retriable: true });
  await connection.metadata(["a"]);
  expect(two.askedFor(api.metadata)).toHaveLength(times);
});

test("a leader that does not know the epoch is believed again once another broker confirms it", async () => {
  const [one, two] = await startPair();
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  const epochs: unknown[] = [];
  for (const server of [one, two]) {
    server.on(api.metadata, () => metadataResponse({ nodes: known, topics: { a: [{ leader: 0, epoch: 0 }] } }));
  }
  one.on(api.fetch, (asked) => {
    const epoch = (asking(asked).wanted[0] as unknown[])[2];
    epochs.push(epoch);
    return fetched([{ topic: "a", partition: 0, errorCode: epoch === 0 ? 0 : 75 }]);
  });
  const connection = await open("read", one);
  const fetch = (leaderEpoch: number) =>
    connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n, leaderEpoch }], limits);
  await expect(fetch(7)).resolves.toMatchObject([{ error: { code: "UNKNOWN_LEADER_EPOCH" } }]);
  const leader = { leader: 0, leaderEpoch: 0 };
  await expect(connection.metadata(["a"])).resolves.toMatchObject([{ partitions: [leader] }]);
  expect(two.askedFor(api.metadata)).toHaveLength(1);
  await expect(fetch(0)).resolves.toMatchObject([{ partition: 0, records: [] }]);
  expect(epochs).toEqual([7, 0]);
});

test("a wrong checksum is found, unless checkCrcs is off", async () => {
  const server = await startAlone({ a: [{}] });
  const damaged = Buffer.from(three);
  damaged.writeUInt32BE(1, 17);
  server.on(api.fetch, () => fetched([{ topic: "a", partition: 0, records: damaged }]));
  const wanted = [{ topic: "a", partition: 0, offset: 0n }];
  const [checked] = await (await open("read", server)).fetch(0, wanted, limits);
  expect(checked?.error).toMatchObject({ code: "CORRUPT_MESSAGE", message: expect.stringContaining("checksum") });
  const [trusted] = await (await open("read", server, { checkCrcs: false })).fetch(0, wanted, limits);
  expect(trusted).toMatchObject({ nextOffset: 3n });
});

/** One record of 5000 zeros in a batch that gzip makes small: 5009 bytes once it is decompressed. */
function zeros(): Buffer {
  const record = joined(Buffer.from("9e4e00000001904e", "hex"), Buffer.alloc(5_000), Buffer.of(0));
  const records = gzipSync(record);
  return joined(
    joined(int64(0n), int32(49 + records.length), int32(0), Buffer.of(2), int32(0)),
    joined(int16(1), int32(0), int64(5n), int64(5n), int64(-1n), int16(-1), int32(-1)),
    joined(int32(1), records),
  );
}

test.each([
  [5_008, "RECORD_TOO_LARGE"],
  [5_009, undefined],
])(
  "with maxResponseBytes %i a batch of 5009 bytes once it is decompressed ends with %s",
  async (maxResponseBytes, code) => {
    const server = await startAlone({ a: [{}] });
    server.on(api.fetch, () => fetched([{ topic: "a", partition: 0, records: zeros() }]));
    const connection = await open("read", server, { maxResponseBytes, checkCrcs: false });
    const [result] = await connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], limits);
    expect(result?.error?.code).toBe(code);
  },
);

test("once maxBytes is used up, further compressed batches are left for the next fetch", async () => {
  const server = await startAlone({ a: [{}, {}, {}] });
  const partitions = [0, 1, 2];
  server.on(api.fetch, () => fetched(partitions.map((partition) => ({ topic: "a", partition, records: zeros() }))));
  const connection = await open("read", server, { checkCrcs: false });
  const wanted = partitions.map((partition) => ({ topic: "a", partition, offset: 0n }));
  const results = await connection.fetch(0, wanted, { ...limits, maxBytes: 5_010 });
  expect(results).toMatchObject([{ nextOffset: 1n }, { nextOffset: 1n }, { nextOffset: 0n, records: [] }]);
});

test("a fetch may take as long as the log may wait and one second, however short requestTimeout is", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server, { requestTimeout: 100 });
  stopClock();
  try {
    let outcome: string | undefined;
    const error = refusal(
      connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], { ...limits, maxWaitMs: 500 }),
    );
    void error.then(({ code }) => (outcome = code));
    await until(() => server.askedFor(api.fetch).length === 1);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(outcome).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    expect(await error).toMatchObject({ code: "REQUEST_TIMED_OUT", message: expect.stringContaining("1500 ms") });
  } finally {
    vi.useRealTimers();
  }
});

test("a fetch may take as long as any request if that is longer", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server, { requestTimeout: 9_000 });
  stopClock();
  try {
    const error = refusal(connection.fetch(0, [{ topic: "a", partition: 0, offset: 0n }], { ...limits, maxWaitMs: 0 }));
    await until(() => server.askedFor(api.fetch).length === 1);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(await error).toMatchObject({ code: "REQUEST_TIMED_OUT", message: expect.stringContaining(" 9000 ms") });
  } finally {
    vi.useRealTimers();
  }
});
