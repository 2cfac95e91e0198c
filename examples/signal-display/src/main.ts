import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { DataQueueAdmin, DataQueueError, kafkajs, memory } from "dataqueues";
import type { Transport } from "dataqueues";

import { displayFiles } from "./display-files.ts";
import { displayOptions, usage, UsageError } from "./display-options.ts";
import type { DisplayOptions } from "./display-options.ts";
import { serveDisplayPage } from "./display-server.ts";
import { publishMetrics } from "./generator/metrics-publisher.ts";
import { keepNewestRecords } from "./generator/short-retention.ts";
import { waitUntil } from "./wait-until.ts";

/** How long after a failure the generator starts again. */
const restartMs = 5000;

/** How long the generator may take to end: a Kafka that is gone would hold it up for two minutes. */
const endingMs = 2000;

/** Runs until Ctrl-C. */
async function run(options: DisplayOptions): Promise<void> {
  const { kafka, generator, subarray } = options;
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort());
  const { signal } = ending;
  const transport = kafka === undefined ? memory() : await kafkaAt(kafka);
  const running: Promise<void>[] = [];
  const start = (work: Promise<void>): void => {
    running.push(work);
    // What fails for good ends all, and is thrown in the end.
    work.catch(() => ending.abort());
  };
  if (generator) await new Promise<void>((ready) => start(generate(transport, subarray, signal, ready)));
  if (kafka === undefined) start(keepNewestRecords(transport, { subarray, signal }));
  const display = await serveDisplayPage({ ...options, transport, files: await displayFiles() });
  console.log(`Signal display: ${display.url}\nCtrl-C ends it.`);
  if (!signal.aborted) await once(signal, "abort");
  await display.close();
  await Promise.race([Promise.all(running), delay(endingMs)]);
}

/** Kafka, once it has answered. */
async function kafkaAt(address: string): Promise<Transport> {
  const transport = kafkajs(address.split(","));
  await using admin = new DataQueueAdmin(transport);
  await admin.connect();
  return transport;
}

/** Publishes metrics until the signal aborts. What fails is said, and tried again. */
async function generate(
  transport: Transport,
  subarray: string,
  signal: AbortSignal,
  onReady: () => void,
): Promise<void> {
  for (let historySeconds = 300; !signal.aborted; historySeconds = 0) {
    try {
      await publishMetrics(transport, { subarray, historySeconds, signal, onReady });
    } catch (error) {
      onReady();
      if (!(error instanceof DataQueueError)) throw error;
      console.error(`The generator failed and starts again in ${restartMs / 1000} s: ${error.message}`);
      await waitUntil(Date.now() + restartMs, signal);
    }
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

/** A sentence that says what to do; undefined for an error that nobody expects. */
function advice(error: unknown): string | undefined {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof DataQueueError) {
    return `${error.message}\nIs Apache Kafka running? npx -y pnpm@12 kafka starts one on localhost:9092.`;
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "The port is in use by another program: choose another with --port, or 0 for any.";
  if (code === "EADDRNOTAVAIL") return "The address of --host is none of this machine's.";
  if (code === "EACCES") return "This port is not for everybody: choose one from 1024 on with --port.";
  return code === "ENOTFOUND" ? "The name of --host is not known." : undefined;
}

try {
  const options = displayOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else {
    await run(options);
    process.exit();
  }
} catch (error) {
  const message = advice(error);
  if (message === undefined) throw error;
  fail(message);
  // The generator may still be at work.
  process.exit();
}
