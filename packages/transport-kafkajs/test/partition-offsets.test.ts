import { UnsupportedError } from "@dataqueues/core";
import type { OffsetQuery } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, int64, joined, list, text } from "./fields.ts";
import { open, refusal, startAlone, startPair } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked, ScriptedBroker } from "./scripted-broker.ts";

interface Listed {
  readonly topic: string;
  readonly partition: number;
  readonly offset?: bigint;
  readonly errorCode?: number;
}

/** The response to ListOffsets, version 5. */
function listed(...partitions: readonly Listed[]): Buffer {
  const each = partitions.map(({ topic, partition, offset = -1n, errorCode = 0 }) =>
    joined(text(topic), list(joined(int32(partition), int16(errorCode), int64(1_234n), int64(offset), int32(0)))),
  );
  return joined(int32(0), list(...each));
}

/** What a request asks for: topic, partition, epoch and time of each. */
function asking({ body }: Asked): unknown[] {
  expect([body.int32(), body.int8()]).toEqual([-1, 1]);
  const topics = body.list(() => {
    const topic = body.text();
    return body.list(() => [topic, body.int32(), body.int32(), body.int64()]) ?? [];
  });
  return (topics ?? []).flat();
}

const latest = (topic: string, partition: number): OffsetQuery => ({ topic, partition, at: "latest" });

test("the leader is asked with the epochs of the queries, and the results are in the order of the queries", async () => {
  const [one, two] = await startPair();
  const asked: unknown[] = [];
  two.on(api.listOffsets, (request) => {
    asked.push(...asking(request));
    return listed(
      { topic: "a", partition: 1, offset: 20n },
      { topic: "b", partition: 0, offset: 30n },
      { topic: "a", partition: 0, offset: 10n },
    );
  });
  const connection = await open("read", one);
  const before = one.askedFor(api.metadata).length;
  const results = await connection.listOffsets(1, [
    { topic: "b", partition: 0, leaderEpoch: 2, at: { timestamp: 5.5 } },
    { topic: "a", partition: 1, leaderEpoch: 4, at: "earliest" },
    { topic: "a", partition: 0, at: "latest" },
  ]);
  expect(results).toEqual([
    { topic: "b", partition: 0, offset: 30n },
    { topic: "a", partition: 1, offset: 20n },
    { topic: "a", partition: 0, offset: 10n },
  ]);
  expect(asked).toEqual([
    ["b", 0, 2, 6n],
    ["a", 1, 4, -2n],
    ["a", 0, -1, -1n],
  ]);
  // No metadata is requested: the caller knows the leader.
  expect(one.askedFor(api.listOffsets)).toEqual([]);
  expect(one.askedFor(api.metadata)).toHaveLength(before);
});

test("two queries of one partition are sent in two requests", async () => {
  const server = await startAlone({ a: [{}] });
  server.on(api.listOffsets, (asked) => {
    const [only, ...more] = asking(asked);
    expect(more).toEqual([]);
    return listed({ topic: "a", partition: 0, offset: -(only as [unknown, unknown, unknown, bigint])[3] });
  });
  const connection = await open("read", server);
  const results = await connection.listOffsets(0, [
    { topic: "a", partition: 0, at: "earliest" },
    { topic: "a", partition: 0, at: "latest" },
  ]);
  expect(results.map((result) => "offset" in result && result.offset)).toEqual([2n, 1n]);
  expect(server.askedFor(api.listOffsets)).toHaveLength(2);
});

test.each([
  ["cannot be reached", (server: ScriptedBroker) => server.stop()],
  ["hangs up instead of responding", (server: ScriptedBroker) => server.on(api.listOffsets, () => "hang up")],
])("a leader that %s rejects the whole call, which can be tried again; other leaders work on", async (_what, fail) => {
  const [one, two] = await startPair();
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, offset: 10n }));
  const connection = await open("read", one);
  fail(two);
  const error = await refusal(connection.listOffsets(1, [latest("a", 1), latest("a", 2)]));
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(error.message).toContain(two.address);
  await expect(connection.listOffsets(0, [latest("a", 0)])).resolves.toEqual([
    { topic: "a", partition: 0, offset: 10n },
  ]);
});

test("a leader that the brokers do not know rejects the whole call, by its id", async () => {
  const connection = await open("read", await startAlone());
  const error = await refusal(connection.listOffsets(9, [latest("a", 0)]));
  expect(error).toMatchObject({ code: "BROKER_NOT_AVAILABLE", retriable: true });
  expect(error.message).toContain("broker 9");
});

test("a partition's error is its own, with its place", async () => {
  const server = await startAlone();
  server.on(api.listOffsets, () =>
    listed({ topic: "a", partition: 0, errorCode: 6 }, { topic: "gone", partition: 7, errorCode: 3 }),
  );
  const connection = await open("read", server);
  const results = await connection.listOffsets(0, [latest("a", 0), latest("a", 1), latest("gone", 7)]);
  const places = [
    ["a", 0],
    ["a", 1],
    ["gone", 7],
  ];
  expect(results.map(({ topic, partition }) => [topic, partition])).toEqual(places);
  expect(results.map(({ error }) => error?.message)).toEqual([
    "Offset of a [0]: NOT_LEADER_OR_FOLLOWER",
    "Offset of a [1]: NETWORK_EXCEPTION: the response leaves it out",
    "Offset of gone [7]: UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  expect(results.map(({ error }) => [error?.topic, error?.partition])).toEqual(places);
  expect(results.every(({ error }) => error?.retriable === true)).toBe(true);
});

const long = "é".repeat(16_384);

test.each([
  [{ topic: long, partition: 0, at: "latest" }, "INVALID_TOPIC_EXCEPTION", "32768 bytes"],
  [{ topic: "a", partition: -1, at: "latest" }, "INVALID_REQUEST", "partition must be a whole number from 0"],
  [{ topic: "a", partition: 2 ** 31, at: "latest" }, "INVALID_REQUEST", "not 2147483648"],
  [{ topic: "a", partition: 0, at: { timestamp: Number.NaN } }, "INVALID_REQUEST", "milliseconds, not NaN"],
  [{ topic: "a", partition: 0, at: { timestamp: 2 ** 53 } }, "INVALID_REQUEST", "not 9007199254740992"],
  [{ topic: "a", partition: 0, at: { timestamp: -(2 ** 53) } }, "INVALID_REQUEST", "not -9007199254740992"],
] as const)("a query that the protocol cannot carry is refused with its place: %#", async (query, code, why) => {
  const server = await startAlone({ a: [{}] });
  const connection = await open("read", server);
  const metadata = server.askedFor(api.metadata).length;
  const [result] = await connection.listOffsets(9, [query]);
  const { topic, partition } = query;
  expect(result).toMatchObject({ topic, partition, error: { code, topic, partition, retriable: false } });
  expect(result?.error?.message).toContain(`Offset of ${topic} [${partition}]`);
  expect(result?.error?.message).toContain(why);
  // Nothing is sent.
  expect(server.askedFor(api.metadata)).toHaveLength(metadata);
  expect(server.askedFor(api.listOffsets)).toEqual([]);
});

test("one query that cannot be carried does not hold up the others; the largest and smallest times can be", async () => {
  const server = await startAlone({ a: [{}, {}, {}] });
  const times: unknown[] = [];
  server.on(api.listOffsets, (asked) => {
    times.push(...asking(asked).map((each) => (each as unknown[])[3]));
    return listed({ topic: "a", partition: 0, offset: 5n }, { topic: "a", partition: 1, offset: 6n });
  });
  const connection = await open("read", server);
  const results = await connection.listOffsets(0, [
    latest("a", -1),
    { topic: "a", partition: 0, at: { timestamp: Number.MAX_SAFE_INTEGER } },
    { topic: "a", partition: 1, at: { timestamp: -Number.MAX_SAFE_INTEGER } },
  ]);
  expect(results).toMatchObject([{ error: { code: "INVALID_REQUEST" } }, { offset: 5n }, { offset: 6n }]);
  // Numbers below 0 would ask for something else.
  expect(times).toEqual([9_007_199_254_740_991n, 0n]);
});

test("a leader with any other error is not doubted", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0, epoch: 3 }] });
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, errorCode: 74 }));
  const connection = await open("read", one);
  const [result] = await connection.listOffsets(0, [latest("a", 0)]);
  expect(result?.error?.code).toBe("FENCED_LEADER_EPOCH");
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, offset: 4n }));
  await expect(connection.listOffsets(0, [latest("a", 0)])).resolves.toMatchObject([{ offset: 4n }]);
  await connection.metadata(["a"]);
  expect(two.askedFor(api.metadata)).toEqual([]);
});

test("an UnsupportedError rejects the whole call", async () => {
  const [one, two] = await startPair({ a: [{ leader: 1 }] });
  for (const server of [one, two]) {
    server.on(api.saslHandshake, () => joined(int16(0), list(text("OAUTHBEARER"))));
    server.on(api.saslAuthenticate, () => joined(int16(0), text(null), int32(0)));
  }
  let tokens = 0;
  const unsupported = new UnsupportedError("no tokens here");
  const oauthBearerProvider = (): Promise<{ value: string }> => {
    tokens += 1;
    return tokens === 1 ? Promise.resolve({ value: "t" }) : Promise.reject(unsupported);
  };
  const connection = await open("read", one, { sasl: { mechanism: "oauthbearer", oauthBearerProvider } });
  await expect(connection.listOffsets(1, [latest("a", 0)])).rejects.toBe(unsupported);
});

test("a leader that does not know the epoch is doubted: the next metadata is asked of another broker", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0, epoch: 3 }] });
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, errorCode: 75 }));
  const connection = await open("read", one);
  const [result] = await connection.listOffsets(0, [latest("a", 0)]);
  expect(result?.error).toMatchObject({ code: "UNKNOWN_LEADER_EPOCH", retriable: true });
  expect(two.askedFor(api.metadata)).toEqual([]);
  await connection.metadata(["a"]);
  expect(two.askedFor(api.metadata)).toHaveLength(1);
  // Once.
  await connection.metadata(["a"]);
  expect(one.askedFor(api.metadata).length + two.askedFor(api.metadata).length).toBe(3);
});
