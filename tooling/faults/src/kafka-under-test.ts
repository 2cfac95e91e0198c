import { apiVersionTables, kafkaVersions } from "@dataqueues/tooling-kafka";
import type { StartOptions } from "@dataqueues/tooling-kafka";

/** Which Kafka is tested: its version, and the API versions that it offers. By default the newest, with all of its own. */
export type KafkaUnderTest = Pick<StartOptions, "version" | "apiVersions">;

/** The Kafka that the command line names. Throws when there is none of that name. */
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

/** The name of a Kafka in the report: its version, and the table of API versions if one is used. */
export function kafkaName({ version = kafkaVersions[0], apiVersions }: KafkaUnderTest): string {
  return apiVersions === undefined ? version : `${version} as ${apiVersions}`;
}

/** Kafkas without InitProducerId. A batch whose response was lost is written again there, so duplicates are expected. */
const withoutProducerIds: ReadonlySet<string> = new Set(["2.8.1", "redpanda-without-producer-ids"]);

/** Whether a Kafka recognises a batch that it has already written. */
export function hasProducerIds({ version, apiVersions }: KafkaUnderTest): boolean {
  return !withoutProducerIds.has(apiVersions ?? version ?? "");
}

/** Nemeses that cannot act on a Kafka, with the reason. */
const impossible: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2.8.1": {
    // When the frozen node is the controller, the others elect a new controller within 5 s. They still name the frozen
    // node as leader of its partitions for another 25 s, and then no node at all until it wakes.
    "leader-frozen": "a frozen controller's partitions get no other leader while it is frozen",
    "leader-reassigned": "no AlterPartitionReassignments without ZooKeeper",
    "partitions-grown": "no CreatePartitions without ZooKeeper",
  },
  "kafka-2.1": { "leader-reassigned": "no AlterPartitionReassignments, which Kafka has from 2.4 on" },
  redpanda: { "partitions-grown": "no CreatePartitions" },
  "redpanda-without-producer-ids": { "partitions-grown": "no CreatePartitions" },
};

/** Why a nemesis cannot act on a Kafka; undefined where it can. */
export function whyImpossible(nemesis: string, { version, apiVersions }: KafkaUnderTest): string | undefined {
  return impossible[apiVersions ?? version ?? ""]?.[nemesis];
}
