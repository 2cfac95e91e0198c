import { PointingNumpyArray } from "@dataqueues/schemas";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { afterAll, beforeAll, expect, test } from "vitest";

import { pointingData } from "../schemas/pointing-data.ts";
import { take } from "../take.ts";

// The newest Kafka, and the one that the page starts.
for (const version of ["4.4.0", "2.8.1"] as const) {
  describeKafka(`the flows of the Python library's page, on Kafka ${version} with its default settings`, () => {
    let kafka: Kafka | undefined;
    beforeAll(async () => {
      kafka = await startKafka({ version });
    });
    afterAll(() => kafka?.stop());
    pageFlows(() => kafka?.bootstrapServers ?? []);
  });
}

/**
 * The flows of the Python library's page, in its order, on a broker without topics. All that the page assumes is that
 * Kafka is running.
 */
function pageFlows(kafkaHost: () => readonly string[]): void {
  let topics = 0;
  const newTopic = (): string => `test-topic-${process.pid}-${Date.now()}-${(topics += 1)}`;

  test("send data to a topic", async () => {
    const topic = newTopic();
    await using queue = new DataQueueProducer(kafkaHost(), { topic, encoding: Encoding.ASCII });
    expect(await queue.send("Testing Testing")).toMatchObject({ topic, partition: 0, offset: 0n });
  });

  test("stream data from several topics", async () => {
    const both = [newTopic(), newTopic()];
    await using consumer = new DataQueueConsumer(kafkaHost(), { topics: both, encoding: Encoding.UTF8 });
    await using producer = new DataQueueProducer(kafkaHost());
    for (const topic of both) await producer.send("message", { encoding: Encoding.UTF8, topic });
    const got = await take(consumer, 2);
    expect(got.map(({ topic, value }) => [topic, value]).sort()).toEqual(both.map((topic) => [topic, "message"]));
  });

  test("without the encoding messages are the raw bytes", async () => {
    const topic = newTopic();
    await using producer = new DataQueueProducer(kafkaHost());
    await producer.send("message", { encoding: Encoding.UTF8, topic });
    await using consumer = new DataQueueConsumer(kafkaHost(), { topics: [topic] });
    const [message] = await take(consumer, 1);
    expect(Buffer.from(message?.value ?? []).toString()).toBe("message");
  });

  test("a structured array of pointing data is validated, sent and read", async () => {
    const topic = newTopic();
    const pointing = new PointingNumpyArray(pointingData).toNumpy();
    await using queue = new DataQueueProducer(kafkaHost(), { topic });
    await queue.send(pointing, { encoding: Encoding.MSGPACK_NUMPY, schema: PointingNumpyArray, validate: true });
    await using consumer = new DataQueueConsumer(kafkaHost(), {
      topics: [topic],
      encoding: Encoding.MSGPACK_NUMPY,
      schema: PointingNumpyArray,
    });
    const [message] = await take(consumer, 1);
    expect(message?.value).toEqual(pointing);
  });

  test("topics are subscribed to by updateTopics", async () => {
    const both = [newTopic(), newTopic()];
    await using producer = new DataQueueProducer(kafkaHost());
    for (const topic of both) await producer.send("message", { encoding: Encoding.UTF8, topic });
    await using consumer = new DataQueueConsumer(kafkaHost(), { encoding: Encoding.UTF8 });
    await consumer.updateTopics(both);
    const got = await take(consumer, 2);
    expect(got.map(({ topic, value }) => [topic, value]).sort()).toEqual(both.map((topic) => [topic, "message"]));
  });

  test("exact partitions are assigned by assignTopics, one of which does not exist yet", async () => {
    const topic = newTopic();
    await using producer = new DataQueueProducer(kafkaHost(), { topic, encoding: Encoding.UTF8 });
    await producer.send("message");
    await using consumer = new DataQueueConsumer(kafkaHost(), { encoding: Encoding.UTF8 });
    await consumer.assignTopics([
      [topic, 0],
      [topic, 3],
    ]);
    expect(await take(consumer, 1)).toMatchObject([{ topic, partition: 0, value: "message" }]);
  });

  test("topics are created explicitly: by name, with a minimum of partitions, and mixed", async () => {
    const names = Array.from({ length: 6 }, newTopic);
    const [one = "", two = "", three = "", four = "", five = "", six = ""] = names;
    await using admin = new DataQueueAdmin(kafkaHost());
    await admin.createTopics([one, two]);
    await admin.createTopics([
      [three, 5],
      [four, 10],
    ]);
    await admin.createTopics([[five, 3], six]);
    const described = await admin.describeTopics(names);
    expect(described.map(({ partitions }) => partitions.length)).toEqual([1, 1, 5, 10, 3, 1]);
  });

  test("a topic that is created while its consumer waits is read", async () => {
    const topic = newTopic();
    await using consumer = new DataQueueConsumer(kafkaHost(), { topics: [topic], encoding: Encoding.UTF8 });
    const coming = take(consumer, 1);
    await using admin = new DataQueueAdmin(kafkaHost());
    await admin.createTopics([[topic, 2]]);
    await using producer = new DataQueueProducer(kafkaHost(), { topic, encoding: Encoding.UTF8 });
    await producer.send("message");
    expect(await coming).toMatchObject([{ topic, value: "message" }]);
  });
}
