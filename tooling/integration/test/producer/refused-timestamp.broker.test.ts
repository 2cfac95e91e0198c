import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { expect, test } from "vitest";

const hourMs = 3_600_000;

describeKafka("a record whose timestamp Apache Kafka refuses", (bootstrapServers) => {
  test("is named by its timestamp, and the other records of its batch are written in order", async () => {
    const topic = `refused-timestamp-${process.pid}-${Date.now()}`;
    await using admin = new DataQueueAdmin(bootstrapServers);
    await admin.createTopics([topic], { configs: { "message.timestamp.before.max.ms": `${hourMs}` } });
    await using producer = new DataQueueProducer(bootstrapServers, { topic });
    await producer.connect();
    const old = Date.UTC(2020, 0, 1);
    const sends = Array.from({ length: 20 }, (_, index) =>
      producer.send(Uint8Array.of(index), index === 7 ? { timestamp: old } : {}),
    );
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status)).toEqual(
      sends.map((_, index) => (index === 7 ? "rejected" : "fulfilled")),
    );
    expect(outcomes[7]).toMatchObject({
      reason: { code: "INVALID_TIMESTAMP", topic, message: expect.stringContaining("2020-01-01T00:00:00.000Z") },
    });
    const offsets = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.offset] : []));
    expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)));
  });
});
