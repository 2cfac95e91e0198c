import { UnsupportedError } from "@dataqueues/core";
import type { OffsetQuery } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, int64, joined, list, text } from "./fields.ts";
import { open, startAlone, startPair } from "./scripted-cluster.ts";
import { api } from "./scripted-node.ts";
import type { Asked } from "./scripted-node.ts";

interface Listed {
  readonly topic: string;
  readonly partition: number;
  readonly offset?: bigint;
  readonly errorCode?: number;
}

/** The answer to ListOffsets, version 5. */
function listed(...answers: readonly Listed[]): Buffer {
  const each = answers.map(({ topic, partition, offset = -1n, errorCode = 0 }) =>
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

test("each leader is asked for its own partitions, and the answers stand in the order of the queries", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0 }, { leader: 1, epoch: 4 }], b: [{ leader: 0, epoch: 2 }] });
  const askedOf: unknown[][] = [];
  one.on(api.listOffsets, (asked) => {
    askedOf[0] = asking(asked);
    return listed({ topic: "b", partition: 0, offset: 30n }, { topic: "a", partition: 0, offset: 10n });
  });
  two.on(api.listOffsets, (asked) => {
    askedOf[1] = asking(asked);
    return listed({ topic: "a", partition: 1, offset: 20n });
  });
  const connection = await open(one);
  const answers = await connection.listOffsets([
    { topic: "b", partition: 0, at: { timestamp: 5.5 } },
    { topic: "a", partition: 1, at: "earliest" },
    { topic: "a", partition: 0, at: "latest" },
  ]);
  expect(answers).toEqual([
    { topic: "b", partition: 0, offset: 30n },
    { topic: "a", partition: 1, offset: 20n },
    { topic: "a", partition: 0, offset: 10n },
  ]);
  expect(askedOf[0]).toEqual([
    ["b", 0, 2, 6n],
    ["a", 0, 0, -1n],
  ]);
  expect(askedOf[1]).toEqual([["a", 1, 4, -2n]]);
});

test("a partition that is asked for twice is asked for in two requests", async () => {
  const node = await startAlone({ a: [{}] });
  node.on(api.listOffsets, (asked) => {
    const [only, ...more] = asking(asked);
    expect(more).toEqual([]);
    return listed({ topic: "a", partition: 0, offset: -(only as [unknown, unknown, unknown, bigint])[3] });
  });
  const connection = await open(node);
  const answers = await connection.listOffsets([
    { topic: "a", partition: 0, at: "earliest" },
    { topic: "a", partition: 0, at: "latest" },
  ]);
  expect(answers.map((answer) => "offset" in answer && answer.offset)).toEqual([2n, 1n]);
  expect(node.askedFor(api.listOffsets)).toHaveLength(2);
});

test("a dead leader leaves the other leader's offsets", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0 }, { leader: 1 }, { leader: 1 }] });
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, offset: 10n }));
  two.stop();
  const connection = await open(one);
  const answers = await connection.listOffsets([latest("a", 1), latest("a", 0), latest("a", 2)]);
  const dead = { error: { code: "NETWORK_EXCEPTION", retriable: true } };
  expect(answers).toMatchObject([
    { topic: "a", partition: 1, ...dead },
    { topic: "a", partition: 0, offset: 10n },
    { topic: "a", partition: 2, ...dead },
  ]);
});

test("a leader that hangs up instead of answering leaves the other leader's offsets", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0 }, { leader: 1 }] });
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, offset: 10n }));
  two.on(api.listOffsets, () => "hang up");
  const connection = await open(one);
  const [lost, found] = await connection.listOffsets([latest("a", 1), latest("a", 0)]);
  expect(lost?.error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  expect(found).toEqual({ topic: "a", partition: 0, offset: 10n });
});

test("what is wrong with one partition is its own error, with its place", async () => {
  const node = await startAlone({ a: [{}, {}, { leader: -1, errorCode: 5 }], gone: 3 });
  node.on(api.listOffsets, () => listed({ topic: "a", partition: 0, errorCode: 6 }));
  const connection = await open(node);
  const answers = await connection.listOffsets([
    latest("a", 0),
    latest("a", 1),
    latest("a", 2),
    latest("a", 3),
    latest("gone", 7),
  ]);
  expect(answers.map(({ topic, partition }) => [topic, partition])).toEqual([
    ["a", 0],
    ["a", 1],
    ["a", 2],
    ["a", 3],
    ["gone", 7],
  ]);
  expect(answers.map(({ error }) => error?.message)).toEqual([
    "Offset of a [0]: NOT_LEADER_OR_FOLLOWER",
    "Offset of a [1]: NETWORK_EXCEPTION: the answer left it out",
    "Leader of a [2]: LEADER_NOT_AVAILABLE",
    "Partition a [3]: UNKNOWN_TOPIC_OR_PARTITION",
    "Topic gone: UNKNOWN_TOPIC_OR_PARTITION",
  ]);
  expect(answers.map(({ error }) => [error?.topic, error?.partition])).toEqual([
    ["a", 0],
    ["a", 1],
    ["a", 2],
    ["a", 3],
    ["gone", undefined],
  ]);
  expect(answers.every(({ error }) => error?.retriable === true)).toBe(true);
});

const long = "é".repeat(16_384);

test.each([
  [{ topic: long, partition: 0, at: "latest" }, "INVALID_TOPIC_EXCEPTION", "32768 bytes"],
  [{ topic: "a", partition: -1, at: "latest" }, "INVALID_REQUEST", "partition must be a whole number from 0"],
  [{ topic: "a", partition: 2 ** 31, at: "latest" }, "INVALID_REQUEST", "not 2147483648"],
  [{ topic: "a", partition: 0, at: { timestamp: Number.NaN } }, "INVALID_REQUEST", "milliseconds, not NaN"],
  [{ topic: "a", partition: 0, at: { timestamp: 2 ** 53 } }, "INVALID_REQUEST", "not 9007199254740992"],
  [{ topic: "a", partition: 0, at: { timestamp: -(2 ** 53) } }, "INVALID_REQUEST", "not -9007199254740992"],
] as const)("what the protocol cannot carry is refused with its place: %#", async (query, code, why) => {
  const node = await startAlone({ a: [{}] });
  const connection = await open(node);
  const metadata = node.askedFor(api.metadata).length;
  const [answer] = await connection.listOffsets([query]);
  const { topic, partition } = query;
  expect(answer).toMatchObject({ topic, partition, error: { code, topic, partition, retriable: false } });
  expect(answer?.error?.message).toContain(`Offset of ${topic} [${partition}]`);
  expect(answer?.error?.message).toContain(why);
  // Nobody is asked for nothing.
  expect(node.askedFor(api.metadata)).toHaveLength(metadata);
  expect(node.askedFor(api.listOffsets)).toEqual([]);
});

test("one query that cannot be carried does not hold up the others; the latest and the first time can", async () => {
  const node = await startAlone({ a: [{}, {}, {}] });
  const times: unknown[] = [];
  node.on(api.listOffsets, (asked) => {
    times.push(...asking(asked).map((each) => (each as unknown[])[3]));
    return listed({ topic: "a", partition: 0, offset: 5n }, { topic: "a", partition: 1, offset: 6n });
  });
  const connection = await open(node);
  const answers = await connection.listOffsets([
    latest("a", -1),
    { topic: "a", partition: 0, at: { timestamp: Number.MAX_SAFE_INTEGER } },
    { topic: "a", partition: 1, at: { timestamp: -Number.MAX_SAFE_INTEGER } },
  ]);
  expect(answers).toMatchObject([{ error: { code: "INVALID_REQUEST" } }, { offset: 5n }, { offset: 6n }]);
  // Numbers below 0 would ask for something else.
  expect(times).toEqual([9_007_199_254_740_991n, 0n]);
});

test("a leader that says anything else is not doubted", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0, epoch: 3 }] });
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, errorCode: 74 }));
  const connection = await open(one);
  const [answer] = await connection.listOffsets([latest("a", 0)]);
  expect(answer?.error?.code).toBe("FENCED_LEADER_EPOCH");
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, offset: 4n }));
  await expect(connection.listOffsets([latest("a", 0)])).resolves.toMatchObject([{ offset: 4n }]);
  await connection.metadata(["a"]);
  expect(two.askedFor(api.metadata)).toEqual([]);
});

test("what is no error of a log's, but of what is installed here, rejects", async () => {
  const [one, two] = await startPair({ a: [{ leader: 1 }] });
  for (const node of [one, two]) {
    node.on(api.saslHandshake, () => joined(int16(0), list(text("OAUTHBEARER"))));
    node.on(api.saslAuthenticate, () => joined(int16(0), text(null), int32(0)));
  }
  let tokens = 0;
  const unsupported = new UnsupportedError("no tokens here");
  const oauthBearerProvider = (): Promise<{ value: string }> => {
    tokens += 1;
    return tokens === 1 ? Promise.resolve({ value: "t" }) : Promise.reject(unsupported);
  };
  const connection = await open(one, { sasl: { mechanism: "oauthbearer", oauthBearerProvider } });
  await expect(connection.listOffsets([latest("a", 0)])).rejects.toBe(unsupported);
});

test("a leader that does not know the epoch is doubted: the next metadata is asked of another node", async () => {
  const [one, two] = await startPair({ a: [{ leader: 0, epoch: 3 }] });
  one.on(api.listOffsets, () => listed({ topic: "a", partition: 0, errorCode: 75 }));
  const connection = await open(one);
  const [answer] = await connection.listOffsets([latest("a", 0)]);
  expect(answer?.error).toMatchObject({ code: "UNKNOWN_LEADER_EPOCH", retriable: true });
  expect(two.askedFor(api.metadata)).toEqual([]);
  await connection.metadata(["a"]);
  expect(two.askedFor(api.metadata)).toHaveLength(1);
  // Once.
  await connection.metadata(["a"]);
  expect(one.askedFor(api.metadata).length + two.askedFor(api.metadata).length).toBe(4);
});
