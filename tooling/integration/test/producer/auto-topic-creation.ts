import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { DataQueueEvent, Transport } from "dataqueues";
import { utf8 } from "@dataqueues/codec-text";
import { expect, test } from "vitest";

import { take } from "../flows/flows.ts";

/** Topics that nobody created, on a log that creates them for producers. */
export function autoTopicCreation(transport: () => Transport): void {
  let topics = 0;
  const newTopic = (): string => `uncreated-${process.pid}-${Date.now()}-${(topics += 1)}`;

  test("what is sent first creates the topic; concurrent sends keep their order", async () => {
    const topic = newTopic();
    await using producer = new DataQueueProducer(transport(), { topic, encoding: utf8() });
    const sent = await Promise.all(["a", "b", "c"].map((value) => producer.send(value)));
    expect(sent.map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
    await using consumer = new DataQueueConsumer(transport(), { topics: [topic], encoding: utf8() });
    expect((await take(consumer, 3)).map(({ value }) => value)).toEqual(["a", "b", "c"]);
  });

  test("a consumer and an admin never create what they ask for; the consumer reads it once a producer did", async () => {
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

  test("without allowAutoTopicCreation a topic is waited for and then refused, with what to do", async () => {
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

  test("a topic deleted under its producer is deleted once, and made again by the next send", async () => {
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
