import { randomUUID } from "node:crypto";
import type { Connection } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, record } from "../transport-kafkajs/log.ts";

describeKafka("a Kafka of before 2.4, which tells no topic ids and fills in no defaults", () => {
  let kafka: Kafka;
  let connection: Connection;

  beforeAll(async () => {
    kafka = await startKafka({ apiVersions: "kafka-2.1", properties: { "num.partitions": "3" } });
    connection = await kafkajs(kafka.bootstrapServers).open("write");
  });
  afterAll(async () => {
    connection.close();
    await kafka.stop();
  });

  test("a topic that is created without a number of partitions gets the log's own default", async () => {
    const topic = `default-${randomUUID()}`;
    expect(await connection.createTopics([{ topic }])).toEqual([{ topic }]);
    await expect.poll(async () => (await connection.metadata([topic]))[0]?.partitions?.length).toBe(3);
  });

  test("a topic that is made again is read, although its leader's epochs begin again", async () => {
    const topic = `recreated-${randomUUID()}`;
    const spec = { topic, partitions: 1, replicationFactor: 1 };
    const created = async (): Promise<void> => {
      await expect.poll(async () => (await connection.createTopics([spec]))[0]?.error?.code).toBeUndefined();
    };
    const latest = async (): Promise<unknown> => {
      const [answer] = await connection.listOffsets([{ topic, partition: 0, at: "latest" }]).catch(() => []);
      return answer?.error === undefined ? answer?.offset : answer.error.code;
    };
    await created();
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    // Its leader is elected again, in a later epoch.
    for (const node of kafka.nodes) {
      await node.stop();
      await node.start();
    }
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    expect(await connection.deleteTopics([topic])).toEqual([{ topic }]);
    await created();
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    expect(await append(connection, topic, [record("again")])).toBe(0n);
  });
});
