import { setTimeout as wait } from "node:timers/promises";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueProducer, Encoding } from "dataqueues";
import { Kafka as KafkaJs, logLevel, Partitioners } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { silentProxy } from "./silent-proxy.ts";
import type { SilentProxy } from "./silent-proxy.ts";

/** Sends that are on their way at the same time, over three partitions that different brokers lead. */
const concurrent = 18;
const partitions = 3;
/** Which two brokers close their connections, one soon after the other. */
const pairs = [
  [0, 1],
  [1, 2],
  [2, 0],
  [0, 2],
  [2, 1],
  [1, 0],
] as const;
const turns = 48;

/** Which of the senders' numbered values were acknowledged. */
interface Sent {
  readonly acknowledged: ReadonlySet<string>;
  /** The acknowledged values whose acknowledgement named an offset. */
  readonly placed: ReadonlySet<string>;
}

/** Sends numbered values while connections close; a failed send is followed by the next value. */
async function sendThroughTrouble(
  proxies: readonly SilentProxy[],
  send: (partition: number, value: string) => Promise<{ readonly placed: boolean }>,
): Promise<Sent> {
  const acknowledged = new Set<string>();
  const placed = new Set<string>();
  let troubled = true;
  const trouble = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) {
      const [first, second] = pairs[turn % pairs.length] ?? [0, 1];
      await wait(200);
      proxies[first]?.hangUp();
      // Another connection closes while metadata is requested again because of the first.
      await wait(turn % 10);
      proxies[second]?.hangUp();
    }
    troubled = false;
  };
  const sender = async (number: number): Promise<void> => {
    for (let sequence = 0; troubled; sequence += 1) {
      const value = `${number}/${sequence}`;
      const result = await send(number % partitions, value).catch(() => wait(20));
      if (result === undefined) continue;
      acknowledged.add(value);
      if (result.placed) placed.add(value);
    }
  };
  await Promise.all([trouble(), ...Array.from({ length: concurrent }, (_, number) => sender(number))]);
  return { acknowledged, placed };
}

/** The values of a topic in the order of each partition's log, as Python's aiokafka reads them. */
async function readByPython(kafka: Kafka, topic: string): Promise<string[][]> {
  const logs: string[][] = Array.from({ length: partitions }, () => []);
  for (const line of (await runPython("read_log.py", [kafka.bootstrapServers.join(","), topic, "utf-8"])).split("\n")) {
    if (line === "") continue;
    const [partition, , , value]: [number, number, null, string] = JSON.parse(line);
    logs[partition]?.push(value);
  }
  return logs;
}

describeKafka("three brokers of Apache Kafka whose connections close", () => {
  let kafka: Kafka;
  let proxies: SilentProxy[];

  beforeAll(async () => {
    proxies = await Promise.all([1, 2, 3].map(() => silentProxy()));
    kafka = await startKafka({
      nodes: 3,
      advertised: (id, port) => {
        const proxy = proxies[id - 1];
        proxy?.forward(port);
        return proxy?.address ?? "";
      },
    });
    await using admin = new DataQueueAdmin(kafka.bootstrapServers);
    await admin.createTopics([
      ["theirs", partitions],
      ["ours", partitions],
    ]);
  });
  afterAll(async () => {
    await kafka.stop();
    for (const proxy of proxies) proxy.close();
  });

  test("kafkajs by itself resolves sends that it never wrote", { timeout: 180_000 }, async () => {
    const retry = { retries: 40, initialRetryTime: 20, maxRetryTime: 100 };
    const client = new KafkaJs({ brokers: [...kafka.bootstrapServers], logLevel: logLevel.NOTHING, retry });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const { acknowledged, placed } = await sendThroughTrouble(proxies, async (partition, value) => {
      const results = await producer.send({ topic: "theirs", messages: [{ partition, value }] });
      return { placed: results.some((one) => one.partition === partition && Number(one.baseOffset) >= 0) };
    });
    await producer.disconnect();
    const written = new Set((await readByPython(kafka, "theirs")).flat());
    const lost = [...acknowledged].filter((value) => !written.has(value));
    console.log(`kafkajs: ${lost.length} of ${acknowledged.size} acknowledged sends are not in the log`);
    expect(lost.length).toBeGreaterThan(0);
    // Every send that it resolves with an offset is in the log. Core relies on this.
    expect([...placed].filter((value) => !written.has(value))).toEqual([]);
  });

  test("ours writes what it acknowledges, once and in call order", { timeout: 180_000 }, async () => {
    await using producer = new DataQueueProducer(kafka.bootstrapServers, { topic: "ours", encoding: Encoding.UTF8 });
    const { acknowledged } = await sendThroughTrouble(proxies, async (partition, value) => {
      const { offset } = await producer.send(value, { partition });
      return { placed: offset >= 0n };
    });
    const logs = await readByPython(kafka, "ours");
    const written = new Set(logs.flat());
    console.log(`ours: ${acknowledged.size} acknowledged`);
    expect(acknowledged.size).toBeGreaterThan(concurrent);
    expect([...acknowledged].filter((value) => !written.has(value))).toEqual([]);
    expect(logs.flat()).toHaveLength(written.size);
    for (const log of logs) {
      for (let number = 0; number < concurrent; number += 1) {
        const sequences = log.filter((value) => value.startsWith(`${number}/`)).map((value) => value.split("/")[1]);
        expect(sequences.map(Number)).toEqual(sequences.map(Number).toSorted((a, b) => a - b));
      }
    }
  });
});
