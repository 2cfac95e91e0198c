import { startKafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueProducer, kafkajs } from "dataqueues";
import { expect, test } from "vitest";

import { autoTopicCreation } from "./auto-topic-creation.ts";

describeKafka("topics that nobody created, on Apache Kafka", (bootstrapServers) => {
  autoTopicCreation(() => kafkajs(bootstrapServers));

  test("a broker that is told to create no topics refuses, with what to do", async () => {
    await using kafka = await startKafka({ properties: { "auto.create.topics.enable": "false" } });
    await using producer = new DataQueueProducer(kafka.bootstrapServers, { topic: "never-created" });
    await expect(producer.send(new Uint8Array())).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      topic: "never-created",
      message: expect.stringContaining("create it with DataQueueAdmin.createTopics"),
    });
  });
});
