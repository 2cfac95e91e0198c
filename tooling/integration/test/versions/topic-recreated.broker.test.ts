import { randomUUID } from "node:crypto";
import { startKafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { expect, test } from "vitest";

import { append, record } from "../transport-kafkajs/log.ts";

describeKafka("a Kafka that tells leader epochs and no topic ids", () => {
  test("a topic that is made again is read, although its epochs begin again", async () => {
    await using kafka = await startKafka({ apiVersions: "kafka-2.1" });
    const connection = await kafkajs(kafka.bootstrapServers).open("write");
    const topic = `recreated-${randomUUID()}`;
    const created = async (): Promise<void> => {
      await expect.poll(async () => (await connection.createTopics([{ topic }]))[0]?.error?.code).toBeUndefined();
    };
    const latest = async (): Promise<unknown> => {
      const [answer] = await connection.listOffsets([{ topic, partition: 0, at: "latest" }]).catch(() => []);
      return answer?.error === undefined ? answer?.offset : answer.error.code;
    };
    await created();
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    // Its leader is elected again, in a later epoch.
    for (const node of kafka.nodes) {
      await node.stop();
      await node.start();
    }
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    expect(await connection.deleteTopics([topic])).toEqual([{ topic }]);
    await created();
    await expect.poll(latest, { timeout: 20_000 }).toBe(0n);
    expect(await append(connection, topic, [record("again")])).toBe(0n);
    connection.close();
  });
});
