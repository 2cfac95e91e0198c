import { execFile } from "node:child_process";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import { startKafka } from "@dataqueues/tooling-kafka";
import { python } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, kafkajs } from "dataqueues";
import { Kafka, logLevel, Partitioners } from "kafkajs";

import { date, processor, writeReport } from "./report.ts";
import { median } from "./timing.ts";

const peerNames = ["kafkajs", "aiokafka"] as const;

/** A client that ours is compared with. */
type Peer = (typeof peerNames)[number];

/** Results of smaller runs are not kept: records that were fetched with the first message would count too much. */
const fewestMegabytes = 800;

const { values: options } = parseArgs({
  options: {
    megabytes: { type: "string", default: String(fewestMegabytes) },
    rounds: { type: "string", default: "5" },
    peers: { type: "string", default: peerNames.join(",") },
  },
});
/** How many MB of values each consumer reads in a pass. */
const megabytes = readCount("--megabytes", options.megabytes);
const rounds = readCount("--rounds", options.rounds);
const peers = options.peers.split(",").map(readPeer);
const bytes = 1_000;
const concurrent = 200;
const produceSeconds = 3;
const value = Buffer.alloc(bytes, 7);

await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
await using admin = new DataQueueAdmin(server);

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`${name} must be a positive integer, not ${JSON.stringify(text)}`);
}

function readPeer(text: string): Peer {
  const peer = peerNames.find((name) => name === text);
  if (peer !== undefined) return peer;
  throw new Error(
    `--peers must be a list of ${peerNames.join(", ")}, separated by commas, not ${JSON.stringify(text)}`,
  );
}

/** Keeps `concurrent` awaited sends in progress for `produceSeconds`. Returns sends per second. */
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

/** Messages per second that a client reads in a separate process. */
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

/** Processor time of this process while it is idle, in percent of a core. */
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

const rates = new Map<string, number[]>();
const note = (name: string, rate: number): void => {
  rates.set(name, [...(rates.get(name) ?? []), rate]);
  console.log(`${name.padEnd(36)} ${Math.round(rate).toLocaleString("en")} per second`);
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

const medianOf = (name: string): number => median(rates.get(name) ?? []);
const row = (operation: string, peer: Peer, peerOperation = operation): string => {
  const [ours, theirs] = [medianOf(`${operation} dataqueues`), medianOf(`${peerOperation} ${peer}`)];
  const shown = peer === "kafkajs" && peerOperation === "consume" ? "kafkajs run()" : peer;
  return `| ${operation} | ${Math.round(ours).toLocaleString("en")} | ${shown} ${Math.round(theirs).toLocaleString("en")} | ${(ours / theirs).toFixed(1)} |`;
};
const rowsOf: Readonly<Record<Peer, readonly string[]>> = {
  kafkajs: [
    row("produce", "kafkajs"),
    row("consume", "kafkajs"),
    row("consume without checksums", "kafkajs", "consume"),
  ],
  aiokafka: [row("produce", "aiokafka"), row("consume", "aiokafka")],
};
const report = `# Messages per second beside kafkajs and aiokafka

${date}, ${processor(", broker on the same machine")}, Node ${process.version},
Apache Kafka ${kafka.version}, one partition, values of ${bytes} bytes, acks=all, ${concurrent} concurrent awaited sends; medians of ${rounds} rounds in
one run. Each consumer reads ${megabytes} MB in a separate process. Its time runs from before it connects (for kafkajs this includes
joining its group) to its last message. Run it with \`pnpm bench\`.

| | dataqueues | peer | ratio |
|---|---|---|---|
${peers.flatMap((peer) => rowsOf[peer]).join("\n")}

kafkajs never checks the checksums of what it reads; without checksums means \`checkCrcs: false\`, which does the same.

An idle producer, consumer and admin together take ${idlePercent.toFixed(2)} % of a core.
`;
console.log(`\n${report}`);
if (megabytes < fewestMegabytes) {
  console.log(`Results are not kept, because each consumer read less than ${fewestMegabytes} MB.`);
} else {
  await writeReport("queue", report);
}
