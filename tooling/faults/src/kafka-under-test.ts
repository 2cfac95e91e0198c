import { apiVersionTables, kafkaVersions } from "@dataqueues/tooling-kafka";

import type { KafkaUnderTest } from "./fault.ts";

/** The Kafka that the command line names; throws for one that is not here. */
export function kafkaUnderTest(version: string | undefined, table: string | undefined): KafkaUnderTest {
  const known = kafkaVersions.find((one) => one === version);
  if (version !== undefined && known === undefined) {
    throw new Error(`--kafka must be one of ${kafkaVersions.join(", ")}, not ${version}`);
  }
  const tables = Object.keys(apiVersionTables);
  if (table !== undefined && !isTable(table)) {
    throw new Error(`--api-versions must be one of ${tables.join(", ")}, not ${table}`);
  }
  return { version: known, apiVersions: table };
}

function isTable(name: string): name is keyof typeof apiVersionTables {
  return Object.hasOwn(apiVersionTables, name);
}
