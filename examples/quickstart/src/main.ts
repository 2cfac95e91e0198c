import { parseArgs } from "node:util";

import { DataQueueError, memory } from "dataqueues";

import { runDemo } from "./demo.ts";

const usage = `npx -y pnpm@12 demo [--kafka HOST:PORT]

Sends and reads messages on a log in memory, or with --kafka on a real Apache Kafka.
npx -y pnpm@12 kafka starts one on localhost:9092.`;

/** The options of the command line. */
function readOptions(): { readonly kafka?: string | undefined; readonly help?: boolean | undefined } {
  const args = process.argv.slice(2).filter((argument) => argument !== "--");
  return parseArgs({ args, options: { kafka: { type: "string" }, help: { type: "boolean", short: "h" } } }).values;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

async function run(kafka: string | undefined): Promise<void> {
  if (kafka === undefined) {
    console.log("On a log in memory; --kafka HOST:PORT runs the same on Apache Kafka.");
    await runDemo(memory());
    return;
  }
  console.log(`On Apache Kafka at ${kafka}; its topics are not deleted.`);
  try {
    // Topics stay after the run, so each run has its own.
    await runDemo(kafka, `-${Date.now()}`);
  } catch (error) {
    if (!(error instanceof DataQueueError)) throw error;
    fail(`\n${error.message}\nIs Apache Kafka running? npx -y pnpm@12 kafka starts one on localhost:9092.`);
  }
}

try {
  const { kafka, help = false } = readOptions();
  if (help) console.log(usage);
  else await run(kafka);
} catch (error) {
  const isMistyped = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  if (!isMistyped) throw error;
  fail(`${error.message}\n\n${usage}`);
}
