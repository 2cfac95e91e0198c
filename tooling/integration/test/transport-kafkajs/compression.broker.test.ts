import { gzipSync } from "node:zlib";
import { DataQueueConsumer, DataQueueProducer, TransportError } from "@dataqueues/core";
import type { Message } from "@dataqueues/core";
import { ascii } from "@dataqueues/codec-text";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { CompressionCodecs, CompressionTypes, Kafka, logLevel } from "kafkajs";
import { expect, test } from "vitest";

import { newTopic, openAll } from "./log.ts";

const compressions = ["gzip", "snappy", "lz4", "zstd"] as const;
const count = 300;
const valueOf = (compression: string, index: number): string => `${compression} ${index} `.repeat(1 + index);

/** What is sent by each compression, to a partition each. */
const valuesOfFour = compressions.map((each) => Array.from({ length: count }, (_, index) => valueOf(each, index)));

type Read = Message<string | null>;

/** Reads until `enough` says so; what rejects a `next()` is an error among the messages. */
async function readUntil(
  consumer: DataQueueConsumer<string>,
  enough: (messages: readonly Read[], errors: readonly TransportError[]) => boolean,
): Promise<{ messages: Read[]; errors: TransportError[] }> {
  const messages: Read[] = [];
  const errors: TransportError[] = [];
  const iterator = consumer[Symbol.asyncIterator]();
  while (!enough(messages, errors)) {
    try {
      const { value } = await iterator.next();
      if (value !== undefined) messages.push(value);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      errors.push(error);
    }
  }
  return { messages, errors };
}

const inPartition = (messages: readonly Read[], partition: number): (string | null)[] =>
  messages.filter((message) => message.partition === partition).map(({ value }) => value);

describeKafka("compressed batches", (bootstrapServers) => {
  /** A topic with a partition for each compression. */
  async function topicOfFour(configs: Record<string, string> = {}): Promise<string> {
    const connection = await openAll(kafkajs(bootstrapServers));
    const topic = await newTopic(connection, { partitions: compressions.length, configs });
    connection.close();
    return topic;
  }

  /** Sends values by each compression, to a partition each. */
  async function sendToFour(topic: string): Promise<void> {
    for (const [partition, compression] of compressions.entries()) {
      await using producer = new DataQueueProducer(kafkajs(bootstrapServers), {
        topic,
        encoding: ascii(),
        compression,
      });
      await Promise.all((valuesOfFour[partition] ?? []).map((value) => producer.send(value, { partition })));
    }
  }

  /** What a consumer reads in each partition, until it has read all or met an error. */
  async function readFour(topic: string): Promise<(string | null)[][]> {
    await using consumer = new DataQueueConsumer(kafkajs(bootstrapServers), { topics: [topic], encoding: ascii() });
    const all = compressions.length * count;
    const { messages, errors } = await readUntil(
      consumer,
      (read, [error]) => read.length >= all || error !== undefined,
    );
    if (errors[0] !== undefined) throw errors[0];
    return compressions.map((_, partition) => inPartition(messages, partition));
  }

  /** Kafka's numbers of the compressions in each partition, as they stand in the log. */
  async function compressionsIn(topic: string): Promise<number[][]> {
    return Object.values(JSON.parse(await runPython("log_compressions.py", [bootstrapServers.join(","), topic])));
  }

  test("Python's are read", { timeout: 300_000 }, async () => {
    const topic = await topicOfFour();
    await runPython("send_compressed.py", [bootstrapServers.join(","), topic]);
    expect(await readFour(topic)).toEqual(valuesOfFour);
  });

  test("ours are read by Python, and are compressed", { timeout: 300_000 }, async () => {
    const topic = await topicOfFour();
    await sendToFour(topic);
    const output = await runPython("read_log.py", [bootstrapServers.join(","), topic, "ascii"]);
    const lines = output.trim().split("\n");
    const read = lines.map((line): readonly [number, number, null, string] => JSON.parse(line));
    expect(read).toHaveLength(compressions.length * count);
    for (const [partition, offset, , value] of read) {
      expect(value).toBe(valueOf(compressions[partition] ?? "", offset));
    }
    expect(await compressionsIn(topic)).toEqual([[1], [2], [3], [4]]);
  });

  test.each(compressions)(
    "ours are read by Java, and Java's %s by us: a topic has the broker compress them again",
    { timeout: 300_000 },
    async (compression) => {
      const topic = await topicOfFour({ "compression.type": compression });
      await sendToFour(topic);
      const number = 1 + compressions.indexOf(compression);
      expect(await compressionsIn(topic)).toEqual([[number], [number], [number], [number]]);
      expect(await readFour(topic)).toEqual(valuesOfFour);
    },
  );

  test("a megabyte that becomes a gigabyte is refused in little memory, and holds up no other partition", async () => {
    const topic = await topicOfFour({ "max.message.bytes": "2000000" });
    const gzipCodec = CompressionCodecs[CompressionTypes.GZIP];
    const client = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING });
    const other = client.producer();
    await other.connect();
    try {
      CompressionCodecs[CompressionTypes.GZIP] = () => ({ compress: () => Promise.resolve(bomb()) });
      const messages = [{ value: "replaced by the bomb", partition: 0, timestamp: "0" }];
      await other.send({ topic, compression: CompressionTypes.GZIP, messages });
    } finally {
      CompressionCodecs[CompressionTypes.GZIP] = gzipCodec;
      await other.disconnect();
    }
    await using producer = new DataQueueProducer(kafkajs(bootstrapServers), { topic, encoding: ascii() });
    await producer.send("harmless", { partition: 1 });
    const limit = 32 * 2 ** 20;
    const transport = kafkajs(bootstrapServers, { maxResponseBytes: limit });
    await using consumer = new DataQueueConsumer(transport, { topics: [topic], encoding: ascii() });
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 5);
    const { messages, errors } = await readUntil(consumer, (read, failed) => read.length + failed.length >= 2);
    clearInterval(watch);
    expect(messages).toMatchObject([{ value: "harmless", partition: 1 }]);
    expect(errors).toMatchObject([{ code: "RECORD_TOO_LARGE", topic, partition: 0, offset: 0n }]);
    expect(errors[0]?.message).toContain(`maxResponseBytes (${limit})`);
    expect(most).toBeLessThan(4 * limit);
  });
});

/** A record of 2 ** 30 zeros, in a megabyte of gzip: a megabyte's gzip follows itself. */
function bomb(): Buffer {
  const piece = 2 ** 24;
  const pieces = 2 ** 6;
  const valueLength = varint(piece * pieces);
  // No attributes, no time since the first, offset 0, no key.
  const head = Buffer.concat([Buffer.from([0, 0, 0, 1]), valueLength]);
  const noHeaders = Buffer.from([0]);
  const length = varint(head.length + piece * pieces + noHeaders.length);
  const zeros = gzipSync(Buffer.alloc(piece), { level: 9 });
  return Buffer.concat([
    gzipSync(Buffer.concat([length, head])),
    ...Array.from({ length: pieces }, () => zeros),
    gzipSync(noHeaders),
  ]);
}

/** Kafka's zigzag number of a positive one. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = 2 * value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
