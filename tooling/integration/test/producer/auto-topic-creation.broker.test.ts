import { startKafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueProducer } from "dataqueues";
import { expect, test } from "vitest";

describeKafka("Apache Kafka with auto.create.topics.enable=false", () => {
  test("refuses a topic that does not exist, and the error says what to do", async () => {
    await using kafka = await startKafka({ properties: { "auto.create.topics.enable": "false" } });
    await using producer = new DataQueueProducer(kafka.bootstrapServers, { topic: "never-created" });
    await expect(producer.send(new Uint8Array())).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      topic: "never-created",
      message: expect.stringContaining("create it with DataQueueAdmin.createTopics"),
    });
  });
});
