import { DataQueueConsumer } from "@dataqueues/core";
import type { Connection } from "@dataqueues/core";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, fetchOnce, leaderOf, newTopic, produceOptions, readTo, record, text, utf8, openAll } from "./log.ts";

describeKafka("records through Apache Kafka", (bootstrapServers) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await openAll(kafkajs(bootstrapServers));
  });
  afterAll(() => connection.close());

  test("keys, values, null and repeated headers come back as they were sent", async () => {
    const topic = await newTopic(connection);
    const sent = [
      record("a", {
        key: utf8("k"),
        headers: [
          ["h", utf8("1")],
          ["h", null],
          ["h", utf8("")],
          ["é", utf8("2")],
        ],
      }),
      record(null, { key: utf8("tombstone"), timestamp: 1 }),
      record("", { key: utf8("") }),
    ];
    await append(connection, topic, sent);
    const { records } = await readTo(connection, topic, 3n);
    expect(records).toEqual(sent.map((one, index) => ({ ...one, offset: BigInt(index) })));
  });

  test("another client reads what is written here, and the reverse", async () => {
    const topic = await newTopic(connection);
    await append(connection, topic, [record("ours", { key: utf8("k"), headers: [["h", utf8("1")]] })]);
    const other = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING });
    const producer = other.producer({ createPartitioner: () => () => 0 });
    await producer.connect();
    await producer.send({ topic, messages: [{ key: "k2", value: "theirs", headers: { h: ["1", "2"] } }] });
    await producer.disconnect();
    const { records } = await readTo(connection, topic, 2n);
    expect(records.map(({ value }) => text(value))).toEqual(["ours", "theirs"]);
    expect(records[1]?.headers.map(([name, value]) => [name, text(value)])).toEqual([
      ["h", "1"],
      ["h", "2"],
    ]);
    const consumer = other.consumer({ groupId: topic });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const read = await new Promise((resolve) => {
      void consumer.run({ autoCommit: false, eachMessage: async ({ message }) => resolve(message) });
    });
    await consumer.disconnect();
    expect(read).toMatchObject({ key: Buffer.from("k"), value: Buffer.from("ours"), headers: { h: Buffer.from("1") } });
  });

  test("a record larger than the limits comes whole; one larger than the log takes is RECORD_TOO_LARGE", async () => {
    const topic = await newTopic(connection, { configs: { "max.message.bytes": "10485880" } });
    const large = new Uint8Array(10_000_000).map((_, index) => index % 251);
    await append(connection, topic, [record(large)]);
    const result = await fetchOnce(connection, topic, 0n, { maxBytes: 1000, maxBytesPerPartition: 1000 });
    if (result.error !== undefined) throw result.error;
    expect(Buffer.compare(result.records[0]?.value ?? new Uint8Array(), large)).toBe(0);
    const tooLarge = append(connection, topic, [record(new Uint8Array(11_000_000))]);
    await expect(tooLarge).rejects.toMatchObject({ code: "RECORD_TOO_LARGE", retriable: false, topic, partition: 0 });
  });

  test("a response that is larger than maxResponseBytes is an error of the consumer, which names the setting", async () => {
    const topic = await newTopic(connection);
    await append(connection, topic, [record(new Uint8Array(100_000))]);
    const transport = kafkajs(bootstrapServers, { maxResponseBytes: 50_000 });
    await using consumer = new DataQueueConsumer(transport, { topics: [topic] });
    const error: unknown = await consumer[Symbol.asyncIterator]()
      .next()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
    expect(String(error)).toContain("maxResponseBytes (50000)");
  });

  test("a batch of 150,000 records is read, which ends kafkajs's own consumer", async () => {
    const topic = await newTopic(connection);
    await append(
      connection,
      topic,
      Array.from({ length: 150_000 }, (_, index) => record(`${index}`)),
    );
    const { records } = await readTo(connection, topic, 150_000n);
    expect(records).toHaveLength(150_000);
    expect(records.every(({ value, offset }, index) => text(value) === `${index}` && offset === BigInt(index))).toBe(
      true,
    );
  });

  test("records before the asked offset, inside a batch, are left out", async () => {
    const topic = await newTopic(connection);
    await append(
      connection,
      topic,
      Array.from({ length: 10 }, (_, index) => record(`${index}`)),
    );
    const result = await fetchOnce(connection, topic, 7n);
    if (result.error !== undefined) throw result.error;
    expect(result.records.map(({ value }) => text(value))).toEqual(["7", "8", "9"]);
    expect(result).toMatchObject({ nextOffset: 10n, highWatermark: 10n });
  });

  test("a small record that is kept does not keep the megabytes it came with", async () => {
    const topic = await newTopic(connection, { configs: { "max.message.bytes": "10000000" } });
    const records = [record("keep me"), ...Array.from({ length: 9 }, () => record(new Uint8Array(1_000_000)))];
    await append(connection, topic, records);
    const result = await fetchOnce(connection, topic, 0n, { maxBytesPerPartition: 20_000_000 });
    if (result.error !== undefined) throw result.error;
    expect(result.records).toHaveLength(10);
    const [first, second] = result.records;
    expect(first?.value?.buffer.byteLength).toBeLessThanOrEqual(65_536);
    expect(second?.value?.buffer.byteLength).toBe(1_000_000);
    expect(Object.getPrototypeOf(second?.value)).toBe(Uint8Array.prototype);
  });

  test("the log's append time is in the result where the topic uses it", async () => {
    const topic = await newTopic(connection, { configs: { "message.timestamp.type": "LogAppendTime" } });
    const leader = await leaderOf(connection, topic);
    const batch = { topic, partition: 0, records: [record("a", { timestamp: 5 })], baseSequence: 0 };
    const before = Date.now();
    const [result] = await connection.produce(leader, [batch], produceOptions);
    if (result === undefined || result.error !== undefined) throw result?.error ?? new Error("no result");
    expect(result.timestamp).toBeGreaterThanOrEqual(before - 1000);
    const { records } = await readTo(connection, topic, 1n);
    expect(records[0]?.timestamp).toBe(result.timestamp);
  });

  test("without acknowledgements the result has no offset, and the records are written", async () => {
    const topic = await newTopic(connection);
    const leader = await leaderOf(connection, topic);
    const batch = { topic, partition: 0, records: [record("a")], baseSequence: 0 };
    expect(await connection.produce(leader, [batch], { ...produceOptions, acks: 0 })).toEqual([
      { topic, partition: 0, baseOffset: -1n },
    ]);
    expect((await readTo(connection, topic, 1n)).records).toHaveLength(1);
  });
});
