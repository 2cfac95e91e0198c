import { apiVersionTables, kafkaVersions } from "@dataqueues/tooling-kafka";
import type { StartOptions } from "@dataqueues/tooling-kafka";

/** A Kafka on which the flows and the conformance cases are run. */
export interface TestedBroker extends Pick<StartOptions, "version" | "apiVersions"> {
  /** The version of Kafka, or the name of the table of API versions that it offers. */
  readonly name: string;
  /** The requests that it does not offer. */
  readonly missing: readonly MissingRequest[];
}

/** The conformance cases that fail without a request. */
const casesOf = {
  CreatePartitions: [
    "createPartitions grows topics; an unknown topic is that topic's error",
    "createPartitions to no more than there are is an error",
  ],
  InitProducerId: [
    "every producer id is given once",
    "a batch that is sent again is written once",
    "a producer's last five batches are remembered",
    "a batch out of sequence is refused",
    "a refused batch takes no sequence numbers",
    "sequence numbers begin again at 0 after 2^31 - 1",
    "sequence numbers are counted for each partition",
    "a newer epoch of a producer begins at sequence 0",
    "an older epoch of a producer is refused",
  ],
} as const;

export type MissingRequest = keyof typeof casesOf;

const missing: Readonly<Record<string, readonly MissingRequest[]>> = {
  // Early KRaft offers neither.
  "2.8.1": ["CreatePartitions", "InitProducerId"],
  redpanda: ["CreatePartitions"],
  "redpanda-without-producer-ids": ["CreatePartitions", "InitProducerId"],
};

const tables = Object.keys(apiVersionTables) as (keyof typeof apiVersionTables)[];

/** Every version and every table of API versions. All other tests run on the newest version. */
export const testedBrokers: readonly TestedBroker[] = [
  ...kafkaVersions.map((version) => ({ name: version, version })),
  ...tables.map((apiVersions) => ({ name: apiVersions, apiVersions })),
].map((broker) => ({ ...broker, missing: missing[broker.name] ?? [] }));

/** The missing request because of which a conformance case fails; undefined if the case must pass. */
export function missingFor(broker: TestedBroker, name: string): MissingRequest | undefined {
  return broker.missing.find((request) => casesOf[request].some((each) => each === name));
}

/** Whether a conformance case fails because ListOffsets of this broker has no leader epoch: it has one from version 4 on. */
export function lacksEpoch(broker: TestedBroker, name: string): boolean {
  return (
    broker.name.startsWith("redpanda") &&
    name === "listOffsets with a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs"
  );
}
