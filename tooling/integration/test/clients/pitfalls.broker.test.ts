import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { pitfallsOf } from "./pitfalls.ts";

describeKafka("pitfalls, on Apache Kafka", (bootstrapServers) => {
  pitfallsOf(() => kafkajs(bootstrapServers));
});
