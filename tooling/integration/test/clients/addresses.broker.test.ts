import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../flows/flows.ts";

describeKafka("addresses that name a topic, on Apache Kafka", (bootstrapServers) => {
  const encoding = Encoding.UTF8;
  const newTopic = (name: string): string => `address-${name}-${process.pid}-${Date.now()}`;

  test("producer and consumer take the topic of their address", async () => {
    const topic = newTopic("taken");
    const address = `kafka://${bootstrapServers.join(",")}/${topic}`;
    await using producer = new DataQueueProducer(address, { encoding });
    expect(await producer.send("there")).toMatchObject({ topic });
    await using consumer = new DataQueueConsumer(address, { encoding });
    expect(await take(consumer, 1)).toMatchObject([{ topic, value: "there" }]);
  });

  test("a consumer reads the topics of its options instead", async () => {
    const [named, asked] = [newTopic("named"), newTopic("asked")];
    await using producer = new DataQueueProducer(bootstrapServers, { encoding });
    await producer.send("wrong", { topic: named });
    await producer.send("right", { topic: asked });
    await using consumer = new DataQueueConsumer(
      [...bootstrapServers.slice(0, -1), `${bootstrapServers.at(-1)}/${named}`],
      {
        topics: [asked],
        encoding,
      },
    );
    expect(await take(consumer, 1)).toMatchObject([{ topic: asked, value: "right" }]);
  });
});
