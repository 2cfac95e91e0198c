import { randomUUID } from "node:crypto";
import type { Connection, FetchQuery, OffsetQuery, ProduceBatch, TransportError } from "@dataqueues/core";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leaderOf, limits, newTopic, produceOptions, readTo, record, openAll } from "./log.ts";

const longName = "n".repeat(32_768);
const wrongPartitions = [Number.NaN, -1, 0.5, 2 ** 31];

const codeOf = ({ error }: { readonly error?: TransportError | undefined }): string | undefined => error?.code;

describeKafka("what the protocol cannot carry is its own error", (bootstrapServers) => {
  let connection: Connection;
  let topic: string;
  let leader: number;

  beforeAll(async () => {
    connection = await openAll(kafkajs(bootstrapServers));
    topic = await newTopic(connection);
    leader = await leaderOf(connection, topic);
  });
  afterAll(() => connection.close());

  test("among the batches of a request", async () => {
    const good: ProduceBatch = { topic, partition: 0, records: [record("good")], baseSequence: 0 };
    const bad = [
      { ...good, records: [record("x"), record("x", { timestamp: Infinity })] },
      ...wrongPartitions.map((partition) => ({ ...good, partition })),
      { ...good, topic: longName },
    ];
    const results = await connection.produce(leader, [...bad, good], produceOptions);
    expect(results.map(codeOf)).toEqual([
      "INVALID_RECORD",
      ...wrongPartitions.map(() => "INVALID_REQUEST"),
      "INVALID_TOPIC_EXCEPTION",
      undefined,
    ]);
    expect(results[0]?.error?.message).toContain("record 1: timestamp must be a whole number of milliseconds");
    expect((await readTo(connection, topic, 1n)).records).toHaveLength(1);
  });

  test("among the partitions of a fetch", async () => {
    const good: FetchQuery = { topic, partition: 0, offset: 0n };
    const bad = [
      ...wrongPartitions.map((partition) => ({ ...good, partition })),
      { ...good, partition: 7, offset: 2n ** 63n },
      { ...good, topic: longName },
    ];
    const results = await connection.fetch(leader, [...bad, good], limits);
    expect(results.filter(({ error }) => error === undefined)).toMatchObject([{ topic, partition: 0 }]);
    expect(results.map(codeOf).filter((code) => code !== undefined)).toEqual([
      ...wrongPartitions.map(() => "INVALID_REQUEST"),
      "INVALID_REQUEST",
      "INVALID_TOPIC_EXCEPTION",
    ]);
    await expect(connection.fetch(leader, [good], { ...limits, maxWaitMs: Number.NaN })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("maxWaitMs"),
    });
    const endless = { ...limits, maxBytes: Infinity, maxBytesPerPartition: 2 ** 40 };
    expect(await connection.fetch(leader, [good], endless)).toMatchObject([{ topic, partition: 0, nextOffset: 1n }]);
  });

  test("among the queries for offsets", async () => {
    const good: OffsetQuery = { topic, partition: 0, at: "earliest" };
    const bad: OffsetQuery[] = [
      ...wrongPartitions.map((partition) => ({ ...good, partition })),
      ...[Number.NaN, Infinity, 2 ** 60].map((timestamp) => ({ ...good, at: { timestamp } })),
      { ...good, topic: longName },
    ];
    const before1970: OffsetQuery = { ...good, at: { timestamp: -1 } };
    const results = await connection.listOffsets(leader, [...bad, good, before1970]);
    expect(results.map(codeOf)).toEqual([
      ...wrongPartitions.map(() => "INVALID_REQUEST"),
      ...[1, 2, 3].map(() => "INVALID_REQUEST"),
      "INVALID_TOPIC_EXCEPTION",
      undefined,
      undefined,
    ]);
    // The number that asks Kafka for the end is a time here.
    expect(results.slice(-2)).toMatchObject([{ offset: 0n }, { offset: 0n }]);
  });

  test("among the topics that are asked for, made, grown and deleted", async () => {
    const described = await connection.metadata([longName, topic]);
    expect(described.find((one) => one.topic === longName)?.error).toMatchObject({ code: "INVALID_TOPIC_EXCEPTION" });
    expect(described.find((one) => one.topic === topic)?.partitions).toHaveLength(1);

    const made = `made-${randomUUID()}`;
    const created = await connection.createTopics([
      { topic: longName },
      { topic: `${made}-1`, partitions: Number.NaN },
      { topic: `${made}-2`, replicationFactor: 2 ** 15 },
      { topic: `${made}-3`, configs: { "retention.ms": longName } },
      { topic: made },
    ]);
    expect(created.map(codeOf)).toEqual([
      "INVALID_TOPIC_EXCEPTION",
      "INVALID_REQUEST",
      "INVALID_REQUEST",
      "INVALID_REQUEST",
      undefined,
    ]);
    const grown = await connection.createPartitions([
      { topic, partitions: 1.5 },
      { topic: made, partitions: 2 },
    ]);
    expect(grown.map(codeOf)).toEqual(["INVALID_REQUEST", undefined]);
    const deleted = await connection.deleteTopics([longName, made]);
    expect(deleted.map(codeOf)).toEqual(["INVALID_TOPIC_EXCEPTION", undefined]);
  });

  test("a topic is created by a question only where that is allowed", async () => {
    const asked = `asked-${randomUUID()}`;
    const exists = async (): Promise<boolean> =>
      (await connection.metadata()).some((one) => one.topic === asked && one.error === undefined);
    await connection.metadata([asked]);
    expect(await exists()).toBe(false);
    await connection.metadata([asked], { allowAutoTopicCreation: true });
    await expect.poll(exists, { timeout: 20_000 }).toBe(true);
    await connection.deleteTopics([asked]);
  });
});
