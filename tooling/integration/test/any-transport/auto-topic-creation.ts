import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { DataQueueEvent, Transport } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { expect, test } from "vitest";

import { take } from "../take.ts";

/** Topics that do not exist yet, on a log that creates them for producers. */
export function autoTopicCreation(transport: () => Transport): void {
  let topics = 0;
  const newTopic = (): string => `uncreated-${process.pid}-${Date.now()}-${(topics += 1)}`;

  test("the first send creates the topic, and concurrent sends keep their order", async () => {
    const topic = newTopic();
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    const sent = await Promise.all(["a", "b", "c"].map((value) => producer.send(value)));
    expect(sent.map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
    await using consumer = new DataQueueConsumer(transport(), { topics: [topic], encoding: utf8() });
    expect((await take(consumer, 3)).map(({ value }) => value)).toEqual(["a", "b", "c"]);
  });

  test("a consumer and an admin create no topic, and the consumer reads one that a producer creates later", async () => {
    const topic = newTopic();
    const events: DataQueueEvent[] = [];
    await using admin = new DataQueueAdmin(transport());
    await using consumer = new DataQueueConsumer(transport(), {
      topics: [topic],
      encoding: utf8(),
      metadataMaxAgeMs: 50,
      onEvent: (event) => void events.push(event),
    });
    await consumer.connect();
    await expect(admin.describeTopics([topic])).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic });
    expect(events).toContainEqual({ type: "topicMissing", topic });
    expect(await admin.listTopics()).not.toContain(topic);
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    await producer.send("first");
    expect(await take(consumer, 1)).toMatchObject([{ topic, value: "first", offset: 0n }]);
  });

  test("without allowAutoTopicCreation a send waits topicTimeoutMs, and its error says what to do", async () => {
    const topic = newTopic();
    await using producer = new DataQueueProducer(transport(), {
      topic,
      encoding: utf8(),
      allowAutoTopicCreation: false,
      topicTimeoutMs: 200,
    });
    await expect(producer.send("lost")).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      topic,
      message: expect.stringContaining("create it with DataQueueAdmin.createTopics"),
    });
    await using admin = new DataQueueAdmin(transport());
    expect(await admin.listTopics()).not.toContain(topic);
  });

  test("a topic that is deleted while its producer sends is deleted once, and the next send creates it again", async () => {
    const topic = newTopic();
    await using admin = new DataQueueAdmin(transport());
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    await producer.send("before");
    const stop = new AbortController();
    const sending = (async () => {
      while (!stop.signal.aborted) await producer.send("more");
    })();
    expect(await admin.deleteTopics([topic])).toEqual([topic]);
    stop.abort();
    await sending;
    await producer.send("after");
    await using consumer = new DataQueueConsumer(transport(), { topics: [topic], encoding: utf8() });
    for await (const { value } of consumer) if (value === "after") break;
  });
}
