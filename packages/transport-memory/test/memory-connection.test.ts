import type { Role } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { memory } from "../src/index.ts";
import { connect, fetch, names, opened, produce, recordsOf, requests, valuesOf } from "./requests.ts";

const produceOptions = { acks: -1, timeoutMs: 1_000, compression: "none" } as const;

describe("metadata", () => {
  test("without names is that of all topics, with an empty list of none", async () => {
    const { connection } = await opened(2);
    await connection.createTopics([{ topic: "b" }]);
    expect((await connection.metadata()).map(({ topic }) => topic)).toEqual(["a", "b"]);
    expect(await connection.metadata([])).toEqual([]);
  });

  test("of a topic that does not exist is an error; the topic is created only if that is allowed", async () => {
    const connection = await connect(memory());
    for (const options of [undefined, {}, { allowAutoTopicCreation: false }]) {
      expect(await connection.metadata(["new"], options)).toMatchObject([
        { topic: "new", error: { code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true, topic: "new" } },
      ]);
    }
    const [created] = await connection.metadata(["new"], { allowAutoTopicCreation: true });
    expect(created?.partitions).toHaveLength(1);
    await produce(connection, recordsOf("x"));
    // A topic that exists is not created again.
    expect(await connection.metadata(["new"], { allowAutoTopicCreation: true })).toEqual([created]);
  });

  test("gives another id to a topic that was created again", async () => {
    const { connection } = await opened();
    const idOf = async (): Promise<unknown> => {
      const [topic] = await connection.metadata(["a"]);
      return topic?.error === undefined ? topic?.topicId : topic.error.code;
    };
    const first = await idOf();
    expect(await idOf()).toBe(first);
    await connection.deleteTopics(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    expect(await idOf()).toEqual(expect.any(String));
    expect(await idOf()).not.toBe(first);
  });

  test("has the error of a fault for the topic that the fault names", async () => {
    const { log, connection } = await opened();
    log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "metadata", topic: "a", times: 1 });
    expect(await connection.metadata(["b", "a"])).toMatchObject([
      { topic: "b", error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { topic: "a", error: { code: "TOPIC_AUTHORIZATION_FAILED", topic: "a" } },
    ]);
    expect(await connection.metadata(["a"])).toMatchObject([{ topic: "a", partitions: [{ partition: 0 }] }]);
  });
});

describe("a topic's name", () => {
  // Kafka's rule.
  const good = ["a", "A-Z_0.9", "...", "..a", "a".repeat(249)];
  const bad = ["", ".", "..", "a b", "a/b", "ä", "a\n", "a".repeat(250)];

  test("is of 1 to 249 letters, digits, dots, underscores and hyphens", async () => {
    const connection = await connect(memory());
    for (const outcome of await connection.createTopics(good.map((topic) => ({ topic })))) {
      expect(outcome).not.toHaveProperty("error");
    }
    expect((await connection.metadata()).map(({ topic }) => topic)).toEqual(good);
  });

  test("that breaks the rule is refused, and not retriable", async () => {
    const connection = await connect(memory());
    const refused = bad.map((topic) => ({
      topic,
      error: { code: "INVALID_TOPIC_EXCEPTION", retriable: false, topic },
    }));
    expect(await connection.createTopics(bad.map((topic) => ({ topic })))).toMatchObject(refused);
    expect(await connection.metadata(bad, { allowAutoTopicCreation: true })).toMatchObject(refused);
    expect(await connection.metadata()).toEqual([]);
  });
});

describe("changes of topics", () => {
  test("have a result for each topic, in order", async () => {
    const { connection } = await opened(2);
    const specs = [
      { topic: "b", partitions: 3 },
      { topic: "a", partitions: 3 },
      { topic: "c", partitions: 0 },
      { topic: "d", partitions: 1.5 },
      { topic: "e" },
    ];
    expect(await connection.createTopics(specs)).toMatchObject([
      { topic: "b" },
      { topic: "a", error: { code: "TOPIC_ALREADY_EXISTS", retriable: false, topic: "a" } },
      { topic: "c", error: { code: "INVALID_PARTITIONS", retriable: false, topic: "c" } },
      { topic: "d", error: { code: "INVALID_PARTITIONS" } },
      { topic: "e" },
    ]);
    const grown = [
      { topic: "b", partitions: 4 },
      { topic: "b", partitions: 4 },
      { topic: "a", partitions: 1 },
      { topic: "x", partitions: 1 },
      { topic: "e", partitions: 2.5 },
    ];
    expect(await connection.createPartitions(grown)).toMatchObject([
      { topic: "b" },
      { topic: "b", error: { code: "INVALID_PARTITIONS" } },
      { topic: "a", error: { code: "INVALID_PARTITIONS" } },
      { topic: "x", error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { topic: "e", error: { code: "INVALID_PARTITIONS" } },
    ]);
    const counts = async (): Promise<unknown> =>
      (await connection.metadata()).map(({ topic, partitions }) => [topic, partitions?.length]);
    expect(await counts()).toEqual([
      ["a", 2],
      ["b", 4],
      ["e", 1],
    ]);
    const outcomes = await connection.deleteTopics(["b", "x", "a"]);
    expect(outcomes).toMatchObject([
      { topic: "b" },
      { topic: "x", error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { topic: "a" },
    ]);
    expect(outcomes.map(({ error }) => error === undefined)).toEqual([true, false, true]);
    expect(await counts()).toEqual([["e", 1]]);
  });

  test.each(["createTopics", "createPartitions", "deleteTopics"] as const)(
    "%s changes nothing of a topic that fails by a fault",
    async (request) => {
      const { log, connection } = await opened();
      const before = await connection.metadata();
      log.faults.fail("NOT_CONTROLLER", { request });
      expect(await requests[request](connection)).toMatchObject([
        { topic: request === "createTopics" ? "b" : "a", error: { code: "NOT_CONTROLLER", retriable: true } },
      ]);
      expect(await connection.metadata()).toEqual(before);
    },
  );
});

describe("offsets", () => {
  test("are those of the first record, after the last, and of a time", async () => {
    const { log, connection } = await opened(2, { firstOffset: 5n });
    await produce(
      connection,
      [10, 30, 20].map((timestamp) => ({ key: null, value: null, headers: [], timestamp })),
    );
    log.truncate("a", 0, { before: 6n });
    const at = (...places: readonly ("earliest" | "latest" | { readonly timestamp: number })[]): Promise<unknown> =>
      connection.listOffsets(
        1,
        places.map((place) => ({ topic: "a", partition: 0, at: place })),
      );
    expect(await at("earliest", "latest", { timestamp: 15 }, { timestamp: 31 })).toEqual(
      [6n, 8n, 6n, -1n].map((offset) => ({ topic: "a", partition: 0, offset })),
    );
  });

  test("of unknown partitions, or of those that fail by a fault, are errors", async () => {
    const { log, connection } = await opened(2);
    log.faults.fail("LEADER_NOT_AVAILABLE", { request: "listOffsets", partition: 1 });
    const queries = [
      ["a", 2],
      ["b", 0],
      ["a", 1],
      ["a", 0],
    ] as const;
    const answers = await connection.listOffsets(
      1,
      queries.map(([topic, partition]) => ({ topic, partition, at: "earliest" })),
    );
    expect(answers).toMatchObject([
      { topic: "a", partition: 2, error: { code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "a", partition: 2 } },
      { topic: "b", partition: 0, error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { topic: "a", partition: 1, error: { code: "LEADER_NOT_AVAILABLE" } },
      { topic: "a", partition: 0, offset: 0n },
    ]);
  });
});

describe("produce", () => {
  test("has a result for each batch, in order; a refused one is an error", async () => {
    const { log, connection } = await opened(3);
    log.faults.fail("NOT_ENOUGH_REPLICAS", { request: "produce", partition: 1 });
    const bad = { key: null, value: null, headers: [], timestamp: 0.5 };
    const batches = [
      { partition: 0, records: recordsOf("x", "y") },
      { partition: 1, records: recordsOf("x") },
      { partition: 2, records: [...recordsOf("x"), bad] },
      { partition: 3, records: [bad] },
      { partition: 0, records: recordsOf("z") },
    ].map((batch) => ({ topic: "a", baseSequence: 0, ...batch }));
    const answers = await connection.produce(1, batches, produceOptions);
    expect(answers).toMatchObject([
      { topic: "a", partition: 0, baseOffset: 0n },
      { topic: "a", partition: 1, error: { code: "NOT_ENOUGH_REPLICAS", retriable: true, partition: 1 } },
      { topic: "a", partition: 2, error: { code: "INVALID_RECORD", retriable: false, topic: "a", partition: 2 } },
      { topic: "a", partition: 3, error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { topic: "a", partition: 0, baseOffset: 2n },
    ]);
    expect(answers[2]?.error?.message).toBe(
      "a[2]: INVALID_RECORD: its timestamp is 0.5, not a whole number of milliseconds",
    );
    expect(
      valuesOf(
        await fetch(connection, [
          [0, 0n],
          [1, 0n],
          [2, 0n],
        ]),
      ),
    ).toEqual([["x", "y", "z"], [], []]);
  });

  test("has copied the bytes when it returns: the sender may use its memory again while the log is slow", async () => {
    const { log, connection } = await opened();
    log.faults.delay(1, { request: "produce" });
    const bytes = { key: Uint8Array.of(1), value: Uint8Array.of(2), header: Uint8Array.of(3) };
    const headers = [["h", bytes.header]] as const;
    const sent = produce(connection, [{ key: bytes.key, value: bytes.value, headers, timestamp: 0 }]);
    for (const one of Object.values(bytes)) one.fill(9);
    await sent;
    const [found] = await fetch(connection, [[0, 0n]]);
    expect(found).toMatchObject({
      records: [{ key: Uint8Array.of(1), value: Uint8Array.of(2), headers: [["h", Uint8Array.of(3)]] }],
    });
  });
});

test("each producer gets an id of its own, in epoch 0", async () => {
  const { log, connection } = await opened();
  const [first, second] = [await connection.initProducerId(), await connection.initProducerId()];
  expect(first).toEqual({ producerId: expect.any(BigInt), producerEpoch: 0 });
  expect(second.producerId).not.toBe(first.producerId);
  log.faults.fail("UNSUPPORTED_VERSION", { request: "initProducerId", times: 1 });
  await expect(connection.initProducerId()).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
});

describe("a connection", () => {
  const role = { read: ["listOffsets", "fetch"], write: ["produce", "initProducerId"] };
  const changes = ["createTopics", "createPartitions", "deleteTopics", "deleteRecords"];
  const groups = ["listGroups", "describeGroups", "deleteGroups", "fetchGroupOffsets", "alterGroupOffsets"];
  const admin = ["listOffsets", ...changes, "describeConfigs", "alterConfigs", "describeLogDirs", ...groups];
  const group = ["joinGroup", "heartbeat", "leaveGroup", "commitOffsets", "fetchOffsets"];

  test.each(Object.entries({ ...role, admin, group }))(
    "opened to %s has the requests of that role alone",
    async (name, own) => {
      const connection = await memory().open(name as Role);
      expect(names.filter((request) => request in connection)).toEqual(["metadata", ...own]);
    },
  );
});

describe("leader epochs", () => {
  const query = { topic: "a", partition: 0, offset: 0n, at: "latest" } as const;
  const limits = { maxWaitMs: 0, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };

  test("count up each time that a leader is set, for each partition by itself", async () => {
    const { log, connection } = await opened(2, { nodes: 2 });
    for (const node of [2, -1, 1, 1]) log.moveLeader("a", 0, node);
    const [topic] = await connection.metadata(["a"]);
    expect(topic?.partitions).toMatchObject([{ leaderEpoch: 4 }, { leaderEpoch: 0 }]);
    await connection.deleteTopics(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    expect((await connection.metadata(["a"]))[0]?.partitions).toMatchObject([{ leaderEpoch: 0 }]);
  });

  // As Kafka's brokers do.
  test.each([
    [undefined, 2, undefined],
    [1, 2, undefined],
    [0, 2, "FENCED_LEADER_EPOCH"],
    [2, 2, "UNKNOWN_LEADER_EPOCH"],
    // The node that led before knows that another one leads.
    [undefined, 1, "NOT_LEADER_OR_FOLLOWER"],
    [1, 1, "NOT_LEADER_OR_FOLLOWER"],
    [0, 1, "FENCED_LEADER_EPOCH"],
  ] as const)("after one move, epoch %s at node %d gives %s", async (leaderEpoch, node, code) => {
    const { log, connection } = await opened(1, { nodes: 2 });
    log.moveLeader("a", 0, 2);
    const wanted = [{ ...query, leaderEpoch }];
    const [offset] = await connection.listOffsets(node, wanted);
    const [fetched] = await connection.fetch(node, wanted, limits);
    expect([offset?.error?.code, fetched?.error?.code]).toEqual([code, code]);
    if (code !== undefined) {
      const error = { retriable: true, topic: "a", partition: 0, message: `a[0]: ${code}` };
      expect([offset, fetched]).toMatchObject([{ error }, { error }]);
    }
  });
});
