import { partitionKey } from "@dataqueues/core";

import type { PartitionFacts } from "./partition-facts.ts";

/** How far a group is behind in a topic: the sum over the partitions in which it has committed offsets. */
export interface GroupLag {
  readonly group: string;
  readonly lag: bigint;
}

/**
 * How far groups are behind in a topic, the slowest first; of those that have committed offsets in it.
 *
 * @param committed - the offsets of each group by {@link partitionKey}
 */
export function groupLags(
  partitions: readonly PartitionFacts[],
  committed: ReadonlyMap<string, ReadonlyMap<string, bigint>>,
): GroupLag[] {
  // There may be thousands of both.
  const ends = partitions.flatMap(({ topic, partition, end }) =>
    end === undefined ? [] : [[partitionKey(topic, partition), end] as const],
  );
  const lags: GroupLag[] = [];
  for (const [group, offsets] of committed) {
    let lag: bigint | undefined;
    for (const [key, end] of ends) {
      const offset = offsets.get(key);
      if (offset === undefined) continue;
      // A topic that was created again may end before the offset.
      lag = (lag ?? 0n) + (end > offset ? end - offset : 0n);
    }
    if (lag !== undefined) lags.push({ group, lag });
  }
  return lags.toSorted((one, other) => (one.lag > other.lag ? -1 : one.lag < other.lag ? 1 : 0));
}
