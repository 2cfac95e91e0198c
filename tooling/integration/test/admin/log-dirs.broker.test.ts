import { runJava } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

interface LogDirs {
  readonly brokers: readonly {
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[];
    }[];
  }[];
}

describeKafka("sizes that Apache Kafka tells an admin", (bootstrapServers) => {
  test("are those that Kafka's own tool prints", async () => {
    const topic = `sizes-${process.pid}-${Date.now()}`;
    await using admin = new DataQueueAdmin(bootstrapServers);
    await admin.createTopics([[topic, 3]]);
    await using producer = new DataQueueProducer(bootstrapServers, { topic });
    await producer.send(new Uint8Array(100_000), { partition: 0 });
    await producer.send(new Uint8Array(10), { partition: 2, key: "k", headers: [["name", "value"]] });

    const sizes = await admin.describeLogDirs(topic);
    const printed = await runJava("org.apache.kafka.tools.LogDirsCommand", [
      "--bootstrap-server",
      bootstrapServers.join(","),
      "--describe",
      "--topic-list",
      topic,
    ]);
    const json: LogDirs = JSON.parse(printed.slice(printed.indexOf("{")));
    const java = json.brokers.flatMap(({ logDirs }) => logDirs.flatMap(({ partitions }) => partitions));
    expect(java).toHaveLength(3);
    expect(Object.fromEntries(sizes.map(({ partition, size }) => [`${topic}-${partition}`, size]))).toEqual(
      Object.fromEntries(java.map(({ partition, size }) => [partition, size])),
    );
    expect(sizes.map(({ size }) => size > 0)).toEqual([true, false, true]);
    expect(sizes[0]?.size).toBeGreaterThan(100_000);
  });
});
