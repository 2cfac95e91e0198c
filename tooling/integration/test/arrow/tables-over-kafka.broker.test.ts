import { arrow } from "@dataqueues/codec-arrow";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";
import { PythonArrow } from "./python-arrow.ts";
import { tellTable } from "./tell-values.ts";

const python = new PythonArrow();
const names = ["every-type/batches", "metadata", "replaced-dictionaries", "pandas", "duckdb"];

describeKafka("Tables between Python and here", ([server = ""]) => {
  test("tables that Python sends to several topics are read here, and Python finds them equal when they are sent back", async () => {
    await using admin = new DataQueueAdmin(server);
    const topics = names.map((name) => `arrow-${name.replace("/", "-")}-${Date.now()}`);
    const back = topics.map((topic) => `${topic}-back`);
    await admin.createTopics([...topics, ...back]);
    for (const [index, name] of names.entries()) await python.send(server, topics[index] ?? "", name);

    await using consumer = new DataQueueConsumer(server, { topics, encoding: arrow() });
    const messages = await take(consumer, names.length);
    expect(messages.map(({ topic }) => topic).toSorted()).toEqual(topics.toSorted());
    for (const { topic, value } of messages) {
      const index = topics.indexOf(topic);
      const table = value ?? expect.fail("the message has no value");
      expect(tellTable(table)).toEqual(await python.tell(await python.make(names[index] ?? "")));
      await using producer = new DataQueueProducer(server, { topic: back[index] ?? "", encoding: arrow() });
      await producer.send(table);
    }
    for (const [index, name] of names.entries()) {
      expect(await python.differencesInTopic(server, back[index] ?? "", name)).toEqual([]);
    }
  }, 300_000);
});
