import { apiVersionTables, kafkaVersions } from "@dataqueues/tooling-kafka";
import type { StartOptions } from "@dataqueues/tooling-kafka";

/** A Kafka on which the flows and the conformance cases are run. */
export interface TestedBroker extends Pick<StartOptions, "version" | "apiVersions"> {
  /** The version of Kafka, or the name of the table of API versions that it offers. */
  readonly name: string;
  /** The requests that it does not offer, or in no version that is spoken. */
  readonly missing: readonly MissingRequest[];
}

/** The conformance cases that fail without a request. */
const casesOf = {
  CreatePartitions: [
    "createPartitions grows topics; an unknown topic is that topic's error",
    "createPartitions to no more than there are is an error",
    "classic groups: partitions that are added are assigned",
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
  IncrementalAlterConfigs: [
    "alterConfigs changes the settings that it names and no others, where the log has it",
    "alterConfigs to null sets the default back, where the log has it",
    "alterConfigs with validateOnly changes nothing, where the log has it",
    "describeConfigs and alterConfigs have a result for each; an unknown topic is its own error",
    "a setting that nobody knows is INVALID_CONFIG and changes nothing, where the log has settings",
  ],
  // The protocol that is tried first; without JoinGroup there is no other.
  ConsumerGroupHeartbeat: ["groups have the consumer or the classic protocol"],
  JoinGroup: [],
  OffsetCommit: [
    "a deleted group has no offsets, where the log has it",
    "alterGroupOffsets makes a group, whose members find the offsets, where the log has it",
  ],
} as const;

export type MissingRequest = keyof typeof casesOf;

const missing: Readonly<Record<string, readonly MissingRequest[]>> = {
  // Early KRaft offers neither.
  "2.8.1": ["CreatePartitions", "InitProducerId"],
  "kafka-2.1": ["IncrementalAlterConfigs", "ConsumerGroupHeartbeat", "JoinGroup", "OffsetCommit"],
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
  return broker.missing.find((request) => casesOf[request].some((each: string) => each === name));
}

const newerEpoch = "listOffsets with a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs";
const [, nullConfig, , unknownTopic, unknownConfig] = casesOf.IncrementalAlterConfigs;

/** Conformance cases in which a broker accepts what others refuse, and why. */
const lenient: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  redpanda: { [newerEpoch]: "ListOffsets has a leader epoch from version 4 on" },
  "redpanda-without-producer-ids": { [newerEpoch]: "ListOffsets has a leader epoch from version 4 on" },
  "2.8.1": { [unknownTopic]: "early KRaft checks no settings", [unknownConfig]: "early KRaft checks no settings" },
};

/** Why a broker does not refuse what a conformance case wants refused; undefined if the case must pass. */
export function leniencyOf(broker: TestedBroker, name: string): string | undefined {
  return lenient[broker.name]?.[name];
}

/**
 * Whether a conformance case would end a broker: the controller of early KRaft fails for good when it is to set a setting's
 * default back.
 */
export function endsBroker(broker: TestedBroker, name: string): boolean {
  return broker.name === "2.8.1" && name === nullConfig;
}
