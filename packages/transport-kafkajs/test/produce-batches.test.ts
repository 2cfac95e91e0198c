import type { ProduceBatch, ProduceOptions } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, int64, joined, list, text } from "./fields.ts";
import { fromHex, javaBatches, javaRecords } from "./java-batches.ts";
import { open, refusal, startAlone, startPair, until } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

const options: ProduceOptions = { acks: -1, timeoutMs: 5_000, compression: "none" };

const batch = (topic: string, partition: number, value = "v"): ProduceBatch => ({
  topic,
  partition,
  records: [{ key: null, value: Buffer.from(value), headers: [], timestamp: 5 }],
  baseSequence: 0,
});

interface Produced {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode?: number;
  readonly offset?: bigint;
  readonly time?: bigint;
  readonly message?: string | null;
}

/** The response to Produce, version 8. */
function produced(...results: readonly Produced[]): Buffer {
  const each = results.map(({ topic, partition, errorCode = 0, offset = 0n, time = -1n, message = null }) =>
    joined(
      text(topic),
      list(
        joined(
          joined(int32(partition), int16(errorCode), int64(offset), int64(time), int64(0n)),
          joined(list(), text(message)),
        ),
      ),
    ),
  );
  return joined(list(...each), int32(0));
}

/** What a request asks for: acks and timeout, and topic, partition and record batch of each. */
function asking({ body }: Asked): {
  acks: number;
  timeoutMs: number;
  batches: (readonly [string | null, number, Buffer])[];
} {
  expect(body.text()).toBeNull();
  const [acks, timeoutMs] = [body.int16(), body.int32()];
  const topics = body.list(() => {
    const topic = body.text();
    return body.list(() => [topic, body.int32(), body.blob() ?? Buffer.alloc(0)] as const) ?? [];
  });
  return { acks, timeoutMs, batches: (topics ?? []).flat() };
}

test("batches are written as Java's client writes them, and each gets its own result, in the order given", async () => {
  const server = await startAlone({ a: [{}, {}] });
  const seen: ReturnType<typeof asking>[] = [];
  server.on(api.produce, (asked) => {
    seen.push(asking(asked));
    return produced(
      { topic: "a", partition: 1, offset: 2n ** 60n, time: 1_234n },
      { topic: "a", partition: 0, offset: 0n, time: 0n },
      { topic: "b", partition: 0, offset: 9n },
    );
  });
  const connection = await open("write", server);
  const results = await connection.produce(
    0,
    [batch("b", 0), { topic: "a", partition: 0, records: javaRecords, baseSequence: -1 }, batch("a", 1)],
    { ...options, acks: 1 },
  );
  expect(results).toEqual([
    { topic: "b", partition: 0, baseOffset: 9n },
    { topic: "a", partition: 0, baseOffset: 0n, timestamp: 0 },
    { topic: "a", partition: 1, baseOffset: 2n ** 60n, timestamp: 1_234 },
  ]);
  expect(seen.map(({ acks, timeoutMs }) => [acks, timeoutMs])).toEqual([[1, 5_000]]);
  const [only] = seen;
  expect(only?.batches.map(([topic, partition]) => [topic, partition])).toEqual([
    ["b", 0],
    ["a", 0],
    ["a", 1],
  ]);
  expect(only?.batches[1]?.[2]).toEqual(fromHex(javaBatches.plain));
});

test("a batch's error is its own, with its place and the log's message", async () => {
  const server = await startAlone({ a: [{}, {}, {}] });
  server.on(api.produce, () =>
    produced(
      { topic: "a", partition: 0, errorCode: 87, message: "no key", offset: -1n },
      { topic: "a", partition: 2, offset: 4n },
    ),
  );
  const connection = await open("write", server);
  const results = await connection.produce(0, [batch("a", 0), batch("a", 1), batch("a", 2)], options);
  expect(results.map(({ topic, partition }) => [topic, partition])).toEqual([
    ["a", 0],
    ["a", 1],
    ["a", 2],
  ]);
  const [refused, forgotten, written] = results;
  expect(refused).toMatchObject({ error: { code: "INVALID_RECORD", retriable: false, topic: "a", partition: 0 } });
  expect(refused?.error?.message).toBe("Records for a [0]: INVALID_RECORD: no key");
  // It is not known whether it was written.
  expect(forgotten).toMatchObject({ error: { code: "NETWORK_EXCEPTION", retriable: true, topic: "a", partition: 1 } });
  expect(forgotten?.error?.message).toBe("Records for a [1]: NETWORK_EXCEPTION: the response leaves them out");
  expect(written).toEqual({ topic: "a", partition: 2, baseOffset: 4n });
});

test("without acknowledgements no response is awaited, and the offset is -1", async () => {
  const server = await startAlone({ a: [{}, {}] });
  const connection = await open("write", server);
  const results = await connection.produce(0, [batch("a", 0), batch("a", 1)], { ...options, acks: 0 });
  expect(results).toEqual([
    { topic: "a", partition: 0, baseOffset: -1n },
    { topic: "a", partition: 1, baseOffset: -1n },
  ]);
  await until(() => server.askedFor(api.produce).length === 1);
  const [asked] = server.askedFor(api.produce);
  expect(asked === undefined ? undefined : asking(asked).acks).toBe(0);
});

test("a batch that cannot be carried is refused with its place, and the others are written", async () => {
  const server = await startAlone({ a: [{}, {}] });
  server.on(api.produce, () => produced({ topic: "a", partition: 1, offset: 3n }));
  const connection = await open("write", server);
  const results = await connection.produce(
    0,
    [
      batch("é".repeat(16_384), 0),
      batch("a", 2 ** 31),
      { ...batch("a", 0), records: [] },
      batch("a", 1),
      // The times are too far apart for the field with the difference.
      {
        ...batch("a", 0),
        records: [0, Number.MAX_SAFE_INTEGER].map((timestamp) => ({ key: null, value: null, headers: [], timestamp })),
      },
    ],
    options,
  );
  expect(results.slice(0, 4).map(({ error }) => error?.code)).toEqual([
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_REQUEST",
    "INVALID_RECORD",
    undefined,
  ]);
  expect(results.map(({ topic, partition }) => [topic.slice(0, 1), partition])).toEqual([
    ["é", 0],
    ["a", 2 ** 31],
    ["a", 0],
    ["a", 1],
    ["a", 0],
  ]);
  expect(results[2]?.error).toMatchObject({ topic: "a", partition: 0, retriable: false });
  expect(results[2]?.error?.message).toBe("Records for a [0]: INVALID_RECORD: a batch needs at least one record");
  expect(results[3]).toEqual({ topic: "a", partition: 1, baseOffset: 3n });
});

test("if no batch can be carried nothing is sent, even if there is no such leader", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("write", server);
  const before = server.asked.length;
  const results = await connection.produce(9, [{ ...batch("a", 0), records: [] }], options);
  expect(results).toMatchObject([{ error: { code: "INVALID_RECORD" } }]);
  expect(await connection.produce(9, [], options)).toEqual([]);
  expect(server.asked).toHaveLength(before);
});

test("the records' bytes are taken before the call returns", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.produce, () => produced({ topic: "a", partition: 0 }));
  const connection = await open("write", server);
  const value = Buffer.from("before");
  const records = [{ key: null, value, headers: [], timestamp: 5 }];
  const written = connection.produce(0, [{ ...batch("a", 0), records }], options);
  value.fill("x");
  await written;
  const [asked] = server.askedFor(api.produce);
  const bytes = asked === undefined ? undefined : asking(asked).batches[0]?.[2];
  expect(bytes?.includes("before")).toBe(true);
});

test("a partition's second batch is sent in a request of its own, after the first one's response", async () => {
  const server = await startAlone({ a: [{}, {}] });
  let answered = 0;
  const order: unknown[] = [];
  server.on(api.produce, (asked) => {
    const { batches } = asking(asked);
    order.push([
      answered,
      ...batches.map(([, partition, bytes]) => `${partition} ${bytes.subarray(-2, -1).toString()}`),
    ]);
    answered += 1;
    return produced(...batches.map(([, partition]) => ({ topic: "a", partition, offset: BigInt(answered) })));
  });
  const connection = await open("write", server);
  const results = await connection.produce(0, [batch("a", 0, "1"), batch("a", 1, "2"), batch("a", 0, "3")], options);
  expect(order).toEqual([
    [0, "0 1", "1 2"],
    [1, "0 3"],
  ]);
  expect(results.map((result) => "baseOffset" in result && result.baseOffset)).toEqual([1n, 1n, 2n]);
});

test("a lost second request rejects the whole call, because it is not known what was written", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.produce, () =>
    server.askedFor(api.produce).length === 1 ? produced({ topic: "a", partition: 0 }) : "hang up",
  );
  const connection = await open("write", server);
  const error = await refusal(connection.produce(0, [batch("a", 0), batch("a", 0)], options));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
});

test.each([
  [{ acks: 2 ** 15 }, /^Produce: INVALID_REQUEST: acks must be a whole number from -1 to 32767, not 32768$/],
  [{ acks: -2 }, /^Produce: INVALID_REQUEST: acks .* not -2$/],
  [{ timeoutMs: -1 }, /^Produce: INVALID_REQUEST: timeoutMs must be a whole number from 0 to 2147483647, not -1$/],
  [{ timeoutMs: 0.5 }, /^Produce: INVALID_REQUEST: timeoutMs .* not 0.5$/],
])("%j is refused by its name, and nothing is sent", async (wrong, message) => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("write", server);
  // JavaScript callers can pass anything.
  const error = await refusal(connection.produce(0, [batch("a", 0)], { ...options, ...(wrong as object) }));
  expect(error).toMatchObject({ code: "INVALID_REQUEST", retriable: false });
  expect(error.message).toMatch(message);
  expect(server.askedFor(api.produce)).toEqual([]);
});

test("the replicas' timeout is at most the request's", async () => {
  const server = await startAlone({ a: [{}] });
  const times: number[] = [];
  server.on(api.produce, (asked) => {
    times.push(asking(asked).timeoutMs);
    return produced({ topic: "a", partition: 0 });
  });
  const connection = await open("write", server, { requestTimeout: 4_000 });
  for (const timeoutMs of [0, 3_999, 4_000, 4_001, Infinity]) {
    await connection.produce(0, [batch("a", 0)], { ...options, timeoutMs });
  }
  expect(times).toEqual([0, 3_999, 4_000, 4_000, 4_000]);
});

test("an unknown compression rejects with the list of those that Kafka has", async () => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("write", server);
  const wrong: object = { compression: "brotli" };
  await expect(connection.produce(0, [batch("a", 0)], { ...options, ...wrong })).rejects.toThrow(
    /"none", "gzip".*it is "brotli"/,
  );
});

test("a compressed batch has its compression in the attributes", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.produce, () => produced({ topic: "a", partition: 0 }));
  const connection = await open("write", server);
  await connection.produce(0, [batch("a", 0)], { ...options, compression: "gzip" });
  const [asked] = server.askedFor(api.produce);
  const bytes = asked === undefined ? undefined : asking(asked).batches[0]?.[2];
  // The attributes' lowest bits are the compression, and the records begin as gzip does.
  expect(bytes?.readInt16BE(21)).toBe(1);
  expect(bytes?.readUInt16BE(61)).toBe(0x1f8b);
});

test("batches are sent to the leader, over a connection of its own", async () => {
  const [one, two] = await startPair({ a: [{ leader: 1 }] });
  two.on(api.produce, () => produced({ topic: "a", partition: 0, offset: 8n }));
  const connection = await open("write", one);
  await expect(connection.produce(1, [batch("a", 0)], options)).resolves.toMatchObject([{ baseOffset: 8n }]);
  expect(one.askedFor(api.produce)).toEqual([]);
});
