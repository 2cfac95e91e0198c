import type { TopicPartition } from "@dataqueues/core";
import type { Assignor, Subscription } from "./subscription.ts";

/**
 * Gives each member a range of each topic's partitions, as Java's `RangeAssignor` does for members without racks: the first
 * ones get one more where they do not come out even. Members with lasting names come first, in the order of those names.
 */
export const rangeAssignor: Assignor = (members, partitionCounts) => {
  const assigned = new Map(members.map(({ memberId }): [string, TopicPartition[]] => [memberId, []]));
  const sorted = [...members].sort(byName);
  for (const [topic, count] of partitionCounts) {
    const subscribers = sorted.filter(({ topics }) => topics.includes(topic));
    let next = 0;
    for (const [index, { memberId }] of subscribers.entries()) {
      const end = next + Math.floor(count / subscribers.length) + (index < count % subscribers.length ? 1 : 0);
      for (; next < end; next++) assigned.get(memberId)?.push([topic, next]);
    }
  }
  return assigned;
};

function byName(one: Subscription, other: Subscription): number {
  if (one.instanceId !== undefined && other.instanceId !== undefined) return compare(one.instanceId, other.instanceId);
  if (one.instanceId !== undefined) return -1;
  return other.instanceId === undefined ? compare(one.memberId, other.memberId) : 1;
}

/** Compares UTF-16 code units, as Java does. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
