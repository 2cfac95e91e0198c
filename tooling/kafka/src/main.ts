import { parseArgs } from "node:util";

import { missingRequirements } from "./missing-requirements.ts";
import { startKafka } from "./start-kafka.ts";

const { values } = parseArgs({
  options: {
    version: { type: "string", default: "4.4.0" },
    nodes: { type: "string", default: "1" },
    port: { type: "string", default: "9092" },
  },
});

const missing = missingRequirements();
if (missing.length > 0) {
  console.error(
    `Apache Kafka needs ${missing.join(" and ")} on this machine. With Docker instead:\n  docker run -p 9092:9092 apache/kafka:4.4.0`,
  );
  process.exit(1);
}
const version = values.version === "3.9.1" ? "3.9.1" : "4.4.0";
const kafka = await startKafka({ version, nodes: values.nodes === "3" ? 3 : 1, port: Number(values.port) });
console.log(
  `Apache Kafka ${version} runs on ${kafka.bootstrapServers.join(", ")}; Ctrl-C ends it and forgets its data.`,
);
const end = (): void => {
  void kafka.stop().then(() => process.exit(0));
};
process.once("SIGINT", end);
process.once("SIGTERM", end);
