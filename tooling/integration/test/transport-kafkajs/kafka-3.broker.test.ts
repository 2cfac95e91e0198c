import { startKafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { expect, test } from "vitest";

import { append, newTopic, readTo, record, text, utf8 } from "./log.ts";

describeKafka("Apache Kafka 3.9.1", () => {
  test("topics are made, grown and deleted, records written and read", async () => {
    const kafka = await startKafka({ version: "3.9.1" });
    const connection = await kafkajs(kafka.bootstrapServers).open("write");
    try {
      const topic = await newTopic(connection, { partitions: 2 });
      await append(connection, topic, [record("a", { key: utf8("k"), headers: [["h", utf8("1")]] }), record(null)]);
      const { records } = await readTo(connection, topic, 2n);
      expect(records.map(({ value }) => text(value))).toEqual(["a", null]);
      expect(await connection.createPartitions([{ topic, partitions: 3 }])).toEqual([{ topic }]);
      await expect.poll(async () => (await connection.metadata([topic]))[0]?.partitions?.length).toBe(3);
      expect(await connection.deleteTopics([topic])).toEqual([{ topic }]);
    } finally {
      connection.close();
      await kafka.stop();
    }
  });
});
