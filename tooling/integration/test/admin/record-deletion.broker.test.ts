import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { DataQueueEvent } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { take } from "../take.ts";
import { javaAdmin } from "./java-admin.ts";

vi.setConfig({ testTimeout: 60_000 });

describeKafka("records that are deleted from Apache Kafka", (bootstrapServers) => {
  let admin: DataQueueAdmin;
  let topics = 0;

  beforeAll(() => {
    admin = new DataQueueAdmin(bootstrapServers);
  });
  afterAll(() => admin.close());

  /** A topic whose partitions have ten records each: "0" to "9". */
  async function topicOfTen(partitions = 1): Promise<string> {
    const topic = `deletion-${process.pid}-${Date.now()}-${(topics += 1)}`;
    await admin.createTopics([[topic, partitions]]);
    await using producer = new DataQueueProducer(bootstrapServers, { topic, encoding: utf8() });
    for (let partition = 0; partition < partitions; partition += 1) {
      for (let value = 0; value < 10; value += 1) void producer.send(`${value}`, { partition });
    }
    await producer.flush();
    return topic;
  }

  test("are gone for Kafka's own client, too, and those that it deletes are gone here", async () => {
    const topic = await topicOfTen(3);
    expect(
      await admin.deleteRecords([
        [topic, 2, "latest"],
        [topic, 0, 3n],
        [topic, 1, 0],
      ]),
    ).toEqual([
      { topic, partition: 2, lowWatermark: 10n },
      { topic, partition: 0, lowWatermark: 3n },
      { topic, partition: 1, lowWatermark: 0n },
    ]);
    const java = await javaAdmin(
      bootstrapServers,
      `offsets ${topic} earliest`,
      `offsets ${topic} latest`,
      `delete ${topic} 0 2`,
      `delete ${topic} 1 7`,
      `delete ${topic} 0 11`,
      `offsets ${topic} earliest`,
    );
    const [before, after] = [
      ["3", "0", "10"],
      ["3", "7", "10"],
    ];
    expect(java).toEqual([before, ["10", "10", "10"], "3", "7", "OffsetOutOfRangeException", after]);
    expect((await admin.listOffsets(topic, "earliest")).map(({ offset }) => String(offset))).toEqual(after);
    expect(await admin.deleteRecords([[topic, 0, 2]])).toEqual([{ topic, partition: 0, lowWatermark: 3n }]);
  });

  test("are reported by a consumer that had not read them, with their range, and it goes on after them", async () => {
    const topic = await topicOfTen();
    const events: DataQueueEvent[] = [];
    await using consumer = new DataQueueConsumer(bootstrapServers, {
      topics: topic,
      from: [[topic, 0, 2]],
      encoding: utf8(),
      onEvent: (event) => event.type === "offsetOutOfRange" && events.push(event),
    });
    await admin.deleteRecords([[topic, 0, 6]]);
    expect((await take(consumer, 4)).map(({ value }) => value)).toEqual(["6", "7", "8", "9"]);
    expect(events).toEqual([
      { type: "offsetOutOfRange", topic, partition: 0, lostFrom: 2n, lostTo: 6n, resumedAt: 6n },
    ]);
  });

  test("cannot be deleted after the end or from a compacted topic; the error says so, and the others are deleted", async () => {
    const topic = await topicOfTen(2);
    await expect(
      admin.deleteRecords([
        [topic, 0, 11],
        [topic, 1, 4],
      ]),
    ).rejects.toMatchObject({
      code: "OFFSET_OUT_OF_RANGE",
      retriable: false,
      topic,
      partition: 0,
      message: expect.stringContaining(`cannot delete records of ${topic}[0]: `),
    });
    expect((await admin.listOffsets(topic, "earliest")).map(({ offset }) => offset)).toEqual([0n, 4n]);
    const compacted = `${topic}-compacted`;
    await admin.createTopics([compacted], { configs: { "cleanup.policy": "compact" } });
    await expect(admin.deleteRecords([[compacted, 0, "latest"]])).rejects.toMatchObject({
      code: "POLICY_VIOLATION",
      retriable: false,
      topic: compacted,
    });
    expect(await javaAdmin(bootstrapServers, `delete ${compacted} 0 -1`)).toEqual(["PolicyViolationException"]);
  });

  test("are none when one of the partitions does not exist", async () => {
    const topic = await topicOfTen();
    await expect(
      admin.deleteRecords([
        [topic, 0, "latest"],
        [topic, 1, "latest"],
      ]),
    ).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic, partition: 1 });
    expect(await admin.listOffsets(topic, "earliest")).toEqual([{ topic, partition: 0, offset: 0n }]);
  });
});
