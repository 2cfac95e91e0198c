/**
 * Reads a topic from its beginning with one client, in a process of its own, so that no client works with another's garbage
 * and warmed-up code: `consume.ts CLIENT SERVER TOPIC COUNT`. Prints messages a second, the median of several passes after
 * a first one that does not count. The time runs from before it connects: from the first message on, all that was fetched
 * ahead of it would cost none.
 */
import { DataQueueConsumer, kafkajs } from "dataqueues";
import { Kafka, logLevel } from "kafkajs";
import type { EachMessagePayload } from "kafkajs";

const passes = 3;
const [client, server = "", topic = "", total = "0"] = process.argv.slice(2);
const count = Number(total);

/** Counts messages from its own making on. */
class Stopwatch {
  readonly #started = performance.now();
  #got = 0;

  /** Counts a message; once all are there, their rate. */
  tick(value: Uint8Array | null): number | undefined {
    if (value !== null) this.#got += 1;
    return this.#got === count ? (count / (performance.now() - this.#started)) * 1000 : undefined;
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

async function consumeKafkajs(): Promise<number> {
  const consumer = new Kafka({ brokers: [server], logLevel: logLevel.NOTHING }).consumer({
    groupId: `bench-${process.pid}-${Date.now()}`,
  });
  const stopwatch = new Stopwatch();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const rate = await new Promise<number>((resolve, reject) => {
    const eachMessage = async ({ message }: EachMessagePayload): Promise<void> => {
      const found = stopwatch.tick(message.value);
      if (found !== undefined) resolve(found);
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return rate;
}

const consume = client === "kafkajs" ? consumeKafkajs : () => consumeOurs(client === "dataqueues");
await consume();
const rates: number[] = [];
for (let pass = 0; pass < passes; pass += 1) rates.push(await consume());
console.log(rates.toSorted((a, b) => a - b)[passes >> 1]);
