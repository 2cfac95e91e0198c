import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { trapsOf } from "./any-transport.ts";

describeKafka("traps, on Apache Kafka", (bootstrapServers) => {
  trapsOf(() => kafkajs(bootstrapServers));
});
