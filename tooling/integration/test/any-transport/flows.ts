import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { Message, Transport } from "dataqueues";
import { json } from "@dataqueues/codec-json";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { expect, test } from "vitest";

import { take } from "../take.ts";

const values = <Value>(messages: readonly Message<Value>[]): Value[] => messages.map(({ value }) => value);

/**
 * What the Python library's page shows, and more.
 *
 * @param grows - whether the log can add partitions to a topic
 */
export function flows(transport: () => Transport, grows = true): void {
  let topics = 0;
  const newTopic = (): string => `flow-${process.pid}-${Date.now()}-${(topics += 1)}`;

  test("send resolves with topic, partition, offset and timestamp of a string", async () => {
    await using admin = new DataQueueAdmin(transport());
    const topic = newTopic();
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(transport(), { topic, encoding: ascii() });
    const before = Date.now();
    expect(await producer.send("Testing Testing")).toMatchObject({ topic, partition: 0, offset: 0n });
    const { offset, timestamp } = await producer.send("once more");
    expect(offset).toBe(1n);
    expect(timestamp).toBeGreaterThanOrEqual(before);
  });

  test("one consumer reads several topics, and stays open after break", async () => {
    await using admin = new DataQueueAdmin(transport());
    const [one, two] = [newTopic(), newTopic()];
    await admin.createTopics([one, two]);
    await using producer = new DataQueueProducer(transport());
    await using consumer = new DataQueueConsumer(transport(), { topics: [one, two], encoding: utf8() });
    for (const topic of [one, two]) await producer.send("message", { encoding: utf8(), topic });
    const got = await take(consumer, 2);
    expect(got.map(({ topic }) => topic).sort()).toEqual([one, two].sort());
    expect(values(got)).toEqual(["message", "message"]);
    await producer.send("later", { encoding: utf8(), topic: two });
    expect(await take(consumer, 1)).toMatchObject([{ topic: two, value: "later", offset: 1n }]);
  });

  test("without an encoding a message has the raw bytes, with key and headers", async () => {
    await using admin = new DataQueueAdmin(transport());
    const topic = newTopic();
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(transport(), { topic });
    await using consumer = new DataQueueConsumer(transport(), { topics: [topic] });
    const headers: [string, string][] = [
      ["a", "1"],
      ["a", "2"],
      ["b", "3"],
    ];
    await producer.send(new Uint8Array([0, 255, 1]), { key: "clé", headers, timestamp: 1_700_000_000_000 });
    await producer.send(null);
    const [message, tombstone] = await take(consumer, 2);
    expect([...(message?.value ?? [])]).toEqual([0, 255, 1]);
    expect([...(message?.key ?? [])]).toEqual([0x63, 0x6c, 0xc3, 0xa9]);
    expect(message?.headers.map(([name, value]) => [name, String.fromCharCode(...(value ?? []))])).toEqual(headers);
    expect(message?.timestamp).toBe(1_700_000_000_000);
    expect(tombstone).toMatchObject({ value: null, key: null, headers: [] });
  });

  test("a send can override the topic and encoding of its producer", async () => {
    await using admin = new DataQueueAdmin(transport());
    const [one, two] = [newTopic(), newTopic()];
    await admin.createTopics([one, two]);
    await using producer = new DataQueueProducer(transport(), { topic: one, encoding: utf8() });
    await producer.send("text");
    await producer.send({ windSpeed: 11.2 }, { topic: two, encoding: json() });
    await producer.send(new Uint8Array([7]), { topic: two, encoding: null });
    await using texts = new DataQueueConsumer(transport(), { topics: [one], encoding: utf8() });
    await using raw = new DataQueueConsumer(transport(), { topics: [two] });
    expect(values(await take(texts, 1))).toEqual(["text"]);
    const [object, bytes] = await take(raw, 2);
    expect(json().decode(object?.value ?? new Uint8Array())).toEqual({ windSpeed: 11.2 });
    expect([...(bytes?.value ?? [])]).toEqual([7]);
  });

  test("topics and then exact partitions can be changed during iteration", async () => {
    await using admin = new DataQueueAdmin(transport());
    const [one, two] = [newTopic(), newTopic()];
    await admin.createTopics([one, [two, 4]]);
    await using producer = new DataQueueProducer(transport(), { encoding: utf8() });
    await using consumer = new DataQueueConsumer(transport(), { encoding: utf8() });
    await producer.send("first", { topic: one });
    for (const partition of [0, 1, 2, 3]) await producer.send(`p${partition}`, { topic: two, partition });
    await consumer.updateTopics([one]);
    const seen: string[] = [];
    for await (const { topic, partition, value } of consumer) {
      seen.push(`${topic === one ? "one" : "two"}/${partition} ${value}`);
      if (value === "first")
        await consumer.assignTopics([
          [two, 0],
          [two, 3],
        ]);
      if (seen.length === 3) break;
    }
    expect(seen[0]).toBe("one/0 first");
    expect(seen.slice(1).sort()).toEqual(["two/0 p0", "two/3 p3"]);
  });

  test("createTopics takes names and minimums of partitions, and changes nothing when it is repeated", async () => {
    await using admin = new DataQueueAdmin(transport());
    const [one, two] = [newTopic(), newTopic()];
    expect(await admin.createTopics([[one, 3], two])).toEqual([
      { topic: one, outcome: "created", partitions: 3 },
      { topic: two, outcome: "created", partitions: 1 },
    ]);
    expect(await admin.createTopics([[one, 2], two])).toEqual([
      { topic: one, outcome: "unchanged", partitions: 3 },
      { topic: two, outcome: "unchanged", partitions: 1 },
    ]);
    expect(await admin.listTopics()).toEqual(expect.arrayContaining([one, two]));
    expect((await admin.describeTopics([one]))[0]?.partitions).toHaveLength(3);
    expect(await admin.deleteTopics([one])).toEqual([one]);
    await expect(admin.describeTopics([one])).rejects.toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic: one });
  });

  test(
    grows
      ? "createTopics adds partitions that are missing, also for two calls at once"
      : "adding partitions is refused, and other calls work",
    async () => {
      await using admin = new DataQueueAdmin(transport());
      const [one, two] = [newTopic(), newTopic()];
      await admin.createTopics([one, two]);
      if (!grows) {
        const refused = { code: "UNSUPPORTED_VERSION", message: expect.stringContaining("CreatePartitions") };
        await expect(admin.createTopics([[two, 5]])).rejects.toMatchObject(refused);
        expect(await admin.createTopics([one])).toMatchObject([{ outcome: "unchanged" }]);
        return;
      }
      const both = await Promise.all([admin.createTopics([[two, 5], one]), admin.createTopics([[two, 5]])]);
      expect(
        both
          .flat()
          .filter(({ topic }) => topic === two)
          .map(({ partitions }) => partitions),
      ).toEqual([5, 5]);
      expect(await admin.createTopics([one, two])).toEqual([
        { topic: one, outcome: "unchanged", partitions: 1 },
        { topic: two, outcome: "unchanged", partitions: 5 },
      ]);
    },
  );

  test("an invalid topic is named in the error, and the others are created", async () => {
    await using admin = new DataQueueAdmin(transport());
    const [one, two] = [newTopic(), newTopic()];
    const noPartitions = { code: "INVALID_PARTITIONS", topic: two };
    await expect(admin.createTopics([one, [two, 0]])).rejects.toMatchObject(noPartitions);
    expect(await admin.listTopics()).not.toContain(one);
    const bad = "not a topic's name";
    await expect(admin.createTopics([one, bad, [two, 2]])).rejects.toMatchObject({
      code: "INVALID_TOPIC_EXCEPTION",
      topic: bad,
      message: expect.stringContaining(bad),
    });
    expect((await admin.describeTopics([one, two])).map(({ partitions }) => partitions.length)).toEqual([1, 2]);
  });
}
