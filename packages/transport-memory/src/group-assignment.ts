import { partitionKey } from "@dataqueues/core";
import type { TopicPartition } from "@dataqueues/core";

/** Partitions by their keys. */
export type Partitions = ReadonlyMap<string, TopicPartition>;

/** A member's subscription, and the partitions that it was to own so far. */
export interface Subscriber {
  readonly topics: readonly string[];
  readonly target: Partitions;
}

/** One text for a partition. */
export function keyOf([topic, partition]: TopicPartition): string {
  return partitionKey(topic, partition);
}

/**
 * Shares partitions as evenly as the subscriptions allow. Those that can stay with their member do. Returns the partitions of
 * each member, in the members' order.
 */
export function stickyAssignment(
  members: readonly Subscriber[],
  partitions: readonly TopicPartition[],
): Map<string, TopicPartition>[] {
  const shares = members.map(() => new Map<string, TopicPartition>());
  const ownerOf = new Map<string, Map<string, TopicPartition>>();
  const give = (one: TopicPartition, share: Map<string, TopicPartition>): void => {
    ownerOf.get(keyOf(one))?.delete(keyOf(one));
    ownerOf.set(keyOf(one), share);
    share.set(keyOf(one), one);
  };
  const smallest = ([topic]: TopicPartition): Map<string, TopicPartition> | undefined =>
    shares
      .filter((_, index) => members[index]?.topics.includes(topic))
      .toSorted((a, b) => a.size - b.size)
      .at(0);
  for (const one of partitions) {
    const index = members.findIndex(({ topics, target }) => topics.includes(one[0]) && target.has(keyOf(one)));
    const share = shares[index];
    if (share !== undefined) give(one, share);
  }
  // First what nobody has; after that what moves makes the shares more even, so that this ends.
  for (let isEven = false; !isEven;) {
    isEven = true;
    for (const one of partitions) {
      const [from, to] = [ownerOf.get(keyOf(one)), smallest(one)];
      if (to === undefined || (from !== undefined && from.size <= to.size + 1)) continue;
      give(one, to);
      isEven = false;
    }
  }
  return shares;
}

/**
 * Gives each member a range of each topic's partitions, the first members one more where they cannot be shared evenly, as
 * Kafka's RangeAssignor does. Returns the partitions of each member, in the members' order.
 */
export function rangeAssignment(
  members: readonly Subscriber[],
  partitions: readonly TopicPartition[],
): Map<string, TopicPartition>[] {
  return members.map((member) => {
    const share = new Map<string, TopicPartition>();
    for (const topic of new Set(member.topics)) {
      const subscribers = members.filter(({ topics }) => topics.includes(topic));
      const all = partitions.filter(([name]) => name === topic);
      const index = subscribers.indexOf(member);
      const [least, more] = [Math.floor(all.length / subscribers.length), all.length % subscribers.length];
      const begin = index * least + Math.min(index, more);
      for (const one of all.slice(begin, begin + least + (index < more ? 1 : 0))) share.set(keyOf(one), one);
    }
    return share;
  });
}
