import { describe, expect, test, vi } from "vitest";

import { memory } from "../src/index.ts";
import { connect, fetch, opened, produce, recordsOf, valuesOf, within } from "./requests.ts";

test.each(["reader", "", undefined, "constructor", "__proto__"])(
  "a connection for %j is refused by name",
  async (role) => {
    const open = (role: never): Promise<unknown> => memory().open(role);
    const opened: unknown = Reflect.apply(open, undefined, [role]);
    await expect(opened).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `role must be one of "read", "write", "admin", "group", not ${JSON.stringify(role)}`,
    });
  },
);

describe("a log without options", () => {
  test("has one node, one partition a topic, offsets from 0 on, and creates topics when asked to", async () => {
    const log = memory();
    expect(log.name).toBe("memory");
    expect(log.capabilities).toEqual({ write: true, admin: true, idempotence: true, groups: true });
    const connection = await connect(log);
    const [topic] = await connection.metadata(["new"], { allowAutoTopicCreation: true });
    expect(topic).toEqual({
      topic: "new",
      topicId: expect.any(String),
      partitions: [{ partition: 0, leader: 1, leaderEpoch: 0, replicas: [1] }],
    });
    const [start] = await connection.listOffsets(1, [{ topic: "new", partition: 0, at: "latest" }]);
    expect(start).toEqual({ topic: "new", partition: 0, offset: 0n });
  });

  test("takes values of 10 MiB and no byte more", async () => {
    const { connection } = await opened();
    const value = new Uint8Array(10 * 1_024 * 1_024 + 1);
    const record = { key: null, headers: [], timestamp: 0 };
    expect(await produce(connection, [{ ...record, value }])).toMatchObject({ error: { code: "RECORD_TOO_LARGE" } });
    expect(await produce(connection, [{ ...record, value: value.subarray(1) }])).toMatchObject({ baseOffset: 0n });
  });
});

describe("the options of a log", () => {
  test("nodes lead the partitions of each topic in turn", async () => {
    const { connection } = await opened(5, { nodes: 3 });
    await connection.createTopics([{ topic: "b", partitions: 1 }]);
    const leaders = (await connection.metadata()).map(({ partitions }) => partitions?.map(({ leader }) => leader));
    expect(leaders).toEqual([[1, 2, 3, 1, 2], [1]]);
    await connection.createPartitions([{ topic: "b", partitions: 4 }]);
    const [grown] = await connection.metadata(["b"]);
    expect(grown?.partitions?.map(({ leader }) => leader)).toEqual([1, 2, 3, 1]);
  });

  test("defaultPartitions is how many partitions a topic has when its creator does not say", async () => {
    const connection = await connect(memory({ defaultPartitions: 3 }));
    await connection.createTopics([{ topic: "a" }, { topic: "b", partitions: 2 }]);
    const topics = await connection.metadata(["a", "b", "c"], { allowAutoTopicCreation: true });
    expect(topics.map(({ partitions }) => partitions?.length)).toEqual([3, 2, 3]);
  });

  test.each([
    [[4], undefined],
    [[5], undefined],
    [[6], "RECORD_TOO_LARGE"],
    [[5, 6, 5], "RECORD_TOO_LARGE"],
    [[0, 5, 5], undefined],
  ])("maxMessageBytes of 5 takes or refuses a batch of values of %o bytes", async (sizes, code) => {
    const { connection } = await opened(1, { maxMessageBytes: 5 });
    const records = sizes.map((size) => {
      return { key: new Uint8Array(99), value: new Uint8Array(size), headers: [], timestamp: 0 };
    });
    const answer = await produce(connection, [...records, ...recordsOf(null)]);
    expect(answer?.error?.code).toBe(code);
    if (code !== undefined) expect(answer).toMatchObject({ error: { retriable: false, topic: "a", partition: 0 } });
    // A batch is written as a whole or not at all.
    const [end] = await connection.listOffsets(1, [{ topic: "a", partition: 0, at: "latest" }]);
    expect(end).toMatchObject({ offset: code === undefined ? BigInt(sizes.length + 1) : 0n });
  });

  test("maxMessageBytes may be no limit", async () => {
    const { connection } = await opened(1, { maxMessageBytes: Infinity });
    const value = new Uint8Array(11_000_000);
    expect(await produce(connection, [{ key: null, value, headers: [], timestamp: 0 }])).toMatchObject({
      baseOffset: 0n,
    });
  });

  test("firstOffset is where each partition begins", async () => {
    const { connection } = await opened(2, { firstOffset: 2n ** 40n });
    for (const at of ["earliest", "latest"] as const) {
      const offsets = await connection.listOffsets(
        1,
        [0, 1].map((partition) => ({ topic: "a", partition, at })),
      );
      expect(offsets).toMatchObject([{ offset: 1_099_511_627_776n }, { offset: 1_099_511_627_776n }]);
    }
  });

  test("autoCreateTopicsEnable: false keeps the log from creating topics", async () => {
    const connection = await connect(memory({ autoCreateTopicsEnable: false }));
    const [topic] = await connection.metadata(["new"], { allowAutoTopicCreation: true });
    expect(topic).toMatchObject({ topic: "new", error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } });
    expect(await connection.metadata()).toEqual([]);
  });

  test.each([
    [{ nodes: 0 }, "nodes must be a whole number from 1 to 2147483647, not 0"],
    [{ nodes: Infinity }, "nodes must be a whole number from 1 to 2147483647, not Infinity"],
    [{ defaultPartitions: 0 }, "defaultPartitions must be a whole number from 1 to 2147483647, not 0"],
    [{ maxMessageBytes: 0 }, `maxMessageBytes must be a whole number from 1 to ${2 ** 53 - 1} or Infinity, not 0`],
    [{ firstOffset: -1n }, "firstOffset must be a bigint from 0n on, not -1n"],
    [{ firstOffset: 5 }, "firstOffset must be a bigint from 0n on, not 5"],
    [{ autoCreateTopicsEnable: "true" }, 'autoCreateTopicsEnable must be true or false, not "true"'],
  ])("are refused by name when they make no sense: %o", (options, message) => {
    expect(() => Reflect.apply(memory, undefined, [options])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
  });

  test("at their smallest values make a log", async () => {
    const least = { nodes: 1, defaultPartitions: 1, maxMessageBytes: 1, firstOffset: 0n };
    await expect(memory({ ...least, autoCreateTopicsEnable: true }).open("read")).resolves.toBeDefined();
  });
});

describe("opening a log", () => {
  test("gives connections that share its topics; another log has none of them", async () => {
    const { log } = await opened();
    expect(await (await log.open("read")).metadata()).toHaveLength(1);
    expect(await (await memory().open("read")).metadata()).toEqual([]);
  });

  test("is aborted by its signal", async () => {
    const reason = new Error("enough");
    await expect(memory().open("read", { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      name: "TransportError",
      code: "ABORTED",
      retriable: false,
      message: "Opening the log in this process was aborted",
      cause: reason,
    });
    await expect(memory().open("read", { signal: new AbortController().signal })).resolves.toBeDefined();
  });

  test("is refused while a fault refuses it", async () => {
    const log = memory();
    log.faults.refuse({ times: 1 });
    await expect(log.open("read")).rejects.toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
    await expect(log.open("read")).resolves.toBeDefined();
  });

  test("that has been aborted does not use up a fault", async () => {
    const log = memory();
    log.faults.refuse({ times: 1 });
    await expect(log.open("read", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
    await expect(log.open("read")).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
  });
});

describe("what tests do to a partition", () => {
  test("moveLeader: the old leader refuses, the new one serves the partition", async () => {
    const { log, connection } = await opened(2, { nodes: 2 });
    log.moveLeader("a", 0, 2);
    const [topic] = await connection.metadata(["a"]);
    expect(topic?.partitions).toEqual([
      { partition: 0, leader: 2, leaderEpoch: 1, replicas: [2] },
      { partition: 1, leader: 2, leaderEpoch: 0, replicas: [2] },
    ]);
    const moved = { error: { code: "NOT_LEADER_OR_FOLLOWER", retriable: true, topic: "a", partition: 0 } };
    expect(await produce(connection, recordsOf("x"), 0, 1)).toMatchObject(moved);
    expect(await fetch(connection, [[0, 0n]], {}, 1)).toMatchObject([moved]);
    expect(await produce(connection, recordsOf("x"), 0, 2)).toMatchObject({ baseOffset: 0n });
    expect(valuesOf(await fetch(connection, [[0, 0n]], {}, 2))).toEqual([["x"]]);
  });

  test("moveLeader to -1: the partition has no leader", async () => {
    const { log, connection } = await opened(2);
    log.moveLeader("a", 1, -1);
    const [topic] = await connection.metadata(["a"]);
    expect(topic?.partitions).toMatchObject([
      { partition: 0, leader: 1 },
      { partition: 1, leader: -1, error: { code: "LEADER_NOT_AVAILABLE", topic: "a", partition: 1, retriable: true } },
    ]);
    expect(topic?.partitions?.[0]).not.toHaveProperty("error");
    expect(topic?.partitions?.[1]).not.toHaveProperty("replicas");
    log.moveLeader("a", 1, 0);
    expect((await connection.metadata(["a"]))[0]?.partitions?.[1]).toEqual({
      partition: 1,
      leader: 0,
      leaderEpoch: 2,
      replicas: [0],
    });
  });

  test("truncate drops what is before an offset, what is from one on, or both", async () => {
    const { log, connection } = await opened(2);
    for (const partition of [0, 1]) await produce(connection, recordsOf("0", "1", "2", "3"), partition);
    log.truncate("a", 0, { before: 1n });
    expect(
      valuesOf(
        await fetch(connection, [
          [0, 0n],
          [0, 1n],
        ]),
      ),
    ).toEqual(["OFFSET_OUT_OF_RANGE", ["1", "2", "3"]]);
    log.truncate("a", 0, { from: 3n });
    expect(
      valuesOf(
        await fetch(connection, [
          [0, 1n],
          [0, 4n],
        ]),
      ),
    ).toEqual([["1", "2"], "OFFSET_OUT_OF_RANGE"]);
    expect(valuesOf(await fetch(connection, [[1, 0n]]))).toEqual([["0", "1", "2", "3"]]);
    log.truncate("a", 1, { before: 1n, from: 2n });
    expect(valuesOf(await fetch(connection, [[1, 1n]]))).toEqual([["1"]]);
    log.truncate("a", 1, {});
    expect(valuesOf(await fetch(connection, [[1, 1n]]))).toEqual([["1"]]);
  });

  test("forgetProducers: a gap in a producer's sequence is accepted", async () => {
    const { log, connection } = await opened(2);
    const identity = { producerId: 1n, producerEpoch: 0 };
    const send = async (baseSequence: number, partition: number): Promise<unknown> => {
      const batch = { topic: "a", partition, records: recordsOf("x"), baseSequence, identity };
      const [answer] = await connection.produce(1, [batch], { acks: -1, timeoutMs: 1, compression: "none" });
      return answer?.error?.code;
    };
    for (const partition of [0, 1]) await send(0, partition);
    expect(await send(5, 0)).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
    log.forgetProducers("a", 0);
    expect([await send(5, 0), await send(5, 1)]).toEqual([undefined, "OUT_OF_ORDER_SEQUENCE_NUMBER"]);
  });

  test.each([
    ["a", 1, "a[1]: UNKNOWN_TOPIC_OR_PARTITION"],
    ["b", 0, "b[0]: UNKNOWN_TOPIC_OR_PARTITION"],
  ])("is refused for a partition that does not exist: %s %d", async (topic, partition, message) => {
    const { log } = await opened();
    const unknown = expect.objectContaining({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic, partition, message });
    expect(() => log.moveLeader(topic, partition, 2)).toThrow(unknown);
    expect(() => log.truncate(topic, partition, { before: 1n })).toThrow(unknown);
    expect(() => log.forgetProducers(topic, partition)).toThrow(unknown);
  });

  test("wakes a fetch that waits", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { log, connection } = await opened();
    const waiting = fetch(connection, [[0, 0n]], { maxWaitMs: 60_000 });
    log.moveLeader("a", 0, 2);
    const fetched = await within(0, waiting).finally(() => vi.useRealTimers());
    expect(valuesOf(fetched)).toEqual(["NOT_LEADER_OR_FOLLOWER"]);
  });
});
