import type { AdminConnection, NewTopic } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, joined, list, text } from "./fields.ts";
import { metadataResponse, open, startAlone, startBrokers, startPair } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";
import { became, creating } from "./topic-requests.ts";
import type { Became } from "./topic-requests.ts";

/** The response to DeleteTopics, version 3. */
const deleted = (...outcomes: readonly Became[]): Buffer =>
  joined(int32(0), list(...outcomes.map(([topic, code]) => joined(text(topic), int16(code)))));

/** What CreatePartitions asks for. */
const growing = ({ body }: Asked): unknown[] => [
  body.list(() => [body.text(), body.int32(), body.int32()]),
  body.int32(),
  body.int8(),
];

test("topics are created at the controller, and the log fills in what is left out", async () => {
  const [one, two] = await startPair();
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  one.on(api.metadata, () => metadataResponse({ nodes: known, controller: 1 }));
  const seen: unknown[] = [];
  two.on(api.createTopics, (asked) => {
    seen.push(creating(asked));
    return became(["c", 0], ["a", 0], ["b", 36, "there is one"]);
  });
  const connection = await open("admin", one, { requestTimeout: 7_000 });
  const outcomes = await connection.createTopics([
    { topic: "a", partitions: 3, replicationFactor: 2, configs: { "retention.ms": "5", "cleanup.policy": "compact" } },
    { topic: "b" },
    { topic: "c", partitions: 1 },
  ]);
  expect(seen).toEqual([
    [
      [
        ["a", 3, 2, { "retention.ms": "5", "cleanup.policy": "compact" }],
        ["b", -1, -1, {}],
        ["c", 1, -1, {}],
      ],
      7_000,
      0,
    ],
  ]);
  expect(outcomes[0]).toEqual({ topic: "a" });
  expect(outcomes[1]).toMatchObject({
    topic: "b",
    error: { code: "TOPIC_ALREADY_EXISTS", topic: "b", retriable: false },
  });
  expect(outcomes[1]?.error?.message).toBe("Creating Topic b: TOPIC_ALREADY_EXISTS: there is one");
  expect(outcomes[2]).toEqual({ topic: "c" });
  expect(one.askedFor(api.createTopics)).toEqual([]);
});

test("topics are grown at the controller", async () => {
  const server = await startAlone();
  const seen: unknown[] = [];
  server.on(api.createPartitions, (asked) => {
    seen.push(growing(asked));
    return became(["a", 37, "it has 5"], ["b", 0]);
  });
  const connection = await open("admin", server, { requestTimeout: 7_000 });
  const outcomes = await connection.createPartitions([
    { topic: "a", partitions: 2 },
    { topic: "b", partitions: 9 },
  ]);
  expect(seen).toEqual([
    [
      [
        ["a", 2, -1],
        ["b", 9, -1],
      ],
      7_000,
      0,
    ],
  ]);
  expect(outcomes[0]?.error).toMatchObject({ code: "INVALID_PARTITIONS", topic: "a", retriable: false });
  expect(outcomes[0]?.error?.message).toBe("Growing Topic a: INVALID_PARTITIONS: it has 5");
  expect(outcomes[1]).toEqual({ topic: "b" });
});

test("topics are deleted at the controller; one that the response leaves out has a retriable error", async () => {
  const server = await startAlone();
  const seen: unknown[] = [];
  server.on(api.deleteTopics, ({ body }) => {
    seen.push([body.list(() => body.text()), body.int32()]);
    return deleted(["a", 0], ["b", 3]);
  });
  const connection = await open("admin", server, { requestTimeout: 7_000 });
  const outcomes = await connection.deleteTopics(["b", "a", "c"]);
  expect(seen).toEqual([[["b", "a", "c"], 7_000]]);
  expect(outcomes.map(({ topic, error }) => [topic, error?.message])).toEqual([
    ["b", "Deleting Topic b: UNKNOWN_TOPIC_OR_PARTITION"],
    ["a", undefined],
    ["c", "Deleting Topic c: NETWORK_EXCEPTION: the response leaves it out"],
  ]);
  expect(outcomes[2]?.error).toMatchObject({ code: "NETWORK_EXCEPTION", topic: "c", retriable: true });
});

test("if a broker is not the controller any more, the next change asks which one is", async () => {
  const [one, two] = await startPair();
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  let controller = 0;
  one.on(api.metadata, () => metadataResponse({ nodes: known, controller }));
  two.on(api.metadata, () => metadataResponse({ nodes: known, controller }));
  one.on(api.deleteTopics, () => deleted(["a", 41]));
  two.on(api.deleteTopics, () => deleted(["a", 0]));
  const connection = await open("admin", one);
  controller = 1;
  const [refused] = await connection.deleteTopics(["a"]);
  expect(refused?.error).toMatchObject({ code: "NOT_CONTROLLER", retriable: true });
  await expect(connection.deleteTopics(["a"])).resolves.toEqual([{ topic: "a" }]);
  // It is known from then on.
  const asked = one.askedFor(api.metadata).length + two.askedFor(api.metadata).length;
  await connection.deleteTopics(["a"]);
  expect(one.askedFor(api.metadata).length + two.askedFor(api.metadata).length).toBe(asked);
});

test("a change that is refused for another reason does not make the next one ask for the controller", async () => {
  const server = await startAlone();
  server.on(api.deleteTopics, () => deleted(["a", 3]));
  const connection = await open("admin", server);
  await connection.deleteTopics(["a"]);
  await connection.deleteTopics(["a"]);
  expect(server.askedFor(api.metadata)).toHaveLength(1);
});

test("without a known controller any broker is asked", async () => {
  const [server] = await startBrokers(1);
  if (server === undefined) throw new Error("a broker was wanted");
  server.on(api.metadata, () => metadataResponse({ nodes: new Map([[0, { port: server.port }]]), controller: -1 }));
  server.on(api.deleteTopics, () => deleted(["a", 0]));
  const connection = await open("admin", server);
  await expect(connection.deleteTopics(["a"])).resolves.toEqual([{ topic: "a" }]);
});

const change: Record<string, (connection: AdminConnection, topic: string) => Promise<unknown>> = {
  Creating: (connection, topic) => connection.createTopics([{ topic, partitions: 1, replicationFactor: 1 }]),
  Growing: (connection, topic) => connection.createPartitions([{ topic, partitions: 1 }]),
  Deleting: (connection, topic) => connection.deleteTopics([topic]),
};

test.each(Object.entries(change))(
  "%s a topic without a valid name is refused, and nothing is sent",
  async (what, call) => {
    const server = await startAlone();
    const connection = await open("admin", server);
    const before = server.asked.length;
    const topic = "é".repeat(16_384);
    const error = { code: "INVALID_TOPIC_EXCEPTION", topic, retriable: false };
    await expect(call(connection, topic)).resolves.toMatchObject([{ topic, error }]);
    await expect(call(connection, topic)).resolves.toMatchObject([
      { error: { message: expect.stringMatching(new RegExp(`^${what} Topic é{249}: .*32768 bytes`)) } },
    ]);
    expect(server.asked).toHaveLength(before);
  },
);

test.each<[Omit<NewTopic, "topic">, string]>([
  [{ partitions: 2 ** 31 }, "partitions must be a whole number from -2147483648 to 2147483647, not 2147483648"],
  [{ partitions: 1.5 }, "partitions must be"],
  [{ partitions: -(2 ** 31) - 1 }, "not -2147483649"],
  [{ replicationFactor: 2 ** 15 }, "replicationFactor must be a whole number from -32768 to 32767, not 32768"],
  [{ replicationFactor: -(2 ** 15) - 1 }, "not -32769"],
  [{ configs: { "é-": "x", ok: "é".repeat(16_384) } }, "configs: ok has 32768 bytes"],
  [{ configs: { ["é".repeat(16_384)]: "5" } }, "the name in configs has 32768 bytes"],
])("a new topic that the protocol cannot carry is refused with what is wrong: %#", async (wrong, why) => {
  const server = await startAlone();
  server.on(api.createTopics, () => became(["b", 0]));
  const connection = await open("admin", server);
  const [refused, created] = await connection.createTopics([{ topic: "a", ...wrong }, { topic: "b" }]);
  expect(refused).toMatchObject({ topic: "a", error: { code: "INVALID_REQUEST", topic: "a", retriable: false } });
  expect(refused?.error?.message).toMatch(/^Creating Topic a: INVALID_REQUEST: /);
  expect(refused?.error?.message).toContain(why);
  expect(created).toEqual({ topic: "b" });
});

test("the largest and smallest numbers are sent, and what the log refuses is its error", async () => {
  const server = await startAlone();
  const seen: unknown[] = [];
  server.on(api.createTopics, (asked) => {
    seen.push(creating(asked));
    return became(["a", 37], ["b", 38]);
  });
  const connection = await open("admin", server);
  const outcomes = await connection.createTopics([
    { topic: "a", partitions: -(2 ** 31), replicationFactor: 2 ** 15 - 1 },
    { topic: "b", partitions: 2 ** 31 - 1, replicationFactor: -(2 ** 15) },
  ]);
  expect(seen).toEqual([
    [
      [
        ["a", -2_147_483_648, 32_767, {}],
        ["b", 2_147_483_647, -32_768, {}],
      ],
      30_000,
      0,
    ],
  ]);
  expect(outcomes.map(({ error }) => error?.code)).toEqual(["INVALID_PARTITIONS", "INVALID_REPLICATION_FACTOR"]);
});

test.each([2 ** 31, 0.5, -(2 ** 31) - 1])("growing to %d partitions is refused", async (partitions) => {
  const connection = await open("admin", await startAlone());
  const [refused] = await connection.createPartitions([{ topic: "a", partitions }]);
  expect(refused?.error?.message).toBe(
    `Growing Topic a: INVALID_REQUEST: partitions must be a whole number from -2147483648 to 2147483647, not ${partitions}`,
  );
});
