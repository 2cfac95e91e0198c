import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";

import { callerInput } from "./caller-input.ts";

describeKafka("what a caller gives, on Apache Kafka", (bootstrapServers) => {
  callerInput(() => kafkajs(bootstrapServers));
});
