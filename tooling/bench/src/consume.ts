/**
 * Reads a topic from its beginning with one client: `consume.ts CLIENT SERVER TOPIC COUNT`. It runs in a separate process, so
 * that no client benefits or suffers from another's garbage and compiled code. Prints messages per second, the median of
 * several passes after one that does not count. The time starts before the client connects. If it started at the first
 * message, all messages that were fetched with it would cost nothing.
 */
import { DataQueueConsumer, kafkajs } from "dataqueues";
import { Kafka, logLevel } from "kafkajs";
import type { EachMessagePayload } from "kafkajs";

import { median } from "./timing.ts";

const passes = 3;
const [client, server = "", topic = "", total = "0"] = process.argv.slice(2);
const count = Number(total);

/** Counts messages and measures the time since it was created. */
class Stopwatch {
  readonly #started = performance.now();
  #received = 0;

  /** Counts a message. Returns messages per second once all have arrived. */
  tick(value: Uint8Array | null): number | undefined {
    if (value !== null) this.#received += 1;
    return this.#received === count ? (count / (performance.now() - this.#started)) * 1000 : undefined;
  }
}

async function consumeOurs(checkCrcs: boolean): Promise<number> {
  await using consumer = new DataQueueConsumer(kafkajs(server, { checkCrcs }), { topics: [topic] });
  const stopwatch = new Stopwatch();
  await consumer.connect();
  for await (const { value } of consumer) {
    const rate = stopwatch.tick(value);
    if (rate !== undefined) return rate;
  }
  throw new Error("the consumer ended");
}

async function consumeBatches(): Promise<number> {
  await using consumer = new DataQueueConsumer(kafkajs(server), { topics: [topic] });
  const stopwatch = new Stopwatch();
  await consumer.connect();
  for await (const messages of consumer.batches()) {
    for (const { value } of messages) {
      const rate = stopwatch.tick(value);
      if (rate !== undefined) return rate;
    }
  }
  throw new Error("the consumer ended");
}

async function consumeKafkajs(): Promise<number> {
  const consumer = new Kafka({ brokers: [server], logLevel: logLevel.NOTHING }).consumer({
    groupId: `bench-${process.pid}-${Date.now()}`,
  });
  const stopwatch = new Stopwatch();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const rate = await new Promise<number>((resolve, reject) => {
    const eachMessage = async ({ message }: EachMessagePayload): Promise<void> => {
      const rate = stopwatch.tick(message.value);
      if (rate !== undefined) resolve(rate);
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return rate;
}

const clients: Readonly<Record<string, () => Promise<number>>> = {
  dataqueues: () => consumeOurs(true),
  "dataqueues without checksums": () => consumeOurs(false),
  "dataqueues batches": consumeBatches,
  kafkajs: consumeKafkajs,
};
const consume = clients[client ?? ""];
if (consume === undefined) throw new Error(`no such client: ${client}`);
await consume();
const rates: number[] = [];
for (let pass = 0; pass < passes; pass += 1) rates.push(await consume());
console.log(median(rates));
