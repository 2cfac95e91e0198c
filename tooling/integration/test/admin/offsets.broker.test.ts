import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { javaAdmin } from "./java-admin.ts";

vi.setConfig({ testTimeout: 60_000 });

const noon = Date.UTC(2026, 9, 1, 12);

describeKafka("offsets that Apache Kafka tells an admin", (bootstrapServers) => {
  const topic = `offsets-${process.pid}-${Date.now()}`;
  const empty = `${topic}-empty`;
  let admin: DataQueueAdmin;

  beforeAll(async () => {
    admin = new DataQueueAdmin(bootstrapServers);
    // Records of this time are kept for ever.
    await admin.createTopics([[topic, 3], empty], { configs: { "retention.ms": "-1" } });
    await using producer = new DataQueueProducer(bootstrapServers, { topic });
    // Partition 0 has records of five minutes, of which the first two are deleted; 1 has them in another order.
    for (const minute of [0, 1, 2, 3, 4]) {
      await producer.send(Uint8Array.of(minute), { partition: 0, timestamp: noon + minute * 60_000 });
      await producer.send(Uint8Array.of(minute), { partition: 1, timestamp: noon + (4 - minute) * 60_000 });
    }
    await admin.deleteRecords([[topic, 0, 2]]);
  });
  afterAll(() => admin.close());

  /** The offsets of the topic's partitions, as texts. */
  const offsets = async (at?: "earliest" | "latest" | Date): Promise<string[]> =>
    (await admin.listOffsets(topic, at)).map(({ offset }) => String(offset));

  test("are those that Kafka's own client tells: first, latest, and by time", async () => {
    const times = [noon - 1, noon + 1, noon + 120_000, noon + 150_000, noon + 240_000, noon + 240_001];
    const commands = ["earliest", "latest", ...times].map((at) => `offsets ${topic} ${at}`);
    const java = await javaAdmin(bootstrapServers, ...commands);
    const own = [await offsets("earliest"), await offsets()];
    for (const time of times) own.push(await offsets(new Date(time)));
    expect(own).toEqual(java);
    // Java's answers are what the records say.
    expect(java).toEqual([
      ["2", "0", "0"],
      ["5", "5", "0"],
      ["2", "0", "-1"],
      ["2", "0", "-1"],
      ["2", "0", "-1"],
      ["3", "0", "-1"],
      ["4", "0", "-1"],
      ["-1", "-1", "-1"],
    ]);
  });

  test("end before a transaction that is open, as for a reader of committed records", async () => {
    const kafka = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING, retry: { retries: 20 } });
    const createPartitioner = () => () => 2;
    const producer = kafka.producer({ createPartitioner, transactionalId: topic, maxInFlightRequests: 1 });
    await producer.connect();
    try {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: "a" }, { value: "b" }] });
      expect([await offsets()]).toEqual(await javaAdmin(bootstrapServers, `offsets ${topic} latest`));
      expect(await offsets()).toEqual(["5", "5", "0"]);
      await transaction.commit();
      await expect.poll(() => offsets()).toEqual(["5", "5", "3"]);
    } finally {
      await producer.disconnect();
    }
  });

  test("of what does not exist are an error that names it", async () => {
    await expect(admin.listOffsets([topic, [empty, 1]])).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      message: `cannot list offsets of ${empty}[1]: metadata: UNKNOWN_TOPIC_OR_PARTITION: the topic has 1 partition`,
      topic: empty,
      partition: 1,
    });
    await expect(admin.listOffsets([topic, "nowhere"])).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      topic: "nowhere",
    });
  });
});
