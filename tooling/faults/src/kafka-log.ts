import type { Kafka } from "@dataqueues/tooling-kafka";
import { kafkajs } from "dataqueues";

import { judgeLog } from "./judge-log.ts";
import type { LogUnderTest } from "./log-under-test.ts";
import { allInSync } from "./three-nodes.ts";

/** A real Kafka; `servers` is where the clients come in, the nodes themselves by default. */
export function kafkaLog(kafka: Kafka, servers: readonly string[] = kafka.bootstrapServers): LogUnderTest {
  return {
    transport: () => kafkajs(servers),
    whole: (topics) => allInSync(kafka, topics),
    judge: (ledger) => judgeLog(kafka.bootstrapServers, ledger),
  };
}
