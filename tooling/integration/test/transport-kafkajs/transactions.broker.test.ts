import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "@dataqueues/core";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { Kafka, logLevel } from "kafkajs";
import type { Producer } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, endOf, fetchOnce, newTopic, readTo, record, text, utf8, openAll } from "./log.ts";

describeKafka("what transactions and compaction leave in a log of Apache Kafka", (bootstrapServers) => {
  let connection: Connection;
  let producer: Producer;

  beforeAll(async () => {
    connection = await openAll(kafkajs(bootstrapServers));
    const kafka = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING, retry: { retries: 20 } });
    const createPartitioner = () => () => 0;
    producer = kafka.producer({ createPartitioner, transactionalId: `test-${process.pid}`, maxInFlightRequests: 1 });
    await producer.connect();
  });
  afterAll(async () => {
    connection.close();
    await producer.disconnect();
  });

  async function transaction(topic: string, values: readonly string[], outcome: "commit" | "abort"): Promise<void> {
    const open = await producer.transaction();
    for (const value of values) await open.send({ topic, messages: [{ value }] });
    await open[outcome]();
  }

  test("committed records are read, aborted ones and marks are not, and the place moves past them", async () => {
    const topic = await newTopic(connection);
    await transaction(topic, ["a", "b"], "commit");
    await transaction(topic, ["lost 1", "lost 2"], "abort");
    await append(connection, topic, [record("plain")]);
    await transaction(topic, ["c"], "commit");
    await transaction(topic, ["lost 3"], "abort");
    // Two records and a mark, twice; one record; a record and a mark, twice. Marks are written a little later.
    await expect.poll(() => endOf(connection, topic)).toBe(11n);
    const { records, fetches } = await readTo(connection, topic, 11n);
    expect(records.map(({ value }) => text(value))).toEqual(["a", "b", "plain", "c"]);
    expect(fetches).toBeLessThanOrEqual(3);
  });

  test("a log that ends in what was aborted is read to its end without a record", async () => {
    const topic = await newTopic(connection);
    await transaction(topic, ["lost"], "abort");
    await expect.poll(() => endOf(connection, topic)).toBe(2n);
    expect(await readTo(connection, topic, 2n)).toEqual({ records: [], fetches: 1 });
    const result = await fetchOnce(connection, topic, 1n);
    expect(result).toMatchObject({ records: [], nextOffset: 2n });
  });

  test("metadata tell that the topic in which Kafka keeps transactions is internal, and that others are not", async () => {
    const topic = await newTopic(connection);
    await transaction(topic, ["a"], "commit");
    const internal = new Map(
      (await connection.metadata()).map((one) => [one.topic, one.error === undefined && one.isInternal]),
    );
    expect([internal.get("__transaction_state"), internal.get(topic)]).toEqual([true, false]);
  });

  test("an open transaction holds the reader before it, until it is decided", async () => {
    const topic = await newTopic(connection);
    await append(connection, topic, [record("before")]);
    const open = await producer.transaction();
    await open.send({ topic, messages: [{ value: "in it" }] });
    await append(connection, topic, [record("after")]);
    expect(await endOf(connection, topic)).toBe(1n);
    const held = await readTo(connection, topic, 1n);
    expect(held.records.map(({ value }) => text(value))).toEqual(["before"]);
    await open.commit();
    const { records } = await readTo(connection, topic, 4n);
    expect(records.map(({ value }) => text(value))).toEqual(["before", "in it", "after"]);
  });

  test("a compacted log is read to its end through its gaps", { timeout: 240_000 }, async () => {
    const configs = {
      "cleanup.policy": "compact",
      "min.cleanable.dirty.ratio": "0.001",
      "segment.ms": "100",
      "max.compaction.lag.ms": "100",
      "min.compaction.lag.ms": "0",
      "delete.retention.ms": "0",
    };
    const topic = await newTopic(connection, { configs });
    const write = (count: number) =>
      append(
        connection,
        topic,
        Array.from({ length: count }, (_, index) => record(`${index}`, { key: utf8("same"), timestamp: Date.now() })),
      );
    await write(50);
    await write(50);
    let kept = Infinity;
    for (const deadline = performance.now() + 180_000; kept > 50 && performance.now() < deadline;) {
      // A new record closes the segment before it, which can then be compacted.
      await write(1);
      await wait(500);
      kept = (await readTo(connection, topic, await endOf(connection, topic))).records.length;
    }
    const end = await endOf(connection, topic);
    const { records, fetches } = await readTo(connection, topic, end);
    expect(records.length).toBeLessThan(Number(end) / 2);
    expect(records.at(-1)?.offset).toBe(end - 1n);
    expect(fetches).toBeLessThanOrEqual(3);
    // An offset in a gap is read from the next record on.
    const [next] = records;
    const result = await fetchOnce(connection, topic, 3n);
    expect(result.error === undefined ? result.records[0] : result).toEqual(next);
    expect(next?.offset).toBeGreaterThan(3n);
  });
});
