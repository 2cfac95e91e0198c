import type { KafkaUnderTest } from "./fault.ts";

/** Faults that cannot be made on a Kafka, with what it lacks. */
const impossible: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2.8.1": {
    // Tried: while the frozen node is the controller the others elect a new one within 5 s, yet name it as leader of its
    // partitions for 25 s more, and then nobody, until it wakes.
    "leader-frozen": "a frozen controller's partitions get no other leader while it is frozen",
    "leader-reassigned": "no AlterPartitionReassignments without ZooKeeper",
    "partitions-grown": "no CreatePartitions without ZooKeeper",
  },
  "kafka-2.1": { "leader-reassigned": "no AlterPartitionReassignments, which Kafka has from 2.4 on" },
  redpanda: { "partitions-grown": "no CreatePartitions" },
  "redpanda-without-producer-ids": { "partitions-grown": "no CreatePartitions" },
};

/** Why a fault cannot be made on a Kafka; undefined where it can. */
export function whyImpossible(fault: string, { version, apiVersions }: KafkaUnderTest): string | undefined {
  return impossible[apiVersions ?? version ?? ""]?.[fault];
}
