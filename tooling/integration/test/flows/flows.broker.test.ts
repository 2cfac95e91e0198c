import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "dataqueues";

import { flows } from "./flows.ts";

describeKafka("the flows of the Python library's page, on Apache Kafka", (bootstrapServers) => {
  flows(() => kafkajs(bootstrapServers));
});
