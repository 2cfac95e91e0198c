import type { Kafka, KafkaNode } from "@dataqueues/tooling-kafka";

import { leaderOf } from "../cluster-state.ts";

/** Where a Kafka keeps groups and their commits. */
export const offsetsTopic = "__consumer_offsets";
/** As `node-properties.ts` of tooling/kafka sets it. */
const offsetsPartitions = 3;

/** The partition of `__consumer_offsets` that a group is in: Java's `hashCode` of its name. Names are ASCII. */
function offsetsPartition(group: string): number {
  const hash = Buffer.from(group).reduce((sum, byte) => (31 * sum + byte) | 0, 0);
  return Math.abs(hash) % offsetsPartitions;
}

/** The node that keeps a group now. */
export function coordinatorOf(kafka: Kafka, group: string): Promise<KafkaNode> {
  return leaderOf(kafka, offsetsTopic, offsetsPartition(group));
}

/** A name that begins like this, of a group that always has the same coordinator as the other groups with such names. */
export function groupName(beginning: string): string {
  let name = beginning;
  for (let number = 1; offsetsPartition(name) !== 0; number += 1) name = `${beginning}-${number}`;
  return name;
}
