import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "dataqueues";
import { describe } from "vitest";

import { autoTopicCreation } from "./auto-topic-creation.ts";
import { callerInput } from "./caller-input.ts";
import { flows } from "./flows.ts";
import { groupAdministration } from "./group-administration.ts";
import { pitfalls } from "./pitfalls.ts";

describeKafka("on Apache Kafka", (bootstrapServers) => {
  describe.each([
    ["the flows of the Python library's page", flows],
    ["topics that were not created before", autoTopicCreation],
    ["arguments of callers", callerInput],
    ["administration of groups", groupAdministration],
    ["pitfalls", pitfalls],
  ] as const)("%s", (_, tests) => tests(() => kafkajs(bootstrapServers)));
});
