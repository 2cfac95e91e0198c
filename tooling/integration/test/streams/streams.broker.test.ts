import { ReadableStream } from "node:stream/web";

import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";

const values = Array.from({ length: 20_000 }, (_, index) => String(index));

describeKafka("streams over Kafka", ([server = ""]) => {
  test("a stream of many records is written in order, and all of it when the pipe ends", async () => {
    const topic = `streamed-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(server, { topic, encoding: Encoding.UTF8 });
    await ReadableStream.from(values).pipeTo(producer.writable());
    const { offset } = await producer.send("after");
    expect(offset).toBe(BigInt(values.length));
    await using consumer = new DataQueueConsumer(server, { topics: topic, encoding: Encoding.UTF8 });
    expect((await take(consumer, values.length)).map(({ value }) => value)).toEqual(values);
  });

  test("a record that Kafka refuses errors the stream, and the others are written", async () => {
    const topic = `streamed-refused-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic], { configs: { "max.message.bytes": "2000" } });
    await using producer = new DataQueueProducer(server, { topic, encoding: Encoding.UTF8 });
    const chunks = ["first", "x".repeat(5_000), "third"];
    const piped = ReadableStream.from(chunks).pipeTo(producer.writable());
    await expect(piped).rejects.toMatchObject({ code: "RECORD_TOO_LARGE", topic });
    await producer.flush();
    await using consumer = new DataQueueConsumer(server, { topics: topic, encoding: Encoding.UTF8 });
    expect((await take(consumer, 2)).map(({ value }) => value)).toEqual(["first", "third"]);
  });
});
