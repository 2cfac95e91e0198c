import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Message } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import type { Gateway } from "@dataqueues/gateway";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { websocket } from "@dataqueues/transport-websocket";
import { Kafka as KafkaJs, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

type Text = Message<string | null>;

/** Each message as its offset and value, until one has this value. */
async function readTo(consumer: DataQueueConsumer<string | null>, last: string): Promise<string[]> {
  const seen: string[] = [];
  for await (const { offset, value } of consumer) {
    seen.push(`${offset} ${value}`);
    if (value === last) break;
  }
  return seen;
}

describeKafka("a gateway's shared reading of Apache Kafka", () => {
  let kafka: Kafka;
  let admin: DataQueueAdmin;
  let gateway: Gateway;
  let topicNumber = 0;

  const connect = () => kafkajs(kafka.bootstrapServers, { requestTimeout: 3_000 });

  beforeAll(async () => {
    kafka = await startKafka({ properties: { "log.cleaner.backoff.ms": "100" } });
    admin = new DataQueueAdmin(connect(), { timeoutMs: 60_000 });
    gateway = await serveGateway({ transport: connect(), topics: [/^shared-/], port: 0 });
  });
  afterAll(async () => {
    await gateway.close();
    await admin.close();
    await kafka.stop();
  });

  async function newTopic(configs: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = `shared-${(topicNumber += 1)}`;
    await admin.createTopics([topic], { configs });
    return topic;
  }

  function viewer(topic: string, of: Gateway = gateway): DataQueueConsumer<string | null> {
    const consumer = new DataQueueConsumer(websocket(of.url), {
      topics: topic,
      encoding: utf8(),
      from: "earliest",
    });
    onTestFinished(() => consumer.close());
    return consumer;
  }

  test("viewers get what transactions committed, and neither what was aborted nor the marks, old and new", async () => {
    const topic = await newTopic();
    const client = new KafkaJs({ brokers: [...kafka.bootstrapServers], logLevel: logLevel.NOTHING });
    const producer = client.producer({
      createPartitioner: () => () => 0,
      transactionalId: `shared-${process.pid}`,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    onTestFinished(() => producer.disconnect());
    const transaction = async (values: readonly string[], outcome: "commit" | "abort"): Promise<void> => {
      const open = await producer.transaction();
      for (const value of values) await open.send({ topic, messages: [{ value }] });
      await open[outcome]();
    };
    await transaction(["a", "b"], "commit");
    await transaction(["lost 1", "lost 2"], "abort");
    await transaction(["c"], "commit");
    const first = viewer(topic);
    const expected = ["0 a", "1 b", "6 c"];
    expect(await readTo(first, "c")).toEqual(expected);
    // This one waits at the end while more comes, and what another one reads then begins before that.
    const [rest, whole] = [readTo(first, "end"), readTo(viewer(topic), "end")];
    await transaction(["lost 3"], "abort");
    await transaction(["d", "e"], "commit");
    await transaction(["lost 4"], "abort");
    await transaction(["end"], "commit");
    const news = ["10 d", "11 e", "15 end"];
    expect(await rest).toEqual(news);
    expect(await whole).toEqual([...expected, ...news]);
  });

  test("viewers read a compacted log through its gaps as a consumer of Kafka does", async () => {
    const topic = await newTopic({
      "cleanup.policy": "compact",
      "min.cleanable.dirty.ratio": "0.001",
      "segment.ms": "100",
      "max.compaction.lag.ms": "100",
      "min.compaction.lag.ms": "0",
      "delete.retention.ms": "0",
    });
    await using producer = new DataQueueProducer(connect(), { topic, encoding: utf8() });
    const direct = async (last: string): Promise<string[]> => {
      await using consumer = new DataQueueConsumer(connect(), { topics: topic, encoding: utf8(), from: "earliest" });
      return await readTo(consumer, last);
    };
    const live = viewer(topic);
    for (let number = 0; number < 100; number++) await producer.send(`${number}`, { key: `key ${number % 10}` });
    const begun = await readTo(live, "99");
    expect(begun).toHaveLength(100);
    let rounds = 0;
    // A new record closes the segment before it, which can then be compacted.
    const isCompacted = async (): Promise<boolean> => {
      rounds += 1;
      await producer.send(`round ${rounds}`, { key: "round" });
      return (await direct(`round ${rounds}`)).length < 50;
    };
    await expect.poll(isCompacted, { timeout: 90_000, interval: 500 }).toBe(true);
    await producer.send("end", { key: "end" });
    const compare = async (): Promise<string> => {
      const expected = await direct("end");
      // The first gateway may still have what was compacted since it read it.
      await using other = await serveGateway({ transport: connect(), topics: [topic], port: 0 });
      const seen = await readTo(viewer(topic, other), "end");
      if ((await direct("end")).join() !== expected.join()) return "compacted meanwhile";
      expect(expected.length).toBeLessThan(60);
      expect(seen).toEqual(expected);
      return "the same";
    };
    await expect.poll(compare, { timeout: 30_000, interval: 500 }).toBe("the same");
    const followed = await readTo(live, "end");
    expect(followed.at(-1)).toBe(`${100 + rounds} end`);
    expect(followed.length).toBeLessThanOrEqual(rounds + 1);
  });

  test("nobody misses a record or gets one twice while the broker is killed and started again", async () => {
    const topic = await newTopic();
    await using producer = new DataQueueProducer(connect(), { topic, encoding: utf8() });
    const viewers = Array.from({ length: 5 }, () => readTo(viewer(topic), "end"));
    let sent = 0;
    const sendMore = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await producer.send(`number ${sent++}`);
    };
    await sendMore(100);
    const [node] = kafka.nodes;
    await node?.kill();
    const sending = sendMore(100);
    await node?.start();
    await sending;
    await producer.send("end");
    const expected = Array.from({ length: sent }, (_, number) => `${number} number ${number}`);
    for (const seen of await Promise.all(viewers)) expect(seen).toEqual([...expected, `${sent} end`]);
    const [last] = await readLast(topic);
    expect(last?.value).toBe("end");
  });

  /** The newest message, as a page that opens gets it. */
  async function readLast(topic: string): Promise<Text[]> {
    await using consumer = new DataQueueConsumer(websocket(gateway.url), {
      topics: topic,
      encoding: utf8(),
      from: { last: 1 },
    });
    for await (const message of consumer) return [message];
    return [];
  }
});
