import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { observed } from "../observed.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const partitions = [0, 1, 2, 3, 4, 5];

describeKafka("an admin of three brokers of Apache Kafka", () => {
  let kafka: Kafka;

  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
  });
  afterAll(() => kafka.stop());

  /** A topic whose partitions have ten records each. */
  async function topicOfTen(admin: DataQueueAdmin, topic: string): Promise<void> {
    await admin.createTopics([[topic, partitions.length]]);
    await using producer = new DataQueueProducer(kafka.bootstrapServers, { topic });
    for (const partition of partitions) {
      for (let value = 0; value < 10; value += 1) void producer.send(Uint8Array.of(value), { partition });
    }
    await producer.flush();
  }

  test("asks each leader once for all its partitions", async () => {
    const transport = observed(kafkajs(kafka.bootstrapServers));
    await using admin = new DataQueueAdmin(transport);
    await topicOfTen(admin, "once");
    const offsets = partitions.map((partition) => ({ topic: "once", partition, offset: 10n }));
    expect(await admin.listOffsets("once")).toEqual(offsets);
    expect(transport.count("listOffsets")).toBe(3);
    await admin.deleteRecords(partitions.map((partition) => ["once", partition, partition]));
    expect(transport.count("deleteRecords")).toBe(3);
    const starts = partitions.map((partition) => ({ topic: "once", partition, offset: BigInt(partition) }));
    expect(await admin.listOffsets("once", "earliest")).toEqual(starts);
  });

  test("lists the groups of all brokers, and finds and sets their offsets while coordinators are killed and come back", async () => {
    await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers, { requestTimeout: 3_000 }), {
      timeoutMs: 60_000,
    });
    await topicOfTen(admin, "shared");
    const groups = Array.from({ length: 6 }, (_, index) => `group-${index}`);
    for (const group of groups) await admin.resetOffsets(group, "latest", "shared");
    const coordinators = (await admin.describeGroups(groups)).map(({ coordinator }) => coordinator);
    expect(new Set(coordinators)).toEqual(new Set([1, 2, 3]));
    const offsets = async (partition: number): Promise<unknown[]> => {
      const found = await Promise.all(groups.map((group) => admin.groupOffsets(group, [["shared", partition]])));
      return found.map(([one]) => one?.offset);
    };
    for (const [round, node] of kafka.nodes.entries()) {
      const before = BigInt(round + 1);
      const listed = async (): Promise<unknown> => (await admin.listGroups()).map(({ group, state }) => [group, state]);
      const described = async (): Promise<unknown> => (await admin.describeGroups(groups)).map(({ group }) => group);
      // Begins while the broker keeps two of the groups, and ends when others have taken over. For a moment these show what the
      // killed broker's last records say only once all replicas have them.
      const reads = Promise.allSettled([listed(), described(), offsets(5)]);
      const [reset] = await Promise.all([
        Promise.all(groups.map((group) => admin.resetOffsets(group, [["shared", 0, before]]))),
        node.kill(),
        reads,
      ]);
      expect(reset.flat().map(({ offset }) => offset)).toEqual(groups.map(() => before));
      await expect.poll(listed, { timeout: 60_000 }).toEqual(groups.map((group) => [group, "Empty"]));
      await expect.poll(described, { timeout: 60_000 }).toEqual(groups);
      await expect.poll(() => offsets(5), { timeout: 60_000 }).toEqual(groups.map(() => 10n));
      expect(await offsets(0)).toEqual(groups.map(() => before));
      await node.start();
      const inSync = async (): Promise<unknown> =>
        (await admin.describeTopics("__consumer_offsets"))[0]?.partitions.map((one) => one.inSyncReplicas?.length);
      await expect.poll(inSync, { timeout: 60_000 }).toEqual([3, 3, 3]);
    }
    expect(await admin.deleteGroups(groups)).toEqual(groups);
    expect(await admin.listGroups()).toEqual([]);
  });

  test("finds offsets, deletes records and changes settings while leaders are killed and come back", async () => {
    await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers, { requestTimeout: 3_000 }), {
      timeoutMs: 60_000,
    });
    await topicOfTen(admin, "moving");
    for (const [round, node] of kafka.nodes.entries()) {
      const before = BigInt(round + 1);
      const retention = `${round + 1}000000`;
      // Begins while the broker leads, and ends when others have taken over.
      const [, latest, deleted] = await Promise.all([
        node.kill(),
        admin.listOffsets("moving"),
        admin.deleteRecords(partitions.map((partition) => ["moving", partition, before])),
        admin.alterConfigs({ moving: { "retention.ms": retention } }),
      ]);
      expect(latest).toEqual(partitions.map((partition) => ({ topic: "moving", partition, offset: 10n })));
      expect(deleted).toEqual(partitions.map((partition) => ({ topic: "moving", partition, lowWatermark: before })));
      const earliest = await admin.listOffsets("moving", "earliest");
      expect(earliest.map(({ offset }) => offset)).toEqual(partitions.map(() => before));
      await expect
        .poll(async () => (await admin.describeConfigs("moving"))[0]?.configs["retention.ms"]?.value)
        .toBe(retention);
      await node.start();
      // The broker must be in sync before the next one is killed, else a partition has too few replicas.
      const inSync = async (): Promise<unknown> =>
        (await admin.describeTopics("moving"))[0]?.partitions.map((one) => one.inSyncReplicas?.length);
      await expect.poll(inSync, { timeout: 60_000 }).toEqual(partitions.map(() => 3));
    }
  });
});
