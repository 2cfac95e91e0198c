import type { AdminConnection, NewTopic } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { int16, int32, int8, joined, list, text } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { metadataResponse, open, refusal, startAlone, startBrokers, startPair } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

type Became = readonly [topic: string, errorCode: number, message?: string | null];

/** The response to CreateTopics, version 2 to 4, and to CreatePartitions. */
const became = (...outcomes: readonly Became[]): Buffer =>
  joined(int32(0), list(...outcomes.map(([topic, code, why = null]) => joined(text(topic), int16(code), text(why)))));

/** The response to DeleteTopics, version 3. */
const deleted = (...outcomes: readonly Became[]): Buffer =>
  joined(int32(0), list(...outcomes.map(([topic, code]) => joined(text(topic), int16(code)))));

/** What CreateTopics asks for: name, partitions, replicas and settings of each; timeout and whether it is only a trial. */
function creating({ body }: Asked): unknown[] {
  const topics = body.list(() => {
    const counts = [body.text(), body.int32(), body.int16()];
    expect(body.int32()).toBe(0);
    return [...counts, settings(body)];
  });
  return [topics, body.int32(), body.int8()];
}

const settings = (body: Fields): unknown => Object.fromEntries(body.list(() => [body.text(), body.text()]) ?? []);

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

describe("before Kafka 2.4, which does not fill in what is left out", () => {
  const old = { ...plainVersions, [api.createTopics]: [2, 3] } as const;

  /** The response to DescribeConfigs, version 1. */
  function described(
    configs: Readonly<Record<string, string | null>>,
    errorCode = 0,
    why: string | null = null,
  ): Buffer {
    const each = Object.entries(configs).map(([name, value]) =>
      joined(
        joined(text(name), text(value), int8(0), int8(5), int8(0)),
        list(joined(text("default"), text("1"), int8(5))),
      ),
    );
    return joined(int32(0), list(joined(int16(errorCode), text(why), int8(4), text("0"), list(...each))));
  }

  async function startOld(response?: Buffer | "hang up") {
    const server = await startAlone();
    const seen: unknown[] = [];
    const asked: unknown[] = [];
    server.on(api.apiVersions, () => offered(old));
    if (response !== undefined) {
      server.on(api.describeConfigs, ({ body }) => {
        asked.push(body.list(() => [body.int8(), body.text(), body.list(() => body.text())]));
        return response;
      });
    }
    server.on(api.createTopics, (request) => {
      const [topics] = creating(request);
      seen.push(...(topics as unknown[]));
      return became(...(topics as [string][]).map(([topic]) => [topic, 0] as const));
    });
    return { server, seen, asked, connection: await open("admin", server) };
  }

  test("what is left out comes from the controller's settings", async () => {
    const response = described({ "default.replication.factor": "3", "num.partitions": "12" });
    const { seen, asked, connection } = await startOld(response);
    const outcomes = await connection.createTopics([
      { topic: "a" },
      { topic: "b", partitions: 2, configs: { x: "y" } },
      { topic: "c", replicationFactor: 1 },
      { topic: "d", partitions: 5, replicationFactor: 6 },
    ]);
    expect(asked).toEqual([[[4, "0", ["num.partitions", "default.replication.factor"]]]]);
    expect(seen).toEqual([
      ["a", 12, 3, {}],
      ["b", 2, 3, { x: "y" }],
      ["c", 12, 1, {}],
      ["d", 5, 6, {}],
    ]);
    expect(outcomes).toEqual([{ topic: "a" }, { topic: "b" }, { topic: "c" }, { topic: "d" }]);
  });

  test("the controller is asked for its settings by its id, or by -1 if its address is not advertised", async () => {
    const { server, asked, connection } = await startOld(described({ "num.partitions": "12" }));
    const moved = { host: "localhost", port: server.port };
    const own = { port: server.port };
    server.on(api.metadata, () => metadataResponse({ nodes: new Map([[7, own]]), controller: 7 }));
    await connection.metadata(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    server.on(api.metadata, () => metadataResponse({ nodes: new Map([[7, moved]]), controller: -1 }));
    await connection.metadata(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    expect(asked.map((one) => (one as [[number, string]])[0].slice(0, 2))).toEqual([
      [4, "7"],
      [4, "-1"],
    ]);
  });

  test.each([
    [{ replicationFactor: 2 }, ["a", 12, 2, {}]],
    [{ partitions: 2 }, ["a", 2, 3, {}]],
  ])("a topic with only %j gets the other number", async (given, expected) => {
    const { seen, connection } = await startOld(
      described({ "num.partitions": "12", "default.replication.factor": "3" }),
    );
    await connection.createTopics([{ topic: "a", ...given }]);
    expect(seen).toEqual([expected]);
  });

  test("a missing setting is 1", async () => {
    const { seen, connection } = await startOld(described({ "num.partitions": null }));
    await connection.createTopics([{ topic: "a" }]);
    expect(seen).toEqual([["a", 1, 1, {}]]);
  });

  test("the settings are not requested if nothing is left out", async () => {
    const { seen, asked, connection } = await startOld(described({ "num.partitions": "12" }));
    await connection.createTopics([{ topic: "a", partitions: 1, replicationFactor: 1 }]);
    expect([seen, asked]).toEqual([[["a", 1, 1, {}]], []]);
  });

  test("nor of a newer broker, which fills in itself", async () => {
    const { server, asked } = await startOld(described({ "num.partitions": "12" }));
    server.on(api.apiVersions, () => offered(plainVersions));
    const connection = await open("admin", server);
    await connection.createTopics([{ topic: "a" }]);
    expect(asked).toEqual([]);
  });

  test("without the settings complete topics are created, and the error of the others says what to give", async () => {
    const { seen, connection } = await startOld(described({}, 31, "not yours"));
    const [refused, created] = await connection.createTopics([
      { topic: "a", partitions: 3 },
      { topic: "b", partitions: 1, replicationFactor: 1 },
    ]);
    expect(refused).toMatchObject({ topic: "a", error: { code: "CLUSTER_AUTHORIZATION_FAILED", retriable: false } });
    expect(refused?.error).toMatchObject({ topic: "a", cause: { code: "CLUSTER_AUTHORIZATION_FAILED" } });
    expect(refused?.error?.message).toBe(
      "Creating Topic a: CLUSTER_AUTHORIZATION_FAILED: this Kafka has no defaults for topics; give partitions and " +
        "replicationFactor (Settings of the broker: CLUSTER_AUTHORIZATION_FAILED: not yours)",
    );
    expect(created).toEqual({ topic: "b" });
    expect(seen).toEqual([["b", 1, 1, {}]]);
  });

  test("a broker that hangs up instead of telling its settings is a retriable error", async () => {
    const { connection } = await startOld("hang up");
    const [refused] = await connection.createTopics([{ topic: "a" }]);
    expect(refused?.error).toMatchObject({ code: "NETWORK_EXCEPTION", topic: "a", retriable: true });
  });

  test("a broker that does not support the request is an error that says what to give", async () => {
    const { server } = await startOld();
    server.on(api.apiVersions, () => offered(old, [api.describeConfigs]));
    const [refused] = await (await open("admin", server)).createTopics([{ topic: "a" }]);
    expect(refused?.error?.code).toBe("UNSUPPORTED_VERSION");
    expect(refused?.error?.message).toMatch(/give partitions and replicationFactor .*does not offer the request/);
  });

  test("a broker that cannot create topics is an error that says so", async () => {
    const { server } = await startOld();
    server.on(api.apiVersions, () => offered(old, [api.createTopics]));
    const connection = await open("admin", server);
    const error = await refusal(connection.createTopics([{ topic: "a" }]));
    expect(error).toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
    expect(error.message).toContain(`CreateTopics at ${server.address}`);
    expect(server.askedFor(api.describeConfigs)).toEqual([]);
  });
});
