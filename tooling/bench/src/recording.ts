/**
 * Records and replays topics with the command `dataqueues`, beside Kafka's own consoles, which move values as lines of text, and its
 * performance tools, which keep nothing. Each is a process of its own, measured from its start to its end.
 */
import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";

import { kafkaClasspath, startKafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import { date, formatNumber, processor, writeReport } from "./report.ts";
import { median } from "./timing.ts";

const { values: options } = parseArgs({
  options: { megabytes: { type: "string", default: "1000" }, rounds: { type: "string", default: "3" } },
});
const megabytes = Number(options.megabytes);
const rounds = Number(options.rounds);
const partitions = 4;

/** The values' sizes, with how many of the megabytes each gets: small ones take long. */
const sizes = [
  { name: "100 B", bytes: 100, part: 0.2 },
  { name: "10 kB", bytes: 10_000, part: 1 },
  { name: "1 MB", bytes: 1_000_000, part: 1 },
];

/** What a run of a program took. */
interface Run {
  readonly seconds: number;
  /** The most memory that the process had at once. */
  readonly peakMegabytes: number;
}

await using kafka = await startKafka();
const [server = ""] = kafka.bootstrapServers;
const classpath = await kafkaClasspath(kafka.version);
const folder = await mkdtemp(join(tmpdir(), "bench-recording-"));
await using admin = new DataQueueAdmin(kafkajs(server));
const main = join(import.meta.dirname, "../../../packages/cli/dist/main.js");
await stat(main).catch((cause: unknown) => {
  throw new Error("the command is not built: run tsc -b first", { cause });
});

/** The largest resident size of a process so far, which Linux keeps; 0 once it has ended. */
function peakOf(pid: number | undefined): number {
  const file = `/proc/${pid}/status`;
  const status = existsSync(file) ? readFileSync(file, "utf8") : "";
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_000;
}

async function measure(
  program: string,
  args: readonly string[],
  files: { readonly stdin?: string; readonly stdout?: string } = {},
): Promise<Run> {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let peakMegabytes = 0;
  let errors = "";
  child.stderr.on("data", (chunk: Uint8Array) => (errors = (errors + new TextDecoder().decode(chunk)).slice(-2_000)));
  const watch = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, peakOf(child.pid));
  }, 20);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (files.stdin === undefined) child.stdin.end();
  else await pipeline(createReadStream(files.stdin, { highWaterMark: 1 << 20 }), child.stdin);
  if (files.stdout === undefined) child.stdout.resume();
  else await pipeline(child.stdout, createWriteStream(files.stdout, { highWaterMark: 1 << 20 }));
  const code = await ended;
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${errors}`);
  return { seconds: (performance.now() - started) / 1_000, peakMegabytes };
}

const dataqueues = (...args: readonly string[]): Promise<Run> =>
  measure(process.execPath, [main, ...args, "--host", server]);

/** A tool of Kafka's, with the settings of the shell scripts that come with it. */
function java(
  tool: string,
  args: readonly string[],
  files: { readonly stdin?: string; readonly stdout?: string } = {},
): Promise<Run> {
  const memory = tool.endsWith("Performance") ? "-Xmx512M" : "-Xmx256M";
  const flags = [memory, "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"];
  const quiet = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classpath];
  return measure("java", [...flags, ...quiet, `org.apache.kafka.tools.${tool}`, ...args], files);
}

/** Lines of text: neither of Kafka's consoles keeps other bytes. */
async function fill(topic: string, bytes: number, count: number): Promise<void> {
  await admin.createTopics([[topic, partitions]]);
  await using producer = new DataQueueProducer(kafkajs(server), { topic });
  const value = Buffer.alloc(bytes, "0123456789abcdef");
  const together = Math.max(Math.min(Math.floor(20_000_000 / bytes), 1_000), 1);
  for (let sent = 0; sent < count; sent += together) {
    const some = Math.min(together, count - sent);
    await Promise.all(
      Array.from({ length: some }, (_, at) => producer.send(value, { partition: (sent + at) % partitions })),
    );
  }
}

const tables: string[] = [];
for (const { name, bytes, part } of sizes) {
  const total = megabytes * part;
  const count = Math.round((total * 1_000_000) / bytes);
  const topic = `values-${bytes}`;
  await fill(topic, bytes, count);
  const [recorded, lines] = [join(folder, `${topic}.mcap`), join(folder, `${topic}.txt`)];
  const large = ["max.request.size=2000000", "buffer.memory=33554432"];
  let targets = 0;
  /** A new topic for each run that writes, so that none finds the disk or the log in another state. */
  const target = async (): Promise<string> => {
    const created = `${topic}-${(targets += 1)}`;
    await admin.createTopics([[created, partitions]]);
    return created;
  };
  const read = ["--bootstrap-server", server, "--topic", topic];
  const work: Readonly<Record<string, () => Promise<Run>>> = {
    "dataqueues record": () => dataqueues("record", topic, "--until", "end", "--overwrite", "-o", recorded),
    "kafka-console-consumer > file": () =>
      java("consumer.ConsoleConsumer", [...read, "--from-beginning", "--max-messages", String(count)], {
        stdout: lines,
      }),
    "kafka-consumer-perf-test (keeps nothing)": () =>
      java("ConsumerPerformance", [...read, "--num-records", String(count)]),
    "dataqueues replay --speed max": async () =>
      dataqueues("replay", recorded, "--speed", "max", "--topic", `${topic}=${await target()}`),
    "kafka-console-producer < file": async () =>
      java(
        "ConsoleProducer",
        [
          "--bootstrap-server",
          server,
          "--topic",
          await target(),
          ...large.flatMap((one) => ["--command-property", one]),
        ],
        { stdin: lines },
      ),
    "kafka-producer-perf-test (one value, from memory)": async () => {
      const producing = ["--num-records", String(count), "--record-size", String(bytes), "--throughput", "-1"];
      const props = ["--producer-props", `bootstrap.servers=${server}`, "acks=all", ...large];
      return java("ProducerPerformance", ["--topic", await target(), ...producing, ...props]);
    },
  };
  const runs = new Map<string, Run[]>(Object.keys(work).map((what) => [what, []]));
  // What comes first after writing would wait for the broker's disk, and warm up its code for the others.
  await work["kafka-consumer-perf-test (keeps nothing)"]?.();
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, run] of Object.entries(work)) {
      const taken = await run();
      runs.get(what)?.push(taken);
      const rate = formatNumber(total / taken.seconds);
      console.log(
        `${name.padStart(6)} ${what.padEnd(52)} ${rate.padStart(6)} MB/s, ${Math.round(taken.peakMegabytes)} MB`,
      );
    }
    const written = (await stat(lines)).size;
    if (written !== count * (bytes + 1)) throw new Error(`the console wrote ${written} bytes for ${count} values`);
  }
  for (const created of (await admin.listTopics()).filter((one) => one.startsWith(topic))) {
    const ends = await admin.listOffsets([created]);
    const records = ends.reduce((sum, { offset }) => sum + offset, 0n);
    if (records !== BigInt(count)) throw new Error(`${created} has ${records} records instead of ${count}`);
  }
  const rows = [...runs].map(([what, taken]) => {
    const seconds = median(taken.map((one) => one.seconds));
    const peak = Math.max(...taken.map((one) => one.peakMegabytes));
    return `| ${what} | ${formatNumber(total / seconds)} | ${formatNumber(seconds)} | ${Math.round(peak)} |`;
  });
  const head = `## Values of ${name}, ${formatNumber(total)} MB\n`;
  tables.push([head, "| program | MB/s | seconds | peak memory, MB |", "|---|---|---|---|", ...rows].join("\n"));
  await admin.deleteTopics((await admin.listTopics()).filter((one) => one.startsWith(topic)));
  await rm(recorded);
  await rm(lines);
}
await rm(folder, { recursive: true });

const report = `# Recording and replaying beside Kafka's own tools

${date}, ${processor(", which the broker shares")}, Node ${process.version}, Apache Kafka ${kafka.version}, ${partitions} partitions, no
compression; medians of ${rounds} rounds in one run. The time of a program is all of it, from its start to its end. The peak is the
process's largest resident size. The consoles move the values as lines of text, without keys, headers, timestamps and partitions; a
recording has all of them. Run it with \`node --conditions=@dataqueues/source tooling/bench/src/recording.ts\` after \`tsc -b\`.

${tables.join("\n\n")}
`;
console.log(`\n${report}`);
if (megabytes < 1_000) console.log("Results are not kept, because less than 1,000 MB was recorded.");
else await writeReport("recording", report);
