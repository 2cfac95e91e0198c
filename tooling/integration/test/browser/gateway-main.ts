/** A gateway in a process of its own; prints where it listens. SIGTERM closes it. */
import { serveGateway } from "@dataqueues/gateway";
import { kafkajs } from "@dataqueues/transport-kafkajs";

import type { GatewayProcessOptions } from "./gateway-process.ts";

const { bootstrapServers, topics, ...options }: GatewayProcessOptions = JSON.parse(process.argv[2] ?? "{}");
const gateway = await serveGateway({
  ...options,
  transport: kafkajs(bootstrapServers),
  topics: [new RegExp(topics)],
});
process.once("SIGTERM", () => void gateway.close());
console.log(gateway.url);
