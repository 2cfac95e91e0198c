import { randomUUID } from "node:crypto";
import type { Connection, ProducerIdAndEpoch } from "@dataqueues/core";
import { TransportError } from "@dataqueues/core";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, leaderOf, limits, newTopic, produceOptions, record, openAll } from "./log.ts";

describeKafka("one bad item among good ones, on Apache Kafka", (bootstrapServers) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await openAll(kafkajs(bootstrapServers));
  });
  afterAll(() => connection.close());

  /** After its first start Kafka rejects with an error that it is loading, for a while. */
  async function identity(): Promise<ProducerIdAndEpoch> {
    for (;;) {
      try {
        return await connection.initProducerId();
      } catch (error) {
        if (!(error instanceof TransportError) || !error.retriable) throw error;
      }
    }
  }

  test("metadata: an unknown topic has its error, is not created, and the others have their partitions", async () => {
    const topic = await newTopic(connection, { partitions: 3 });
    const missing = `missing-${randomUUID()}`;
    const results = await connection.metadata([missing, topic, "not a topic name"]);
    const byTopic = new Map(results.map((result) => [result.topic, result]));
    expect(
      byTopic
        .get(topic)
        ?.partitions?.map(({ partition }) => partition)
        .toSorted(),
    ).toEqual([0, 1, 2]);
    expect(byTopic.get(missing)?.error).toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true });
    expect(byTopic.get("not a topic name")?.error).toMatchObject({ code: "INVALID_TOPIC_EXCEPTION", retriable: false });
    const all = (await connection.metadata()).map((result) => result.topic);
    expect(all).toContain(topic);
    expect(all).not.toContain(missing);
  });

  test("metadata: a topic that is deleted and created again has another id", async () => {
    const topic = await newTopic(connection);
    const id = async () => {
      const [result] = await connection.metadata([topic]);
      return result?.error === undefined ? result?.topicId : undefined;
    };
    const before = await id();
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    await connection.deleteTopics([topic]);
    await expect.poll(id).toBeUndefined();
    await connection.createTopics([{ topic }]);
    await expect.poll(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await id()).not.toBe(before);
  });

  test("fetch: out of range and unknown partitions have their errors, good ones their records", async () => {
    const good = await newTopic(connection);
    const short = await newTopic(connection);
    await append(connection, good, [record("a")]);
    const leader = await leaderOf(connection, good);
    const wanted = [
      { topic: short, partition: 0, offset: 100n },
      { topic: good, partition: 0, offset: 0n },
      { topic: good, partition: 7, offset: 0n },
    ];
    const results = await connection.fetch(leader, wanted, limits);
    const of = (topic: string, partition: number) =>
      results.find((result) => result.topic === topic && result.partition === partition);
    expect(of(short, 0)?.error).toMatchObject({
      code: "OFFSET_OUT_OF_RANGE",
      topic: short,
      partition: 0,
      offset: 100n,
    });
    expect(of(good, 7)?.error).toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", retriable: true });
    expect(of(good, 0)).toMatchObject({ nextOffset: 1n, highWatermark: 1n });
  });

  test("produce: each batch has its own result, in order", async () => {
    const topic = await newTopic(connection, { partitions: 2, configs: { "max.message.bytes": "1000" } });
    const leader = await leaderOf(connection, topic);
    const batch = (partition: number, value: Uint8Array, name = topic) => ({
      topic: name,
      partition,
      records: [record(value)],
      baseSequence: 0,
    });
    const results = await connection.produce(
      leader,
      [
        batch(1, new Uint8Array(10)),
        batch(0, new Uint8Array(5000)),
        batch(9, new Uint8Array(10)),
        batch(0, new Uint8Array(10), "missing-topic"),
        // The same partition again: a request of its own.
        batch(1, new Uint8Array(10)),
      ],
      produceOptions,
    );
    expect(results.map(({ topic: name, partition }) => [name, partition])).toEqual([
      [topic, 1],
      [topic, 0],
      [topic, 9],
      ["missing-topic", 0],
      [topic, 1],
    ]);
    expect(results.map((result) => (result.error === undefined ? result.baseOffset : result.error.code))).toEqual([
      0n,
      "RECORD_TOO_LARGE",
      "UNKNOWN_TOPIC_OR_PARTITION",
      "UNKNOWN_TOPIC_OR_PARTITION",
      1n,
    ]);
  });

  test("produce: a batch that is sent again with its sequence is written once", async () => {
    const topic = await newTopic(connection);
    const leader = await leaderOf(connection, topic);
    const own = await identity();
    const produce = async (baseSequence: number) => {
      const batch = { topic, partition: 0, records: [record("a"), record("b")], identity: own, baseSequence };
      const [result] = await connection.produce(leader, [batch], produceOptions);
      return result?.error === undefined ? result?.baseOffset : result.error.code;
    };
    expect(await produce(0)).toBe(0n);
    expect(await produce(2)).toBe(2n);
    expect(await produce(0)).toBe(0n);
    expect(await produce(9)).toBe("OUT_OF_ORDER_SEQUENCE_NUMBER");
    expect(await connection.listOffsets(leader, [{ topic, partition: 0, at: "latest" }])).toEqual([
      { topic, partition: 0, offset: 4n },
    ]);
  });

  test("listOffsets: earliest, latest, by time, none, and unknown, in the order asked", async () => {
    const topic = await newTopic(connection, { partitions: 2 });
    await append(
      connection,
      topic,
      [1000, 2000, 3000].map((timestamp) => record("a", { timestamp })),
    );
    const leader = await leaderOf(connection, topic);
    const results = await connection.listOffsets(leader, [
      { topic, partition: 0, at: "latest" },
      { topic, partition: 0, at: "earliest" },
      { topic, partition: 1, at: "latest" },
      { topic, partition: 0, at: { timestamp: 1500.5 } },
      { topic, partition: 0, at: { timestamp: 4000 } },
      { topic, partition: 5, at: "latest" },
      { topic: "missing-topic", partition: 0, at: "latest" },
    ]);
    expect(results.map((result) => (result.error === undefined ? result.offset : result.error.code))).toEqual([
      3n,
      0n,
      0n,
      1n,
      -1n,
      "UNKNOWN_TOPIC_OR_PARTITION",
      "UNKNOWN_TOPIC_OR_PARTITION",
    ]);
  });

  test("topics: created, existing, grown, not shrunk and deleted ones each have their result", async () => {
    const [one, two] = [`test-${randomUUID()}`, `test-${randomUUID()}`];
    expect(codes(await connection.createTopics([{ topic: one, partitions: 2 }]))).toEqual([[one, undefined]]);
    expect(codes(await connection.createTopics([{ topic: two }, { topic: one }, { topic: "no name" }]))).toEqual([
      [two, undefined],
      [one, "TOPIC_ALREADY_EXISTS"],
      ["no name", "INVALID_TOPIC_EXCEPTION"],
    ]);
    const grown = await connection.createPartitions([
      { topic: one, partitions: 2 },
      { topic: two, partitions: 4 },
      { topic: "missing-topic", partitions: 4 },
    ]);
    expect(codes(grown)).toEqual([
      [one, "INVALID_PARTITIONS"],
      [two, undefined],
      ["missing-topic", "UNKNOWN_TOPIC_OR_PARTITION"],
    ]);
    expect(codes(await connection.createTopics([{ topic: `${one}-2`, replicationFactor: 5 }]))).toEqual([
      [`${one}-2`, "INVALID_REPLICATION_FACTOR"],
    ]);
    expect(codes(await connection.deleteTopics([one, "missing-topic", two]))).toEqual([
      [one, undefined],
      ["missing-topic", "UNKNOWN_TOPIC_OR_PARTITION"],
      [two, undefined],
    ]);
  });

  test("what the protocol cannot carry is that item's error, and the connection lives on", async () => {
    const long = "x".repeat(70_000);
    expect(codes(await connection.metadata([long, "y"])).toSorted()).toEqual([
      [long, "INVALID_TOPIC_EXCEPTION"],
      ["y", "UNKNOWN_TOPIC_OR_PARTITION"],
    ]);
    const outcomes = await connection.createTopics([{ topic: "x", partitions: 2 ** 40 }]);
    expect(outcomes).toMatchObject([{ topic: "x", error: { code: "INVALID_REQUEST", retriable: false } }]);
    expect(await connection.metadata(["y"])).toHaveLength(1);
  });
});

function codes(outcomes: readonly { topic: string; error?: TransportError | undefined }[]) {
  return outcomes.map(({ topic, error }) => [topic, error?.code]);
}
