import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

describeKafka("Apache Kafka whose advertised host name cannot be resolved", () => {
  let kafka: Kafka | undefined;
  let host: string[] = [];
  beforeAll(async () => {
    kafka = await startKafka({ advertised: (_, port) => `broker.invalid:${port}` });
    // The bootstrap address works; the advertised one does not.
    host = kafka.nodes.map(({ port }) => `127.0.0.1:${port}`);
    const connection = await kafkajs(host).open("write");
    const there = async (): Promise<unknown> => {
      const [found] = await connection.metadata(["there"], { allowAutoTopicCreation: true });
      return found?.partitions?.length;
    };
    await vi.waitUntil(async () => (await there()) === 1, { timeout: 30_000 });
    connection.close();
  });
  afterAll(() => kafka?.stop());

  const unresolved = /broker\.invalid/;
  const connectTimeoutMs = 1_500;

  test("a consumer gets one error that names the host, and tries again", async () => {
    let failures = 0;
    await using consumer = new DataQueueConsumer(host, {
      topics: ["there"],
      connectTimeoutMs,
      onEvent: ({ type }) => type === "retry" && (failures += 1),
    });
    const messages = consumer[Symbol.asyncIterator]();
    await expect(messages.next()).rejects.toMatchObject({
      code: "NETWORK_EXCEPTION",
      message: expect.stringMatching(unresolved),
    });
    const next = messages.next();
    const before = failures;
    await expect.poll(() => failures, { timeout: 30_000 }).toBeGreaterThan(before + 5);
    await consumer.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test("an error of an admin names the host", async () => {
    await using admin = new DataQueueAdmin(host, { connectTimeoutMs });
    await expect(admin.createTopics(["new"])).rejects.toMatchObject({
      code: "NETWORK_EXCEPTION",
      message: expect.stringMatching(unresolved),
    });
  });

  test("a send that expires names the host", async () => {
    await using producer = new DataQueueProducer(host, { topic: "there", deliveryTimeoutMs: 2_000 });
    await expect(producer.send(new Uint8Array())).rejects.toMatchObject({
      topic: "there",
      message: expect.stringMatching(unresolved),
    });
  });
});
