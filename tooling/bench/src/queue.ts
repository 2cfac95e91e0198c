import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { startKafka } from "@dataqueues/tooling-kafka";
import { python } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";
import { Kafka, logLevel, Partitioners } from "kafkajs";

import { fewestMegabytes, readQueueOptions } from "./queue-options.ts";
import type { Peer } from "./queue-options.ts";

const { megabytes, rounds, peers } = readQueueOptions(process.argv.slice(2));
const bytes = 1_000;
const concurrent = 200;
const produceSeconds = 3;
const value = Buffer.alloc(bytes, 7);

await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
await using admin = new DataQueueAdmin(server);

/** Sends with `concurrent` awaited sends at a time for some seconds; gives sends a second. */
async function produce(send: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const end = started + produceSeconds * 1000;
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() < end) {
      await send();
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrent }, sender));
  return (sent / (performance.now() - started)) * 1000;
}

async function produceOurs(topic: string): Promise<number> {
  await using producer = new DataQueueProducer(kafkajs(server), { topic });
  await producer.send(value);
  return await produce(() => producer.send(value));
}

const client = new Kafka({ brokers: [server], logLevel: logLevel.NOTHING });

async function produceKafkajs(topic: string): Promise<number> {
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  const rate = await produce(() => producer.send({ topic, messages: [{ value }] }));
  await producer.disconnect();
  return rate;
}

/** Messages a second that a client reads in a process of its own. */
async function consume(client: string, topic: string, count: number): Promise<number> {
  const script = join(import.meta.dirname, "consume.ts");
  const args = ["--conditions=@dataqueues/source", script, client, server, topic, String(count)];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}

async function aiokafka(mode: "produce" | "consume", topic: string, count = 0): Promise<number> {
  const script = join(import.meta.dirname, "..", "scripts", "aiokafka_rates.py");
  const args = [script, mode, server, topic, String(count), String(bytes), String(concurrent), String(produceSeconds)];
  const { stdout } = await promisify(execFile)(await python(), args);
  return Number(stdout.trim());
}

/** CPU of this process, in percent of a core, while nothing happens. */
async function idle(topic: string): Promise<number> {
  await using producer = new DataQueueProducer(kafkajs(server), { topic });
  await using consumer = new DataQueueConsumer(kafkajs(server), { topics: [topic], from: "latest" });
  await Promise.all([producer.connect(), consumer.connect()]);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const before = process.cpuUsage();
  const seconds = 20;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e4 / seconds;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

const rates = new Map<string, number[]>();
const note = (name: string, rate: number): void => {
  rates.set(name, [...(rates.get(name) ?? []), rate]);
  console.log(`${name.padEnd(36)} ${Math.round(rate).toLocaleString("en")} a second`);
};
const count = (megabytes * 1_000_000) / bytes;
await admin.createTopics(["filled", "quiet"]);
await using filler = new DataQueueProducer(kafkajs(server), { topic: "filled" });
for (let sent = 0; sent < count; sent += 1_000)
  await Promise.all(Array.from({ length: 1_000 }, () => filler.send(value)));

for (let round = 0; round < rounds; round += 1) {
  const topic = `produced-${round}`;
  await admin.createTopics([topic]);
  if (peers.includes("kafkajs")) note("produce kafkajs", await produceKafkajs(topic));
  if (peers.includes("aiokafka")) note("produce aiokafka", await aiokafka("produce", topic));
  note("produce dataqueues", await produceOurs(topic));
  if (peers.includes("kafkajs")) note("consume kafkajs", await consume("kafkajs", "filled", count));
  if (peers.includes("aiokafka")) note("consume aiokafka", await aiokafka("consume", "filled", count));
  note("consume dataqueues", await consume("dataqueues", "filled", count));
  note("consume without checksums dataqueues", await consume("dataqueues without checksums", "filled", count));
}
const idlePercent = await idle("quiet");

const of = (name: string): number => median(rates.get(name) ?? []);
const row = (what: string, peer: Peer, peerWhat = what): string => {
  const [ours, theirs] = [of(`${what} dataqueues`), of(`${peerWhat} ${peer}`)];
  const shown = peer === "kafkajs" && peerWhat === "consume" ? "kafkajs run()" : peer;
  return `| ${what} | ${Math.round(ours).toLocaleString("en")} | ${shown} ${Math.round(theirs).toLocaleString("en")} | ${(ours / theirs).toFixed(1)} |`;
};
const rowsOf: Readonly<Record<Peer, readonly string[]>> = {
  kafkajs: [
    row("produce", "kafkajs"),
    row("consume", "kafkajs"),
    row("consume without checksums", "kafkajs", "consume"),
  ],
  aiokafka: [row("produce", "aiokafka"), row("consume", "aiokafka")],
};
const report = `# Messages a second, side by side

${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? "unknown processor"} (${cpus().length} cores, broker on the same machine), Node ${process.version},
Apache Kafka ${kafka.version}, one partition, values of ${bytes} bytes, acks=all, ${concurrent} concurrent awaited sends; medians of ${rounds} rounds in
one run. Each consumer reads ${megabytes} MB in a process of its own; its time runs from before it connects, for kafkajs with
joining its group, to its last message. Run it with \`pnpm bench\`.

| | dataqueues | peer | ratio |
|---|---|---|---|
${peers.flatMap((peer) => rowsOf[peer]).join("\n")}

kafkajs never checks the checksums of what it reads; \`checkCrcs: false\` does as it does.

An idle producer, consumer and admin take ${idlePercent.toFixed(2)} % of a core.
`;
console.log(`\n${report}`);
if (megabytes < fewestMegabytes) {
  console.log(`Not kept, as fewer than ${fewestMegabytes} MB were read.`);
} else {
  const results = join(import.meta.dirname, "..", "results");
  await mkdir(results, { recursive: true });
  await writeFile(join(results, "queue.md"), report);
}
