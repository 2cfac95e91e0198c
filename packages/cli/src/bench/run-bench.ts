import { randomBytes } from "node:crypto";
import { DataQueueAdmin } from "@dataqueues/admin";
import { UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import { openHost } from "../host/open-host.ts";
import type { Host } from "../host/open-host.ts";
import { errorLine } from "../print/error-line.ts";
import { ProgressLine } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { benchPlan } from "./bench-plan.ts";
import type { BenchCommandOptions, BenchPlan } from "./bench-plan.ts";
import { benchJson, benchTable } from "./bench-text.ts";
import type { BenchTopic } from "./bench-topic.ts";
import { measureLatency } from "./measure-latency.ts";
import { measureReceive, measureSend } from "./measure-throughput.ts";
import type { Measurement } from "./measurement.ts";
import { RandomValues } from "./random-values.ts";

export type { BenchCommandOptions } from "./bench-plan.ts";

/** How long a topic may take to be created, and to be deleted. */
const adminTimeouts = { timeoutMs: 15_000, connectTimeoutMs: 5_000 } as const;

/** Topics take values of about 1 MB by default, Kafka's `message.max.bytes`. */
const usualBytes = 900_000;

/** Measures the host with a topic of its own, which is deleted whatever happens. */
export async function runBench(options: BenchCommandOptions, terminal: Terminal): Promise<void> {
  const plan = benchPlan(options);
  const host = await openHost(options, terminal);
  const { transport, name } = host;
  const { write, admin } = transport.capabilities;
  if (!write || !admin) throw new UsageError(`${name} can only be read; bench creates a topic and writes to it`);
  const topic = `dataqueues-bench-${randomBytes(4).toString("hex")}`;
  await createTopic(transport, topic, plan);
  let measurements: Measurement[];
  try {
    measurements = await measure(host, topic, plan, terminal);
  } finally {
    await deleteTopic(transport, topic, terminal);
  }
  const text = options.json === true ? benchJson : benchTable;
  await terminal.stdout.write(text(name, plan, measurements));
}

async function measure(
  { transport, onEvent }: Host,
  topic: string,
  plan: BenchPlan,
  { signal, stderr }: Terminal,
): Promise<Measurement[]> {
  const { size, compression } = plan;
  const maxMessageBytes = Math.max(10_000_000, size + 1_000);
  const bench: BenchTopic = {
    transport,
    topic,
    plan,
    values: new RandomValues(size),
    producerOptions: { topic, compression, maxMessageBytes, maxBufferedBytes: Math.max(64e6, 2 * size), onEvent },
    signal,
    sent: 0,
  };
  const progress = new ProgressLine(stderr, "sent");
  try {
    return [
      ...(await measureLatency(bench)),
      await measureSend(bench, (records, part) => progress.update({ records, bytes: records * size, part })),
      await measureReceive(bench),
    ];
  } finally {
    progress.clear();
  }
}

async function createTopic(transport: Transport, topic: string, { partitions, size }: BenchPlan): Promise<void> {
  await using admin = new DataQueueAdmin(transport, adminTimeouts);
  // Random bytes get somewhat longer by compression.
  const configs = size > usualBytes ? { configs: { "max.message.bytes": String(2 * size) } } : {};
  try {
    await admin.createTopics([[topic, partitions]], configs);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    throw new UsageError(`${error.message}: bench needs the roles read, write and admin`, { cause: error });
  }
}

/** An error here must not hide why the measuring ended. */
async function deleteTopic(transport: Transport, topic: string, { stderr }: Terminal): Promise<void> {
  await using admin = new DataQueueAdmin(transport, adminTimeouts);
  try {
    await admin.deleteTopics(topic);
  } catch (error) {
    await stderr.write(
      `dataqueues: topic ${topic} is still there: ${errorLine(error)}. Delete it with: dataqueues delete ${topic}\n`,
    );
  }
}
