import { apiVersionTables, kafkaVersions } from "@dataqueues/tooling-kafka";
import type { StartOptions } from "@dataqueues/tooling-kafka";

/** A Kafka on which flows and conformance cases are run. */
export interface TestedBroker extends Pick<StartOptions, "version" | "apiVersions"> {
  /** Its version or that of the table of API versions that it offers. */
  readonly name: string;
}

const tables = Object.keys(apiVersionTables) as (keyof typeof apiVersionTables)[];

/** Every version and every table that there is. The newest version is also the broker of all other tests. */
export const testedBrokers: readonly TestedBroker[] = [
  ...kafkaVersions.map((version) => ({ name: version, version })),
  ...tables.map((apiVersions) => ({ name: apiVersions, apiVersions })),
];
