import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";

describeKafka("addresses that name a topic, on Apache Kafka", (bootstrapServers) => {
  const encoding = Encoding.UTF8;
  const newTopic = (name: string): string => `address-${name}-${process.pid}-${Date.now()}`;

  test("producer and consumer use the topic of their address", async () => {
    const topic = newTopic("used");
    const address = `kafka://${bootstrapServers.join(",")}/${topic}`;
    await using producer = new DataQueueProducer(address, { encoding });
    expect(await producer.send("there")).toMatchObject({ topic });
    await using consumer = new DataQueueConsumer(address, { encoding });
    expect(await take(consumer, 1)).toMatchObject([{ topic, value: "there" }]);
  });

  test("topics in the options of a consumer replace the one of its address", async () => {
    const [inAddress, inOptions] = [newTopic("in-address"), newTopic("in-options")];
    await using producer = new DataQueueProducer(bootstrapServers, { encoding });
    await producer.send("wrong", { topic: inAddress });
    await producer.send("right", { topic: inOptions });
    await using consumer = new DataQueueConsumer(
      [...bootstrapServers.slice(0, -1), `${bootstrapServers.at(-1)}/${inAddress}`],
      {
        topics: [inOptions],
        encoding,
      },
    );
    expect(await take(consumer, 1)).toMatchObject([{ topic: inOptions, value: "right" }]);
  });
});
