import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import { runJava } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";

import { take } from "../take.ts";

describeKafka("position and lag on Apache Kafka", (bootstrapServers) => {
  const [server = ""] = bootstrapServers;

  /** What Java's tool says of a group whose committed offsets are these: partition, offset, end and lag of each. */
  async function describedByJava(
    topic: string,
    offsets: readonly { partition: number; offset: string }[],
  ): Promise<string[][]> {
    const group = `lag-${topic}`;
    const admin = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.setOffsets({ groupId: group, topic, partitions: [...offsets] });
    await admin.disconnect();
    const args = ["--bootstrap-server", server, "--describe", "--group", group];
    const printed = await runJava("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", args);
    const [head = [], ...rows] = printed
      .split("\n")
      .flatMap((line) => (line.trim() === "" ? [] : [line.trim().split(/ +/)]));
    const columns = ["PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG"].map((name) => head.indexOf(name));
    return rows.map((row) => columns.map((column) => row[column] ?? "")).sort(([a], [b]) => Number(a) - Number(b));
  }

  test("they agree with Java's kafka-consumer-groups, with transactions too", async () => {
    const transport = kafkajs(bootstrapServers);
    const topic = `lag-${process.pid}-${Date.now()}`;
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics([[topic, 3]]);
    await runJava("Transactions.java", [server, topic, topic, "commit:a,b", "abort:c"]);
    await using producer = new DataQueueProducer(transport, { topic, encoding: utf8() });
    for (let index = 0; index < 30; index += 1) await producer.send(`${index}`, { partition: index % 2 });
    await using consumer = new DataQueueConsumer(transport, { topics: topic, encoding: utf8() });
    await take(consumer, 11);
    // The ends of the last fetch are those of the log, as nothing is sent any more.
    await expect.poll(() => consumer.positions().map(({ end }) => end)).toEqual([20n, 15n, 0n]);
    const positions = consumer.positions();
    const offsets = positions.map(({ partition, position }) => ({ partition, offset: `${position}` }));
    const ours = positions.map(({ partition, position, end, lag }) => [partition, position, end, lag].map(String));
    expect(await describedByJava(topic, offsets)).toEqual(ours);
    expect(positions.reduce((sum, { lag = 0n }) => sum + lag, 0n)).toBeGreaterThan(10n);
  });
});
