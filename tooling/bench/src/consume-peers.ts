/**
 * Compares consumers: ours, message by message and in batches, with librdkafka, Java's client and kafkajs. All read the same
 * topic from its beginning, each in a process of its own, in turn.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import { kafkaClasspath, startKafka } from "@dataqueues/tooling-kafka";
import { python } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import { date, processor, writeReport } from "./report.ts";
import { median } from "./timing.ts";

const run = promisify(execFile);
const bytes = 1_000;
const { values: options } = parseArgs({
  options: {
    megabytes: { type: "string", default: "800" },
    rounds: { type: "string", default: "5" },
    partitions: { type: "string", default: "1,6" },
  },
});
const megabytes = Number(options.megabytes);
const rounds = Number(options.rounds);
const count = (megabytes * 1_000_000) / bytes;

await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
const classpath = await kafkaClasspath(kafka.version);
const interpreter = await python();

/** Messages per second of a client in this repository's `consume.ts`. */
async function inNode(client: string, topic: string): Promise<number> {
  const args = ["--conditions=@dataqueues/source", join(import.meta.dirname, "consume.ts")];
  return Number((await run(process.execPath, [...args, client, server, topic, String(count)])).stdout);
}

async function librdkafka(topic: string, partitions: number): Promise<number> {
  const script = join(import.meta.dirname, "../scripts/librdkafka_rate.py");
  return Number((await run(interpreter, [script, server, topic, String(partitions), String(count)])).stdout);
}

/** What Java's own tool measures, without the time in which it joins its group; the median of three runs. */
async function java(topic: string): Promise<number> {
  const tool = ["-cp", classpath, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
  const rates: number[] = [];
  for (let pass = 0; pass < 3; pass += 1) {
    const args = ["--bootstrap-server", server, "--topic", topic, "--num-records", String(count)];
    const { stdout } = await run("java", [...tool, "org.apache.kafka.tools.ConsumerPerformance", ...args]);
    const [head = "", figures = ""] = stdout.trim().split("\n").slice(-2);
    const column = head.split(", ").indexOf("fetch.nMsg.sec");
    rates.push(Number(figures.split(", ")[column]));
  }
  return median(rates);
}

/** A topic with so many partitions, filled by our own producer. */
async function fill(partitions: number): Promise<string> {
  const topic = `filled-${partitions}`;
  await using admin = new DataQueueAdmin(server);
  await admin.createTopics([[topic, partitions]]);
  await using producer = new DataQueueProducer(kafkajs(server), { topic });
  const value = Buffer.alloc(bytes, 7);
  for (let sent = 0; sent < count; sent += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, at) => producer.send(value, { partition: at % partitions })));
  }
  return topic;
}

const tables: string[] = [];
for (const partitions of options.partitions.split(",").map(Number)) {
  const topic = await fill(partitions);
  const clients: Readonly<Record<string, () => Promise<number>>> = {
    "dataqueues, batches": () => inNode("dataqueues batches", topic),
    "dataqueues, single messages": () => inNode("dataqueues", topic),
    "librdkafka (confluent-kafka for Python, batches)": () => librdkafka(topic, partitions),
    "Java (kafka-consumer-perf-test)": () => java(topic),
    "kafkajs (run, single messages, checksums not checked)": () => inNode("kafkajs", topic),
  };
  const rates = new Map<string, number[]>(Object.keys(clients).map((name) => [name, []]));
  // What comes first after writing would wait for the broker's disk, and warm up its code for the others.
  await inNode("dataqueues", topic);
  for (let round = 0; round < rounds; round += 1) {
    // Each comes first in turn, so that no client always follows the same other one.
    const inOrder = Object.entries(clients);
    for (const [name, measure] of [...inOrder.slice(round), ...inOrder.slice(0, round)]) {
      const rate = await measure();
      rates.get(name)?.push(rate);
      console.log(`${partitions} partitions, ${name.padEnd(56)} ${Math.round(rate).toLocaleString("en")} per second`);
    }
  }
  const medianOf = (name: string): number => median(rates.get(name) ?? []);
  const [base = 1] = [...rates.keys()].filter((name) => name.startsWith("librdkafka")).map(medianOf);
  const rows = [...rates.keys()].map((name) => {
    const rate = medianOf(name);
    return `| ${name} | ${Math.round(rate).toLocaleString("en")} | ${(rate / base).toFixed(2)} |`;
  });
  const head = `## ${partitions} ${partitions === 1 ? "partition" : "partitions"}\n`;
  tables.push([head, "| consumer | messages per second | librdkafka = 1 |", "|---|---|---|", ...rows].join("\n"));
}

const report = `# Consumers beside librdkafka and Java

${date}, ${processor(", which the broker shares")}, Node ${process.version}, Apache Kafka ${kafka.version}, values of
${bytes} bytes, ${megabytes} MB in each pass, checksums checked; medians of ${rounds} rounds in one run, each the median of three passes.
The time of a pass runs from before the client connects to its last message; Java's is what its own tool gives without the
time in which it joins its group. Run it with \`node --conditions=@dataqueues/source tooling/bench/src/consume-peers.ts\`.

${tables.join("\n\n")}
`;
console.log(`\n${report}`);
if (megabytes < 800) console.log("Results are not kept, because each consumer read less than 800 MB.");
else await writeReport("consume", report);
