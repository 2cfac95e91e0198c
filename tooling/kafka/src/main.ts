import { parseArgs } from "node:util";

import { howToGet } from "@dataqueues/tooling-machine";

import { kafkaVersions } from "./classpath.ts";
import type { KafkaVersion } from "./classpath.ts";
import { isFree } from "./free-ports.ts";
import { missingRequirements, startKafka } from "./start-kafka.ts";

const usage = `pnpm kafka [--version ${kafkaVersions.join(" | ")}] [--nodes 1 | 3] [--port 9092]

Runs Apache Kafka on this machine until Ctrl-C. Three nodes take the port and the two after it.`;

/** The options of the command line, or a message that says what is wrong with them. */
function read(args: string[]): { version: KafkaVersion; nodes: 1 | 3; port: number; help: boolean } | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        version: { type: "string", default: "4.4.0" },
        nodes: { type: "string", default: "1" },
        port: { type: "string", default: "9092" },
        help: { type: "boolean", default: false },
      },
    });
    const { version, nodes, help } = values;
    const port = Number(values.port);
    const known = kafkaVersions.find((one) => one === version);
    if (known === undefined) return `version ${version} is not among the choices`;
    if (nodes !== "1" && nodes !== "3") return `${nodes} nodes are not among the choices`;
    if (!Number.isInteger(port) || port < 1 || port > 65_533) return `${values.port} is not a port`;
    return { version: known, nodes: nodes === "3" ? 3 : 1, port, help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}

const options = read(process.argv.slice(2).filter((argument) => argument !== "--"));
if (typeof options === "string") refuse(`${options}\n\n${usage}`);
const { version, nodes, port, help } = options;
if (help) {
  console.log(usage);
  process.exit(0);
}
const missing = missingRequirements();
if (missing.length > 0) {
  refuse(
    `Apache Kafka needs ${missing.map(({ name }) => name).join(" and ")} on this machine:\n\n` +
      `${missing.map((each) => `  ${howToGet(each)}\n`).join("")}\n` +
      `With Docker instead:\n\n  docker run --rm -p 9092:9092 apache/kafka:${version}`,
  );
}
for (let one = port; one < port + nodes; one += 1) {
  if (!(await isFree(one)))
    refuse(`Port ${one} is taken, perhaps by another Kafka. Choose another one: pnpm kafka --port 19092`);
}

console.log(`Starting Apache Kafka ${version} …`);
const interrupt = new AbortController();
process.on("SIGINT", () => interrupt.abort());
process.on("SIGTERM", () => interrupt.abort());
try {
  const kafka = await startKafka({
    version,
    nodes,
    port,
    advertised: (_, port) => `localhost:${port}`,
    signal: interrupt.signal,
  });
  console.log(`
Apache Kafka ${version} runs on ${kafka.bootstrapServers.join(", ")}
  logs   ${kafka.nodes.map(({ logFile }) => logFile).join(", ")}
  stop   Ctrl-C; its topics and records are gone then`);
  const ended = await Promise.race([
    new Promise<undefined>((resolve) => interrupt.signal.addEventListener("abort", () => resolve(undefined))),
    ...kafka.nodes.map((node) => node.ended().then(() => node)),
  ]);
  if (ended !== undefined && !interrupt.signal.aborted) {
    console.error(`\nNode ${ended.id} ended by itself. ${await ended.endOfLog()}`);
    process.exitCode = 1;
  }
  await kafka.stop();
  console.log("\nStopped.");
} catch (error) {
  if (!interrupt.signal.aborted) refuse(error instanceof Error ? error.message : String(error));
}
