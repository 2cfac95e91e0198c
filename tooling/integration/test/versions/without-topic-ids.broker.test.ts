import { randomUUID } from "node:crypto";
import type { Connection } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, record, openAll } from "../transport-kafkajs/log.ts";

describeKafka("Kafka before 2.4, without topic ids and without defaults for new topics", () => {
  let kafka: Kafka;
  let connection: Connection;

  beforeAll(async () => {
    kafka = await startKafka({ apiVersions: "kafka-2.1", properties: { "num.partitions": "3" } });
    connection = await openAll(kafkajs(kafka.bootstrapServers));
  });
  afterAll(async () => {
    connection.close();
    await kafka.stop();
  });

  test("a topic that is created without a number of partitions gets the broker's default", async () => {
    const topic = `default-${randomUUID()}`;
    expect(await connection.createTopics([{ topic }])).toEqual([{ topic }]);
    await expect.poll(async () => (await connection.metadata([topic]))[0]?.partitions?.length).toBe(3);
  });

  test("a topic that is created again is read, although its leader epochs begin again", async () => {
    const topic = `recreated-${randomUUID()}`;
    const spec = { topic, partitions: 1, replicationFactor: 1 };
    const created = async (): Promise<void> => {
      await expect.poll(async () => (await connection.createTopics([spec]))[0]?.error?.code).toBeUndefined();
    };
    // As core does: use the newest epoch, and after UNKNOWN_LEADER_EPOCH the next one in metadata.
    let leaderEpoch = -1;
    const latest = async (): Promise<unknown> => {
      const [metadata] = await connection.metadata([topic]).catch(() => []);
      const partition = metadata?.partitions?.[0];
      if (partition === undefined || partition.leader < 0) return "no leader";
      leaderEpoch = Math.max(leaderEpoch, partition.leaderEpoch ?? -1);
      const query = { topic, partition: 0, leaderEpoch, at: "latest" } as const;
      const [result] = await connection.listOffsets(partition.leader, [query]).catch(() => []);
      if (result?.error === undefined) return result?.offset;
      if (result.error.code === "UNKNOWN_LEADER_EPOCH") leaderEpoch = -1;
      return result.error.code;
    };
    await created();
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    // Restarts elect its leader again, in a later epoch.
    for (const broker of kafka.nodes) {
      await broker.stop();
      await broker.start();
    }
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    expect(await connection.deleteTopics([topic])).toEqual([{ topic }]);
    await created();
    expect(leaderEpoch).toBeGreaterThan(0);
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    expect(leaderEpoch).toBe(0);
    expect(await append(connection, topic, [record("again")])).toBe(0n);
  });
});
